//! What is stored beside every change and in its transaction: the audit rows and the events.

use crate::cells;
use crate::fault;
use crate::principals;
use crate::schema::{audit, outbox};
use diesel::{ExpressionMethods, RunQueryDsl, SqliteConnection};
use domain::audit::{Change, Values};
use domain::events::Event;
use domain::ids::UserId;
use ports::{Commit, Fault};
use serde::{Deserialize, Serialize};

/// A changed field as it stands in `audit.changes`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeCell {
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<ValuesCell>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValuesCell {
    before: Option<String>,
    after: Option<String>,
}

impl From<&Change> for ChangeCell {
    fn from(change: &Change) -> Self {
        let values = change.values.as_ref();
        let values = values.map(|Values { before, after }| ValuesCell {
            before: before.clone(),
            after: after.clone(),
        });
        Self {
            field: change.field.clone(),
            values,
        }
    }
}

impl From<ChangeCell> for Change {
    fn from(cell: ChangeCell) -> Self {
        let values = cell
            .values
            .map(|ValuesCell { before, after }| Values { before, after });
        Self {
            field: cell.field,
            values,
        }
    }
}

/// Stores the audit rows and the events of a commit that are about people to whom something was done.
pub fn store(
    connection: &mut SqliteConnection,
    commit: &Commit,
    touched: impl Fn(UserId) -> bool,
) -> Result<(), Fault> {
    let principal = principals::written(commit.by);
    for entry in commit.audit.iter().filter(|entry| touched(entry.user)) {
        let changes: Vec<ChangeCell> = entry.changes.iter().map(ChangeCell::from).collect();
        let changes = serde_json::to_string(&changes)
            .map_err(|error| Fault::broken(fault::BACKEND, "audit.changes", error))?;
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
