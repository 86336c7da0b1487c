//! Erasures as they are kept, carried on and finished.

use super::{add, erase};
use crate::Repositories;
use crate::builders::{CommitWith as _, a_commit, a_user, an_id, moment};
use domain::actors::Principal;
use domain::erasures::{Erasure, PartAnswer};
use domain::ids::ErasureId;
use ports::erasures::BeginErasureError;

/// By one after another and by many at once.
pub async fn a_person_is_erased_once_however_often_it_is_asked_for(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let at_once = futures::future::join_all((0..4).map(|_| erase(db, &ada))).await;
    let begun: Vec<Erasure> = at_once.into_iter().filter_map(Result::ok).collect();
    assert!(!begun.is_empty());
    let again = erase(db, &ada).await.expect("is answered");
    assert!(begun.iter().all(|one| one.id == again.id), "{begun:?}");
    let row = db.users.find(ada.id).await.expect("can be read");
    assert_eq!(row.expect("is there").version, ada.version.next());
}

/// Whoever has seen another row has to look again.
pub async fn an_outdated_caller_erases_nobody(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let (blank, _) = ada.erased(moment(9));
    let id = ErasureId::new(an_id());
    let outcome = db
        .erasures
        .begin(id, &blank, ada.version.next(), None, &a_commit())
        .await;
    assert!(
        matches!(outcome, Err(BeginErasureError::Outdated(now)) if now == ada.version),
        "{outcome:?}"
    );
    assert_eq!(db.erasures.find(id).await.expect("can be read"), None);
}

/// Nothing is made up.
pub async fn a_person_who_is_not_there_is_missing(db: &Repositories) {
    let nobody = a_user().build();
    let (blank, _) = nobody.erased(moment(9));
    let id = ErasureId::new(an_id());
    let outcome = db
        .erasures
        .begin(id, &blank, nobody.version, None, &a_commit())
        .await;
    assert!(matches!(outcome, Err(BeginErasureError::Missing)));
}

/// With who asked for it and when.
pub async fn an_erasure_is_read_as_it_was_written(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let (blank, _) = ada.erased(moment(9));
    let (id, by) = (ErasureId::new(an_id()), Principal::User(ada.id));
    let commit = a_commit().by(by).at(moment(5));
    let begun = db
        .erasures
        .begin(id, &blank, ada.version, None, &commit)
        .await;
    let expected = Erasure::begin(id, ada.id, by, moment(5));
    assert_eq!(begun.expect("can be erased"), expected);
    let found = db.erasures.find(id).await.expect("can be read");
    assert_eq!(found, Some(expected));
    let other = db.erasures.find(ErasureId::new(an_id())).await;
    assert_eq!(other.expect("can be read"), None);
}

/// The last one.
pub async fn answers_are_kept_one_for_each_part(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let id = erase(db, &ada).await.expect("can be erased").id;
    let photos = PartAnswer::of("photos").without("objects");
    let records = PartAnswer::of("records").keeping("audit", "it is \"sealed\"");
    for answer in [&PartAnswer::of("records"), &photos, &records] {
        let kept = db.erasures.answer(id, answer).await;
        kept.expect("can be written");
    }
    let found = db.erasures.find(id).await.expect("can be read");
    assert_eq!(found.expect("is there").answers, [photos, records]);
    let nobodys = ErasureId::new(an_id());
    let kept = db
        .erasures
        .answer(nobodys, &PartAnswer::of("records"))
        .await;
    kept.expect("is no error");
}

/// Its answers and its end.
pub async fn what_is_finished_stays_as_it_is(db: &Repositories) {
    let ada = a_user().build();
    add(db, &ada).await;
    let id = erase(db, &ada).await.expect("can be erased").id;
    let finish = |at| db.erasures.finish(id, moment(at));
    finish(10).await.expect("can be written");
    finish(20).await.expect("is no error");
    let late = db.erasures.answer(id, &PartAnswer::of("records")).await;
    late.expect("is no error");
    let found = db.erasures.find(id).await.expect("can be read");
    let found = found.expect("is there");
    assert_eq!(
        (found.finished_at, found.answers.len()),
        (Some(moment(10)), 0)
    );
}

/// So that nobody waits for ever.
pub async fn unfinished_erasures_are_listed_the_oldest_first(db: &Repositories) {
    let mut begun = Vec::new();
    for at in [3, 1, 2] {
        let user = a_user().build();
        add(db, &user).await;
        let (blank, _) = user.erased(moment(at));
        let (id, commit) = (ErasureId::new(an_id()), a_commit().at(moment(at)));
        let erasure = db
            .erasures
            .begin(id, &blank, user.version, None, &commit)
            .await;
        begun.push(erasure.expect("can be erased").id);
    }
    let unfinished = async |limit| {
        let listed = db.erasures.unfinished(limit).await.expect("can be read");
        listed.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(unfinished(9).await, [begun[1], begun[2], begun[0]]);
    assert_eq!(unfinished(1).await, [begun[1]]);
    let finished = db.erasures.finish(begun[1], moment(9)).await;
    finished.expect("can be written");
    assert_eq!(unfinished(9).await, [begun[2], begun[0]]);
}
