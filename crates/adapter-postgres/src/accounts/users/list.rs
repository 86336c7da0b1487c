//! Listing the directory: keyset pages in the order of an index, and terms found through trigrams.

use super::rows::{Columns, Row, SELECT};
use crate::fault;
use crate::written::Written;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::{SearchTerm, User, UserCursor, UserFilter};
use ports::Fault;

/// Reads one page.
pub async fn list(
    connection: &mut AsyncPgConnection,
    filter: &UserFilter,
    after: Option<&UserCursor>,
    limit: u32,
) -> Result<Vec<User>, Fault> {
    let rows: Vec<Row> = page(Written::<Columns>::begin(SELECT), filter, after, limit)
        .load(connection)
        .await
        .map_err(fault::of("users"))?;
    rows.into_iter().map(User::try_from).collect()
}

/// The index `users_directory` gives the order; collation "C" compares by code point, as [`UserCursor`]
/// does. A term of three characters or more has trigrams, by which `users_search` finds its candidates;
/// for a shorter one every text is looked at.
fn page<S>(
    select: Written<S>,
    filter: &UserFilter,
    after: Option<&UserCursor>,
    limit: u32,
) -> Written<S> {
    let mut page = match filter.status {
        Some(status) => select.sql(" WHERE status = ").text(status.name()),
        None => select.sql(" WHERE status <> 'deleted'"),
    };
    if let Some(role) = filter.role {
        page = page.sql(" AND role = ").text(role.name());
    }
    if let Some(site) = filter.site {
        page = page
            .sql(" AND id IN (SELECT user_id FROM user_sites WHERE site_id = ")
            .id(site.uuid())
            .sql(")");
    }
    if let Some(sites) = &filter.within {
        page = page
            .sql(" AND id IN (SELECT user_id FROM user_sites WHERE site_id = ANY(")
            .ids(sites.iter().map(|site| site.uuid()).collect::<Vec<_>>())
            .sql("))");
    }
    if let Some(term) = &filter.term {
        page = page.sql(" AND search_text LIKE ").text(pattern(term));
    }
    if let Some(UserCursor { family, given, id }) = after {
        page = page
            .sql(" AND (family_key, given_key, id) > (")
            .text(family.reveal().clone())
            .sql(", ")
            .text(given.reveal().clone())
            .sql(", ")
            .id(id.uuid())
            .sql(")");
    }
    page.sql(" ORDER BY family_key, given_key, id LIMIT ")
        .long(i64::from(limit))
}

/// The term anywhere in a text, itself taken literally.
fn pattern(term: &SearchTerm) -> String {
    let mut pattern = String::with_capacity(term.folded().len() + 2);
    pattern.push('%');
    for character in term.folded().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
