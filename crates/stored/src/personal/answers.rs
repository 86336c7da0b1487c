//! What a part answers when it has done what the list says.

use super::{Column, Erase, Table, of_part};
use domain::erasures::PartAnswer;
use std::collections::BTreeMap;

/// What went of the tables that this part speaks for, and what stayed and why.
#[must_use]
pub fn answer(part: &str) -> PartAnswer {
    of_part(part).fold(PartAnswer::of(part), |answer, (table, _)| {
        add(answer, table)
    })
}

fn add(mut answer: PartAnswer, table: &Table) -> PartAnswer {
    if table.goes() {
        return answer.without(table.name);
    }
    let (mut blank, mut kept) = (Vec::new(), BTreeMap::<_, Vec<&str>>::new());
    for (name, _, _, erase) in table.columns {
        match erase {
            Erase::Goes => {}
            Erase::Blank => blank.push(*name),
            Erase::Stays(why) => kept.entry(*why).or_default().push(name),
        }
    }
    for column in blank {
        answer = answer.without(format!("{}.{column}", table.name));
    }
    for (why, columns) in kept {
        answer = answer.keeping(shown(table, table.columns, &columns), why);
    }
    answer
}

/// The table when all of it is meant, else its columns.
fn shown(table: &Table, all: &[Column], columns: &[&str]) -> String {
    if columns.len() == all.len() {
        return table.name.to_owned();
    }
    let named = columns
        .iter()
        .map(|column| format!("{}.{column}", table.name));
    named.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::answer;
    use crate::personal::{PHOTOS, RECORDS, TRAIL};

    #[test]
    fn a_receipt_names_tables_that_go_and_cells_that_are_blank() {
        let went = answer(RECORDS).went;
        for name in ["credentials", "sessions", "idempotency", "users.email"] {
            assert!(went.contains(&name.to_owned()), "{name} in {went:?}");
        }
        assert_eq!(answer(PHOTOS).went, ["image_objects", "images"]);
    }

    #[test]
    fn what_stays_has_its_reason() {
        let trail = answer(TRAIL);
        assert!(trail.went.is_empty() && trail.stayed.len() == 1);
        assert_eq!(trail.stayed[0].what, "audit");
        let records = answer(RECORDS).stayed;
        assert!(records.iter().any(|it| it.what.contains("users.id")));
        assert!(records.iter().all(|it| !it.why.is_empty()));
    }
}
