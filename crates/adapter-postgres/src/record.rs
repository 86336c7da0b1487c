//! What is stored beside every change and in its transaction: the audit rows and the events, each kind
//! in one statement however many there are.

use crate::fault;
use crate::instants::stamp;
use crate::written::Written;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::audit::Audit;
use domain::events::Event;
use domain::ids::UserId;
use ports::{Commit, Fault};
use stored::{changes, principals};

/// Stores the audit rows and the events of a commit that are about people to whom something was done.
pub async fn store(
    connection: &mut AsyncPgConnection,
    commit: &Commit,
    touched: impl Fn(UserId) -> bool,
) -> Result<(), Fault> {
    let entries: Vec<&Audit> = commit
        .audit
        .iter()
        .filter(|entry| touched(entry.user))
        .collect();
    let events: Vec<&Event> = commit
        .events
        .iter()
        .filter(|event| touched(event.user))
        .collect();
    trail(connection, commit, &entries).await?;
    emit(connection, commit, &events).await
}

async fn trail(
    connection: &mut AsyncPgConnection,
    commit: &Commit,
    entries: &[&Audit],
) -> Result<(), Fault> {
    if entries.is_empty() {
        return Ok(());
    }
    let written: Result<Vec<String>, Fault> = entries
        .iter()
        .map(|entry| changes::written(&entry.changes))
        .collect();
    let users: Vec<_> = entries.iter().map(|entry| entry.user.uuid()).collect();
    let objects: Vec<_> = entries.iter().map(|entry| entry.object).collect();
    let actions: Vec<String> = entries
        .iter()
        .map(|entry| entry.action.name().to_owned())
        .collect();
    let insert = Written::<()>::begin(
        "INSERT INTO audit (at, principal, request_id, action, user_id, object_id, changes) SELECT ",
    )
    .instant(stamp(commit.at))
    .sql(", ")
    .text(principals::written(commit.by))
    .sql(", ")
    .text(commit.request_id.clone())
    .sql(", action, user_id, object_id, changes FROM unnest(")
    .texts(actions)
    .sql(", ")
    .ids(users)
    .sql(", ")
    .maybe_ids(objects)
    .sql(", ")
    .texts(written?)
    .sql(") WITH ORDINALITY AS rows (action, user_id, object_id, changes, place) ORDER BY place");
    let stored = insert.execute(connection).await;
    stored.map(drop).map_err(fault::of("audit"))
}

/// Puts events into the outbox, due at once.
pub async fn emit(
    connection: &mut AsyncPgConnection,
    commit: &Commit,
    events: &[&Event],
) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let kinds: Vec<String> = events
        .iter()
        .map(|event| event.kind.name().to_owned())
        .collect();
    let users: Vec<_> = events.iter().map(|event| event.user.uuid()).collect();
    let objects: Vec<_> = events.iter().map(|event| event.object).collect();
    let versions: Vec<_> = events
        .iter()
        .map(|event| event.version.map(|version| i64::from(version.number())))
        .collect();
    let insert = Written::<()>::begin(
        "INSERT INTO outbox (at, due_at, request_id, traceparent, kind, user_id, object_id, version) SELECT ",
    )
    .instant(stamp(commit.at))
    .sql(", ")
    .instant(stamp(commit.at))
    .sql(", ")
    .text(commit.request_id.clone())
    .sql(", ")
    .maybe_text(commit.traceparent.clone())
    .sql(", kind, user_id, object_id, version FROM unnest(")
    .texts(kinds)
    .sql(", ")
    .ids(users)
    .sql(", ")
    .maybe_ids(objects)
    .sql(", ")
    .maybe_longs(versions)
    .sql(") WITH ORDINALITY AS rows (kind, user_id, object_id, version, place) ORDER BY place");
    let stored = insert.execute(connection).await;
    stored.map(drop).map_err(fault::of("outbox"))
}
