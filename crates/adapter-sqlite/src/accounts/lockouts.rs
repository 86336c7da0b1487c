//! Failed sign-ins and those that are being decided. One writer at a time, so each is counted after the one before.

use crate::schema::lockouts;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::Digest;
use domain::accounts::{Lockout, LockoutTerms, Outcome};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::{Begun, Counted, LockoutRepository};
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
    async fn begin(&self, counted: &[Counted], at: Timestamp) -> Result<Begun, Fault> {
        let counted = counted.to_vec();
        self.database
            .write(move |connection| begin(connection, &counted, at))
            .await
    }

    async fn end(
        &self,
        ended: &[(Counted, Outcome)],
        held: Timestamp,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let ended = ended.to_vec();
        let end = move |connection: &mut SqliteConnection| {
            ended.iter().try_for_each(|(counted, outcome)| {
                let known = find(connection, &counted.subject, at)?;
                let known = known.ended(held, *outcome, &counted.terms, at);
                keep(connection, counted, &known, at)
            })
        };
        self.database.write(end).await
    }

    async fn clear(&self, counted: &[Counted], at: Timestamp) -> Result<(), Fault> {
        let counted = counted.to_vec();
        let clear = move |connection: &mut SqliteConnection| {
            counted.iter().try_for_each(|counted| {
                let known = find(connection, &counted.subject, at)?;
                keep(connection, counted, &known.cleared(at), at)
            })
        };
        self.database.write(clear).await
    }

    async fn forget(&self, at: Timestamp, limit: u32) -> Result<u64, Fault> {
        let forget = move |connection: &mut SqliteConnection| {
            let over: Vec<Vec<u8>> = lockouts::table
                .filter(lockouts::forgotten_at.le(micros(at)))
                .order(lockouts::forgotten_at)
                .limit(i64::from(limit))
                .select(lockouts::subject)
                .load(connection)
                .map_err(fault::of("lockouts"))?;
            let over = lockouts::table.filter(lockouts::subject.eq_any(over));
            let forgotten = diesel::delete(over).execute(connection);
            forgotten
                .map(|rows| rows as u64)
                .map_err(fault::of("lockouts"))
        };
        self.database.write(forget).await
    }
}

/// Looks at all before anything is written, so that whoever is refused leaves nothing behind.
fn begin(
    connection: &mut SqliteConnection,
    counted: &[Counted],
    at: Timestamp,
) -> Result<Begun, Fault> {
    let (mut begun, mut refused) = (Vec::new(), None);
    for counted in counted {
        match find(connection, &counted.subject, at)?.begun(&counted.terms, at) {
            Ok(known) => begun.push((counted, known)),
            Err(until) => refused = refused.max(Some(until)),
        }
    }
    if let Some(until) = refused {
        return Ok(Begun::Refused(until));
    }
    for (counted, known) in begun {
        keep(connection, counted, &known, at)?;
    }
    Ok(Begun::Held(LockoutTerms::held_from(at)))
}

type Row = (i64, i64, i64, Option<i64>, String);

fn find(
    connection: &mut SqliteConnection,
    subject: &Digest,
    at: Timestamp,
) -> Result<Lockout, Fault> {
    let row: Option<Row> = lockouts::table
        .find(subject.as_bytes().as_slice())
        .select((
            lockouts::failures,
            lockouts::since,
            lockouts::locks,
            lockouts::locked_until,
            lockouts::held,
        ))
        .first(connection)
        .optional()
        .map_err(fault::of("lockouts"))?;
    let read = row.map(|(failures, since, locks, locked_until, held)| {
        Lockout::try_from(StoredLockout {
            failures,
            since,
            locks,
            locked_until,
            held,
        })
    });
    Ok(read.transpose()?.unwrap_or(Lockout::none(at)))
}

/// What does not matter any more leaves no row.
fn keep(
    connection: &mut SqliteConnection,
    counted: &Counted,
    known: &Lockout,
    at: Timestamp,
) -> Result<(), Fault> {
    let name = counted.subject.as_bytes().as_slice();
    let forgotten_at = known.forgotten_at(&counted.terms);
    let kept = match forgotten_at > at {
        true => diesel::replace_into(lockouts::table)
            .values((
                lockouts::subject.eq(name),
                lockouts::failures.eq(i64::from(known.failures)),
                lockouts::since.eq(micros(known.since)),
                lockouts::locks.eq(i64::from(known.locks)),
                lockouts::locked_until.eq(known.until.map(micros)),
                lockouts::forgotten_at.eq(micros(forgotten_at)),
                lockouts::held.eq(stored::lockouts::held(&known.held)?),
            ))
            .execute(connection),
        false => diesel::delete(lockouts::table.find(name)).execute(connection),
    };
    kept.map(drop).map_err(fault::of("lockouts"))
}
