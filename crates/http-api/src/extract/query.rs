//! Query strings: every parameter is known, stands there once and has a value that can be used.

use crate::error::{ApiError, Code, FieldError};
use actix_web::web;
use core::fmt::Display;

/// What an operation takes in its query string.
pub trait Parameters: Sized {
    /// Takes what it knows; `None` only after a fault was added.
    fn read(pairs: &mut Pairs) -> Option<Self>;
}

/// An operation without parameters.
impl Parameters for () {
    fn read(_pairs: &mut Pairs) -> Option<Self> {
        Some(())
    }
}

/// The parameters of a request that nobody has taken yet.
#[derive(Debug, Default)]
pub struct Pairs {
    left: Vec<(String, String)>,
    faults: Vec<FieldError>,
}

impl Pairs {
    /// Reads a query string.
    ///
    /// # Errors
    /// [`Code::InvalidParameter`] when it cannot be read at all.
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        if query.is_empty() {
            return Ok(Self::default());
        }
        if !is_text(query) {
            return Err(ApiError::new(
                Code::InvalidParameter,
                "the query string is not UTF-8",
            ));
        }
        let left = web::Query::<Vec<(String, String)>>::from_query(query);
        let left = left.map_err(|source| {
            ApiError::new(Code::InvalidParameter, "the query string cannot be read")
                .caused_by(source.to_string())
        })?;
        Ok(Self {
            left: left.into_inner(),
            faults: Vec::new(),
        })
    }

    /// Takes a parameter.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.left.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.left.swap_remove(place);
        if self.left.iter().any(|(known, _)| known == name) {
            self.refuse(name, "repeated", "stands there more than once");
            self.left.retain(|(known, _)| known != name);
        }
        Some(value)
    }

    /// Takes a parameter and reads its value.
    pub fn parsed<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let raw = self.take(name)?;
        match parse(&raw) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(name, "invalid", error);
                None
            }
        }
    }

    /// Takes a parameter that is one of a few words.
    pub fn word<T>(
        &mut self,
        name: &str,
        words: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.parsed(name, |raw| {
            parse(raw).ok_or_else(|| format!("must be one of {words}"))
        })
    }

    /// Adds a fault.
    pub fn refuse(&mut self, name: &str, code: &str, message: impl Display) {
        self.faults
            .push(FieldError::of_parameter(name, code, message.to_string()));
    }

    /// The value, when every parameter was good and known.
    ///
    /// # Errors
    /// [`Code::UnknownParameter`] and [`Code::InvalidParameter`], with every fault.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, ApiError> {
        let known = self.faults.len();
        for (name, _) in std::mem::take(&mut self.left) {
            let name: String = name.chars().take(100).collect();
            self.refuse(&name, Code::UnknownParameter.name(), "does not exist here");
        }
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            Some(_) | None => {
                let code = if self.faults.len() > known {
                    Code::UnknownParameter
                } else {
                    Code::InvalidParameter
                };
                let named = |fault: &FieldError| {
                    format!(
                        "{} {}",
                        fault.parameter.as_deref().unwrap_or_default(),
                        fault.message
                    )
                };
                let detail = self.faults.iter().map(named).collect::<Vec<_>>().join("; ");
                Err(ApiError::new(code, detail).with_errors(self.faults))
            }
        }
    }
}

/// Whether the percent-decoded bytes are UTF-8: decoders replace what is not, and would search for that.
fn is_text(query: &str) -> bool {
    let (mut bytes, mut rest) = (Vec::with_capacity(query.len()), query.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        let escaped = after.split_at_checked(2).filter(|_| *byte == b'%');
        let decoded = escaped.and_then(|(hex, after)| {
            let hex = std::str::from_utf8(hex).ok()?;
            Some((u8::from_str_radix(hex, 16).ok()?, after))
        });
        let (decoded, after) = decoded.unwrap_or((*byte, after));
        bytes.push(decoded);
        rest = after;
    }
    std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::Pairs;
    use crate::error::Code;

    fn read(query: &str) -> Result<Option<u8>, Code> {
        let mut pairs = Pairs::parse(query).map_err(|error| error.code())?;
        let value = pairs.parsed("n", str::parse::<u8>);
        pairs.finish(Some(value)).map_err(|error| error.code())
    }

    #[test]
    fn parameters_are_known_unique_and_good() {
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("n=7"), Ok(Some(7)));
        assert_eq!(read("n=%37"), Ok(Some(7)));
        assert_eq!(read("n=seven"), Err(Code::InvalidParameter));
        assert_eq!(read("n=7&n=8"), Err(Code::InvalidParameter));
        assert_eq!(read("n=7&m=8"), Err(Code::UnknownParameter));
        assert_eq!(read("&&="), Err(Code::UnknownParameter));
    }
}
