//! The tables and columns that every database has, so that rows can move from one to another: each adapter's
//! migrations are held against this list.

use Kind::{Bytes, Id, Instant, Text, Whole};

/// What a column holds, in whatever type a database keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A UUID.
    Id,
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// An instant in whole microseconds.
    Instant,
    /// Bytes that are no UUID.
    Bytes,
}

/// A column: its name, what it holds, and whether that may be nothing.
pub type Column = (&'static str, Kind, bool);

/// Every table with its columns, both in alphabetical order.
pub const TABLES: &[(&str, &[Column])] = &[
    (
        "access_changes",
        &[
            ("at", Instant, false),
            ("kind", Text, false),
            ("seq", Whole, false),
            ("subject", Id, false),
            ("version", Whole, true),
        ],
    ),
    (
        "api_keys",
        &[
            ("created_at", Instant, false),
            ("created_by", Text, false),
            ("id", Id, false),
            ("last_used_at", Instant, true),
            ("name", Text, false),
            ("revoked_at", Instant, true),
            ("scopes", Text, false),
            ("secret", Bytes, false),
        ],
    ),
    (
        "audit",
        &[
            ("action", Text, false),
            ("at", Instant, false),
            ("changes", Text, false),
            ("object_id", Id, true),
            ("principal", Text, false),
            ("request_id", Text, false),
            ("seq", Whole, false),
            ("user_id", Id, false),
        ],
    ),
    (
        "audit_seals",
        &[
            ("digest", Bytes, false),
            ("encoding", Whole, false),
            ("first_seq", Whole, false),
            ("last_seq", Whole, false),
            ("number", Whole, false),
            ("row_count", Whole, false),
            ("rows_digest", Bytes, false),
            ("sealed_at", Instant, false),
        ],
    ),
    (
        "credentials",
        &[
            ("phc", Text, false),
            ("set_at", Instant, false),
            ("user_id", Id, false),
        ],
    ),
    (
        "erased_subjects",
        &[("subject", Bytes, false), ("user_id", Id, false)],
    ),
    (
        "erasures",
        &[
            ("answers", Text, false),
            ("finished_at", Instant, true),
            ("id", Id, false),
            ("principal", Text, false),
            ("requested_at", Instant, false),
            ("user_id", Id, false),
        ],
    ),
    (
        "idempotency",
        &[
            ("expires_at", Instant, false),
            ("fingerprint", Text, false),
            ("key", Text, false),
            ("principal", Text, false),
            ("result", Text, true),
        ],
    ),
    (
        "idempotency_subjects",
        &[
            ("key", Text, false),
            ("principal", Text, false),
            ("user_id", Id, false),
        ],
    ),
    (
        "image_objects",
        &[
            ("bytes", Whole, false),
            ("digest", Bytes, false),
            ("height", Whole, false),
            ("image_id", Id, false),
            ("key", Text, false),
            ("media_type", Text, false),
            ("variant", Text, false),
            ("width", Whole, false),
        ],
    ),
    (
        "images",
        &[
            ("bytes", Whole, false),
            ("created_at", Instant, false),
            ("deadline", Instant, false),
            ("id", Id, false),
            ("seq", Whole, true),
            ("source_digest", Bytes, false),
            ("state", Text, false),
            ("taken_at", Instant, true),
            ("user_id", Id, false),
        ],
    ),
    (
        "installation_keys",
        &[
            ("created_at", Instant, false),
            ("id", Id, false),
            ("purpose", Text, false),
            ("secret", Bytes, false),
        ],
    ),
    (
        "invitations",
        &[
            ("code", Bytes, false),
            ("expires_at", Instant, false),
            ("id", Id, false),
            ("issued_at", Instant, false),
            ("used_at", Instant, true),
            ("user_id", Id, true),
            ("voided_at", Instant, true),
        ],
    ),
    (
        "leases",
        &[
            ("expires_at", Instant, false),
            ("holder", Id, false),
            ("name", Text, false),
        ],
    ),
    (
        "lockouts",
        &[
            ("failures", Whole, false),
            ("forgotten_at", Instant, false),
            ("held", Text, false),
            ("locked_until", Instant, true),
            ("locks", Whole, false),
            ("since", Instant, false),
            ("subject", Bytes, false),
        ],
    ),
    (
        "outbox",
        &[
            ("at", Instant, false),
            ("attempts", Whole, false),
            ("due_at", Instant, false),
            ("kind", Text, false),
            ("object_id", Id, true),
            ("request_id", Text, false),
            ("seq", Whole, false),
            ("traceparent", Text, true),
            ("user_id", Id, false),
            ("version", Whole, true),
        ],
    ),
    (
        "sessions",
        &[
            ("client", Text, true),
            ("expires_at", Instant, false),
            ("generation", Whole, false),
            ("id", Id, false),
            ("rotated_at", Instant, false),
            ("started_at", Instant, false),
            ("user_id", Id, false),
        ],
    ),
    (
        "signing_keys",
        &[
            ("created_at", Instant, false),
            ("id", Id, false),
            ("secret", Bytes, false),
            ("signs_from", Instant, false),
        ],
    ),
    (
        "user_sites",
        &[("site_id", Id, false), ("user_id", Id, false)],
    ),
    (
        "users",
        &[
            ("address", Text, true),
            ("avatar_image_id", Id, true),
            ("created_at", Instant, false),
            ("email", Text, false),
            ("email_key", Text, false),
            ("external_subject", Text, true),
            ("family_key", Text, false),
            ("family_name", Text, false),
            ("given_key", Text, false),
            ("given_name", Text, false),
            ("id", Id, false),
            ("image_bytes_reserved", Whole, false),
            ("image_bytes_used", Whole, false),
            ("images_next_seq", Whole, false),
            ("phone", Text, true),
            ("role", Text, false),
            ("search_text", Text, false),
            ("status", Text, false),
            ("updated_at", Instant, false),
            ("version", Whole, false),
        ],
    ),
];

/// Every column of [`TABLES`] on a line of its own, to be compared with what a database says of itself.
/// `told` gives the database's name for what a column of this name holds.
#[must_use]
pub fn lines(told: impl Fn(&str, Kind) -> &'static str) -> Vec<String> {
    let columns = TABLES
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| (table, column)));
    let lines = columns.map(|(table, (name, kind, nullable))| {
        let null = if *nullable { "null" } else { "not null" };
        format!("{table}.{name} {} {null}", told(name, *kind))
    });
    lines.collect()
}
