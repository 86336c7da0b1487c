//! A row as a database tells it in JSON, and what that says.

use super::{Column, Holds, Table};
use crate::cells::Cells;
use domain::facts::Fact;
use ports::Fault;
use serde_json::{Map, Value};
use uuid::Uuid;

/// What a row says: a JSON object with every column that is shown. Ids are texts, instants microseconds since 1970, bytes
/// two hexadecimal digits each.
///
/// # Errors
/// [`Fault::Broken`] when the text says something else.
pub fn facts(table: &'static Table, line: &str) -> Result<Fact, Fault> {
    let cells = Cells::of(table.name, &"an export");
    let row: Map<String, Value> = cells.parsed("*", serde_json::from_str(line))?;
    let named = table.shown().map(|column| {
        let value = row.get(column.0).unwrap_or(&Value::Null);
        Ok((column.0.to_owned(), fact(&cells, column, value)?))
    });
    named.collect::<Result<_, Fault>>().map(Fact::Record)
}

fn fact(cells: &Cells<'_>, (name, holds, ..): &Column, value: &Value) -> Result<Fact, Fault> {
    if value.is_null() {
        return Ok(Fact::Nothing);
    }
    let text = || cells.known(name, value.as_str());
    let whole = || cells.known(name, value.as_i64());
    Ok(match holds {
        Holds::Text => Fact::text(text()?),
        Holds::Id => Fact::Id(cells.parsed(name, Uuid::try_parse(text()?))?),
        Holds::Whole => Fact::Whole(whole()?),
        Holds::Instant => Fact::Instant(cells.instant(name, whole()?)?),
        Holds::Bytes => Fact::Bytes(cells.known(name, bytes(text()?))?),
    })
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::facts;
    use crate::personal::TABLES;
    use domain::facts::Fact;
    use uuid::Uuid;

    #[test]
    fn a_row_is_read_by_what_its_columns_hold() {
        let table = TABLES.iter().find(|it| it.name == "images").unwrap();
        let line = r#"{"bytes":4,"created_at":1,"id":"00000000000000000000000000000007","seq":null,"source_digest":"00ff","state":"ready"}"#;
        let Fact::Record(row) = facts(table, line).unwrap() else {
            panic!("is a record");
        };
        let said = |name| {
            let cell = row.iter().find(|(column, _)| column == name);
            &cell.unwrap().1
        };
        assert_eq!(said("bytes"), &Fact::Whole(4));
        assert_eq!(said("id"), &Fact::Id(Uuid::from_u128(7)));
        assert_eq!(said("seq"), &Fact::Nothing);
        assert_eq!(said("source_digest"), &Fact::Bytes(vec![0, 255]));
        assert_eq!(said("state"), &Fact::text("ready"));
    }

    #[test]
    fn what_a_database_should_not_say_is_named_and_not_shown() {
        let table = TABLES.iter().find(|it| it.name == "images").unwrap();
        let fault = facts(table, r#"{"id":"ada"}"#).unwrap_err().to_string();
        assert!(
            fault.contains("images.id") && !fault.contains("ada"),
            "{fault}"
        );
    }
}
