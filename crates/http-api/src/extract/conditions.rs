//! `If-Match` and `If-None-Match` (RFC 9110, 13.1) over strong entity tags.

use crate::error::ApiError;
use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use domain::Version;

/// Which versions a change is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// Whatever there is.
    Any,
    /// One of these; tags that no version has are left out.
    Versions(Vec<Version>),
}

impl IfMatch {
    /// Reads the header; `None` without one.
    ///
    /// # Errors
    /// 400 for a header that is no list of entity tags.
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        if !headers.contains_key(IF_MATCH) {
            return Ok(None);
        }
        let malformed = || {
            ApiError::parameter(
                "If-Match",
                "malformed",
                "must be an ETag in double quotes, or *",
            )
        };
        let text = joined(headers, &IF_MATCH).ok_or_else(malformed)?;
        if text.trim() == "*" {
            return Ok(Some(Self::Any));
        }
        let tags = tags(&text).ok_or_else(malformed)?;
        // Weak tags never match: RFC 9110, 13.1.1.
        let strong = tags.into_iter().filter(|(weak, _)| !weak);
        Ok(Some(Self::Versions(
            strong
                .filter_map(|(_, tag)| Version::parse(tag.parse().ok()?).ok())
                .collect(),
        )))
    }

    /// The version when it names exactly one.
    #[must_use]
    pub fn single(&self) -> Option<Version> {
        match self {
            Self::Versions(versions) => match versions.as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            Self::Any => None,
        }
    }

    /// Whether it takes this version.
    #[must_use]
    pub fn takes(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }
}

/// Whether the client has this representation already. A malformed header counts as absent.
#[must_use]
pub fn none_match(headers: &HeaderMap, etag: &str) -> bool {
    if !headers.contains_key(IF_NONE_MATCH) {
        return false;
    }
    let Some(text) = joined(headers, &IF_NONE_MATCH) else {
        return false;
    };
    let bare = etag.trim_matches('"');
    text.trim() == "*" || tags(&text).is_some_and(|tags| tags.iter().any(|(_, tag)| tag == bare))
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Option<Vec<&str>> = headers
        .get_all(name)
        .map(|value| value.to_str().ok())
        .collect();
    values.map(|values| values.join(","))
}

/// The tags of a list, each with whether it is weak; `None` for a list that is malformed.
fn tags(text: &str) -> Option<Vec<(bool, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    loop {
        let (weak, quoted) = rest
            .strip_prefix("W/")
            .map_or((false, rest), |strong| (true, strong));
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        found.push((weak, tag.to_owned()));
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return rest.is_empty().then_some(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IfMatch, none_match};
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
    use domain::Version;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.append(name, HeaderValue::from_static(value));
        headers
    }

    fn read(value: &'static str) -> Result<Option<IfMatch>, u16> {
        IfMatch::read(&headers(IF_MATCH, value)).map_err(|error| error.code().status().as_u16())
    }

    #[test]
    fn only_strong_tags_name_a_version() {
        let version = |number| Version::parse(number).expect("is a version");
        assert_eq!(read("\"7\""), Ok(Some(IfMatch::Versions(vec![version(7)]))));
        assert_eq!(
            read("\"7\", W/\"8\",\"x\" , \"9\""),
            Ok(Some(IfMatch::Versions(vec![version(7), version(9)])))
        );
        assert_eq!(read("*"), Ok(Some(IfMatch::Any)));
        assert_eq!(
            IfMatch::read(&HeaderMap::new()).map_err(|_refused| ()),
            Ok(None)
        );
        for malformed in ["7", "\"7", "\"7\" \"8\"", "", "\"7\",", "w/\"7\""] {
            assert_eq!(read(malformed), Err(400), "{malformed}");
        }
    }

    #[test]
    fn a_known_representation_is_recognised_weak_or_strong() {
        for value in ["\"7\"", "W/\"7\"", "\"6\", \"7\"", "*"] {
            assert!(
                none_match(&headers(IF_NONE_MATCH, value), "\"7\""),
                "{value}"
            );
        }
        for value in ["\"8\"", "7", ""] {
            assert!(
                !none_match(&headers(IF_NONE_MATCH, value), "\"7\""),
                "{value}"
            );
        }
    }
}
