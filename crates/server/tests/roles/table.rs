//! Who may do what: the one table. `docs/API.md` shows it, and each cell is tried on a server.

/// What a line says of one operation, or of some fields of it.
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    /// What a PATCH changes; otherwise empty.
    pub fields: &'static [&'static str],
    /// A cell for each of [`CALLERS`].
    pub cells: [&'static str; CALLERS.len()],
    pub key: Keys,
}

/// Which keys may.
#[derive(Clone, Copy)]
pub enum Keys {
    /// Whoever comes may.
    Any,
    /// No key, whatever its scopes.
    None,
    /// Those with this scope, and with this cell; all others are 403.
    With(&'static str, &'static str),
}

/// Those who are no machine, in the order of cells.
pub const CALLERS: [&str; 4] = ["nobody", "member", "manager", "admin"];

const ANY: Keys = Keys::Any;
const NONE: Keys = Keys::None;
const USERS_READ: Keys = Keys::With("users:read", "yes");
const USERS_WRITE: Keys = Keys::With("users:write", "members, else 403");
const IMAGES_READ: Keys = Keys::With("images:read", "yes");
const IMAGES_WRITE: Keys = Keys::With("images:write", "members, else 403");

/// Every operation of the document.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row("GET /.well-known/jwks.json", ["yes", "yes", "yes", "yes"], ANY),
    row("GET /v1/errors", ["yes", "yes", "yes", "yes"], ANY),
    row("GET /v1/errors/{code}", ["yes", "yes", "yes", "yes"], ANY),
    row("POST /v1/auth/login", ["yes", "yes", "yes", "yes"], ANY),
    row("POST /v1/auth/refresh", ["yes", "yes", "yes", "yes"], ANY),
    row("POST /v1/auth/invitation", ["yes", "yes", "yes", "yes"], ANY),
    row("POST /v1/auth/logout", ["401", "yes", "yes", "yes"], NONE),
    row("POST /v1/auth/logout-all", ["401", "yes", "yes", "yes"], NONE),
    row("POST /v1/auth/password", ["401", "yes", "yes", "yes"], NONE),
    row("GET /v1/auth/sessions", ["401", "yes", "yes", "yes"], NONE),
    row("DELETE /v1/auth/sessions/{session_id}", ["401", "yes", "yes", "yes"], NONE),
    row("GET /v1/keys", ["401", "403", "403", "yes"], NONE),
    row("POST /v1/keys", ["401", "403", "403", "yes"], NONE),
    row("DELETE /v1/keys/{key_id}", ["401", "403", "403", "yes"], NONE),
    row("GET /v1/me", ["401", "yes", "yes", "yes"], NONE),
    row("GET /v1/users", ["401", "403", "yes", "yes"], USERS_READ),
    row("GET /v1/people", ["401", "yes", "yes", "yes"], USERS_READ),
    row("POST /v1/users", ["401", "403", "members, else 403", "yes"], USERS_WRITE),
    row("POST /v1/users/batch", ["401", "403", "members, else 403", "yes"], USERS_WRITE),
    row("GET /v1/users/{id}", ["401", "self, else 404", "yes", "yes"], USERS_READ),
    row("PATCH /v1/users/{id}", ["401", "self, else 404", "members, managers, else 403", "yes"], USERS_WRITE).of(&["given_name", "family_name", "phone", "address"]),
    row("PATCH /v1/users/{id}", ["401", "self 403, else 404", "members, managers, else 403", "yes"], USERS_WRITE).of(&["email", "external_subject"]),
    row("PATCH /v1/users/{id}", ["401", "self 403, else 404", "members, else 403", "yes"], USERS_WRITE).of(&["site_ids"]),
    row("PATCH /v1/users/{id}", ["401", "self 403, else 404", "403", "yes"], NONE).of(&["role"]),
    row("DELETE /v1/users/{id}", ["401", "403", "members, managers, else 403", "yes"], USERS_WRITE),
    row("POST /v1/users/{id}/restore", ["401", "403", "members, managers, else 403", "yes"], USERS_WRITE),
    row("POST /v1/users/{id}/suspend", ["401", "403", "members, managers, else 403", "yes"], USERS_WRITE),
    row("POST /v1/users/{id}/activate", ["401", "403", "members, managers, else 403", "yes"], USERS_WRITE),
    row("POST /v1/users/{id}/invitation", ["401", "403", "members, managers, else 403", "yes"], NONE),
    row("GET /v1/users/{id}/audit", ["401", "403", "members, managers, else 403", "yes"], NONE),
    row("GET /v1/users/{id}/export", ["401", "self, else 404", "self, members, managers, else 403", "yes"], NONE),
    row("POST /v1/users/{id}/erase", ["401", "403", "403", "yes"], NONE),
    row("GET /v1/erasures/{erasure_id}", ["401", "403", "403", "yes"], NONE),
    row("GET /v1/users/{id}/images", ["401", "self, else 404", "yes", "yes"], IMAGES_READ),
    row("GET /v1/users/{id}/images/{image_id}", ["401", "self, else 404", "yes", "yes"], IMAGES_READ),
    row("GET /v1/users/{id}/images/{image_id}/{variant}", ["401", "self, else 404", "yes", "yes"], IMAGES_READ),
    row("GET /v1/users/{id}/avatar", ["401", "self, else 404", "yes", "yes"], IMAGES_READ),
    row("POST /v1/users/{id}/images", ["401", "self, else 404", "members, managers, else 403", "yes"], IMAGES_WRITE),
    row("DELETE /v1/users/{id}/images", ["401", "self, else 404", "members, managers, else 403", "yes"], IMAGES_WRITE),
    row("DELETE /v1/users/{id}/images/{image_id}", ["401", "self, else 404", "members, managers, else 403", "yes"], IMAGES_WRITE),
    row("PUT /v1/users/{id}/avatar", ["401", "self, else 404", "members, managers, else 403", "yes"], IMAGES_WRITE),
    row("GET /v1/admin/consistency", ["401", "403", "403", "yes"], NONE),
    row("POST /v1/admin/consistency/scan", ["401", "403", "403", "yes"], NONE),
];

const fn row(operation: &'static str, cells: [&'static str; 4], key: Keys) -> Row {
    let Some((method, path)) = split(operation) else {
        panic!("an operation is a method, a space and a path");
    };
    Row {
        method,
        path,
        fields: &[],
        cells,
        key,
    }
}

/// `split_once` does not work in constants.
const fn split(operation: &'static str) -> Option<(&'static str, &'static str)> {
    let mut at = 0;
    while at < operation.len() {
        if operation.as_bytes()[at] == b' ' {
            let (method, rest) = operation.split_at(at);
            return Some((method, rest.split_at(1).1));
        }
        at += 1;
    }
    None
}

impl Row {
    const fn of(mut self, fields: &'static [&'static str]) -> Self {
        self.fields = fields;
        self
    }

    /// What it is called, for each field that it is about.
    pub fn titles(&self) -> Vec<String> {
        let fields: &[&str] = if self.fields.is_empty() {
            &[""]
        } else {
            self.fields
        };
        fields
            .iter()
            .map(|field| title(self.method, self.path, field))
            .collect()
    }
}

/// An operation, or a field of it.
pub fn title(method: &str, path: &str, field: &str) -> String {
    let of = if field.is_empty() { "" } else { " of " };
    format!("{method} {path}{of}{field}")
}
