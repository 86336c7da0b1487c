//! What is kept about a person, as a tree of values without a format: contexts tell it, the edge renders it.

use crate::Pii;
use crate::accounts::images::Variant;
use crate::ids::{ImageId, UserId};
use jiff::Timestamp;
use uuid::Uuid;

/// A value, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// There is none.
    Nothing,
    /// A whole number.
    Whole(i64),
    /// A text; who knows what somebody entered.
    Text(Pii<String>),
    /// An id.
    Id(Uuid),
    /// An instant.
    Instant(Timestamp),
    /// Bytes, which are short.
    Bytes(Vec<u8>),
    /// A picture, whose bytes are fetched by themselves.
    Picture(UserId, ImageId, Variant),
    /// Values in an order.
    List(Vec<Self>),
    /// Values with names.
    Record(Vec<(String, Self)>),
}

impl Fact {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Pii::new(text.into()))
    }

    /// Values with names.
    #[must_use]
    pub fn record<const N: usize>(named: [(&str, Self); N]) -> Self {
        let named = named.map(|(name, value)| (name.to_owned(), value));
        Self::Record(named.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Fact {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl From<Uuid> for Fact {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<Timestamp> for Fact {
    fn from(at: Timestamp) -> Self {
        Self::Instant(at)
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}
