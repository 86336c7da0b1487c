//! What everybody promises who finds people by the name that others gave them.

use crate::Repositories;
use crate::builders::{a_commit, a_user};
use domain::accounts::{ExternalSubject, Profile, Status, User};
use domain::ids::UserId;

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
            ]
        );
    };
}
