//! Requests that can be repeated: a key is taken at the beginning of the effect's transaction and its
//! answer kept at the end of it, so that a failed effect leaves no trace of the key.

use crate::Database;
use crate::fault::{self, BACKEND};
use crate::instants::{micros, stamp};
use crate::locks;
use crate::schema::idempotency;
use crate::written::Written;
use async_trait::async_trait;
use diesel::data_types::PgTimestamp;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::ids::UserId;
use jiff::Timestamp;
use ports::commit::CLAIM_LIFETIME;
use ports::outbox::IdempotencyJanitor;
use ports::{Claim, ClaimError, Commit, Fault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use stored::{cells, principals};

/// Takes the key of a commit, if it has one: answers what came of it when it was carried out before.
/// A key that is void at `commit.at` is free again. Whoever comes while another transaction has the key
/// is told so at once instead of waiting with a connection in hand.
pub async fn take<R, E>(connection: &mut AsyncPgConnection, commit: &Commit) -> Result<Option<R>, E>
where
    R: DeserializeOwned,
    E: From<ClaimError> + From<Fault>,
{
    let Some(claim) = &commit.claim else {
        return Ok(None);
    };
    let (principal, key) = (principals::written(commit.by), claim.key.as_str());
    if !locks::of_text(connection, &format!("{principal} {key}")).await? {
        return Err(ClaimError::InFlight.into());
    }
    let row: Option<(String, Option<String>, PgTimestamp)> = idempotency::table
        .find((&principal, key))
        .select((
            idempotency::fingerprint,
            idempotency::result,
            idempotency::expires_at,
        ))
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("idempotency"))?;
    match row {
        None => Ok(None),
        Some((_, _, expires_at)) if micros(expires_at) <= cells::micros(commit.at) => {
            diesel::delete(idempotency::table.find((&principal, key)))
                .execute(connection)
                .await
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
pub async fn keep<R: Serialize + Sync>(
    connection: &mut AsyncPgConnection,
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
    .await
}

/// Reserves the key of a commit whose effect takes several transactions.
pub async fn reserve(
    connection: &mut AsyncPgConnection,
    commit: &Commit,
    until: Timestamp,
    subject: UserId,
) -> Result<(), Fault> {
    let Some(claim) = &commit.claim else {
        return Ok(());
    };
    put(connection, commit, claim, None, until, &[subject]).await
}

async fn put(
    connection: &mut AsyncPgConnection,
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
        idempotency::expires_at.eq(stamp(expires_at)),
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
        .await
        .map_err(fault::of("idempotency"))?;
    let ids: Vec<_> = subjects.iter().map(|subject| subject.uuid()).collect();
    let insert =
        Written::<()>::begin("INSERT INTO idempotency_subjects (principal, key, user_id) SELECT ")
            .text(principal)
            .sql(", ")
            .text(key)
            .sql(", user_id FROM unnest(")
            .ids(ids)
            .sql(") AS rows (user_id) ON CONFLICT DO NOTHING");
    let stored = insert.execute(connection).await;
    stored.map(drop).map_err(fault::of("idempotency_subjects"))
}

/// [`IdempotencyJanitor`] on PostgreSQL.
#[derive(Clone)]
pub struct PostgresIdempotencyJanitor {
    database: Database,
}

impl PostgresIdempotencyJanitor {
    /// The janitor of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl IdempotencyJanitor for PostgresIdempotencyJanitor {
    async fn forget_expired(&self, now: Timestamp) -> Result<u64, Fault> {
        self.database
            .write(move |connection| {
                Box::pin(async move {
                    let void = idempotency::table.filter(idempotency::expires_at.le(stamp(now)));
                    let forgotten = diesel::delete(void)
                        .execute(connection)
                        .await
                        .map_err(fault::of("idempotency"))?;
                    Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
                })
            })
            .await
    }
}
