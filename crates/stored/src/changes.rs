//! Changed fields as they stand in the column `changes` of the trail.

use crate::DATABASE;
use crate::cells::Cells;
use domain::audit::{Change, Values};
use ports::Fault;
use serde::{Deserialize, Serialize};

/// The text for these changes.
///
/// # Errors
/// [`Fault::Broken`] when they cannot be written, which would be a fault of ours.
pub fn written(changes: &[Change]) -> Result<String, Fault> {
    let cells: Vec<ChangeCell> = changes.iter().map(ChangeCell::from).collect();
    serde_json::to_string(&cells).map_err(|error| Fault::broken(DATABASE, "audit.changes", error))
}

/// Reads the changes of the row that `cells` names.
///
/// # Errors
/// [`Fault::Broken`] when the text is not one that [`written`] gives.
pub fn read(cells: &Cells<'_>, text: &str) -> Result<Vec<Change>, Fault> {
    let read: Vec<ChangeCell> = cells.parsed("changes", serde_json::from_str(text))?;
    Ok(read.into_iter().map(Change::from).collect())
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeCell {
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
