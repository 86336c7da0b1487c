//! What a failure of Redis means to those who remember and share.

use ports::{BoxError, Fault};
use redis::{ErrorKind, RedisError, ServerErrorKind};

pub const BACKEND: &str = "cache";

/// No connection, no answer, a Redis that is loading, full, read-only or refuses us. Whether a command
/// whose answer was lost has been done does not matter: everything here can be done twice, but for charging
/// a limit, which nobody does.
pub fn unavailable(source: impl Into<BoxError>) -> Fault {
    Fault::unavailable(BACKEND, source)
}

/// The failure of a command that was sent.
pub fn of_command(error: RedisError) -> Fault {
    match error.kind() {
        ErrorKind::Parse
        | ErrorKind::UnexpectedReturnType
        | ErrorKind::Client
        | ErrorKind::Server(
            ServerErrorKind::ResponseError
            | ServerErrorKind::ExecAbort
            | ServerErrorKind::CrossSlot
            | ServerErrorKind::NoScript
            | ServerErrorKind::NoSub,
        ) => Fault::broken(BACKEND, "a command", error),
        _ => unavailable(error),
    }
}
