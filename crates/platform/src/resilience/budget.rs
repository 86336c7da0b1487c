//! Bounds what retries may cost, so that a dependency that fails is not asked many times as often because it does.

use std::sync::atomic::{AtomicU64, Ordering};

use super::terms::BudgetTerms;

/// What a retry costs: tokens are counted in thousandths of one.
const RETRY: u64 = 1_000;

/// A token bucket, full at the start. Calls fill it, retries empty it; time does neither.
#[derive(Debug)]
pub(super) struct Budget {
    earned: u64,
    most: u64,
    saved: AtomicU64,
}

impl Budget {
    pub(super) fn new(terms: BudgetTerms) -> Self {
        let most = u64::from(terms.most) * RETRY;
        Self {
            earned: thousandths(terms.earned),
            most,
            saved: AtomicU64::new(most),
        }
    }

    /// A call was made.
    pub(super) fn earn(&self) {
        let more = |saved: u64| Some(saved.saturating_add(self.earned).min(self.most));
        let _ = self
            .saved
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Whether one more retry can be paid; pays it.
    pub(super) fn spend(&self) -> bool {
        let less = |saved: u64| saved.checked_sub(RETRY);
        self.saved
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    }
}

/// A float becomes an integer through a duration, which refuses what is no amount.
fn thousandths(share: f64) -> u64 {
    let amount = std::time::Duration::try_from_secs_f64(share).unwrap_or_default();
    u64::try_from(amount.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(budget: &Budget) -> u32 {
        (0..1_000).map(|_| u32::from(budget.spend())).sum()
    }

    #[test]
    fn ten_calls_earn_one_retry() {
        let budget = Budget::new(BudgetTerms {
            earned: 0.1,
            most: 3,
        });
        assert_eq!(spent(&budget), 3);
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend() && !budget.spend());
    }

    #[test]
    fn no_more_is_saved_than_there_is_room_for() {
        let budget = Budget::new(BudgetTerms {
            earned: 0.2,
            most: 3,
        });
        (0..1_000).for_each(|_| budget.earn());
        assert_eq!(spent(&budget), 3);
    }
}
