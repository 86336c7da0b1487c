//! Failed sign-ins. One writer at a time, so each failure is counted after the one before.

use crate::schema::lockouts;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::Digest;
use domain::accounts::{Lockout, LockoutTerms};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::LockoutRepository;
use stored::StoredLockout;
use stored::cells::micros;

/// [`LockoutRepository`] on SQLite.
#[derive(Clone)]
pub struct SqliteLockouts {
    database: Database,
}

impl SqliteLockouts {
    /// The failures in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl LockoutRepository for SqliteLockouts {
    async fn look(&self, subject: &Digest, at: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let subject = *subject;
        let known = self
            .database
            .read(move |connection| find(connection, &subject))
            .await?;
        Ok(known.and_then(|known| known.locked_at(at)))
    }

    async fn charge(
        &self,
        subject: &Digest,
        terms: &LockoutTerms,
        at: Timestamp,
    ) -> Result<Option<Timestamp>, Fault> {
        let (subject, terms) = (*subject, *terms);
        self.database
            .write(move |connection| charge(connection, &subject, &terms, at))
            .await
    }

    async fn clear(&self, subject: &Digest) -> Result<(), Fault> {
        let subject = *subject;
        let clear = move |connection: &mut SqliteConnection| {
            let cleared = diesel::delete(lockouts::table.find(subject.as_bytes().as_slice()));
            let cleared = cleared.execute(connection);
            cleared.map(drop).map_err(fault::of("lockouts"))
        };
        self.database.write(clear).await
    }

    async fn forget(&self, at: Timestamp) -> Result<u64, Fault> {
        let forget = move |connection: &mut SqliteConnection| {
            let over = lockouts::table.filter(lockouts::forgotten_at.le(micros(at)));
            let forgotten = diesel::delete(over).execute(connection);
            forgotten
                .map(|rows| rows as u64)
                .map_err(fault::of("lockouts"))
        };
        self.database.write(forget).await
    }
}

type Row = (i64, i64, i64, Option<i64>);

fn find(connection: &mut SqliteConnection, subject: &Digest) -> Result<Option<Lockout>, Fault> {
    let row: Option<Row> = lockouts::table
        .find(subject.as_bytes().as_slice())
        .select((
            lockouts::failures,
            lockouts::since,
            lockouts::locks,
            lockouts::locked_until,
        ))
        .first(connection)
        .optional()
        .map_err(fault::of("lockouts"))?;
    let read = row.map(|(failures, since, locks, locked_until)| {
        Lockout::try_from(StoredLockout {
            failures,
            since,
            locks,
            locked_until,
        })
    });
    read.transpose()
}

fn charge(
    connection: &mut SqliteConnection,
    subject: &Digest,
    terms: &LockoutTerms,
    at: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let known = find(connection, subject)?.unwrap_or(Lockout::none(at));
    if let Some(until) = known.locked_at(at) {
        return Ok(Some(until));
    }
    let failed = known.failed(terms, at);
    let row = (
        lockouts::subject.eq(subject.as_bytes().as_slice()),
        lockouts::failures.eq(i64::from(failed.failures)),
        lockouts::since.eq(micros(failed.since)),
        lockouts::locks.eq(i64::from(failed.locks)),
        lockouts::locked_until.eq(failed.until.map(micros)),
        lockouts::forgotten_at.eq(micros(failed.forgotten_at(terms))),
    );
    let stored = diesel::replace_into(lockouts::table).values(row);
    stored.execute(connection).map_err(fault::of("lockouts"))?;
    Ok(None)
}
