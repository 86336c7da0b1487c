//! Listing the directory: keyset pages in the order of an index, and terms found through trigrams.

use super::rows::{Row, living, read};
use crate::fault;
use crate::schema::{user_sites, users};
use diesel::dsl::{AsSelect, SqlTypeOf, sql};
use diesel::sql_types::{Binary, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper, SqliteConnection};
use domain::accounts::{SearchTerm, User, UserCursor, UserFilter};
use ports::Fault;
use stored::cells;

/// Terms of this many characters or more are looked up among the trigrams.
const TRIGRAM: usize = 3;

type Page<'a> = users::BoxedQuery<'a, Sqlite, SqlTypeOf<AsSelect<Row, Sqlite>>>;

/// Reads one page.
pub fn list(
    connection: &mut SqliteConnection,
    filter: &UserFilter,
    after: Option<&UserCursor>,
    limit: u32,
) -> Result<Vec<User>, Fault> {
    let rows: Vec<Row> = page(filter, after, limit)
        .load(connection)
        .map_err(fault::of("users"))?;
    read(connection, rows)
}

/// The index `users_directory` gives the order; BINARY collation compares by code point, as
/// [`UserCursor`] does.
fn page<'a>(filter: &UserFilter, after: Option<&UserCursor>, limit: u32) -> Page<'a> {
    let mut page = users::table.select(Row::as_select()).into_boxed();
    page = match filter.status {
        Some(status) => page.filter(users::status.eq(status.name())),
        None => page.filter(living()),
    };
    if let Some(role) = filter.role {
        page = page.filter(users::role.eq(role.name()));
    }
    if let Some(site) = filter.site {
        let there = user_sites::table.filter(user_sites::site_id.eq(cells::id(site.uuid())));
        page = page.filter(users::id.eq_any(there.select(user_sites::user_id)));
    }
    if let Some(sites) = &filter.within {
        let sites: Vec<Vec<u8>> = sites.iter().map(|site| cells::id(site.uuid())).collect();
        let there = user_sites::table.filter(user_sites::site_id.eq_any(sites));
        page = page.filter(users::id.eq_any(there.select(user_sites::user_id)));
    }
    if let Some(term) = &filter.term {
        page = page.filter(
            sql::<Bool>("instr(search_text, ")
                .bind::<Text, _>(term.folded().to_owned())
                .sql(") > 0"),
        );
        if let Some(phrase) = phrase(term) {
            page = page.filter(
                sql::<Bool>("row_id IN (SELECT rowid FROM users_search WHERE users_search MATCH ")
                    .bind::<Text, _>(phrase)
                    .sql(")"),
            );
        }
    }
    if let Some(UserCursor { family, given, id }) = after {
        let place = sql::<Bool>("(family_key, given_key, id) > (")
            .bind::<Text, _>(family.reveal().clone())
            .sql(", ")
            .bind::<Text, _>(given.reveal().clone())
            .sql(", ")
            .bind::<Binary, _>(cells::id(id.uuid()))
            .sql(")");
        page = page.filter(place);
    }
    page.order((users::family_key, users::given_key, users::id))
        .limit(i64::from(limit))
}

/// The term as an FTS5 phrase, for which its trigrams must stand one after the other; `None` for a
/// term that has no trigram: then every text is looked at.
fn phrase(term: &SearchTerm) -> Option<String> {
    let long = term.folded().chars().count() >= TRIGRAM;
    long.then(|| format!("\"{}\"", term.folded().replace('"', "\"\"")))
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
