//! Recognising people whom somebody else signed in.

mod device;
mod foreign;
mod gateway;
mod outside_roles;
pub(super) mod subjects;

pub use device::RecogniseDevice;
pub use foreign::RecogniseForeign;
pub use gateway::RecogniseGateway;
pub use subjects::KnownSubjects;
