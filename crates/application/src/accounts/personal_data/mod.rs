//! What `accounts` keeps about people beside their rows, part by part.

mod memory;
mod photos;
mod trail;

pub use memory::RememberedPeople;
pub use photos::StoredPhotos;
pub use trail::TrailOfPeople;
