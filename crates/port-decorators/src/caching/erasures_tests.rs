//! An erasure blanks a person's row, so the cache forgets the person.

use super::CachedErasures;
use crate::caching::UserEntries;
use domain::actors::Principal;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::{ErasureId, UserId};
use ports::Fault;
use ports::accounts::{AccessChange, MockAccessView, MockUserCache};
use ports::erasures::{BeginErasureError, ErasureRepository, MockErasureRepository};
use std::sync::Arc;
use testkit::builders::{a_commit, a_user, an_id, moment};

/// Expects so many kills, and as many words of a new version.
fn forgetting(
    inner: MockErasureRepository,
    id: UserId,
    kills: usize,
    words: usize,
) -> CachedErasures {
    let (mut cache, mut view) = (MockUserCache::new(), MockAccessView::new());
    let killed = cache.expect_kill().times(kills);
    killed
        .withf(move |killed| *killed == id)
        .returning(|_| Ok(()));
    let noted = view.expect_note().times(words);
    noted
        .withf(move |changes| matches!(changes, [AccessChange::User(user, _)] if *user == id))
        .return_const(());
    let entries = UserEntries::new(Arc::new(cache), Arc::new(view), |_| {});
    CachedErasures::new(Arc::new(inner), Arc::new(entries))
}

async fn begun(
    kills: usize,
    words: usize,
    answer: impl Fn(Erasure) -> Result<Erasure, BeginErasureError> + Send + 'static,
) {
    let (ada, id) = (a_user().build(), ErasureId::new(an_id()));
    let erasure = Erasure::begin(id, ada.id, Principal::System, moment(0));
    let mut inner = MockErasureRepository::new();
    inner
        .expect_begin()
        .times(1)
        .returning(move |_, _, _, _, _| answer(erasure.clone()));
    let erasures = forgetting(inner, ada.id, kills, words);
    let (blank, _) = ada.erased(moment(1));
    // What came of it is the inner repository's business.
    drop(
        erasures
            .begin(id, &blank, ada.version, None, &a_commit())
            .await,
    );
}

#[tokio::test]
async fn a_person_who_was_blanked_is_forgotten_and_known_to_be_newer() {
    begun(1, 1, Ok).await;
}

#[tokio::test]
async fn what_may_have_been_written_by_others_is_forgotten() {
    let other = ErasureId::new(an_id());
    begun(1, 0, move |erasure| {
        Ok(Erasure {
            id: other,
            ..erasure
        })
    })
    .await;
    begun(1, 0, |_| Err(Fault::uncertain("database", "reset").into())).await;
    let version = a_user().build().version;
    begun(1, 0, move |_| Err(BeginErasureError::Outdated(version))).await;
}

#[tokio::test]
async fn a_refusal_leaves_the_cache_alone() {
    begun(0, 0, |_| Err(BeginErasureError::LastAdmin)).await;
    begun(0, 0, |_| Err(Fault::unavailable("database", "down").into())).await;
}

#[tokio::test]
async fn everything_else_is_passed_on() {
    let mut inner = MockErasureRepository::new();
    inner.expect_find().times(1).returning(|_| Ok(None));
    inner.expect_unfinished().times(1).returning(|_| Ok(vec![]));
    inner.expect_answer().times(1).returning(|_, _| Ok(()));
    inner.expect_finish().times(1).returning(|_, _| Ok(()));
    let erasures = forgetting(inner, UserId::new(an_id()), 0, 0);
    let id = ErasureId::new(an_id());
    assert_eq!(erasures.find(id).await.expect("is asked"), None);
    assert_eq!(erasures.unfinished(9).await.expect("is asked"), []);
    let answer = PartAnswer::of("records");
    erasures.answer(id, &answer).await.expect("is told");
    erasures.finish(id, moment(0)).await.expect("is told");
}
