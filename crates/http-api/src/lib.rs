//! The HTTP edge: controllers that parse, call and render, the middlewares around them, and the one catalogue in which every
//! failure becomes a status.
//!
//! The recipe for a new operation: a DTO that parses into domain values ([`extract::Body`]), a controller of at most 15
//! lines with its `#[utoipa::path]`, a line in the `endpoints()` of its room with the codes it can answer, a line in
//! [`openapi`], and an exhaustive `From` for its use case's error in [`error`].

pub mod accounts;
pub mod admin;
pub mod api;
pub mod app;
pub mod error;
pub mod extract;
pub mod listener;
pub mod middleware;
pub mod openapi;
pub mod operations;
pub mod pages;
pub mod render;
mod routes;
pub mod settings;
#[cfg(test)]
mod world;

pub use accounts::api_keys::KeysApi;
pub use api::{AccountsApi, AdminApi, Api, AuthApi, ImagesApi, UsersApi};
pub use app::{configure, configure_management};
pub use listener::{ListenerConfig, serve};
pub use middleware::Stack;
pub use openapi::openapi;
pub use operations::Operations;
pub use settings::{HttpConfig, Layers, Limits};

#[cfg(test)]
mod hostile_names_tests;
#[cfg(test)]
mod hostile_tests;
