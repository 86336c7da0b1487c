//! What a failure of the store means to those who keep pictures.

use object_store::Error;
use ports::Fault;
use std::io;

pub const BACKEND: &str = "objects";

/// A failed system call: a full or read-only disk, a missing right, a lost mount. All of them can be
/// mended from outside, so trying again later may help.
pub fn of_io(error: io::Error) -> Fault {
    Fault::unavailable(BACKEND, error)
}

/// A failure of `object_store` that is none of the answers the port knows. A refused signature and a
/// missing bucket are mended from outside too, and applied nothing.
pub fn of_store(error: Error) -> Fault {
    match error {
        Error::InvalidPath { .. } => Fault::broken(BACKEND, "the path of an object", error),
        Error::NotImplemented { .. } | Error::NotSupported { .. } => {
            Fault::broken(BACKEND, "an operation of the store", error)
        }
        other => Fault::unavailable(BACKEND, other),
    }
}

/// A blocking task that never came back: the runtime is going down.
pub fn of_task(error: tokio::task::JoinError) -> Fault {
    Fault::unavailable(BACKEND, error)
}
