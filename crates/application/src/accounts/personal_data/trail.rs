//! What was done to a person's data: told, and kept for good.

use async_trait::async_trait;
use domain::actors::Principal;
use domain::audit::Change;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{AuditRecord, AuditTrail};
use ports::personal_data::PersonalData;
use std::sync::Arc;

/// The entries of the trail that are about a person, and those about others that they have left.
pub struct TrailOfPeople {
    /// Keeps them.
    pub trail: Arc<dyn AuditTrail>,
}

/// Entries that are read at one go.
const PAGE: u32 = 1_000;

#[async_trait]
impl PersonalData for TrailOfPeople {
    fn name(&self) -> &'static str {
        "trail"
    }

    /// All of them, newest first.
    async fn export(&self, user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        let (mut about, mut before) = (Vec::new(), None);
        loop {
            let page = self.trail.of_user(user, before, PAGE).await?;
            let Some(last) = page.last() else { break };
            before = Some(last.seq);
            about.extend(page.into_iter().map(entry));
        }
        let (mut left, mut before) = (Vec::new(), None);
        loop {
            let page = self.trail.left_by(user, before, PAGE).await?;
            let Some(last) = page.last() else { break };
            before = Some(last.seq);
            left.extend(page.into_iter().map(act));
        }
        Ok(vec![
            ("audit".to_owned(), Fact::List(about)),
            ("done_to_others".to_owned(), Fact::List(left)),
        ])
    }

    /// An entry holds ids, an action and names of fields, and nobody can change one.
    async fn erase(&self, _erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        let answer = PartAnswer::of(self.name()).keeping(
            "audit",
            "the trail holds ids, actions and names of fields, and values of none that is personal; it is never changed",
        );
        Ok(Some(answer))
    }
}

fn entry(record: AuditRecord) -> Fact {
    let (by, by_id) = match record.by {
        Principal::User(id) => ("user", Some(id.uuid())),
        Principal::Key(id) => ("key", Some(id.uuid())),
        Principal::System => ("system", None),
        Principal::Anonymous => ("anonymous", None),
    };
    let changes = record.entry.changes.into_iter().map(change);
    Fact::record([
        ("at", record.at.into()),
        ("action", record.entry.action.name().into()),
        ("by", by.into()),
        ("by_id", by_id.into()),
        ("object_id", record.entry.object.into()),
        ("changes", Fact::List(changes.collect())),
        ("request_id", record.request_id.into()),
    ])
}

/// What somebody did to others: to whom, and nothing of theirs.
fn act(record: AuditRecord) -> Fact {
    Fact::record([
        ("at", record.at.into()),
        ("action", record.entry.action.name().into()),
        ("user_id", Some(record.entry.user.uuid()).into()),
        ("object_id", record.entry.object.into()),
        ("request_id", record.request_id.into()),
    ])
}

fn change(change: Change) -> Fact {
    let (before, after) = match change.values {
        Some(values) => (values.before, values.after),
        None => (None, None),
    };
    Fact::record([
        ("field", change.field.into()),
        ("before", before.into()),
        ("after", after.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::{PAGE, TrailOfPeople};
    use crate::fixtures::{now, user_id};
    use domain::actors::Principal;
    use domain::audit::{Action, Audit, Change};
    use domain::erasures::Erasure;
    use domain::facts::Fact;
    use domain::ids::ErasureId;
    use ports::accounts::{AuditRecord, MockAuditTrail};
    use ports::personal_data::PersonalData as _;
    use std::sync::Arc;
    use uuid::Uuid;

    fn record(seq: i64) -> AuditRecord {
        let changes = vec![Change::personal("email")];
        AuditRecord {
            seq,
            at: now(),
            by: Principal::User(user_id(1)),
            request_id: "r".into(),
            entry: Audit::of(Action::UserChanged, user_id(2)).with(changes),
        }
    }

    #[tokio::test]
    async fn the_whole_trail_is_told_however_long_it_is() {
        let mut trail = MockAuditTrail::new();
        let page = |before: Option<i64>| match before {
            None => vec![record(9), record(8)],
            Some(8) => vec![record(3)],
            Some(_) => Vec::new(),
        };
        trail
            .expect_of_user()
            .withf(|_, _, limit| *limit == PAGE)
            .returning(move |_, before, _| Ok(page(before)));
        let page = |before: Option<i64>| match before {
            None => vec![record(7)],
            Some(_) => Vec::new(),
        };
        trail
            .expect_left_by()
            .withf(|user, _, limit| (*user, *limit) == (user_id(2), PAGE))
            .returning(move |_, before, _| Ok(page(before)));
        let part = TrailOfPeople {
            trail: Arc::new(trail),
        };
        let told = part.export(user_id(2)).await.unwrap();
        let [(about, Fact::List(entries)), (others, Fact::List(acts))] = told.as_slice() else {
            panic!("two lists: {told:?}");
        };
        assert_eq!((about.as_str(), entries.len()), ("audit", 3));
        assert_eq!((others.as_str(), acts.len()), ("done_to_others", 1));
    }

    #[tokio::test]
    async fn nothing_of_it_goes_and_the_answer_says_why() {
        let part = TrailOfPeople {
            trail: Arc::new(MockAuditTrail::new()),
        };
        let id = ErasureId::new(Uuid::nil());
        let erasure = Erasure::begin(id, user_id(2), Principal::System, now());
        let answer = part.erase(&erasure).await.unwrap().unwrap();
        assert!(answer.went.is_empty() && answer.stayed[0].what == "audit");
    }
}
