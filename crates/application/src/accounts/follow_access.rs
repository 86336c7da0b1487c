//! Hears of what any process changed about anybody's access, within half a second.

use core::time::Duration;
use ports::Fault;
use ports::accounts::{AccessChanges, AccessView};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// Reads the changes again and again into what this process knows.
pub struct FollowAccess {
    /// What was changed.
    pub changes: Arc<dyn AccessChanges>,
    /// What this process knows.
    pub view: Arc<dyn AccessView>,
    /// When it caught up last.
    pub caught_up: CaughtUp,
}

/// When somebody caught up last; never, at first.
#[derive(Debug, Default)]
pub struct CaughtUp(Mutex<Option<Instant>>);

impl FollowAccess {
    /// As far back as any access token can have been issued, for whoever has heard of nothing yet.
    pub const ALL: Duration = Duration::from_secs(16 * 60);
    /// A change may be written so much earlier than it is committed, and the clocks of the database and of this
    /// machine may run differently by a part of it: a transaction has 7 s in all.
    pub const OVERLAP: Duration = Duration::from_secs(15);

    /// One turn; answers how many changes it was told of, known ones among them.
    ///
    /// # Errors
    /// [`Fault`] when the changes cannot be read: nothing is caught up with then.
    pub async fn run(&self) -> Result<usize, Fault> {
        let asked = Instant::now();
        let before = *self.caught_up.lock();
        let last = before.map_or(Self::ALL, |before| (asked - before) + Self::OVERLAP);
        let changes = self.changes.within(last.min(Self::ALL)).await?;
        self.view.note(&changes);
        self.view.caught_up(asked);
        *self.caught_up.lock() = Some(asked);
        Ok(changes.len())
    }
}

impl FollowAccess {
    /// A turn right after a change of our own, so that the next request here knows of it. If it fails, the next turn
    /// tells, half a second later.
    pub(crate) async fn soon(&self) {
        if let Err(fault) = self.run().await {
            tracing::warn!(
                error = &fault as &dyn core::error::Error,
                "a change of access will be heard of later"
            );
        }
    }
}

impl CaughtUp {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{CaughtUp, FollowAccess};
    use crate::fixtures::{fault, user_id, version};
    use core::time::Duration;
    use ports::accounts::{AccessChange, MockAccessChanges, MockAccessView};
    use std::sync::Arc;
    use tokio::time::{Instant, advance};

    fn following(changes: MockAccessChanges, view: MockAccessView) -> FollowAccess {
        FollowAccess {
            changes: Arc::new(changes),
            view: Arc::new(view),
            caught_up: CaughtUp::default(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_turn_reads_all_and_later_ones_what_may_be_new() {
        let began = Instant::now();
        let change = AccessChange::User(user_id(7), version(3));
        let (mut changes, mut view) = (MockAccessChanges::new(), MockAccessView::new());
        let mut asked = Vec::from([
            FollowAccess::ALL,
            FollowAccess::OVERLAP + Duration::from_secs(2),
        ]);
        changes.expect_within().times(2).returning(move |last| {
            assert_eq!(last, asked.remove(0));
            Ok(vec![change])
        });
        view.expect_note()
            .times(2)
            .withf(move |told| told == [change])
            .return_const(());
        let mut caught_up = Vec::from([began, began + Duration::from_secs(2)]);
        view.expect_caught_up()
            .times(2)
            .returning(move |asked| assert_eq!(asked, caught_up.remove(0)));
        let follow = following(changes, view);
        assert_eq!(follow.run().await.unwrap(), 1);
        advance(Duration::from_secs(2)).await;
        assert_eq!(follow.run().await.unwrap(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_fails_catches_up_with_nothing_and_the_next_asks_for_more() {
        let (mut changes, mut view) = (MockAccessChanges::new(), MockAccessView::new());
        changes
            .expect_within()
            .times(1)
            .returning(|_| Ok(Vec::new()));
        changes.expect_within().times(1).returning(|_| Err(fault()));
        let longer = FollowAccess::OVERLAP + Duration::from_secs(6);
        changes
            .expect_within()
            .times(1)
            .withf(move |last| *last == longer)
            .returning(|_| Ok(Vec::new()));
        view.expect_note().times(2).return_const(());
        view.expect_caught_up().times(2).return_const(());
        let follow = following(changes, view);
        follow.run().await.unwrap();
        for fails in [true, false] {
            advance(Duration::from_secs(3)).await;
            assert_eq!(follow.run().await.is_err(), fails);
        }
    }
}
