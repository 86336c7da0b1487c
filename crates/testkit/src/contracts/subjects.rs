//! What everybody promises who finds people by the name that others gave them.

use crate::Repositories;
use crate::builders::{a_commit, a_pseudonym, a_pseudonym_of, a_user, an_id, moment};
use domain::Version;
use domain::accounts::{ExternalSubject, Profile, Status, User};
use domain::erasures::Erasure;
use domain::ids::{ErasureId, UserId};
use ports::erasures::BeginErasureError;

fn subject(name: &str) -> ExternalSubject {
    ExternalSubject::parse(name).expect("is a subject")
}

async fn known_as(db: &Repositories, name: &str) -> User {
    let user = a_user().build();
    let profile = Profile {
        external_subject: Some(subject(name)),
        ..user.profile.clone()
    };
    let user = User { profile, ..user };
    let added = db.users.add(&user, &a_commit()).await;
    added.expect("nothing is in the way");
    user
}

async fn found(db: &Repositories, name: &str) -> Option<UserId> {
    let found = db.subjects.find(&subject(name)).await;
    found.expect("can be read")
}

/// And nobody else.
pub async fn a_person_is_found_by_their_subject(db: &Repositories) {
    let (ada, bob) = (
        known_as(db, "auth0|ada").await,
        known_as(db, "auth0|bob").await,
    );
    assert_eq!(found(db, "auth0|ada").await, Some(ada.id));
    assert_eq!(found(db, "auth0|bob").await, Some(bob.id));
    assert_eq!(found(db, "auth0|eve").await, None);
}

/// Another spelling may be another person's at the issuer.
pub async fn subjects_are_compared_byte_by_byte(db: &Repositories) {
    let user = known_as(db, "auth0|Ada").await;
    for other in ["auth0|ada", "AUTH0|ADA", "auth0|Ada2", "auth0|%"] {
        assert_eq!(found(db, other).await, None, "{other}");
    }
    assert_eq!(found(db, "auth0|Ada").await, Some(user.id));
}

/// Suspended people are: it is somebody else's to refuse them.
pub async fn deleted_people_are_not_found_and_suspended_ones_are(db: &Repositories) {
    for (name, status, is_found) in [
        ("auth0|gone", Status::Deleted, false),
        ("auth0|away", Status::Suspended, true),
    ] {
        let user = known_as(db, name).await;
        let changed = User {
            status,
            version: user.version.next(),
            ..user.clone()
        };
        let saved = db.users.save(&changed, user.version, &a_commit()).await;
        saved.expect("can be written");
        assert_eq!(found(db, name).await, is_found.then_some(user.id));
    }
}

async fn is_spent_as(db: &Repositories, name: &str, pseudonym: &str) -> bool {
    let (name, pseudonym) = (subject(name), a_pseudonym(pseudonym));
    let spent = db.subjects.is_spent(&name, pseudonym).await;
    spent.expect("can be read")
}

async fn is_spent(db: &Repositories, name: &str) -> bool {
    is_spent_as(db, name, name).await
}

async fn begin(
    db: &Repositories,
    user: &User,
    seen: Version,
) -> Result<Erasure, BeginErasureError> {
    let (blank, _) = user.erased(moment(9));
    let (id, pseudonym) = (ErasureId::new(an_id()), a_pseudonym_of(user));
    db.erasures
        .begin(id, &blank, seen, pseudonym, &a_commit())
        .await
}

async fn with_status(db: &Repositories, user: &User, status: Status) -> User {
    let changed = User {
        status,
        version: user.version.next(),
        ..user.clone()
    };
    let saved = db.users.save(&changed, user.version, &a_commit()).await;
    saved.expect("can be written");
    changed
}

/// And no longer; those of the suspended never are.
pub async fn the_subject_of_a_deleted_person_is_spent_until_they_are_restored(db: &Repositories) {
    let (ada, bob) = (known_as(db, "ada").await, known_as(db, "bob").await);
    with_status(db, &bob, Status::Suspended).await;
    for name in ["ada", "bob", "eve"] {
        assert!(!is_spent(db, name).await, "{name}");
    }
    let gone = with_status(db, &ada, Status::Deleted).await;
    assert!(is_spent(db, "ada").await && !is_spent(db, "bob").await);
    assert!(!is_spent(db, "Ada").await, "byte by byte");
    with_status(db, &gone, Status::Active).await;
    assert!(!is_spent(db, "ada").await);
}

/// By its pseudonym alone, whoever is entered under it and erased later.
pub async fn the_subject_of_an_erased_person_is_spent_for_good(db: &Repositories) {
    for _ in 0..2 {
        let ada = known_as(db, "ada").await;
        let begun = begin(db, &ada, ada.version).await;
        begun.expect("can be erased");
        assert!(is_spent(db, "ada").await && !is_spent(db, "bob").await);
        assert!(!is_spent_as(db, "ada", "bob").await, "another secret");
    }
    known_as(db, "ada").await;
    assert!(is_spent(db, "ada").await);
}

/// Nothing is kept of an erasure that does not begin.
pub async fn the_subject_of_a_person_who_is_not_erased_is_not_spent(db: &Repositories) {
    let ada = known_as(db, "ada").await;
    let begun = begin(db, &ada, ada.version.next()).await;
    begun.expect_err("the caller is outdated");
    assert!(!is_spent(db, "ada").await);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! subject_index_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::subjects,
            $fixture,
            [
                a_person_is_found_by_their_subject,
                subjects_are_compared_byte_by_byte,
                deleted_people_are_not_found_and_suspended_ones_are,
                the_subject_of_a_deleted_person_is_spent_until_they_are_restored,
                the_subject_of_an_erased_person_is_spent_for_good,
                the_subject_of_a_person_who_is_not_erased_is_not_spent,
            ]
        );
    };
}
