//! People, their photos, their passwords and their trail, on PostgreSQL. One resource, one file name, as
//! in every other layer. Writers lock the person's row first, and people in the order of their ids.

mod access;
mod api_keys;
mod audit;
mod census;
mod credentials;
mod erasures;
mod image_janitor;
mod images;
mod lockouts;
mod sessions;
mod subjects;
mod users;

pub use access::PostgresAccessChanges;
pub use api_keys::PostgresApiKeys;
pub use audit::PostgresAuditTrail;
pub use census::PostgresImageCensus;
pub use credentials::PostgresCredentials;
pub use erasures::PostgresErasures;
pub use image_janitor::PostgresImageJanitor;
pub use images::PostgresImages;
pub use lockouts::PostgresLockouts;
pub use sessions::PostgresSessions;
pub use subjects::PostgresSubjects;
pub use users::PostgresUsers;
