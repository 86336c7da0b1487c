//! Requests that can be repeated: a key is taken at the beginning of the effect's transaction and its
//! answer kept at the end of it, so that a failed effect leaves no trace of the key.

use crate::Database;
use crate::fault::{self, BACKEND};
use crate::schema::{idempotency, idempotency_subjects};
use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::commit::CLAIM_LIFETIME;
use ports::outbox::IdempotencyJanitor;
use ports::{Claim, ClaimError, Commit, Fault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use stored::cells::{self, micros};
use stored::principals;

/// Takes the key of a commit, if it has one: answers what came of it when it was carried out before.
/// A key that is void at `commit.at` is free again.
pub fn take<R, E>(connection: &mut SqliteConnection, commit: &Commit) -> Result<Option<R>, E>
where
    R: DeserializeOwned,
    E: From<ClaimError> + From<Fault>,
{
    let Some(claim) = &commit.claim else {
        return Ok(None);
    };
    let principal = principals::written(commit.by);
    let row: Option<(String, Option<String>, i64)> = idempotency::table
        .find((&principal, claim.key.as_str()))
        .select((
            idempotency::fingerprint,
            idempotency::result,
            idempotency::expires_at,
        ))
        .first(connection)
        .optional()
        .map_err(fault::of("idempotency"))?;
    match row {
        None => Ok(None),
        Some((_, _, expires_at)) if expires_at <= micros(commit.at) => {
            diesel::delete(idempotency::table.find((&principal, claim.key.as_str())))
                .execute(connection)
                .map_err(fault::of("idempotency"))?;
            Ok(None)
        }
        Some((fingerprint, _, _)) if fingerprint != claim.fingerprint.as_str() => {
            Err(ClaimError::Reused.into())
        }
        Some((_, None, _)) => Err(ClaimError::InFlight.into()),
        Some((_, Some(result), _)) => {
            let what = "idempotency.result";
            let result = serde_json::from_str(&result)
                .map_err(|error| Fault::broken(BACKEND, what, error))?;
            Ok(Some(result))
        }
    }
}

/// Keeps what came of a commit for a day, and whom it speaks of.
pub fn keep<R: Serialize>(
    connection: &mut SqliteConnection,
    commit: &Commit,
    result: &R,
    subjects: &[UserId],
) -> Result<(), Fault> {
    let Some(claim) = &commit.claim else {
        return Ok(());
    };
    let result = serde_json::to_string(result)
        .map_err(|error| Fault::broken(BACKEND, "idempotency.result", error))?;
    let expires_at = commit
        .at
        .checked_add(CLAIM_LIFETIME)
        .unwrap_or(Timestamp::MAX);
    put(
        connection,
        commit,
        claim,
        Some(&result),
        expires_at,
        subjects,
    )
}

/// Reserves the key of a commit whose effect takes several transactions.
pub fn reserve(
    connection: &mut SqliteConnection,
    commit: &Commit,
    until: Timestamp,
    subject: UserId,
) -> Result<(), Fault> {
    let Some(claim) = &commit.claim else {
        return Ok(());
    };
    put(connection, commit, claim, None, until, &[subject])
}

fn put(
    connection: &mut SqliteConnection,
    commit: &Commit,
    claim: &Claim,
    result: Option<&str>,
    expires_at: Timestamp,
    subjects: &[UserId],
) -> Result<(), Fault> {
    let principal = principals::written(commit.by);
    let key = claim.key.as_str();
    let answer = (
        idempotency::result.eq(result),
        idempotency::expires_at.eq(micros(expires_at)),
    );
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::principal.eq(&principal),
            idempotency::key.eq(key),
            idempotency::fingerprint.eq(claim.fingerprint.as_str()),
            answer,
        ))
        .on_conflict((idempotency::principal, idempotency::key))
        .do_update()
        .set(answer)
        .execute(connection)
        .map_err(fault::of("idempotency"))?;
    for subject in subjects {
        diesel::insert_into(idempotency_subjects::table)
            .values((
                idempotency_subjects::principal.eq(&principal),
                idempotency_subjects::key.eq(key),
                idempotency_subjects::user_id.eq(cells::id(subject.uuid())),
            ))
            .on_conflict_do_nothing()
            .execute(connection)
            .map_err(fault::of("idempotency_subjects"))?;
    }
    Ok(())
}

/// [`IdempotencyJanitor`] on SQLite.
#[derive(Clone)]
pub struct SqliteIdempotencyJanitor {
    database: Database,
}

impl SqliteIdempotencyJanitor {
    /// The janitor of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl IdempotencyJanitor for SqliteIdempotencyJanitor {
    async fn forget_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        let forget = move |connection: &mut SqliteConnection| {
            let void = idempotency::table.filter(idempotency::expires_at.le(micros(now)));
            let forgotten = diesel::delete(void)
                .execute(connection)
                .map_err(fault::of("idempotency"))?;
            Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
        };
        self.database.write(forget).await
    }
}
