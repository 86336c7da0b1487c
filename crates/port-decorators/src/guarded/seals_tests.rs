//! Seals over a part that is down: all is tried again, since a second seal of one number is refused.

use super::tests::{down, guarded};
use core::fmt::Debug;
use domain::Digest;
use domain::seals::Seal;
use ports::Fault;
use ports::seals::{AuditSeals as _, MockAuditSeals};

/// Attempts: the policy of these tests has two retries.
const AGAIN: usize = 3;

fn fails<T: Debug>(outcome: Result<T, Fault>) {
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_trail_is_read_again() {
    let mut inner = MockAuditSeals::new();
    let settled = inner.expect_settled().times(AGAIN);
    settled.returning(|| Err(down()));
    let rows = inner.expect_rows().times(AGAIN);
    rows.returning(|_, _, _| Err(down()));
    let tail = inner.expect_tail().times(AGAIN);
    tail.returning(|_| Err(down()));
    let protection = inner.expect_protection().times(AGAIN);
    protection.returning(|| Err(down()));
    let seals = guarded(inner);
    fails(seals.settled().await);
    fails(seals.rows(0, 9, 9).await);
    fails(seals.tail(0).await);
    fails(seals.protection().await);
}

#[tokio::test(start_paused = true)]
async fn seals_are_read_again_and_added_again() {
    let mut inner = MockAuditSeals::new();
    let newest = inner.expect_newest().times(AGAIN);
    newest.returning(|| Err(down()));
    let listed = inner.expect_seals().times(AGAIN);
    listed.returning(|_, _| Err(down()));
    let add = inner.expect_add().times(AGAIN);
    add.returning(|_| Err(down()));
    let (seals, nothing) = (guarded(inner), Digest::new([0; 32]));
    let seal = Seal {
        number: 1,
        encoding: Seal::ENCODING,
        first_seq: 1,
        last_seq: 1,
        row_count: 1,
        sealed_at_us: 0,
        rows_digest: nothing,
        digest: nothing,
    };
    fails(seals.newest().await);
    fails(seals.seals(0, 9).await);
    fails(seals.add(&seal).await);
}
