//! How many processes there are that share the work, so that each knows its part when they cannot ask each other.

use crate::Fault;
use async_trait::async_trait;
use core::num::NonZeroU32;
use core::time::Duration;

/// Knows which processes live: those who said so within [`LIVES_FOR`]. A value of this is one process. Every
/// adapter passes `testkit::replicas_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Replicas: Send + Sync {
    /// Says that this process lives, which it should do every [`BEAT`], and answers how many do, with itself.
    ///
    /// # Errors
    /// [`Fault`] when the others cannot be reached.
    async fn beat(&self) -> Result<NonZeroU32, Fault>;

    /// Says that this process does not live any more, so that nobody has to wait until it is missed.
    ///
    /// # Errors
    /// [`Fault`] when the others cannot be reached. They will miss it.
    async fn leave(&self) -> Result<(), Fault>;
}

/// How often a process says that it lives.
pub const BEAT: Duration = Duration::from_secs(2);

/// How long after its last word a process counts: four beats may be lost.
pub const LIVES_FOR: Duration = Duration::from_secs(10);
