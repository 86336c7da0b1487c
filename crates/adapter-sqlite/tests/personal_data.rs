//! No column is kept that nobody has classified, what is said to go goes, and its bytes go with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_sqlite::{Database, SqliteRemains};
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::accounts::User;
use domain::audit::{Action, Audit};
use domain::erasures::Erasure;
use domain::events::{Event, EventKind};
use domain::ids::ErasureId;
use ports::personal_data::PersonalData as _;
use std::path::PathBuf;
use stored::personal::{Erase, TABLES, Table};
use support::fresh_sqlite;
use tempfile::TempDir;
use testkit::Repositories;
use testkit::builders::{CommitWith as _, a_commit, a_pseudonym_of, an_id, kept, moment};

/// Columns that only SQLite has; none says anything that another column does not.
const OWN: [(&str, &str); 2] = [
    ("users.row_id", "by which the search index finds its rows"),
    (
        "users_search",
        "the search index over users.search_text, which forgets what it deletes",
    ),
];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn file(db: &Repositories) -> PathBuf {
    let folder = db.guard.downcast_ref::<TempDir>().expect("is a folder");
    folder.path().join("muster.db")
}

fn lines(db: &Repositories, query: &str) -> Vec<String> {
    let path = file(db);
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let lines: Vec<Line> = diesel::sql_query(query).load(&mut connection).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_there_is_has_been_classified() {
    let db = fresh_sqlite().await;
    let query = "SELECT t.name || '.' || c.name AS line FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY t.name, c.name";
    let mut found = lines(&db, query);
    found.retain(|column| !OWN.iter().any(|(own, _)| column.starts_with(own)));
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
fn cell(db: &Repositories, table: &Table, column: &str, user: &User) -> String {
    let whose = table.condition().expect("has rows about people");
    let whose = whose
        .replace(":user", &format!("x'{}'", user.id.uuid().simple()))
        .replace(":principal", &format!("'user:{}'", user.id));
    let query = format!(
        "SELECT coalesce(group_concat(quote({column}), ' '), '') AS line FROM {} WHERE {whose}",
        table.name
    );
    lines(db, &query).remove(0)
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
    let erasure: Erasure = begun.unwrap();
    let answer = db.records.erase(&erasure).await.unwrap();
    db.erasures.answer(id, &answer.unwrap()).await.unwrap();
    for due in db.outbox.claim(moment(99), moment(999), 99).await.unwrap() {
        if let (EventKind::ImageDeleted, Some(image)) = (due.event.kind, due.event.object) {
            let image = domain::ids::ImageId::new(image);
            db.image_janitor.bury(image).await.unwrap();
        }
    }
    assert_eq!(db.image_janitor.forget(user.id).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_erasure_leaves_is_what_the_list_says() {
    let db = fresh_sqlite().await;
    let ada = kept(&db, "ada").await;
    let of_people = || TABLES.iter().filter(|table| table.condition().is_some());
    let every = || of_people().flat_map(|table| table.columns.iter().map(move |it| (table, it)));
    let before: Vec<String> = every()
        .map(|(table, it)| cell(&db, table, it.0, &ada))
        .collect();
    for ((table, _), said) in every().zip(&before) {
        let begins_later = ["erased_subjects", "erasures"].contains(&table.name);
        assert!(
            begins_later || !said.is_empty(),
            "let `kept` fill {}",
            table.name
        );
    }
    erase(&db, &ada).await;
    for ((table, (column, _, _, erase)), before) in every().zip(before) {
        let after = cell(&db, table, column, &ada);
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
async fn no_byte_of_the_person_is_left_in_the_files() {
    let db = fresh_sqlite().await;
    let ada = kept(&db, "zyxmarked").await;
    for number in 0..40 {
        kept(&db, &format!("other{number}")).await;
    }
    let left = |mark: &str| {
        let files = ["db", "db-wal", "db-shm"].map(|end| file(&db).with_extension(end));
        let bytes = files.map(|file| std::fs::read(file).unwrap_or_default());
        let holds = |bytes: &Vec<u8>| {
            let mut windows = bytes.windows(mark.len());
            windows.any(|it| it.eq_ignore_ascii_case(mark.as_bytes()))
        };
        bytes.iter().any(holds)
    };
    assert!(left("zyxmarked"), "the search finds what is there");
    erase(&db, &ada).await;
    let remains = SqliteRemains::new(Database::open(file(&db)).await.unwrap());
    let erasure = db.erasures.unfinished(1).await.unwrap().remove(0);
    let answer = remains.erase(&erasure).await.unwrap();
    assert!(answer.is_some(), "nobody is in the way");
    assert!(!left("zyxmarked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_in_the_way_puts_the_answer_off() {
    let db = fresh_sqlite().await;
    let ada = kept(&db, "ada").await;
    let path = file(&db);
    let mut reader = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    diesel::connection::SimpleConnection::batch_execute(
        &mut reader,
        "BEGIN; SELECT count(*) FROM users;",
    )
    .unwrap();
    erase(&db, &ada).await;
    let remains = SqliteRemains::new(Database::open(&path).await.unwrap());
    let erasure = db.erasures.unfinished(1).await.unwrap().remove(0);
    assert_eq!(remains.erase(&erasure).await.unwrap(), None);
    drop(reader);
    assert!(remains.erase(&erasure).await.unwrap().is_some());
}
