//! What this database keeps about a person, told and cleared table by table as the list in [`stored::personal`] says.

use crate::{Database, fault};
use async_trait::async_trait;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection};
use domain::actors::Principal;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;
use ports::Fault;
use ports::personal_data::PersonalData;
use stored::personal::{self, Column, Holds, PHOTOS, RECORDS, Table};
use stored::principals;

/// The rows about a person, as [`PersonalData`] on SQLite.
#[derive(Clone)]
pub struct SqliteRecords {
    database: Database,
}

/// The bytes of rows that are no more, as [`PersonalData`] on SQLite.
#[derive(Clone)]
pub struct SqliteRemains {
    database: Database,
}

impl SqliteRecords {
    /// The rows of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

impl SqliteRemains {
    /// What this database leaves of rows.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl PersonalData for SqliteRecords {
    fn name(&self) -> &'static str {
        RECORDS
    }

    /// Of one moment. The rows of photos are told here too, since they stand in the same database.
    async fn export(&self, user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        let tell = move |connection: &mut SqliteConnection| {
            let tables = personal::of_part(RECORDS).chain(personal::of_part(PHOTOS));
            let told = tables.map(|(table, whose)| told(connection, table, whose, user));
            told.collect()
        };
        self.database.read(tell).await
    }

    async fn erase(&self, erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        let user = erasure.user;
        let clear = move |connection: &mut SqliteConnection| {
            for (table, whose) in personal::of_part(RECORDS).filter(|(table, _)| table.goes()) {
                let delete = format!("DELETE FROM {} WHERE {}", table.name, about(whose, user));
                diesel::sql_query(delete)
                    .execute(connection)
                    .map_err(fault::of(table.name))?;
            }
            Ok(Some(personal::answer(RECORDS)))
        };
        self.database.write(clear).await
    }
}

#[async_trait]
impl PersonalData for SqliteRemains {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn export(&self, _user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        Ok(Vec::new())
    }

    /// Every connection overwrites what it deletes (`secure_delete`), so that the bytes are gone once the write-ahead
    /// log has been moved into the file and cut to nothing. A reader in the way puts that off.
    async fn erase(&self, _erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        let whole = self.database.checkpoint().await?.complete;
        let answer = PartAnswer::of(self.name()).without("deleted bytes of the database file");
        let answer = answer.without("the write-ahead log").keeping(
            "copies of the file that somebody made",
            "a backup is not changed; erase again after it was restored",
        );
        Ok(whole.then_some(answer))
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn told(
    connection: &mut SqliteConnection,
    table: &'static Table,
    whose: &str,
    user: UserId,
) -> Result<(String, Fact), Fault> {
    let members: Vec<String> = table.shown().map(member).collect();
    if members.is_empty() {
        return Ok((table.name.to_owned(), Fact::List(Vec::new())));
    }
    let select = format!(
        "SELECT json_object({}) AS line FROM {} WHERE {} ORDER BY line",
        members.join(", "),
        table.name,
        about(whose, user)
    );
    let lines: Vec<Line> = diesel::sql_query(select)
        .load(connection)
        .map_err(fault::of(table.name))?;
    let rows = lines
        .iter()
        .map(|line| personal::facts(table, &line.line))
        .collect::<Result<_, Fault>>()?;
    Ok((table.name.to_owned(), Fact::List(rows)))
}

/// A name with its value, for `json_object`.
fn member((name, holds, ..): &Column) -> String {
    match holds {
        Holds::Id | Holds::Bytes => {
            format!("'{name}', iif({name} IS NULL, NULL, lower(hex({name})))")
        }
        Holds::Text | Holds::Whole | Holds::Instant => format!("'{name}', {name}"),
    }
}

/// The condition with the person in it. Both texts are made of hexadecimal digits.
fn about(whose: &str, user: UserId) -> String {
    let principal = principals::written(Principal::User(user));
    whose
        .replace(":user", &format!("x'{}'", user.uuid().simple()))
        .replace(":principal", &format!("'{principal}'"))
}
