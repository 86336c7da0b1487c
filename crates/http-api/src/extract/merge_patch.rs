//! A member of a JSON merge patch (RFC 7396), where absence and `null` are two different wishes.

use serde::{Deserialize, Deserializer};
use validator::ValidateLength;

/// What a merge patch says about one member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Nothing: leave it as it is.
    #[default]
    Absent,
    /// `null`: take it away.
    Null,
    /// A new value.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: ValidateLength<u64>> ValidateLength<u64> for Patch<T> {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Value(value) => value.length(),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T: serde::Serialize> serde::Serialize for Patch<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Patch;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        phone: Patch<String>,
    }

    #[test]
    fn absence_null_and_a_value_are_three_things() {
        let read = |text: &str| {
            serde_json::from_str::<Body>(text)
                .expect("is a patch")
                .phone
        };
        assert_eq!(read("{}"), Patch::Absent);
        assert_eq!(read(r#"{"phone": null}"#), Patch::Null);
        assert_eq!(read(r#"{"phone": "1"}"#), Patch::Value("1".to_owned()));
    }
}
