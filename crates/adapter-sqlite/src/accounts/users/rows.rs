//! A person's row and what it means.

use crate::fault;
use crate::schema::{user_sites, users};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper, SqliteConnection,
};
use domain::accounts::{
    Address, Email, ExternalSubject, FamilyName, GivenName, Phone, Profile, Role, Status, User,
};
use domain::ids::{ImageId, SiteId, UserId};
use ports::Fault;
use std::collections::{BTreeSet, HashMap};
use stored::cells::{self, Cells};

/// What of a person's row makes the person.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Row {
    id: Vec<u8>,
    given_name: String,
    family_name: String,
    email: String,
    phone: Option<String>,
    address: Option<String>,
    external_subject: Option<String>,
    role: String,
    status: String,
    created_at: i64,
    updated_at: i64,
    version: i64,
    avatar_image_id: Option<Vec<u8>>,
}

/// As many values as one `IN (…)` gets.
const CHUNK: usize = 500;

/// Whether a row is of a living person. Literal text, as it stands in the partial indexes: SQLite does
/// not use them for a bound value.
pub fn living() -> SqlLiteral<Bool> {
    sql("users.status <> 'deleted'")
}

/// Reads a person, deleted ones too.
pub fn find(connection: &mut SqliteConnection, id: UserId) -> Result<Option<User>, Fault> {
    let row = users::table
        .filter(users::id.eq(cells::id(id.uuid())))
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(fault::of("users"))?;
    let people = read(connection, row.into_iter().collect())?;
    Ok(people.into_iter().next())
}

/// Makes people of rows, in the same order.
pub fn read(connection: &mut SqliteConnection, rows: Vec<Row>) -> Result<Vec<User>, Fault> {
    let mut sites = HashMap::<Vec<u8>, Vec<Vec<u8>>>::new();
    for chunk in rows.chunks(CHUNK) {
        let ids = chunk.iter().map(|row| &row.id);
        let pairs: Vec<(Vec<u8>, Vec<u8>)> = user_sites::table
            .filter(user_sites::user_id.eq_any(ids))
            .select((user_sites::user_id, user_sites::site_id))
            .load(connection)
            .map_err(fault::of("user_sites"))?;
        for (user, site) in pairs {
            sites.entry(user).or_default().push(site);
        }
    }
    rows.into_iter()
        .map(|row| {
            let sites = sites.remove(&row.id).unwrap_or_default();
            user(row, &sites)
        })
        .collect()
}

fn user(row: Row, sites: &[Vec<u8>]) -> Result<User, Fault> {
    let shown = cells::shown(&row.id);
    let cells = Cells::of("users", &shown);
    let site = |site: &Vec<u8>| {
        Cells::of("user_sites", &shown)
            .id("site_id", site)
            .map(SiteId::new)
    };
    let avatar = row
        .avatar_image_id
        .as_deref()
        .map(|id| cells.id("avatar_image_id", id))
        .transpose()?;
    Ok(User {
        id: UserId::new(cells.id("id", &row.id)?),
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
            site_ids: sites.iter().map(site).collect::<Result<BTreeSet<_>, _>>()?,
        },
        status: cells.known("status", Status::parse(&row.status))?,
        avatar: avatar.map(ImageId::new),
        created_at: cells.instant("created_at", row.created_at)?,
        updated_at: cells.instant("updated_at", row.updated_at)?,
        version: cells.version("version", row.version)?,
    })
}
