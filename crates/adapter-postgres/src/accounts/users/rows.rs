//! A person's row and what it means.

use crate::fault;
use crate::instants::micros;
use crate::written::Written;
use diesel::OptionalExtension as _;
use diesel::data_types::PgTimestamp;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Profile, Role, Status, User,
};
use domain::ids::{ImageId, SiteId, UserId};
use ports::Fault;
use stored::Cells;
use uuid::Uuid;

/// What makes a person, in one statement: where they work is of the same moment as the rest.
pub const SELECT: &str = "SELECT id, given_name, family_name, email, phone, address, external_subject, role, status, \
    created_at, updated_at, version, avatar_image_id, \
    ARRAY(SELECT site_id FROM user_sites WHERE user_sites.user_id = users.id) FROM users";

/// The types of [`SELECT`].
pub type Columns = (
    SqlUuid,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Text,
    Timestamptz,
    Timestamptz,
    BigInt,
    Nullable<SqlUuid>,
    Array<SqlUuid>,
);

/// A row of [`SELECT`].
#[derive(diesel::Queryable)]
pub struct Row {
    id: Uuid,
    given_name: String,
    family_name: String,
    email: String,
    phone: Option<String>,
    address: Option<String>,
    external_subject: Option<String>,
    role: String,
    status: String,
    created_at: PgTimestamp,
    updated_at: PgTimestamp,
    version: i64,
    avatar_image_id: Option<Uuid>,
    sites: Vec<Uuid>,
}

/// Reads a person, deleted ones too.
pub async fn find(connection: &mut AsyncPgConnection, id: UserId) -> Result<Option<User>, Fault> {
    let query = Written::<Columns>::begin(SELECT)
        .sql(" WHERE id = ")
        .id(id.uuid());
    first(connection, query).await
}

/// Reads a person and keeps everybody else from changing them until the transaction ends. Rows that
/// only refer to the person may be added meanwhile (`NO KEY`).
pub async fn locked(connection: &mut AsyncPgConnection, id: UserId) -> Result<Option<User>, Fault> {
    let query = Written::<Columns>::begin(SELECT)
        .sql(" WHERE id = ")
        .id(id.uuid())
        .sql(" FOR NO KEY UPDATE");
    first(connection, query).await
}

async fn first(
    connection: &mut AsyncPgConnection,
    query: Written<Columns>,
) -> Result<Option<User>, Fault> {
    let row: Option<Row> = query
        .get_result(connection)
        .await
        .optional()
        .map_err(fault::of("users"))?;
    row.map(User::try_from).transpose()
}

impl TryFrom<Row> for User {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("users", &row.id);
        Ok(Self {
            id: UserId::new(row.id),
            profile: Profile {
                given_name: cells.parsed("given_name", GivenName::parse(&row.given_name))?,
                family_name: cells.parsed("family_name", FamilyName::parse(&row.family_name))?,
                email: cells.parsed("email", Email::parse(&row.email))?,
                phone: cells.parsed("phone", row.phone.as_deref().map(Phone::parse).transpose())?,
                address: cells.parsed(
                    "address",
                    row.address.as_deref().map(Address::parse).transpose(),
                )?,
                external_subject: cells.parsed(
                    "external_subject",
                    row.external_subject
                        .as_deref()
                        .map(ExternalSubject::parse)
                        .transpose(),
                )?,
                role: cells.known("role", Role::parse(&row.role))?,
                site_ids: row.sites.into_iter().map(SiteId::new).collect(),
            },
            status: cells.known("status", Status::parse(&row.status))?,
            avatar: row.avatar_image_id.map(ImageId::new),
            created_at: cells.instant("created_at", micros(row.created_at))?,
            updated_at: cells.instant("updated_at", micros(row.updated_at))?,
            version: cells.version("version", row.version)?,
        })
    }
}
