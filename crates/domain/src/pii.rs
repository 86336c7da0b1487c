//! Keeps personal data out of logs by making it unprintable.

use core::fmt;

/// A value that says something about a person.
///
/// Its `Debug` prints nothing of it and it has no `Display`, so that neither a log line nor an error
/// message can carry it by accident. Whoever needs the value says so with [`Pii::reveal`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for storing it or showing it to somebody who may see it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, taken out of its wrapper.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[personal]")
    }
}

#[cfg(test)]
mod tests {
    use super::Pii;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        assert_eq!(format!("{:?}", Pii::new("ada@example.org")), "[personal]");
    }
}
