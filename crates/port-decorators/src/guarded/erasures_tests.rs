//! Erasures over a part that is down: what is tried again and what is not.

use super::tests::{down, guarded};
use core::fmt::Debug;
use domain::actors::Principal;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::{ErasureId, UserId};
use ports::accounts::{ImageJanitor as _, MockImageJanitor};
use ports::erasures::{ErasureRepository, MockErasureRepository};
use ports::personal_data::{MockPersonalData, PersonalData as _};
use testkit::builders::{a_commit, a_user, an_id, moment};

/// Attempts at what is tried again: the policy of these tests has two retries.
const AGAIN: usize = 3;

fn fails<T: Debug, E: Debug>(outcome: Result<T, E>) {
    outcome.expect_err("is down");
}

#[tokio::test(start_paused = true)]
async fn an_erasure_begins_once_and_goes_on_again() {
    let mut inner = MockErasureRepository::new();
    let begin = inner.expect_begin().times(1);
    begin.returning(|_, _, _, _, _| Err(down().into()));
    let find = inner.expect_find().times(AGAIN);
    find.returning(|_| Err(down()));
    let unfinished = inner.expect_unfinished().times(AGAIN);
    unfinished.returning(|_| Err(down()));
    let answer = inner.expect_answer().times(AGAIN);
    answer.returning(|_, _| Err(down()));
    let finish = inner.expect_finish().times(AGAIN);
    finish.returning(|_, _| Err(down()));
    let (erasures, ada) = (guarded(inner), a_user().build());
    let id = ErasureId::new(an_id());
    fails(
        erasures
            .begin(id, &ada, ada.version, None, &a_commit())
            .await,
    );
    fails(erasures.find(id).await);
    fails(ErasureRepository::unfinished(&erasures, 9).await);
    fails(erasures.answer(id, &PartAnswer::of("records")).await);
    fails(erasures.finish(id, moment(0)).await);
}

#[tokio::test(start_paused = true)]
async fn whatever_a_part_does_can_be_done_again() {
    let mut inner = MockPersonalData::new();
    inner.expect_name().return_const("records");
    let export = inner.expect_export().times(AGAIN);
    export.returning(|_| Err(down()));
    let erase = inner.expect_erase().times(AGAIN);
    erase.returning(|_| Err(down()));
    let (part, user) = (guarded(inner), UserId::new(an_id()));
    assert_eq!(part.name(), "records");
    fails(part.export(user).await);
    let id = ErasureId::new(an_id());
    let erasure = Erasure::begin(id, user, Principal::System, moment(0));
    fails(part.erase(&erasure).await);
}

#[tokio::test(start_paused = true)]
async fn photos_that_are_gone_are_counted_and_forgotten_again() {
    let mut inner = MockImageJanitor::new();
    let left = inner.expect_left_of().times(AGAIN);
    left.returning(|_| Err(down()));
    let forget = inner.expect_forget().times(AGAIN);
    forget.returning(|_| Err(down()));
    let (janitor, user) = (guarded(inner), UserId::new(an_id()));
    fails(janitor.left_of(user).await);
    fails(janitor.forget(user).await);
}
