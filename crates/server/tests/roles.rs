//! Who may do what: every line of the table in `docs/API.md`, tried on a server by nobody and by every role.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;
use support::{Answer, Client, Muster, PASSWORD, pictures};

const DOCUMENT: &str = include_str!("../../../docs/openapi.json");
const GUIDE: &str = include_str!("../../../docs/API.md");
const HEAD: &str = "| operation | nobody | member | manager | admin |";
const CALLERS: [&str; 4] = ["nobody", "member", "manager", "admin"];
const ROLES: [&str; 3] = ["member", "manager", "admin"];

/// A line of the table, or a field of it when it is about several.
struct Line {
    method: String,
    path: String,
    /// What a PATCH changes; otherwise empty.
    field: String,
    /// A cell for each of `CALLERS`.
    cells: Vec<String>,
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
    for line in lines() {
        for (caller, whom) in calls(&line) {
            let answer = walk.call(&line, caller, whom).await;
            let (cell, who) = (&line.cells[caller], CALLERS[caller]);
            if let Some(fault) = fault(&answer, refusal(cell, who, whom)) {
                let title = title(&line.method, &line.path, &line.field);
                faults.push(format!("{title} by {who} on {whom:?}: {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_table_and_the_document_name_the_same_operations() {
    let lines = lines().into_iter();
    let table = lines.map(|line| title(&line.method, &line.path, &line.field));
    let (table, document) = (table.collect(), operations());
    let lost = document.difference(&table).collect::<Vec<_>>();
    assert!(lost.is_empty(), "docs/API.md does not say who may {lost:?}");
    let more = table.difference(&document).collect::<Vec<_>>();
    assert!(more.is_empty(), "docs/openapi.json does not have {more:?}");
}

#[test]
fn the_document_opens_to_nobody_what_the_table_does() {
    let document = document();
    for line in lines() {
        let operation = &document["paths"][&line.path][line.method.to_lowercase()];
        let open = operation["security"] == json!([{}]);
        let title = title(&line.method, &line.path, &line.field);
        assert_eq!(open, line.cells[0] == "yes", "{title}");
    }
}

fn title(method: &str, path: &str, field: &str) -> String {
    let of = if field.is_empty() { "" } else { " of " };
    format!("{method} {path}{of}{field}")
}

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

/// The titles of all operations in the document; of a PATCH, one for each field that it takes.
fn operations() -> BTreeSet<String> {
    let (document, mut titles) = (document(), BTreeSet::new());
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

/// The lines of the table, read from the guide.
fn lines() -> Vec<Line> {
    let (_, table) = GUIDE.split_once(HEAD).expect("the guide has the table");
    let rows = table.lines().skip(2);
    rows.take_while(|row| row.starts_with('|'))
        .flat_map(of_row)
        .collect()
}

fn of_row(row: &str) -> Vec<Line> {
    let mut cells = row.trim_matches('|').split('|').map(str::trim);
    let mut quoted = cells.next().unwrap().split('`').skip(1).step_by(2);
    let (method, path) = quoted.next().and_then(|it| it.split_once(' ')).expect(row);
    let mut fields = quoted.collect::<Vec<_>>();
    if fields.is_empty() {
        fields.push("");
    }
    let cells = cells.map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(cells.len(), CALLERS.len(), "a cell for each caller: {row}");
    let line = |field: &str| Line {
        method: method.to_owned(),
        path: path.to_owned(),
        field: field.to_owned(),
        cells: cells.clone(),
    };
    fields.into_iter().map(line).collect()
}

/// Who calls, by their column, and on whom.
fn calls(line: &Line) -> Vec<(usize, Whom)> {
    let others = ROLES.map(Whom::Another);
    let enters = line.method == "POST" && ["/v1/users", "/v1/users/batch"].contains(&&*line.path);
    let whom = |caller| match (line.path.starts_with("/v1/users/{id}"), enters) {
        (true, _) if caller > 0 => [&[Whom::Themselves], &others[..]].concat(),
        (true, _) | (_, true) => others.to_vec(),
        (false, false) => vec![Whom::NoOne],
    };
    let callers = 0..CALLERS.len();
    callers
        .flat_map(|caller| whom(caller).into_iter().map(move |whom| (caller, whom)))
        .collect()
}

fn role(caller: &'static str, whom: Whom) -> Option<&'static str> {
    match whom {
        Whom::NoOne => None,
        Whom::Themselves => Some(caller),
        Whom::Another(role) => Some(role),
    }
}

/// The status with which a cell refuses a call; none when it allows the call.
fn refusal(cell: &str, caller: &'static str, whom: Whom) -> Option<u16> {
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
                role(caller, whom) == Some(named)
            }
        };
        if meant {
            return status;
        }
    }
    panic!("the cell {cell:?} does not say what {caller} may do to {whom:?}")
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

/// A server and those who call it. Nobody acts on these, so that they keep what they may.
struct Walk {
    muster: Muster,
    admin: Client,
    callers: Vec<Client>,
    people: Cell<u32>,
}

impl Walk {
    async fn start() -> Self {
        let (muster, admin) = Muster::set_up().await;
        let mut callers = vec![muster.anonymous()];
        for role in ROLES {
            let email = format!("{role}@a.org");
            callers.push(muster.person(&admin, role, &email).await.1);
        }
        Self {
            muster,
            admin,
            callers,
            people: Cell::new(0),
        }
    }

    /// Calls once, on somebody who was entered for this call alone.
    async fn call(&self, line: &Line, caller: usize, whom: Whom) -> Answer {
        let (mut id, mut client) = (String::new(), self.callers[caller].clone());
        let role = role(CALLERS[caller], whom).unwrap_or("member");
        if whom == Whom::Themselves {
            (id, client) = self.muster.person(&self.admin, role, &self.email()).await;
        } else if line.path.contains("{id}") {
            id = self.entered(role).await;
        }
        let mut session = "01980000-0000-7000-8000-000000000002".to_owned();
        if caller > 0 && line.path.starts_with("/v1/auth/") {
            // On a device of their own, which may be signed out.
            let email = self.email();
            client = self
                .muster
                .person(&self.admin, CALLERS[caller], &email)
                .await
                .1;
            let devices = client.get("/v1/auth/sessions").await.json();
            session = devices["items"][0]["id"].as_str().unwrap().to_owned();
        }
        let image = self.image(&line.path, &id).await;
        let path = line.path.replace("{id}", &id).replace("{image_id}", &image);
        let path = path.replace("{session_id}", &session);
        let path = path.replace("{erasure_id}", &self.erasure(&line.path).await);
        let path = path
            .replace("{variant}", "64")
            .replace("{code}", "not_found");
        assert!(!path.contains('{'), "the test cannot fill in {path}");
        let mut request = client.request(&line.method, &path);
        if ["PATCH", "PUT", "DELETE"].contains(&&*line.method) {
            let seen = self.admin.get(&path).await;
            request = request.header("If-Match", seen.header("etag"));
        }
        let body = self.body(line, role, &image).await;
        if !body.is_null() {
            request = request.json(&body);
        } else if line.method == "POST" && line.path.ends_with("/images") {
            let jpeg = pictures::numbered_jpeg(7);
            request = request.header("Content-Type", "image/jpeg").body(jpeg);
        }
        client.send(request).await
    }

    /// A photo of somebody, which is their avatar too; only where the path needs one.
    async fn image(&self, path: &str, id: &str) -> String {
        if !path.contains("{image_id}") && !path.ends_with("/avatar") {
            return String::new();
        }
        let jpeg = pictures::numbered_jpeg(7);
        self.admin.upload(id, "image/jpeg", jpeg).await.id()
    }

    /// The erasure of somebody; only where the path needs one.
    async fn erasure(&self, path: &str) -> String {
        if !path.contains("{erasure_id}") {
            return String::new();
        }
        let path = format!("/v1/users/{}/erase", self.entered("member").await);
        self.admin.act(&path).await.id()
    }

    async fn body(&self, line: &Line, role: &str, image: &str) -> Value {
        match (&*line.method, &*line.path) {
            ("POST", "/v1/auth/login") => json!({"email": "member@a.org", "password": PASSWORD}),
            ("POST", "/v1/auth/refresh") => self.refresh_token().await,
            ("POST", "/v1/auth/password") => {
                json!({"current_password": PASSWORD, "new_password": "battery staple horse"})
            }
            ("POST", "/v1/auth/invitation") => self.invitation().await,
            ("POST", "/v1/users") => self.somebody(role),
            ("POST", "/v1/users/batch") => json!({"items": [self.somebody(role)]}),
            ("PATCH", "/v1/users/{id}") => json!({&line.field: self.other(&line.field, role)}),
            ("PUT", "/v1/users/{id}/avatar") => json!({"image_id": image}),
            _ => Value::Null,
        }
    }

    async fn refresh_token(&self) -> Value {
        let login = json!({"email": "member@a.org", "password": PASSWORD});
        let tokens = self.muster.anonymous().post("/v1/auth/login", &login).await;
        json!({"refresh_token": tokens.json()["refresh_token"]})
    }

    async fn invitation(&self) -> Value {
        let path = format!("/v1/users/{}/invitation", self.entered("member").await);
        json!({"code": self.admin.act(&path).await.json()["code"], "password": PASSWORD})
    }

    /// A value that the field of a person of this role does not have yet.
    fn other(&self, field: &str, role: &str) -> Value {
        match field {
            "email" => json!(self.email()),
            "phone" => json!("555 0100"),
            "role" if role == "member" => json!("manager"),
            "role" => json!("member"),
            "site_ids" => json!(["01980000-0000-7000-8000-000000000001"]),
            _ => json!(format!("other {}", self.email())),
        }
    }

    async fn entered(&self, role: &str) -> String {
        let body = self.somebody(role);
        self.admin.post("/v1/users", &body).await.id()
    }

    fn somebody(&self, role: &str) -> Value {
        json!({"given_name": "Some", "family_name": "Body", "email": self.email(), "role": role})
    }

    /// An email that nobody has.
    fn email(&self) -> String {
        self.people.set(self.people.get() + 1);
        format!("person{}@example.org", self.people.get())
    }
}
