//! JSON bodies from the outside: what is refused, under which code and at which pointer.

use super::{Body, Json, deserialized};
use crate::error::{ApiError, Code, Faults};
use actix_web::FromRequest;
use actix_web::test::TestRequest;
use domain::accounts::{Email, GivenName};
use serde::Deserialize;
use validator::Validate;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Outer {
    #[validate(length(max = 10))]
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    #[validate(nested)]
    inner: Vec<Inner>,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Inner {
    count: u8,
    #[serde(default)]
    #[validate(length(min = 1, max = 2))]
    tags: Vec<String>,
}

impl Body for Outer {
    type Parsed = (GivenName, Email);

    fn parse(self, faults: &mut Faults) -> Option<Self::Parsed> {
        let name = faults.required("/name", self.name.as_deref(), GivenName::parse);
        let email = faults.required("/email", self.email.as_deref(), Email::parse);
        assert!(self.inner.iter().all(|inner| inner.count < u8::MAX));
        Some((name?, email?))
    }
}

fn refused(text: &str) -> (Code, Option<String>, Option<String>) {
    let error: ApiError = deserialized::<Outer>(text.as_bytes()).expect_err("is refused");
    let first = error.problem(None).errors.into_iter().next();
    (
        error.code(),
        first.as_ref().and_then(|fault| fault.pointer.clone()),
        first.map(|fault| format!("{}: {}", fault.code, fault.message)),
    )
}

#[test]
fn what_is_no_json_is_refused_with_its_position() {
    for text in [
        "",
        "{",
        "{]",
        "nul",
        "{} {}",
        "\u{feff}{}",
        "{\"name\": \"\\ud800\"}",
        "{\"name\":\"a\",\"name\":\"b\"}",
    ] {
        assert_eq!(refused(text).0, Code::MalformedJson, "{text}");
    }
    let error = deserialized::<Outer>(b"{\n  oops}").expect_err("is refused");
    assert!(
        error.problem(None).detail.contains("line 2 column 3"),
        "{}",
        error.problem(None).detail
    );
}

#[test]
fn an_unknown_field_is_named_with_its_place() {
    let (code, pointer, _) = refused(r#"{"nmae": 1}"#);
    assert_eq!(
        (code, pointer.as_deref()),
        (Code::UnknownField, Some("/nmae"))
    );
    let (code, pointer, _) = refused(r#"{"inner": [{"count": 1}, {"count": 1, "a/b~": 2}]}"#);
    assert_eq!(
        (code, pointer.as_deref()),
        (Code::UnknownField, Some("/inner/1/a~1b~0"))
    );
}

#[test]
fn a_wrong_type_is_named_without_repeating_the_value() {
    let (code, pointer, said) = refused(r#"{"name": {"secret": 1}}"#);
    assert_eq!(
        (code, pointer.as_deref(), said.as_deref()),
        (
            Code::ValidationFailed,
            Some("/name"),
            Some("wrong_type: must be a string")
        )
    );
    let (_, pointer, said) = refused(r#"{"inner": [{"count": "private, expected at line"}]}"#);
    assert_eq!(
        (pointer.as_deref(), said.as_deref()),
        (Some("/inner/0/count"), Some("wrong_type: must be u8"))
    );
    let (_, pointer, said) = refused(r#"{"inner": [{}]}"#);
    assert_eq!(
        (pointer.as_deref(), said.as_deref()),
        (Some("/inner/0/count"), Some("required: is required"))
    );
    let (_, pointer, said) = refused("[1]");
    assert_eq!(
        (pointer.as_deref(), said.as_deref()),
        (Some(""), Some("wrong_type: must be an object"))
    );
}

async fn extracted(content_type: Option<&str>, body: &str) -> Result<Json<Outer>, ApiError> {
    let mut request = TestRequest::post().set_payload(body.to_owned());
    if let Some(content_type) = content_type {
        request = request.insert_header(("content-type", content_type));
    }
    let (request, mut payload) = request.to_http_parts();
    Json::from_request(&request, &mut payload).await
}

#[actix_web::test]
async fn faults_of_shape_and_meaning_come_at_once() {
    let body = r#"{"name": "           x", "email": "nobody", "inner": [{"count": 1, "tags": ["a", "b", "c"]}, {"count": 2, "tags": []}]}"#;
    let error = extracted(Some("application/json"), body)
        .await
        .expect("is JSON")
        .parse()
        .expect_err("is refused");
    let places: Vec<String> = error
        .problem(None)
        .errors
        .iter()
        .map(|fault| {
            format!(
                "{} {}",
                fault.pointer.clone().unwrap_or_default(),
                fault.code
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "/inner/0/tags too_long",
            "/inner/1/tags empty",
            "/name too_long",
            "/email malformed"
        ]
    );
}

#[actix_web::test]
async fn only_json_in_utf_8_is_read() {
    for good in [
        "application/json",
        "application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
    ] {
        assert!(extracted(Some(good), "{}").await.is_ok(), "{good}");
    }
    for bad in [
        None,
        Some("text/plain"),
        Some("application/json; charset=latin1"),
        Some("application/jsonp"),
        Some(""),
    ] {
        assert_eq!(
            extracted(bad, "{}").await.expect_err("is refused").code(),
            Code::UnsupportedMediaType,
            "{bad:?}"
        );
    }
}

#[actix_web::test]
async fn a_body_over_the_limit_is_refused_and_its_digest_is_known_below() {
    let long = format!("{{\"name\": \"{}\"}}", "a".repeat(1024 * 1024));
    assert_eq!(
        extracted(Some("application/json"), &long)
            .await
            .expect_err("is refused")
            .code(),
        Code::BodyTooLarge
    );
    let json = extracted(Some("application/json"), "{}")
        .await
        .expect("is JSON");
    assert_eq!(
        json.digest().to_string(),
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    );
}
