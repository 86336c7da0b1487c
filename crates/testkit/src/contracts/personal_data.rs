//! What the part that speaks for a database's rows promises: all of a person is told, and nothing of anybody else goes.

use crate::Repositories;
use crate::builders::{CommitWith as _, a_commit, a_pseudonym_of, a_user, an_id, kept, moment};
use domain::accounts::User;
use domain::erasures::Erasure;
use domain::facts::Fact;
use domain::ids::{ErasureId, UserId};

async fn told(db: &Repositories, user: UserId) -> Vec<(String, Fact)> {
    db.records.export(user).await.expect("can be told")
}

/// Every value, one after another.
fn spoken(fact: &Fact) -> String {
    match fact {
        Fact::Text(text) => format!("{} ", text.reveal()),
        Fact::List(facts) => facts.iter().map(spoken).collect(),
        Fact::Record(named) => named.iter().map(|(_, fact)| spoken(fact)).collect(),
        other => format!("{other:?} "),
    }
}

fn rows(told: &[(String, Fact)], table: &str) -> usize {
    let found = told.iter().find(|(name, _)| name == table);
    match found {
        Some((_, Fact::List(rows))) => rows.len(),
        other => panic!("{table} is a list of rows: {other:?}"),
    }
}

async fn erase(db: &Repositories, user: &User) -> Erasure {
    let now = db.users.find(user.id).await.expect("can be read");
    let now = now.expect("is there");
    let (blank, _) = now.erased(moment(9));
    let id = ErasureId::new(an_id());
    let begun = db
        .erasures
        .begin(id, &blank, now.version, a_pseudonym_of(&now), &a_commit())
        .await;
    let erasure = begun.expect("can be erased");
    let answer = db.records.erase(&erasure).await.expect("can be erased");
    assert_eq!(answer.expect("answers at once").part, db.records.name());
    erasure
}

/// In every table, and nothing of the next person.
pub async fn everything_of_a_person_is_told_and_nothing_of_others(db: &Repositories) {
    let (ada, bob) = (kept(db, "ada").await, kept(db, "bob").await);
    let told = told(db, ada.id).await;
    for (table, count) in [
        ("users", 1),
        ("user_sites", 1),
        ("sessions", 1),
        ("invitations", 2),
        ("credentials", 1),
        ("images", 1),
        ("image_objects", 4),
        ("idempotency", 2),
        ("erasures", 0),
    ] {
        assert_eq!(rows(&told, table), count, "{table}");
    }
    let said = spoken(&Fact::Record(told));
    for mark in [
        "Givenada",
        "Familyada",
        "ada@example.org",
        "555 0100",
        "ada Lane",
        "subject|ada",
        "key-ada",
        "upload-ada",
        "Muster/1 (test)",
    ] {
        assert!(said.contains(mark), "{mark} in {said}");
    }
    let photo = format!("images/{}", ada.id);
    assert!(said.contains(&photo) && said.contains(&format!("{:?}", moment(1))));
    assert!(!said.contains("$argon2id$"), "{said}");
    assert!(
        !said.contains("bob") && !said.contains(&bob.id.to_string()),
        "{said}"
    );
}

/// A stranger to the database is no error.
pub async fn of_nobody_nothing_is_told(db: &Repositories) {
    kept(db, "ada").await;
    let told = told(db, UserId::new(an_id())).await;
    for (table, _) in &told {
        assert_eq!(rows(&told, table), 0, "{table}");
    }
}

/// Answers of requests about them, and of their own; devices, invitations, passwords.
pub async fn what_is_said_to_go_is_gone(db: &Repositories) {
    let ada = kept(db, "ada").await;
    erase(db, &ada).await;
    let told = told(db, ada.id).await;
    for table in [
        "sessions",
        "invitations",
        "credentials",
        "idempotency",
        "user_sites",
    ] {
        assert_eq!(rows(&told, table), 0, "{table}");
    }
    assert_eq!(rows(&told, "erasures"), 1);
    let said = spoken(&Fact::Record(told));
    for mark in [
        "ada@",
        "Givenada",
        "Familyada",
        "555 0100",
        "Lane",
        "subject|",
        "key-",
        "upload-",
    ] {
        assert!(!said.contains(mark), "{mark} in {said}");
    }
    let again = a_commit().keyed("key-ada", "another request");
    let other = a_user().build();
    let fresh = db.users.add(&other, &again).await;
    assert!(!fresh.expect("the key is free again").is_replayed());
}

/// Not a row.
pub async fn others_keep_what_they_have(db: &Repositories) {
    let (ada, bob) = (kept(db, "ada").await, kept(db, "bob").await);
    let before = told(db, bob.id).await;
    erase(db, &ada).await;
    assert_eq!(told(db, bob.id).await, before);
}

/// Twice is once.
pub async fn asked_again_it_answers_the_same(db: &Repositories) {
    let ada = kept(db, "ada").await;
    let erasure = erase(db, &ada).await;
    let first = db.records.erase(&erasure).await.expect("can be erased");
    let second = db.records.erase(&erasure).await.expect("can be erased");
    assert_eq!(first, second);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! personal_data_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::personal_data,
            $fixture,
            [
                everything_of_a_person_is_told_and_nothing_of_others,
                of_nobody_nothing_is_told,
                what_is_said_to_go_is_gone,
                others_keep_what_they_have,
                asked_again_it_answers_the_same,
            ]
        );
    };
}
