//! What is left of a person who is erased: which part answered what, until every part has.

use crate::actors::Principal;
use crate::ids::{ErasureId, UserId};
use jiff::Timestamp;

/// The erasure of one person. There is at most one for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Names the erasure.
    pub id: ErasureId,
    /// Who is erased. The id stays and names nobody any more.
    pub user: UserId,
    /// Who asked for it.
    pub by: Principal,
    /// When it began: from then on the person had no access and their row was blank.
    pub requested_at: Timestamp,
    /// What the parts have answered so far, in the order in which they did.
    pub answers: Vec<PartAnswer>,
    /// When the last part had answered.
    pub finished_at: Option<Timestamp>,
}

/// What one part of the installation did about a person's data. Names kinds of data and no data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartAnswer {
    /// The part.
    pub part: String,
    /// What it does not keep any more.
    pub went: Vec<String>,
    /// What it keeps.
    pub stayed: Vec<Stayed>,
}

/// Something that is kept though a person is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stayed {
    /// What it is.
    pub what: String,
    /// Why it stays, and for how long where that is known.
    pub why: String,
}

impl PartAnswer {
    /// Nothing went and nothing stayed, so far.
    #[must_use]
    pub fn of(part: &str) -> Self {
        Self {
            part: part.to_owned(),
            ..Self::default()
        }
    }

    /// The same, without this.
    #[must_use]
    pub fn without(mut self, went: impl Into<String>) -> Self {
        self.went.push(went.into());
        self
    }

    /// The same, with this still there.
    #[must_use]
    pub fn keeping(mut self, what: impl Into<String>, why: impl Into<String>) -> Self {
        self.stayed.push(Stayed {
            what: what.into(),
            why: why.into(),
        });
        self
    }
}

impl Erasure {
    /// An erasure that begins.
    #[must_use]
    pub const fn begin(id: ErasureId, user: UserId, by: Principal, at: Timestamp) -> Self {
        Self {
            id,
            user,
            by,
            requested_at: at,
            answers: Vec::new(),
            finished_at: None,
        }
    }

    /// Whether this part has answered.
    #[must_use]
    pub fn has_answer_of(&self, part: &str) -> bool {
        self.answers.iter().any(|answer| answer.part == part)
    }

    /// Takes an answer, in place of an earlier one of the same part.
    pub fn take(&mut self, answer: PartAnswer) {
        self.answers.retain(|earlier| earlier.part != answer.part);
        self.answers.push(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::{Erasure, PartAnswer};
    use crate::actors::Principal;
    use crate::ids::{ErasureId, UserId};
    use jiff::Timestamp;
    use uuid::Uuid;

    #[test]
    fn a_part_that_answers_again_has_one_answer() {
        let (id, user) = (ErasureId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let mut erasure = Erasure::begin(id, user, Principal::System, Timestamp::UNIX_EPOCH);
        assert!(!erasure.has_answer_of("photos"));
        erasure.take(PartAnswer::of("photos"));
        let last = PartAnswer::of("photos").without("pictures");
        erasure.take(last.clone());
        assert!(erasure.has_answer_of("photos"));
        assert_eq!(erasure.answers, [last]);
    }
}
