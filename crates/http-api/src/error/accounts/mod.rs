//! Where what the use cases of `accounts` refuse becomes a code: each error is matched whole, so that a new variant does not
//! compile before somebody has decided.

mod api_keys;
mod faults;
mod images;
mod sign_in;
mod users;

pub(crate) use users::taken;
