//! Reading the trail of what was done. It is written by every repository, with the change itself.

use crate::Fault;
use async_trait::async_trait;
use domain::actors::Principal;
use domain::audit::Audit;
use domain::ids::UserId;
use jiff::Timestamp;

/// A row of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place in the trail; greater for later rows.
    pub seq: i64,
    /// When it was done.
    pub at: Timestamp,
    /// By whom.
    pub by: Principal,
    /// In which request.
    pub request_id: String,
    /// What was done.
    pub entry: Audit,
}

/// Reads the audit trail. Every adapter passes `testkit::audit_trail_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Lists up to `limit` rows about a person, newest first, those with a `seq` below `before` only.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn of_user(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault>;

    /// Lists up to `limit` rows about others that a person has left, newest first, those with a `seq` below `before`
    /// only.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn left_by(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault>;
}
