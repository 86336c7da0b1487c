//! How a machine key's row is read, from both databases alike.

use crate::{Cells, principals};
use domain::accounts::{ApiKey, KeyName, Scopes};
use domain::ids::KeyId;
use ports::Fault;
use uuid::Uuid;

/// The cells of a row; instants in microseconds since 1970.
#[derive(Debug)]
pub struct StoredApiKey {
    /// `id`
    pub id: Uuid,
    /// `name`
    pub name: String,
    /// `scopes`
    pub scopes: String,
    /// `secret`
    pub secret: Vec<u8>,
    /// `created_by`
    pub created_by: String,
    /// `created_at`
    pub created_at: i64,
    /// `last_used_at`
    pub last_used_at: Option<i64>,
    /// `revoked_at`
    pub revoked_at: Option<i64>,
}

impl TryFrom<StoredApiKey> for ApiKey {
    type Error = Fault;

    fn try_from(row: StoredApiKey) -> Result<Self, Fault> {
        let cells = Cells::of("api_keys", &row.id);
        let name = KeyName::parse(&row.name).ok();
        let name = name.filter(|name| name.as_str() == row.name);
        Ok(Self {
            id: KeyId::new(row.id),
            name: cells.known("name", name)?,
            scopes: cells.parsed("scopes", Scopes::parse(&row.scopes))?,
            secret: cells.digest("secret", &row.secret)?,
            created_by: cells.known("created_by", principals::read(&row.created_by))?,
            created_at: cells.instant("created_at", row.created_at)?,
            last_used_at: cells.maybe_instant("last_used_at", row.last_used_at)?,
            revoked_at: cells.maybe_instant("revoked_at", row.revoked_at)?,
        })
    }
}
