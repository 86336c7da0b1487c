//! Failed sign-ins. The row is there before it is counted in, and locked meanwhile, so each failure is counted
//! after the one before.

use crate::instants::{micros, stamp};
use crate::schema::lockouts;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Digest;
use domain::accounts::{Lockout, LockoutTerms};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::LockoutRepository;
use stored::StoredLockout;

/// [`LockoutRepository`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresLockouts {
    database: Database,
}

impl PostgresLockouts {
    /// The failures in this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl LockoutRepository for PostgresLockouts {
    async fn look(&self, subject: &Digest, at: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let subject = *subject;
        let row: Option<Row> = self
            .database
            .read(move |connection| {
                Box::pin(async move {
                    let row = lockouts::table.find(subject.as_bytes().as_slice());
                    let row = row.select(COLUMNS).first(connection).await.optional();
                    row.map_err(fault::of("lockouts"))
                })
            })
            .await?;
        let known = row.map(read).transpose()?;
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
            .write(move |connection| {
                Box::pin(async move { charge(connection, &subject, &terms, at).await })
            })
            .await
    }

    async fn clear(&self, subject: &Digest) -> Result<(), Fault> {
        let subject = *subject;
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let row = lockouts::table.find(subject.as_bytes().as_slice());
                    let cleared = diesel::delete(row).execute(connection).await;
                    cleared.map(drop).map_err(fault::of("lockouts"))
                })
            })
            .await
    }

    async fn forget(&self, at: Timestamp) -> Result<u64, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let over = lockouts::table.filter(lockouts::forgotten_at.le(stamp(at)));
                    let forgotten = diesel::delete(over).execute(connection).await;
                    forgotten
                        .map(|rows| rows as u64)
                        .map_err(fault::of("lockouts"))
                })
            })
            .await
    }
}

type Row = (i64, PgTimestamp, i64, Option<PgTimestamp>);
type Columns = (
    lockouts::failures,
    lockouts::since,
    lockouts::locks,
    lockouts::locked_until,
);
const COLUMNS: Columns = (
    lockouts::failures,
    lockouts::since,
    lockouts::locks,
    lockouts::locked_until,
);

fn read((failures, since, locks, locked_until): Row) -> Result<Lockout, Fault> {
    Lockout::try_from(StoredLockout {
        failures,
        since: micros(since),
        locks,
        locked_until: locked_until.map(micros),
    })
}

async fn charge(
    connection: &mut AsyncPgConnection,
    subject: &Digest,
    terms: &LockoutTerms,
    at: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let name = subject.as_bytes().as_slice();
    let none = Lockout::none(at);
    diesel::insert_into(lockouts::table)
        .values((
            lockouts::subject.eq(name),
            lockouts::failures.eq(i64::from(none.failures)),
            lockouts::since.eq(stamp(none.since)),
            lockouts::locks.eq(i64::from(none.locks)),
            lockouts::forgotten_at.eq(stamp(none.forgotten_at(terms))),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await
        .map_err(fault::of("lockouts"))?;
    let row: Option<Row> = lockouts::table
        .find(name)
        .select(COLUMNS)
        .for_update()
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("lockouts"))?;
    // Cleared or forgotten in between: whoever did so was let in, or there was nothing to count.
    let known = row.map(read).transpose()?.unwrap_or(none);
    if let Some(until) = known.locked_at(at) {
        return Ok(Some(until));
    }
    let failed = known.failed(terms, at);
    diesel::update(lockouts::table.find(name))
        .set((
            lockouts::failures.eq(i64::from(failed.failures)),
            lockouts::since.eq(stamp(failed.since)),
            lockouts::locks.eq(i64::from(failed.locks)),
            lockouts::locked_until.eq(failed.until.map(stamp)),
            lockouts::forgotten_at.eq(stamp(failed.forgotten_at(terms))),
        ))
        .execute(connection)
        .await
        .map_err(fault::of("lockouts"))?;
    Ok(None)
}
