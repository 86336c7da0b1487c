//! Pages of lists: how many, from where, and a token that is good only for the same list and the same caller.

use super::{Pairs, Parameters};
use crate::error::{ApiError, Code};
use application::{Caller, PageTokens};
use domain::actors::Principal;
use sha2::{Digest as _, Sha256};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Items on a page when nothing is said.
const DEFAULT_SIZE: u32 = 50;
/// Items on a page at most.
const MAX_SIZE: u32 = 200;

/// How much of a list, and from where.
#[derive(Debug, Clone, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// Items on a page; above 200 is taken as 200.
    #[param(required = false, inline, value_type = PageSize)]
    pub page_size: u32,
    /// `next_page_token` of the page before.
    #[param(required = false, nullable = false, min_length = 1, max_length = 4096)]
    pub page_token: Option<String>,
}

/// A whole number without an upper end: no format says that.
struct PageSize;

impl PartialSchema for PageSize {
    fn schema() -> RefOr<Schema> {
        let size = ObjectBuilder::new().schema_type(Type::Integer);
        size.minimum(Some(1))
            .default(Some(DEFAULT_SIZE.into()))
            .into()
    }
}

impl ToSchema for PageSize {}

impl Parameters for PageParameters {
    fn read(pairs: &mut Pairs) -> Option<Self> {
        let page_size = pairs.parsed("page_size", size).unwrap_or(DEFAULT_SIZE);
        Some(Self {
            page_size,
            page_token: pairs.take("page_token"),
        })
    }
}

fn size(raw: &str) -> Result<u32, &'static str> {
    let digits = !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || raw.bytes().all(|byte| byte == b'0') {
        return Err("must be a whole number of at least 1");
    }
    Ok(raw
        .parse::<u32>()
        .map_or(MAX_SIZE, |size| size.min(MAX_SIZE)))
}

/// Turns places in one list, as one caller sees it, into tokens and back.
pub struct Paging<'a> {
    tokens: &'a PageTokens,
    scope: String,
}

impl<'a> Paging<'a> {
    /// The list of this name, under these filters, for this caller.
    #[must_use]
    pub fn new(tokens: &'a PageTokens, list: &str, filters: &[&str], caller: &Caller) -> Self {
        let mut hash = Sha256::new();
        for filter in filters {
            hash.update(filter.len().to_be_bytes());
            hash.update(filter);
        }
        let principal = match caller.principal {
            Principal::User(id) => id.to_string(),
            Principal::Key(id) => format!("key:{id}"),
            Principal::System => "system".to_owned(),
            Principal::Anonymous => "anonymous".to_owned(),
        };
        let digest = domain::Digest::new(hash.finalize().into());
        Self {
            tokens,
            scope: format!("{list} {digest} {principal}"),
        }
    }

    /// The place that a token stands for; `None` without a token.
    ///
    /// # Errors
    /// [`Code::PageTokenMismatch`] for a token of another list, of other filters, of another caller or of nobody.
    pub fn open<T>(
        &self,
        token: Option<&str>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(token) = token else {
            return Ok(None);
        };
        let place = self
            .tokens
            .open(&self.scope, token)
            .and_then(|place| parse(&place));
        let mismatch = || {
            ApiError::new(
                Code::PageTokenMismatch,
                "this page_token was not given for this list with these filters",
            )
        };
        place.map(Some).ok_or_else(mismatch)
    }

    /// The token for a place.
    #[must_use]
    pub fn seal(&self, place: &str) -> String {
        self.tokens.seal(&self.scope, place)
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_page_has_1_to_200_items() {
        assert_eq!(size("1"), Ok(1));
        assert_eq!(size("200"), Ok(200));
        assert_eq!(size("201"), Ok(200));
        assert_eq!(size("99999999999999999999"), Ok(200));
        for raw in ["", "0", "00", "-1", "1.5", "+5", "ten"] {
            assert!(size(raw).is_err(), "{raw}");
        }
    }
}
