//! The ports of the `accounts` context over Redis.

mod news;
mod users;

pub use news::RedisUserNews;
pub use users::RedisUserCache;
