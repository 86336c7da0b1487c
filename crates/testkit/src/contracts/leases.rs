//! What every keeper of leases promises: one holder at a time, and none for ever.

use crate::Repositories;
use crate::builders::{an_id, moment};
use uuid::Uuid;

const WORK: &str = "work";

async fn take(db: &Repositories, holder: Uuid, now: i64, until: i64) -> bool {
    let taken = db.leases.take(WORK, holder, moment(now), moment(until));
    taken.await.expect("can be asked")
}

/// Until it ends.
pub async fn one_has_it_and_the_other_does_not(db: &Repositories) {
    let (one, other) = (an_id(), an_id());
    assert!(take(db, one, 0, 30).await);
    assert!(!take(db, other, 0, 30).await);
    assert!(!take(db, other, 29, 60).await);
    assert!(take(db, other, 30, 60).await);
    assert!(!take(db, one, 31, 60).await);
}

/// So that long work keeps it.
pub async fn a_holder_makes_its_own_longer(db: &Repositories) {
    let (one, other) = (an_id(), an_id());
    assert!(take(db, one, 0, 30).await);
    assert!(take(db, one, 20, 50).await);
    assert!(!take(db, other, 40, 70).await);
    assert!(take(db, one, 60, 90).await, "it had ended, but nobody came");
}

/// At once, and by its holder only.
pub async fn what_is_given_back_is_free(db: &Repositories) {
    let (one, other) = (an_id(), an_id());
    assert!(take(db, one, 0, 30).await);
    db.leases.release(WORK, other).await.expect("is no error");
    assert!(!take(db, other, 1, 30).await);
    db.leases.release(WORK, one).await.expect("can be released");
    assert!(take(db, other, 1, 30).await);
    db.leases
        .release("unknown", one)
        .await
        .expect("is no error");
}

/// Work of one kind does not hold up that of another.
pub async fn leases_of_two_names_do_not_meet(db: &Repositories) {
    assert!(take(db, an_id(), 0, 30).await);
    let other = db.leases.take("other work", an_id(), moment(0), moment(30));
    assert!(other.await.expect("can be asked"));
}

/// However many ask at once.
pub async fn of_many_at_once_one_gets_it(db: &Repositories) {
    for round in 0..5 {
        let (now, until) = (round * 100, round * 100 + 100);
        let asked = (0..8).map(|_| take(db, an_id(), now, until));
        let taken = futures::future::join_all(asked).await;
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
    }
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! leases_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::leases,
            $fixture,
            [
                one_has_it_and_the_other_does_not,
                a_holder_makes_its_own_longer,
                what_is_given_back_is_free,
                leases_of_two_names_do_not_meet,
                of_many_at_once_one_gets_it,
            ]
        );
    };
}
