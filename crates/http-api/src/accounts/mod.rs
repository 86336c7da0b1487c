//! The rooms of the `accounts` context: people, signing in, photos.

pub mod api_keys;
pub mod auth;
pub mod images;
pub mod people;
pub mod users;
