//! Where every failure becomes a status, a stable code and a body: one type, one catalogue, one shape.

pub(crate) mod accounts;
mod api_error;
pub mod catalogue;
mod code;
mod faults;
mod problem;
mod reject;

pub use api_error::{ApiError, BoxError};
pub use code::{Code, Outcome};
pub use faults::{FaultCode, Faults, parse_uuid};
pub use problem::{FieldError, Problem};
pub use reject::{method_not_allowed, unrouted};
