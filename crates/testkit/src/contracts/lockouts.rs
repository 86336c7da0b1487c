//! What every keeper of failed sign-ins promises.

use crate::Repositories;
use crate::builders::moment;
use domain::Digest;
use domain::accounts::LockoutTerms;
use futures::future::join_all;
use jiff::Timestamp;

const TERMS: LockoutTerms = LockoutTerms::ACCOUNT;
const ADA: Digest = Digest::new([0xad; 32]);
const BOB: Digest = Digest::new([0xb0; 32]);

fn at(seconds: i64) -> Timestamp {
    moment(seconds)
}

async fn charged(db: &Repositories, subject: &Digest, seconds: i64) -> Option<Timestamp> {
    let charged = db.lockouts.charge(subject, &TERMS, at(seconds)).await;
    charged.expect("can be written")
}

async fn seen(db: &Repositories, subject: &Digest, seconds: i64) -> Option<Timestamp> {
    let seen = db.lockouts.look(subject, at(seconds)).await;
    seen.expect("can be read")
}

async fn lock(db: &Repositories, subject: &Digest, seconds: i64) {
    for _ in 0..TERMS.failures {
        assert_eq!(charged(db, subject, seconds).await, None);
    }
}

/// Those that are allowed, and then nobody, until the time is over.
pub async fn failures_lock_and_the_lockout_ends_by_itself(db: &Repositories) {
    assert_eq!(seen(db, &ADA, 0).await, None);
    lock(db, &ADA, 0).await;
    assert_eq!(charged(db, &ADA, 1).await, Some(at(60)));
    assert_eq!(seen(db, &ADA, 59).await, Some(at(60)));
    assert_eq!(seen(db, &ADA, 60).await, None);
    assert_eq!(charged(db, &ADA, 60).await, None);
}

/// Each is remembered.
pub async fn the_next_lockout_lasts_longer(db: &Repositories) {
    lock(db, &ADA, 0).await;
    lock(db, &ADA, 60).await;
    assert_eq!(seen(db, &ADA, 60).await, Some(at(180)));
}

/// Whoever is refused makes it no worse for the one who owns the account.
pub async fn who_is_locked_out_makes_it_no_longer(db: &Repositories) {
    lock(db, &ADA, 0).await;
    for second in 0..30 {
        assert_eq!(charged(db, &ADA, second).await, Some(at(60)));
    }
    assert_eq!(seen(db, &ADA, 59).await, Some(at(60)));
}

/// One has nothing to do with the other.
pub async fn everybody_has_their_own_failures(db: &Repositories) {
    lock(db, &ADA, 0).await;
    assert_eq!(seen(db, &BOB, 0).await, None);
    assert_eq!(charged(db, &BOB, 0).await, None);
}

/// And only of that subject.
pub async fn a_success_forgets_the_failures(db: &Repositories) {
    lock(db, &ADA, 0).await;
    lock(db, &BOB, 0).await;
    db.lockouts.clear(&ADA).await.expect("can be written");
    assert_eq!(seen(db, &ADA, 0).await, None);
    assert_eq!(seen(db, &BOB, 0).await, Some(at(60)));
    db.lockouts.clear(&ADA).await.expect("twice is once");
    // The one after that lasts as long as the first.
    lock(db, &ADA, 0).await;
    assert_eq!(seen(db, &ADA, 0).await, Some(at(60)));
}

/// However many there are.
pub async fn of_many_at_once_no_more_get_through_than_are_allowed(db: &Repositories) {
    let all = (0..50).map(|_| charged(db, &ADA, 0));
    let all = join_all(all).await;
    let through = all.iter().filter(|until| until.is_none()).count();
    assert_eq!(through, TERMS.failures as usize);
    assert_eq!(seen(db, &ADA, 0).await, Some(at(60)));
}

/// When it does not matter any more, and no sooner.
pub async fn what_does_not_matter_any_more_is_forgotten(db: &Repositories) {
    lock(db, &ADA, 0).await;
    assert_eq!(charged(db, &BOB, 0).await, None);
    let day = 24 * 3_600;
    let forgotten = |seconds| db.lockouts.forget(at(seconds));
    assert_eq!(forgotten(day - 1).await.expect("can be written"), 0);
    assert_eq!(forgotten(day).await.expect("can be written"), 1);
    assert_eq!(seen(db, &ADA, 0).await, Some(at(60)));
    assert_eq!(forgotten(day + 60).await.expect("can be written"), 1);
    assert_eq!(seen(db, &ADA, 0).await, None);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! lockout_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::lockouts,
            $fixture,
            [
                failures_lock_and_the_lockout_ends_by_itself,
                the_next_lockout_lasts_longer,
                who_is_locked_out_makes_it_no_longer,
                everybody_has_their_own_failures,
                a_success_forgets_the_failures,
                of_many_at_once_no_more_get_through_than_are_allowed,
                what_does_not_matter_any_more_is_forgotten,
            ]
        );
    };
}
