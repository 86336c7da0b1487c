//! People, their photos, their passwords and their trail, on SQLite. One resource, one file name, as
//! in every other layer.

mod audit;
mod census;
mod credentials;
mod image_janitor;
mod images;
mod users;

pub use audit::SqliteAuditTrail;
pub use census::SqliteImageCensus;
pub use credentials::SqliteCredentials;
pub use image_janitor::SqliteImageJanitor;
pub use images::SqliteImages;
pub use users::SqliteUsers;
