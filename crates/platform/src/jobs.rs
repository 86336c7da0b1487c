//! What the process does by itself: named background tasks that are watched, restarted and stopped.
//!
//! A job that panics is logged and counted once and starts again after a pause that grows; a job that fails is logged and
//! runs again when it would have anyway. All of them end when the lifecycle's soft token is raised, and a drain waits for
//! the run that is under way.

mod jitter;
mod lease;
mod supervisor;
mod wake;

pub use lease::{Lease, leased};
pub use supervisor::{Every, JobError, Supervisor};
pub use wake::Wake;
