//! What this database keeps about a person, told and cleared table by table as the list in [`stored::personal`] says.

use crate::{Database, fault};
use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::actors::Principal;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;
use ports::Fault;
use ports::personal_data::PersonalData;
use stored::personal::{self, Column, Holds, PHOTOS, RECORDS, Table};
use stored::principals;

/// The rows about a person, as [`PersonalData`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresRecords {
    database: Database,
}

/// The bytes of rows that are no more, as [`PersonalData`] on PostgreSQL.
#[derive(Clone, Copy, Debug, Default)]
pub struct PostgresRemains;

impl PostgresRecords {
    /// The rows of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl PersonalData for PostgresRecords {
    fn name(&self) -> &'static str {
        RECORDS
    }

    /// Each table as of the moment at which it is read. The rows of photos are told here too, since they stand in the
    /// same database.
    async fn export(&self, user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        let tables = personal::of_part(RECORDS).chain(personal::of_part(PHOTOS));
        let mut all = Vec::new();
        for (table, whose) in tables {
            let tell = self
                .database
                .read(move |connection| Box::pin(told(connection, table, whose, user)));
            all.push((table.name.to_owned(), tell.await?));
        }
        Ok(all)
    }

    async fn erase(&self, erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        let user = erasure.user;
        let clear = self
            .database
            .write(move |connection| Box::pin(clear(connection, user)));
        clear.await?;
        Ok(Some(personal::answer(RECORDS)))
    }
}

#[async_trait]
impl PersonalData for PostgresRemains {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn export(&self, _user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        Ok(Vec::new())
    }

    /// Nobody but the server cleans up behind it, in its own time: no statement of ours can see these bytes, and none
    /// of our rights can remove them.
    async fn erase(&self, _erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        let answer = PartAnswer::of(self.name())
            .keeping(
                "dead rows in the server's files",
                "until VACUUM has cleared them and the room is used again; no query shows them",
            )
            .keeping(
                "the server's write-ahead log, its archive and replicas' copies of it",
                "until the server has recycled them, as its operator has set",
            )
            .keeping(
                "dumps and backups that somebody made",
                "a backup is not changed; erase again after it was restored",
            );
        Ok(Some(answer))
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn told(
    connection: &mut AsyncPgConnection,
    table: &'static Table,
    whose: &'static str,
    user: UserId,
) -> Result<Fact, Fault> {
    let members: Vec<String> = table.shown().map(member).collect();
    if members.is_empty() {
        return Ok(Fact::List(Vec::new()));
    }
    let select = format!(
        "SELECT json_build_object({})::text AS line FROM {} WHERE {} ORDER BY line",
        members.join(", "),
        table.name,
        about(whose, user)
    );
    let lines: Vec<Line> = diesel::sql_query(select)
        .load(connection)
        .await
        .map_err(fault::of(table.name))?;
    let rows = lines.iter().map(|line| personal::facts(table, &line.line));
    rows.collect::<Result<_, Fault>>().map(Fact::List)
}

async fn clear(connection: &mut AsyncPgConnection, user: UserId) -> Result<(), Fault> {
    for (table, whose) in personal::of_part(RECORDS).filter(|(table, _)| table.goes()) {
        let delete = format!("DELETE FROM {} WHERE {}", table.name, about(whose, user));
        diesel::sql_query(delete)
            .execute(connection)
            .await
            .map_err(fault::of(table.name))?;
    }
    Ok(())
}

/// A name with its value, for `json_build_object`.
fn member((name, holds, ..): &Column) -> String {
    match holds {
        Holds::Bytes => format!("'{name}', encode({name}, 'hex')"),
        Holds::Instant => {
            format!("'{name}', (extract(epoch FROM {name}) * 1000000)::bigint")
        }
        Holds::Id | Holds::Text | Holds::Whole => format!("'{name}', {name}"),
    }
}

/// The condition with the person in it. Both texts are made of hexadecimal digits and hyphens.
fn about(whose: &str, user: UserId) -> String {
    let principal = principals::written(Principal::User(user));
    whose
        .replace(":user", &format!("'{user}'::uuid"))
        .replace(":principal", &format!("'{principal}'"))
}
