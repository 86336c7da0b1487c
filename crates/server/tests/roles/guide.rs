//! The table as `docs/API.md` shows it.

use crate::table::{Keys, Row, TABLE};
use std::path::Path;

const BEGIN: &str = "<!-- The table is written by crates/server/tests/roles: INSTA_UPDATE=always cargo test -p server --test roles -->\n";
const END: &str = "<!-- end of the table -->\n";

/// Under `INSTA_UPDATE=always` the guide is written, as snapshots are; otherwise it has to be right.
#[test]
fn the_guide_shows_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/API.md");
    let guide = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = guide
        .split_once(BEGIN)
        .expect("the guide has a place for the table");
    let (shown, after) = rest.split_once(END).expect("the place has an end");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|mode| mode == "always") {
        let written = format!("{before}{BEGIN}{}{END}{after}", table());
        std::fs::write(file, written).unwrap();
    } else {
        assert_eq!(shown, table(), "run it with INSTA_UPDATE=always");
    }
}

fn table() -> String {
    let head =
        "| operation | nobody | member | manager | admin | key |\n|---|---|---|---|---|---|\n";
    let rows: Vec<String> = TABLE.iter().map(line).collect();
    format!("{head}{}", rows.concat())
}

fn line(row: &Row) -> String {
    let fields: Vec<String> = row
        .fields
        .iter()
        .map(|field| format!("`{field}`"))
        .collect();
    let of = if fields.is_empty() { "" } else { " of " };
    let key = match row.key {
        Keys::Any => "yes".to_owned(),
        Keys::None => "403".to_owned(),
        Keys::With(scope, "yes") => format!("`{scope}`"),
        Keys::With(scope, cell) => format!("`{scope}`: {cell}"),
    };
    let operation = format!("`{} {}`{of}{}", row.method, row.path, fields.join(", "));
    format!("| {operation} | {} | {key} |\n", row.cells.join(" | "))
}
