//! What everybody promises who counts processes: whoever asks is one of them, and counts once.

use async_trait::async_trait;
use core::any::Any;
use core::num::NonZeroU32;
use ports::Fault;
use ports::replicas::Replicas;

/// A process and what has to live as long as it does: a server.
pub struct Kept {
    process: Box<dyn Replicas>,
    _keeper: Box<dyn Any + Send + Sync>,
}

impl Kept {
    /// Puts a process and its keeper together.
    pub fn new(process: impl Replicas + 'static, keeper: impl Any + Send + Sync) -> Self {
        Self {
            process: Box::new(process),
            _keeper: Box::new(keeper),
        }
    }
}

#[async_trait]
impl Replicas for Kept {
    async fn beat(&self) -> Result<NonZeroU32, Fault> {
        self.process.beat().await
    }

    async fn leave(&self) -> Result<(), Fault> {
        self.process.leave().await
    }
}

async fn beat(replicas: &dyn Replicas) -> u32 {
    let alive = replicas.beat().await.map(NonZeroU32::get);
    alive.expect("can be reached")
}

/// Even when it is the first.
pub async fn whoever_asks_is_one_of_them(replicas: &dyn Replicas) {
    assert_eq!(beat(replicas).await, 1);
}

/// However often it says so.
pub async fn a_process_counts_once(replicas: &dyn Replicas) {
    for _ in 0..10 {
        assert_eq!(beat(replicas).await, 1);
    }
}

/// Leaving is no error for whoever was never there, nor twice, nor for ever.
pub async fn whoever_left_may_come_back(replicas: &dyn Replicas) {
    for _ in 0..2 {
        replicas.leave().await.expect("can be reached");
    }
    assert_eq!(beat(replicas).await, 1);
    replicas.leave().await.expect("can be reached");
    assert_eq!(beat(replicas).await, 1);
}

/// Runs the contract over `$fixture`, a future that gives the only process there is.
#[macro_export]
macro_rules! replicas_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::replicas,
            $fixture,
            [
                whoever_asks_is_one_of_them,
                a_process_counts_once,
                whoever_left_may_come_back,
            ]
        );
    };
}
