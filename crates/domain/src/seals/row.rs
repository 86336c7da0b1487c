//! One row of the trail as bytes, of which there is one way only.

use uuid::Uuid;

/// A row of the audit trail as it is stored, whatever it says: what is sealed is what can be read, and a row that was made
/// nonsense of is a changed row like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailRow {
    /// Its place in the trail.
    pub seq: i64,
    /// When it was done, in microseconds since 1970-01-01T00:00:00Z.
    pub at_us: i64,
    /// By whom.
    pub principal: String,
    /// In which request.
    pub request_id: String,
    /// What was done.
    pub action: String,
    /// Whose data it was done to.
    pub user: Uuid,
    /// The thing it was done to when that is not the person.
    pub object: Option<Uuid>,
    /// Which fields changed, as the text that is stored.
    pub changes: String,
}

/// What the bytes of a row begin with, its version last.
const LABEL: &[u8] = b"muster audit row\x01";

impl TrailRow {
    /// The row as bytes, version 1. Numbers are 8 bytes, most significant first; a text is preceded by its length in bytes;
    /// an id is its 16 bytes; an object that may be absent by 1 or stands as 0. So the bytes can be read back in one way
    /// only, and two rows that differ have two encodings.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        let mut bytes = LABEL.to_vec();
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at_us.to_be_bytes());
        for text in [&self.principal, &self.request_id, &self.action] {
            append(&mut bytes, text);
        }
        bytes.extend(self.user.as_bytes());
        match self.object {
            Some(object) => {
                bytes.push(1);
                bytes.extend(object.as_bytes());
            }
            None => bytes.push(0),
        }
        append(&mut bytes, &self.changes);
        bytes
    }
}

fn append(bytes: &mut Vec<u8>, text: &str) {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.as_bytes());
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;
