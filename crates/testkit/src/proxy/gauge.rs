//! Counts connections, so that a test can see one that nobody closes.

use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;

/// The connections of one proxy, numbered from 1.
#[derive(Debug, Clone, Default)]
pub struct Gauge {
    known: watch::Sender<Known>,
}

#[derive(Debug, Default)]
struct Known {
    accepted: u64,
    open: BTreeSet<u64>,
}

/// An open connection. It counts until this is dropped.
pub struct Ticket {
    number: u64,
    known: watch::Sender<Known>,
}

impl Gauge {
    pub fn enter(&self) -> Ticket {
        self.known.send_modify(|known| {
            known.accepted += 1;
            known.open.insert(known.accepted);
        });
        Ticket {
            number: self.accepted(),
            known: self.known.clone(),
        }
    }

    pub fn open(&self) -> usize {
        self.known.borrow().open.len()
    }

    pub fn accepted(&self) -> u64 {
        self.known.borrow().accepted
    }

    /// Waits until those that were accepted up to this one are gone.
    pub async fn ended_up_to(&self, number: u64, within: Duration) {
        self.wait(
            "the connections of before are still open",
            within,
            |known| known.open.first().is_none_or(|oldest| *oldest > number),
        )
        .await;
    }

    pub async fn at_most(&self, connections: usize, within: Duration) {
        let complaint = format!("more than {connections} connections are open");
        self.wait(&complaint, within, |known| known.open.len() <= connections)
            .await;
    }

    async fn wait(&self, complaint: &str, within: Duration, so: impl FnMut(&Known) -> bool) {
        let mut known = self.known.subscribe();
        let waited = tokio::time::timeout(within, known.wait_for(so)).await;
        assert!(
            waited.is_ok(),
            "{complaint} after {within:?}: {}",
            self.open()
        );
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.known.send_modify(|known| {
            known.open.remove(&self.number);
        });
    }
}
