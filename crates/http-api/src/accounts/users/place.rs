//! A place in the directory, as text.

use crate::error::parse_uuid;
use domain::Pii;
use domain::accounts::UserCursor;
use domain::ids::UserId;

/// What a page token seals.
pub(crate) fn place(cursor: &UserCursor) -> String {
    serde_json::json!([
        cursor.family.reveal(),
        cursor.given.reveal(),
        cursor.id.to_string()
    ])
    .to_string()
}

/// Reads a place back; `None` for a text that [`place`] never gives.
pub(crate) fn parse_place(place: &str) -> Option<UserCursor> {
    let [family, given, id]: [String; 3] = serde_json::from_str(place).ok()?;
    Some(UserCursor {
        family: Pii::new(family),
        given: Pii::new(given),
        id: UserId::new(parse_uuid(&id)?),
    })
}

#[cfg(test)]
mod tests {
    use super::{parse_place, place};
    use domain::Pii;
    use domain::accounts::UserCursor;
    use domain::ids::UserId;
    use uuid::Uuid;

    #[test]
    fn a_place_is_read_back() {
        let cursor = UserCursor {
            family: Pii::new("o'\n\"x".to_owned()),
            given: Pii::new(String::new()),
            id: UserId::new(Uuid::max()),
        };
        assert_eq!(parse_place(&place(&cursor)), Some(cursor));
        assert_eq!(parse_place("[1,2,3]"), None);
    }
}
