//! Recognising people whom somebody else signed in.

mod foreign;
mod gateway;
mod subjects;

pub use foreign::RecogniseForeign;
pub use gateway::RecogniseGateway;
pub use subjects::KnownSubjects;
