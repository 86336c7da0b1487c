//! The list itself, and the reasons in it.

use super::Erase::{Blank, Goes, Stays};
use super::Export::{Hidden, Shown};
use super::Holds::{Bytes, Id, Instant, Text, Whole};
use super::Whose::{Nobodys, Where};
use super::{PHOTOS, RECORDS, TRAIL, Table};

const OF_USER: super::Whose = Where("user_id = :user");

const PSEUDONYM: &str = "the id names nobody any more; what others did or still do refers to it";
const MADE_KEY: &str = "the key is the installation's and outlives whoever made it, who is an id that names nobody any more";
const COUNTER: &str = "a number that never goes backwards";
const RECORD: &str = "the trail holds ids, actions and names of fields; it is never changed";
const PASSING: &str = "ids of what has to be told; the row goes when it has been told";
const AN_HOUR: &str = "ids and a version; forgotten after an hour";
const A_DAY: &str = "tells whoever has this whole database which email or address failed to sign in; forgotten a day after the last time";
const VOUCHED: &str = "a keyed digest of whom others knew the person as, so that an account that they vouch for is not entered anew";
const RECEIPT: &str = "the receipt itself: ids, kinds of data and reasons";

const SECRET: super::Export = Hidden("a secret, or what could be turned into one");
const FOLDED: super::Export = Hidden("the same as another column, folded to be searched by");
const INNER: super::Export = Hidden("says nothing of the person");
const BY_TRAIL: super::Export = Hidden("shown by the part `trail`");
const OTHERS: super::Export =
    Hidden("a copy of an answer: of the same data at an earlier time, perhaps with others' data");
const NAME: super::Export =
    Hidden("a keyed digest of an email, of an id or of an address of the network");
const DIGESTED: super::Export = Hidden("a keyed digest that only the installation can compare");
const REQUEST: super::Export = Hidden("a digest of a request");

