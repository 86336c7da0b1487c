//! Failed sign-ins and those that are being decided. A row is there before it is counted in, and locked meanwhile,
//! so each is counted after the one before. Whoever needs several rows locks them in one order.

use crate::instants::{micros, stamp};
use crate::schema::lockouts;
use crate::written::Written;
use crate::{Database, fault};
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Digest;
use domain::accounts::{Lockout, LockoutTerms, Outcome};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::{Begun, Counted, LockoutRepository};
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
    async fn begin(&self, counted: &[Counted], at: Timestamp) -> Result<Begun, Fault> {
        let counted = in_order(counted, |counted| counted.subject);
        let begun = self
            .database
            .write(move |connection| Box::pin(async move { begin(connection, &counted, at).await }))
            .await;
        match begun {
            Ok(()) => Ok(Begun::Held(LockoutTerms::held_from(at))),
            Err(Stopped::Refused(until)) => Ok(Begun::Refused(until)),
            Err(Stopped::Fault(fault)) => Err(fault),
        }
    }

    async fn end(
        &self,
        ended: &[(Counted, Outcome)],
        held: Timestamp,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let ended = in_order(ended, |(counted, _)| counted.subject);
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    for (counted, outcome) in &ended {
                        let known = locked(connection, &counted.subject, at).await?;
                        let known = known.ended(held, *outcome, &counted.terms, at);
                        keep(connection, counted, &known, at).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn clear(&self, counted: &[Counted], at: Timestamp) -> Result<(), Fault> {
        let counted = in_order(counted, |counted| counted.subject);
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    for counted in &counted {
                        let known = locked(connection, &counted.subject, at).await?;
                        keep(connection, counted, &known.cleared(at), at).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn forget(&self, at: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    // Who holds a row is counting in it: it is not to be forgotten, and nobody waits for anybody.
                    let forget: Written = Written::begin(
                        "DELETE FROM lockouts WHERE subject IN (SELECT subject FROM lockouts WHERE forgotten_at <= ",
                    )
                    .instant(stamp(at))
                    .sql(" ORDER BY forgotten_at LIMIT ")
                    .long(i64::from(limit))
                    .sql(" FOR UPDATE SKIP LOCKED)");
                    let forgotten = forget.execute(connection).await;
                    forgotten
                        .map(|rows| rows as u64)
                        .map_err(fault::of("lockouts"))
                })
            })
            .await
    }
}

/// Why a transaction is rolled back.
enum Stopped {
    /// Somebody may not try before this instant; the rows that were made to look at go again.
    Refused(Timestamp),
    Fault(Fault),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The one order in which rows are locked, so that no two wait for each other.
fn in_order<T: Copy>(all: &[T], subject: impl Fn(&T) -> Digest) -> Vec<T> {
    let mut all = all.to_vec();
    all.sort_unstable_by_key(|one| *subject(one).as_bytes());
    all
}

async fn begin(
    connection: &mut AsyncPgConnection,
    counted: &[Counted],
    at: Timestamp,
) -> Result<(), Stopped> {
    let (mut begun, mut refused) = (Vec::new(), None);
    for counted in counted {
        let known = locked(connection, &counted.subject, at).await?;
        match known.begun(&counted.terms, at) {
            Ok(known) => begun.push((counted, known)),
            Err(until) => refused = refused.max(Some(until)),
        }
    }
    if let Some(until) = refused {
        return Err(Stopped::Refused(until));
    }
    for (counted, known) in begun {
        keep(connection, counted, &known, at).await?;
    }
    Ok(())
}

type Row = (i64, PgTimestamp, i64, Option<PgTimestamp>, String);

/// The row of this subject, locked until the transaction ends; made if it is not there. One statement does both, or
/// somebody else could remove it in between.
async fn locked(
    connection: &mut AsyncPgConnection,
    subject: &Digest,
    at: Timestamp,
) -> Result<Lockout, Fault> {
    let none = Lockout::none(at);
    let (failures, since, locks, locked_until, held): Row = diesel::insert_into(lockouts::table)
        .values((
            lockouts::subject.eq(subject.as_bytes().as_slice()),
            lockouts::failures.eq(i64::from(none.failures)),
            lockouts::since.eq(stamp(none.since)),
            lockouts::locks.eq(i64::from(none.locks)),
            lockouts::forgotten_at.eq(stamp(at)),
        ))
        .on_conflict(lockouts::subject)
        .do_update()
        .set(lockouts::locks.eq(lockouts::locks))
        .returning((
            lockouts::failures,
            lockouts::since,
            lockouts::locks,
            lockouts::locked_until,
            lockouts::held,
        ))
        .get_result(connection)
        .await
        .map_err(fault::of("lockouts"))?;
    Lockout::try_from(StoredLockout {
        failures,
        since: micros(since),
        locks,
        locked_until: locked_until.map(micros),
        held,
    })
}

/// What does not matter any more leaves no row.
async fn keep(
    connection: &mut AsyncPgConnection,
    counted: &Counted,
    known: &Lockout,
    at: Timestamp,
) -> Result<(), Fault> {
    let row = lockouts::table.find(counted.subject.as_bytes().as_slice());
    let forgotten_at = known.forgotten_at(&counted.terms);
    let kept = match forgotten_at > at {
        true => {
            diesel::update(row)
                .set((
                    lockouts::failures.eq(i64::from(known.failures)),
                    lockouts::since.eq(stamp(known.since)),
                    lockouts::locks.eq(i64::from(known.locks)),
                    lockouts::locked_until.eq(known.until.map(stamp)),
                    lockouts::forgotten_at.eq(stamp(forgotten_at)),
                    lockouts::held.eq(stored::lockouts::held(&known.held)?),
                ))
                .execute(connection)
                .await
        }
        false => diesel::delete(row).execute(connection).await,
    };
    kept.map(drop).map_err(fault::of("lockouts"))
}
