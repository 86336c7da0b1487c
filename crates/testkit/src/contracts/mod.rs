//! The promises of each port as plain functions. One file a port, one function a promise; the macro at
//! the end of each file turns them into named tests over an adapter.

pub mod access_changes;
pub mod api_keys;
pub mod audit;
pub mod audit_seals;
pub mod census;
pub mod credentials;
pub mod digester;
pub mod erasures;
pub mod idempotency;
pub mod image_janitor;
pub mod image_processor;
pub mod images;
pub mod keyring;
pub mod keys;
pub mod leases;
pub mod lockouts;
pub mod object_store;
pub mod one_time_codes;
pub mod outbox;
pub mod password_hasher;
pub mod personal_data;
pub mod rate_limiter;
pub mod replicas;
pub mod sealer;
pub mod sessions;
pub mod signing_keys;
pub mod subjects;
pub mod tokens;
pub mod user_cache;
pub mod user_news;
pub mod users;
