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

#[cfg(test)]
mod tests {
    use super::StoredApiKey;
    use domain::accounts::{ApiKey, Scope};
    use domain::actors::Principal;
    use uuid::Uuid;

    fn row() -> StoredApiKey {
        StoredApiKey {
            id: Uuid::max(),
            name: "payroll".to_owned(),
            scopes: "users:read".to_owned(),
            secret: vec![7; 32],
            created_by: "system".to_owned(),
            created_at: 0,
            last_used_at: None,
            revoked_at: Some(1),
        }
    }

    #[test]
    fn a_row_is_read() {
        let key = ApiKey::try_from(row()).expect("is whole");
        assert!(key.scopes.has(Scope::UsersRead) && !key.scopes.has(Scope::UsersWrite));
        assert_eq!(key.created_by, Principal::System);
        assert!(key.last_used_at.is_none() && key.revoked_at.is_some());
    }

    #[test]
    fn a_broken_cell_is_named_and_not_shown() {
        type Break = fn(&mut StoredApiKey);
        let breaks: [(&str, Break); 6] = [
            ("name", |row| row.name = " personal".to_owned()),
            ("scopes", |row| row.scopes = "personal".to_owned()),
            ("secret", |row| row.secret = b"personal".to_vec()),
            ("created_by", |row| row.created_by = "personal".to_owned()),
            ("created_at", |row| row.created_at = i64::MAX),
            ("revoked_at", |row| row.revoked_at = Some(i64::MIN)),
        ];
        for (column, spoil) in breaks {
            let mut row = row();
            spoil(&mut row);
            let fault = ApiKey::try_from(row).expect_err("is broken").to_string();
            assert!(fault.contains(&format!("api_keys.{column}")), "{fault}");
            assert!(!fault.contains("personal"), "{fault}");
        }
    }
}
