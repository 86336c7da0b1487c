//! `Idempotency-Key` (IETF draft): one header, a structured string in quotes or the bare text.

use crate::error::{ApiError, Code};
use actix_web::http::header::HeaderMap;
use application::IdempotencyKey;

/// The key of a request, if it has one.
///
/// # Errors
/// [`Code::IdempotencyKeyInvalid`] for a key that cannot be used, and for several.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let invalid = |detail: &'static str| ApiError::new(Code::IdempotencyKeyInvalid, detail);
    let mut values = headers.get_all("idempotency-key");
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(invalid("there are several Idempotency-Key headers"));
    }
    let text = value
        .to_str()
        .map_err(|source| invalid("the Idempotency-Key is not visible ASCII").caused_by(source))?;
    let text = unquoted(text.trim())
        .ok_or_else(|| invalid("the quotes around the Idempotency-Key are not closed"))?;
    let key = IdempotencyKey::parse(&text);
    key.map(Some).map_err(|source| {
        invalid("an Idempotency-Key has 1 to 255 visible ASCII characters").caused_by(source)
    })
}

/// The text within quotes (RFC 8941, 3.3.3), or the bare text; `None` when the quotes are broken.
fn unquoted(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('"') else {
        return (!text.contains('"')).then(|| text.to_owned());
    };
    let (mut plain, mut characters) = (String::with_capacity(inner.len()), inner.chars());
    loop {
        match characters.next()? {
            '"' => return characters.as_str().is_empty().then_some(plain),
            '\\' => plain.push(
                characters
                    .next()
                    .filter(|escaped| matches!(escaped, '"' | '\\'))?,
            ),
            other => plain.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::key;
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    fn read(values: &[&str]) -> Result<Option<String>, &'static str> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                HeaderName::from_static("idempotency-key"),
                HeaderValue::from_bytes(value.as_bytes()).expect("is a header"),
            );
        }
        key(&headers)
            .map(|key| key.map(|key| key.as_str().to_owned()))
            .map_err(|error| error.code().name())
    }

    #[test]
    fn a_quoted_and_a_bare_key_are_the_same_key() {
        assert_eq!(read(&["k-1"]), Ok(Some("k-1".to_owned())));
        assert_eq!(read(&["\"k-1\""]), Ok(Some("k-1".to_owned())));
        assert_eq!(read(&[r#""a\"b\\c""#]), Ok(Some(r#"a"b\c"#.to_owned())));
        assert_eq!(read(&[]), Ok(None));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = "k".repeat(256);
        for values in [
            &[""][..],
            &["a b"],
            &["\"open"],
            &["\"a\"b"],
            &["a\"b"],
            &[r#""a\b""#],
            &["kéy"],
            &[long.as_str()],
            &["a", "b"],
        ] {
            assert_eq!(read(values), Err("idempotency_key_invalid"), "{values:?}");
        }
    }
}