/// Every table of both databases.
pub const TABLES: &[Table] = &[
    Table {
        name: "access_changes",
        part: RECORDS,
        whose: Where("subject = :user"),
        columns: &[
            ("at", Instant, Shown, Stays(AN_HOUR)),
            ("kind", Text, Shown, Stays(AN_HOUR)),
            ("seq", Whole, INNER, Stays(AN_HOUR)),
            ("subject", Id, INNER, Stays(AN_HOUR)),
            ("version", Whole, Shown, Stays(AN_HOUR)),
        ],
    },
    Table {
        name: "api_keys",
        part: RECORDS,
        whose: Where("created_by = :principal"),
        columns: &[
            ("created_at", Instant, Shown, Stays(MADE_KEY)),
            ("created_by", Text, INNER, Stays(MADE_KEY)),
            ("id", Id, Shown, Stays(MADE_KEY)),
            ("last_used_at", Instant, INNER, Stays(MADE_KEY)),
            ("name", Text, Shown, Stays(MADE_KEY)),
            ("revoked_at", Instant, Shown, Stays(MADE_KEY)),
            ("scopes", Text, Shown, Stays(MADE_KEY)),
            ("secret", Bytes, SECRET, Stays(MADE_KEY)),
        ],
    },
    Table {
        name: "audit",
        part: TRAIL,
        whose: OF_USER,
        columns: &[
            ("action", Text, BY_TRAIL, Stays(RECORD)),
            ("at", Instant, BY_TRAIL, Stays(RECORD)),
            ("changes", Text, BY_TRAIL, Stays(RECORD)),
            ("object_id", Id, BY_TRAIL, Stays(RECORD)),
            ("principal", Text, BY_TRAIL, Stays(RECORD)),
            ("request_id", Text, BY_TRAIL, Stays(RECORD)),
            ("seq", Whole, BY_TRAIL, Stays(RECORD)),
            ("user_id", Id, BY_TRAIL, Stays(RECORD)),
        ],
    },
    Table {
        name: "audit_seals",
        part: RECORDS,
        whose: Nobodys("digests over the whole trail"),
        columns: &[
            ("digest", Bytes, INNER, Stays(INSTALLATION)),
            ("encoding", Whole, INNER, Stays(INSTALLATION)),
            ("first_seq", Whole, INNER, Stays(INSTALLATION)),
            ("last_seq", Whole, INNER, Stays(INSTALLATION)),
            ("number", Whole, INNER, Stays(INSTALLATION)),
            ("row_count", Whole, INNER, Stays(INSTALLATION)),
            ("rows_digest", Bytes, INNER, Stays(INSTALLATION)),
            ("sealed_at", Instant, INNER, Stays(INSTALLATION)),
        ],
    },
    Table {
        name: "credentials",
        part: RECORDS,
        whose: OF_USER,
        columns: &[
            ("phc", Text, SECRET, Goes),
            ("set_at", Instant, Shown, Goes),
            ("user_id", Id, INNER, Goes),
        ],
    },
    Table {
        name: "erased_subjects",
        part: RECORDS,
        whose: OF_USER,
        columns: &[
            ("subject", Bytes, DIGESTED, Stays(VOUCHED)),
            ("user_id", Id, INNER, Stays(VOUCHED)),
        ],
    },
    Table {
        name: "erasures",
        part: RECORDS,
        whose: OF_USER,
        columns: &[
            ("answers", Text, Shown, Stays(RECEIPT)),
            ("finished_at", Instant, Shown, Stays(RECEIPT)),
            ("id", Id, Shown, Stays(RECEIPT)),
            ("principal", Text, Shown, Stays(RECEIPT)),
            ("requested_at", Instant, Shown, Stays(RECEIPT)),
            ("user_id", Id, INNER, Stays(RECEIPT)),
        ],
    },
    Table {
        name: "idempotency",
        part: RECORDS,
        whose: Where(
            "principal = :principal OR (principal, key) IN (SELECT principal, key FROM idempotency_subjects WHERE user_id = :user)",
        ),
        columns: &[
            ("expires_at", Instant, Shown, Goes),
            ("fingerprint", Text, REQUEST, Goes),
            ("key", Text, Shown, Goes),
            ("principal", Text, Shown, Goes),
            ("result", Text, OTHERS, Goes),
        ],
    },
    Table {
        name: "idempotency_subjects",
        part: RECORDS,
        whose: Where("user_id = :user OR principal = :principal"),
        columns: &[
            ("key", Text, INNER, Goes),
            ("principal", Text, INNER, Goes),
            ("user_id", Id, INNER, Goes),
        ],
    },
    Table {
        name: "image_objects",
        part: PHOTOS,
        whose: Where("image_id IN (SELECT id FROM images WHERE user_id = :user)"),
        columns: &[
            ("bytes", Whole, Shown, Goes),
            ("digest", Bytes, Shown, Goes),
            ("height", Whole, Shown, Goes),
            ("image_id", Id, Shown, Goes),
            ("key", Text, Shown, Goes),
            ("media_type", Text, Shown, Goes),
            ("variant", Text, Shown, Goes),
            ("width", Whole, Shown, Goes),
        ],
    },
    Table {
        name: "images",
        part: PHOTOS,
        whose: OF_USER,
        columns: &[
            ("bytes", Whole, Shown, Goes),
            ("created_at", Instant, Shown, Goes),
            ("deadline", Instant, INNER, Goes),
            ("id", Id, Shown, Goes),
            ("seq", Whole, Shown, Goes),
            ("source_digest", Bytes, Shown, Goes),
            ("state", Text, Shown, Goes),
            ("taken_at", Instant, Shown, Goes),
            ("user_id", Id, INNER, Goes),
        ],
    },
    Table {
        name: "installation_keys",
        part: RECORDS,
        whose: Nobodys("the installation's own secrets"),
        columns: &[
            ("created_at", Instant, INNER, Stays(INSTALLATION)),
            ("id", Id, INNER, Stays(INSTALLATION)),
            ("purpose", Text, INNER, Stays(INSTALLATION)),
            ("secret", Bytes, SECRET, Stays(INSTALLATION)),
        ],
    },
    Table {
        name: "invitations",
        part: RECORDS,
        whose: OF_USER,
        columns: &[
            ("code", Bytes, SECRET, Goes),
            ("expires_at", Instant, Shown, Goes),
            ("id", Id, Shown, Goes),
            ("issued_at", Instant, Shown, Goes),
            ("used_at", Instant, Shown, Goes),
            ("user_id", Id, INNER, Goes),
            ("voided_at", Instant, Shown, Goes),
        ],
    },
    Table {
        name: "leases",
        part: RECORDS,
        whose: Nobodys("which process does what"),
        columns: &[
            ("expires_at", Instant, INNER, Stays(INSTALLATION)),
            ("holder", Id, INNER, Stays(INSTALLATION)),
            ("name", Text, INNER, Stays(INSTALLATION)),
        ],
    },
    Table {
        name: "lockouts",
        part: RECORDS,
        whose: Nobodys(
            "failed sign-ins, under digests: the key to them is in this database too, so whoever has all of it can try \
             which account or address a digest is; forgotten after a day",
        ),
        columns: &[
            ("failures", Whole, INNER, Stays(INSTALLATION)),
            ("forgotten_at", Instant, INNER, Stays(INSTALLATION)),
            ("held", Text, INNER, Stays(INSTALLATION)),
            ("locked_until", Instant, INNER, Stays(INSTALLATION)),
            ("locks", Whole, INNER, Stays(INSTALLATION)),
            ("since", Instant, INNER, Stays(INSTALLATION)),
            ("subject", Bytes, NAME, Stays(A_DAY)),
        ],
    },
    Table {
        name: "outbox",
        part: RECORDS,
        whose: OF_USER,
        columns: &[
            ("at", Instant, Shown, Stays(PASSING)),
            ("attempts", Whole, INNER, Stays(PASSING)),
            ("due_at", Instant, INNER, Stays(PASSING)),
            ("kind", Text, Shown, Stays(PASSING)),
            ("object_id", Id, Shown, Stays(PASSING)),
            ("request_id", Text, Shown, Stays(PASSING)),
            ("seq", Whole, INNER, Stays(PASSING)),
            ("traceparent", Text, INNER, Stays(PASSING)),
            ("user_id", Id, INNER, Stays(PASSING)),
            ("version", Whole, INNER, Stays(PASSING)),
        ],
    },
    Table {
        name: "sessions",
        part: RECORDS,
        whose: OF_USER,
        columns: &[
            ("client", Text, Shown, Goes),
            ("expires_at", Instant, Shown, Goes),
            ("generation", Whole, INNER, Goes),
            ("id", Id, Shown, Goes),
            ("rotated_at", Instant, Shown, Goes),
            ("started_at", Instant, Shown, Goes),
            ("user_id", Id, INNER, Goes),
        ],
    },
    Table {
        name: "signing_keys",
        part: RECORDS,
        whose: Nobodys("the installation's own secrets"),
        columns: &[
            ("created_at", Instant, INNER, Stays(INSTALLATION)),
            ("id", Id, INNER, Stays(INSTALLATION)),
            ("secret", Bytes, SECRET, Stays(INSTALLATION)),
            ("signs_from", Instant, INNER, Stays(INSTALLATION)),
        ],
    },
    Table {
        name: "user_sites",
        part: RECORDS,
        whose: OF_USER,
        columns: &[("site_id", Id, Shown, Goes), ("user_id", Id, INNER, Goes)],
    },
    Table {
        name: "users",
        part: RECORDS,
        whose: Where("id = :user"),
        columns: &[
            ("address", Text, Shown, Blank),
            ("avatar_image_id", Id, Shown, Blank),
            ("created_at", Instant, Shown, Stays(PSEUDONYM)),
            ("email", Text, Shown, Blank),
            ("email_key", Text, FOLDED, Blank),
            ("external_subject", Text, Shown, Blank),
            ("family_key", Text, FOLDED, Blank),
            ("family_name", Text, Shown, Blank),
            ("given_key", Text, FOLDED, Blank),
            ("given_name", Text, Shown, Blank),
            ("id", Id, Shown, Stays(PSEUDONYM)),
            ("image_bytes_reserved", Whole, Shown, Blank),
            ("image_bytes_used", Whole, Shown, Blank),
            ("images_next_seq", Whole, INNER, Stays(COUNTER)),
            ("phone", Text, Shown, Blank),
            ("role", Text, Shown, Blank),
            ("search_text", Text, FOLDED, Blank),
            ("status", Text, Shown, Stays(PSEUDONYM)),
            ("updated_at", Instant, Shown, Stays(PSEUDONYM)),
            ("version", Whole, Shown, Stays(COUNTER)),
        ],
    },
];

const INSTALLATION: &str = "says nothing of people";
