//! Compresses long texts for those who take them so (RFC 9110, section 8.4).
//!
//! The length of a compressed answer tells of what is in it: whoever can put guesses into an answer that holds a secret
//! finds it out by lengths (the BREACH attack). Secrets are in answers to POST alone (tokens, keys, codes), and those
//! stay as they are.

use actix_http::encoding::Encoder;
use actix_web::body::{BodySize, BoxBody, MessageBody as _};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, ContentEncoding, ETAG, Encoding, Header as _,
    HeaderValue, VARY,
};
use actix_web::http::{Method, StatusCode};

/// What is no longer than this many bytes is not worth it.
const LEAST: u64 = 1024;
const KINDS: [&[u8]; 5] = [
    b"application/json",
    b"application/javascript",
    b"application/openmetrics-text",
    b"image/svg+xml",
    b"text/",
];
const BY_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");

/// The answer, compressed if it is worth it and the client takes it so.
pub(super) fn compressed(mut answer: ServiceResponse) -> ServiceResponse {
    if !is_worth_it(&answer) {
        return answer;
    }
    let Some(encoding) = taken(&answer) else {
        // A cache may not give it to somebody who takes another.
        answer.headers_mut().append(VARY, BY_ENCODING);
        return answer;
    };
    answer.map_body(|head, body| BoxBody::new(Encoder::response(encoding, head, body)))
}

/// A strong ETag names bytes; the same one for others would break ranges and conditions.
fn is_worth_it(answer: &ServiceResponse) -> bool {
    let headers = answer.headers();
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    answer.request().method() == Method::GET
        && answer.status() == StatusCode::OK
        && !headers.contains_key(ETAG)
        && !headers.contains_key(CONTENT_ENCODING)
        && kind.is_some_and(|kind| KINDS.iter().any(|text| kind.starts_with(text)))
        && matches!(answer.response().body().size(), BodySize::Sized(bytes) if bytes > LEAST)
}

/// The client's first choice among ours.
fn taken(answer: &ServiceResponse) -> Option<ContentEncoding> {
    let ours = [Encoding::zstd(), Encoding::brotli(), Encoding::gzip()];
    let accepted = AcceptEncoding::parse(answer.request()).ok()?;
    let encoding = match accepted.negotiate(ours.iter())? {
        Encoding::Known(encoding) => encoding,
        Encoding::Unknown(_) => return None,
    };
    Some(encoding).filter(|encoding| *encoding != ContentEncoding::Identity)
}

#[cfg(test)]
mod tests {
    use super::{LEAST, compressed};
    use actix_web::HttpResponse;
    use actix_web::body::to_bytes;
    use actix_web::dev::ServiceResponse;
    use actix_web::http::Method;
    use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ContentType, ETAG, VARY};
    use actix_web::test::TestRequest;

    fn answered(method: Method, accepted: &str, answer: HttpResponse) -> ServiceResponse {
        let request = TestRequest::default()
            .method(method)
            .insert_header((ACCEPT_ENCODING, accepted))
            .to_http_request();
        compressed(ServiceResponse::new(request, answer))
    }

    fn json(bytes: u64) -> HttpResponse {
        let text = "x".repeat(usize::try_from(bytes).unwrap());
        HttpResponse::Ok()
            .content_type(ContentType::json())
            .body(text)
    }

    fn encoding(answer: &ServiceResponse) -> Option<&str> {
        let header = answer.headers().get(CONTENT_ENCODING);
        header.map(|value| value.to_str().unwrap())
    }

    #[actix_web::test]
    async fn the_client_chooses_among_three() {
        for (accepted, expected) in [
            ("gzip", Some("gzip")),
            ("br", Some("br")),
            ("zstd", Some("zstd")),
            ("gzip;q=0.5, zstd;q=0.9, br;q=0.1", Some("zstd")),
            ("gzip;q=0, br", Some("br")),
            ("deflate", None),
            ("identity", None),
            ("gzip;q=0", None),
            ("", None),
            ("\u{fc}", None),
        ] {
            let answer = answered(Method::GET, accepted, json(LEAST + 1));
            assert_eq!(encoding(&answer), expected, "{accepted}");
            assert_eq!(answer.headers().get(VARY).unwrap(), "accept-encoding");
            let body = to_bytes(answer.into_body()).await.unwrap();
            assert_eq!(body.len() < 200, expected.is_some(), "{accepted}");
        }
    }

    #[actix_web::test]
    async fn what_is_short_or_no_text_or_not_read_stays_as_it_is() {
        let picture = HttpResponse::Ok()
            .content_type("image/jpeg")
            .body("x".repeat(9_999));
        let tagged = HttpResponse::Ok()
            .content_type(ContentType::json())
            .insert_header((ETAG, "\"1\""))
            .body("x".repeat(9_999));
        let refused = HttpResponse::Forbidden()
            .content_type(ContentType::json())
            .body("x".repeat(9_999));
        for (method, answer) in [
            (Method::GET, json(LEAST)),
            (Method::POST, json(9_999)),
            (Method::GET, picture),
            (Method::GET, tagged),
            (Method::GET, refused),
        ] {
            let answer = answered(method, "gzip, br, zstd", answer);
            assert_eq!(encoding(&answer), None);
            assert_eq!(answer.headers().get(VARY), None);
        }
    }
}
