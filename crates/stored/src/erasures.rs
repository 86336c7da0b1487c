//! What parts answered about an erased person, as it stands in the column `answers`.

use crate::DATABASE;
use crate::cells::Cells;
use domain::erasures::{PartAnswer, Stayed};
use ports::Fault;
use serde::{Deserialize, Serialize};

/// The text for these answers.
///
/// # Errors
/// [`Fault::Broken`] when they cannot be written, which would be a fault of ours.
pub fn written(answers: &[PartAnswer]) -> Result<String, Fault> {
    let cells: Vec<AnswerCell> = answers.iter().map(AnswerCell::from).collect();
    serde_json::to_string(&cells)
        .map_err(|error| Fault::broken(DATABASE, "erasures.answers", error))
}

/// Reads the answers of the row that `cells` names.
///
/// # Errors
/// [`Fault::Broken`] when the text is not one that [`written`] gives.
pub fn read(cells: &Cells<'_>, text: &str) -> Result<Vec<PartAnswer>, Fault> {
    let read: Vec<AnswerCell> = cells.parsed("answers", serde_json::from_str(text))?;
    Ok(read.into_iter().map(PartAnswer::from).collect())
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerCell {
    part: String,
    went: Vec<String>,
    stayed: Vec<StayedCell>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StayedCell {
    what: String,
    why: String,
}

impl From<&PartAnswer> for AnswerCell {
    fn from(answer: &PartAnswer) -> Self {
        let stayed = answer.stayed.iter().map(|Stayed { what, why }| StayedCell {
            what: what.clone(),
            why: why.clone(),
        });
        Self {
            part: answer.part.clone(),
            went: answer.went.clone(),
            stayed: stayed.collect(),
        }
    }
}

impl From<AnswerCell> for PartAnswer {
    fn from(cell: AnswerCell) -> Self {
        let stayed = cell.stayed.into_iter();
        Self {
            part: cell.part,
            went: cell.went,
            stayed: stayed
                .map(|StayedCell { what, why }| Stayed { what, why })
                .collect(),
        }
    }
}
