//! People, their photos, their passwords and their trail, on SQLite. One resource, one file name, as
//! in every other layer.

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

pub use access::SqliteAccessChanges;
pub use api_keys::SqliteApiKeys;
pub use audit::SqliteAuditTrail;
pub use census::SqliteImageCensus;
pub use credentials::SqliteCredentials;
pub use erasures::SqliteErasures;
pub use image_janitor::SqliteImageJanitor;
pub use images::SqliteImages;
pub use lockouts::SqliteLockouts;
pub use sessions::SqliteSessions;
pub use subjects::SqliteSubjects;
pub use users::SqliteUsers;
