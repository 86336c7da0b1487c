//! No column is kept that nobody has classified, and what is said to go goes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_postgres::PostgresRemains;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::User;
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::{ErasureId, ImageId};
use ports::personal_data::PersonalData as _;
use stored::personal::{Erase, TABLES, Table};
use support::fresh_postgres;
use testkit::Repositories;
use testkit::builders::{CommitWith as _, a_commit, a_pseudonym_of, an_id, kept, moment};
use testkit::servers::Database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn lines(db: &Repositories, query: &str) -> Vec<String> {
    let database = db.guard.downcast_ref::<Database>().expect("is a database");
    let mut connection = AsyncPgConnection::establish(database.url()).await.unwrap();
    let lines: Vec<Line> = diesel::sql_query(query)
        .load(&mut connection)
        .await
        .unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_there_is_has_been_classified() {
    let db = fresh_postgres().await;
    let query = "SELECT table_name || '.' || column_name AS line FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'
        ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"";
    let found = lines(&db, query).await;
    let classified = TABLES.iter().flat_map(|table| {
        let columns = table.columns.iter();
        columns.map(|column| format!("{}.{}", table.name, column.0))
    });
    assert_eq!(
        found,
        classified.collect::<Vec<_>>(),
        "see stored::personal"
    );
}

/// What a column says in the rows about a person, one after another.
async fn cell(db: &Repositories, table: &Table, column: &str, user: &User) -> String {
    let whose = table.condition().expect("has rows about people");
    let whose = whose
        .replace(":user", &format!("'{}'::uuid", user.id))
        .replace(":principal", &format!("'user:{}'", user.id));
    let query = format!(
        "SELECT coalesce(string_agg(coalesce({column}::text, 'NULL'), ' '), '') AS line FROM {} WHERE {whose}",
        table.name
    );
    lines(db, &query).await.remove(0)
}

/// Erases as the workers do.
async fn erase(db: &Repositories, user: &User) {
    let now = db.users.find(user.id).await.unwrap().unwrap();
    let (blank, changes) = now.erased(moment(9));
    let commit = a_commit()
        .saying(Audit::of(Action::UserErased, user.id).with(changes))
        .telling(Event::user(EventKind::UserErased, user.id, blank.version));
    let id = ErasureId::new(an_id());
    let subject = a_pseudonym_of(&now);
    let begun = db.erasures.begin(id, &blank, now.version, subject, &commit);
    let begun = begun.await;
    let answer = db.records.erase(&begun.unwrap()).await.unwrap();
    db.erasures.answer(id, &answer.unwrap()).await.unwrap();
    for due in db.outbox.claim(moment(99), moment(999), 99).await.unwrap() {
        if let (EventKind::ImageDeleted, Some(image)) = (due.event.kind, due.event.object) {
            db.image_janitor.bury(ImageId::new(image)).await.unwrap();
        }
    }
    assert_eq!(db.image_janitor.forget(user.id).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_erasure_leaves_is_what_the_list_says() {
    let db = fresh_postgres().await;
    let ada = kept(&db, "ada").await;
    let of_people = || TABLES.iter().filter(|table| table.condition().is_some());
    let every = || of_people().flat_map(|table| table.columns.iter().map(move |it| (table, it)));
    let mut before = Vec::new();
    for (table, column) in every() {
        let said = cell(&db, table, column.0, &ada).await;
        let begins_later = ["erased_subjects", "erasures"].contains(&table.name);
        assert!(
            begins_later || !said.is_empty(),
            "let `kept` fill {}",
            table.name
        );
        before.push(said);
    }
    erase(&db, &ada).await;
    for ((table, (column, _, _, erase)), before) in every().zip(before) {
        let after = cell(&db, table, column, &ada).await;
        let said = format!("{}.{column}: {before:?}, then {after:?}", table.name);
        match erase {
            Erase::Goes => assert_eq!(after, "", "{said}"),
            Erase::Blank => {
                let blank = ["NULL", "0"].contains(&after.as_str());
                assert!(blank || (after != before && !after.is_empty()), "{said}");
            }
            Erase::Stays(_) => assert!(!after.is_empty(), "{said}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_says_anything_of_the_person() {
    let db = fresh_postgres().await;
    let ada = kept(&db, "zyxmarked").await;
    let rows = async || {
        let database = db.guard.downcast_ref::<Database>().expect("is a database");
        database.rows().await.to_lowercase()
    };
    assert!(
        rows().await.contains("zyxmarked"),
        "the search finds what is there"
    );
    erase(&db, &ada).await;
    assert!(!rows().await.contains("zyxmarked"));
}

/// Nobody is told that a server has forgotten what it has not.
#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_names_what_the_server_itself_still_keeps() {
    let db = fresh_postgres().await;
    let ada = kept(&db, "ada").await;
    erase(&db, &ada).await;
    let erasure = db.erasures.unfinished(1).await.unwrap().remove(0);
    let answer = PostgresRemains.erase(&erasure).await.unwrap().unwrap();
    let stayed: Vec<&str> = answer.stayed.iter().map(|it| it.what.as_str()).collect();
    assert!(
        stayed.iter().any(|what| what.contains("dead rows")),
        "{stayed:?}"
    );
    assert!(
        stayed.iter().any(|what| what.contains("write-ahead log")),
        "{stayed:?}"
    );
}
