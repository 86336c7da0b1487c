//! Who may do what: every cell of the table, tried on a server by nobody, by every role and by a key of every scope.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod guide;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod walk;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Answer, Muster};
use table::{CALLERS, Keys, Row, TABLE, title};
use walk::Walk;

const ROLES: [&str; 3] = ["member", "manager", "admin"];

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    /// One of [`CALLERS`].
    Person(usize),
    /// A key with this scope alone, by its place in the document.
    Key(usize),
    /// A manager of a site at which nobody else works.
    Elsewhere,
}

/// On whom a call acts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Whom {
    NoOne,
    Themselves,
    /// Somebody else who has this role, or is to get it.
    Another(&'static str),
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let walk = Walk::start().await;
    let mut faults = Vec::new();
    for row in TABLE {
        for (field, title) in fields(row).into_iter().zip(row.titles()) {
            for (who, whom) in calls(row, walk.scopes.len()) {
                let (cell, name) = cell(row, who, &walk.scopes);
                let answer = walk.call(row, field, who, whom).await;
                if let Some(fault) = fault(&answer, refusal(cell, who, whom)) {
                    faults.push(format!("{title} by {name} on {whom:?}: {fault}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Whatever the operation, also one that is to come.
#[tokio::test]
async fn a_manager_of_other_sites_finds_nobody() {
    let walk = Walk::start().await;
    let mut faults = Vec::new();
    let about_somebody = |row: &&Row| row.path.starts_with("/v1/users/{id}");
    for row in TABLE.iter().filter(about_somebody) {
        // What is no manager's business is refused before anybody is looked for.
        let refusal = match (row.method, row.cells[2]) {
            ("PATCH", _) => 404,
            (_, "403") => 403,
            (_, _) => 404,
        };
        for (field, title) in fields(row).into_iter().zip(row.titles()) {
            for role in ROLES {
                let answer = walk
                    .call(row, field, Who::Elsewhere, Whom::Another(role))
                    .await;
                if let Some(fault) = fault(&answer, Some(refusal)) {
                    faults.push(format!("{title} on {role}: {fault}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test]
async fn the_table_and_the_served_document_name_the_same_operations() {
    let document = document(&Muster::start()).await;
    let table = TABLE.iter().flat_map(Row::titles);
    let (table, document) = (table.collect(), operations(&document));
    let lost = document.difference(&table).collect::<Vec<_>>();
    assert!(lost.is_empty(), "the table does not say who may {lost:?}");
    let more = table.difference(&document).collect::<Vec<_>>();
    assert!(more.is_empty(), "the document does not have {more:?}");
}

#[tokio::test]
async fn the_document_opens_to_nobody_what_the_table_does() {
    let document = document(&Muster::start()).await;
    for row in TABLE {
        let operation = &document["paths"][row.path][row.method.to_lowercase()];
        let open = operation["security"] == json!([{}]);
        assert_eq!(open, row.cells[0] == "yes", "{:?}", row.titles());
        assert_eq!(open, matches!(row.key, Keys::Any), "{:?}", row.titles());
    }
}

#[tokio::test]
async fn every_scope_of_the_document_is_good_for_something_in_the_table() {
    let document = document(&Muster::start()).await;
    let used = TABLE.iter().filter_map(|row| match row.key {
        Keys::With(scope, _) => Some(scope.to_owned()),
        Keys::Any | Keys::None => None,
    });
    let used: BTreeSet<String> = used.collect();
    assert_eq!(used, scopes(&document).into_iter().collect());
}

async fn document(muster: &Muster) -> Value {
    let served = muster.anonymous().get("/api-docs/openapi.json").await;
    served.json()
}

/// The scopes that a key can have.
fn scopes(document: &Value) -> Vec<String> {
    let names = &document["components"]["schemas"]["ScopeName"]["enum"];
    let names = names.as_array().expect("the document names scopes").iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// The titles of all operations in the document; of a PATCH, one for each field that it takes.
fn operations(document: &Value) -> BTreeSet<String> {
    let mut titles = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = "/requestBody/content/application~1merge-patch+json/schema/$ref";
            let schema = operation.pointer(schema).and_then(Value::as_str);
            let schema = schema.and_then(|schema| document.pointer(&schema[1..]));
            let fields = schema.and_then(|schema| schema["properties"].as_object());
            let fields = fields.map_or(vec![""], |it| it.keys().map(String::as_str).collect());
            let method = method.to_uppercase();
            titles.extend(fields.iter().map(|field| title(&method, path, field)));
        }
    }
    titles
}

fn fields(row: &Row) -> Vec<&'static str> {
    if row.fields.is_empty() {
        vec![""]
    } else {
        row.fields.to_vec()
    }
}

/// Who calls, and on whom.
fn calls(row: &Row, scopes: usize) -> Vec<(Who, Whom)> {
    let others = ROLES.map(Whom::Another);
    let enters = row.method == "POST" && ["/v1/users", "/v1/users/batch"].contains(&row.path);
    let whom = |who| match (row.path.starts_with("/v1/users/{id}"), enters, who) {
        (true, _, Who::Person(1..)) => [&[Whom::Themselves], &others[..]].concat(),
        (true, _, _) | (_, true, _) => others.to_vec(),
        (false, false, _) => vec![Whom::NoOne],
    };
    let people = (0..CALLERS.len()).map(Who::Person);
    people
        .chain((0..scopes).map(Who::Key))
        .flat_map(|who| whom(who).into_iter().map(move |whom| (who, whom)))
        .collect()
}

/// What the table says of a caller, and what the caller is called.
fn cell<'a>(row: &Row, who: Who, scopes: &'a [String]) -> (&'static str, &'a str) {
    match who {
        Who::Person(place) => (row.cells[place], CALLERS[place]),
        Who::Key(place) => {
            let scope = scopes[place].as_str();
            let cell = match row.key {
                Keys::Any => "yes",
                Keys::With(needed, cell) if needed == scope => cell,
                Keys::None | Keys::With(..) => "403",
            };
            (cell, scope)
        }
        Who::Elsewhere => (row.cells[2], "manager elsewhere"),
    }
}

fn role(who: Who, whom: Whom) -> Option<&'static str> {
    match (whom, who) {
        (Whom::Themselves, Who::Person(place)) => Some(CALLERS[place]),
        (Whom::NoOne | Whom::Themselves, _) => None,
        (Whom::Another(role), _) => Some(role),
    }
}

/// The status with which a cell refuses a call; none when it allows the call.
fn refusal(cell: &str, who: Who, whom: Whom) -> Option<u16> {
    for clause in cell.split(", ") {
        let (subject, status) = match (clause.split_once(' '), clause.parse::<u16>()) {
            (Some((subject, status)), _) => (subject, Some(status.parse().expect(cell))),
            (None, Ok(status)) => ("else", Some(status)),
            (None, Err(_)) => (clause, None),
        };
        let meant = match subject {
            "yes" | "else" => true,
            "self" => whom == Whom::Themselves,
            _ => {
                let named = subject.strip_suffix('s').expect(cell);
                assert!(ROLES.contains(&named), "what does {cell:?} mean?");
                role(who, whom) == Some(named)
            }
        };
        if meant {
            return status;
        }
    }
    panic!("the cell {cell:?} does not say what {who:?} may do to {whom:?}")
}

/// What is wrong with an answer. Only a success tells that a call was allowed: a 404 may also hide something.
fn fault(answer: &Answer, refusal: Option<u16>) -> Option<String> {
    let found = match answer.status {
        ..400 => "allowed".to_owned(),
        status => format!("{status} {}", answer.code()),
    };
    let wanted = match refusal {
        None => "allowed",
        Some(401) => "401 unauthenticated",
        Some(403) => "403 forbidden",
        Some(404) => "404 not_found",
        Some(other) => panic!("{other} is no refusal that the table explains"),
    };
    (found != wanted).then(|| format!("{found} instead of {wanted}"))
}
