//! What is stored beside every change and in its transaction: the audit rows and the events.

use crate::fault;
use crate::schema::{audit, outbox};
use diesel::{ExpressionMethods, RunQueryDsl, SqliteConnection};
use domain::events::Event;
use domain::ids::UserId;
use ports::{Commit, Fault};
use stored::cells;
use stored::changes;
use stored::principals;

/// Stores the audit rows and the events of a commit that are about people to whom something was done.
pub fn store(
    connection: &mut SqliteConnection,
    commit: &Commit,
    touched: impl Fn(UserId) -> bool,
) -> Result<(), Fault> {
    let principal = principals::written(commit.by);
    for entry in commit.audit.iter().filter(|entry| touched(entry.user)) {
        let changes = changes::written(&entry.changes)?;
        diesel::insert_into(audit::table)
            .values((
                audit::at.eq(cells::micros(commit.at)),
                audit::principal.eq(&principal),
                audit::request_id.eq(&commit.request_id),
                audit::action.eq(entry.action.name()),
                audit::user_id.eq(cells::id(entry.user.uuid())),
                audit::object_id.eq(entry.object.map(cells::id)),
                audit::changes.eq(changes),
            ))
            .execute(connection)
            .map_err(fault::of("audit"))?;
    }
    commit
        .events
        .iter()
        .filter(|event| touched(event.user))
        .try_for_each(|event| emit(connection, commit, event))
}

/// Puts one event into the outbox, due at once.
pub fn emit(
    connection: &mut SqliteConnection,
    commit: &Commit,
    event: &Event,
) -> Result<(), Fault> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::kind.eq(event.kind.name()),
            outbox::user_id.eq(cells::id(event.user.uuid())),
            outbox::object_id.eq(event.object.map(cells::id)),
            outbox::version.eq(event.version.map(|version| i64::from(version.number()))),
            outbox::at.eq(cells::micros(commit.at)),
            outbox::request_id.eq(&commit.request_id),
            outbox::traceparent.eq(commit.traceparent.as_deref()),
            outbox::due_at.eq(cells::micros(commit.at)),
        ))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("outbox"))
}
