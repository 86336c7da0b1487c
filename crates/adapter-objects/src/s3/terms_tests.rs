//! Terms are read from what every tool of S3 reads, and what is wrong with them is said without showing it.

use super::{S3Terms, S3TermsError};

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "ada"),
    ("AWS_SECRET_ACCESS_KEY", "lovelace"),
];

fn terms(address: &str, more: &[(&str, &str)]) -> Result<S3Terms, S3TermsError> {
    let pairs = KEYS.iter().chain(more);
    let pairs: Vec<_> = pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    S3Terms::from_environment(address, &pairs)
}

fn with_endpoint(endpoint: &str) -> Result<S3Terms, S3TermsError> {
    terms("s3://muster", &[("AWS_ENDPOINT_URL", endpoint)])
}

#[test]
fn amazon_needs_keys_and_a_region() {
    let read = terms("s3://muster", &[("AWS_REGION", "eu-central-1")]).expect("are terms");
    let expected = S3Terms {
        bucket: "muster".to_owned(),
        prefix: String::new(),
        endpoint: None,
        region: "eu-central-1".to_owned(),
        access_key: "ada".to_owned(),
        secret_key: "lovelace".to_owned(),
        session_token: None,
        path_style: false,
    };
    assert_eq!(read, expected);
    assert_eq!(read.address(), None);
    assert!(!read.is_plain());
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let empty = [("AWS_SECRET_ACCESS_KEY".to_owned(), " ".to_owned())];
    let missing = S3Terms::from_environment("s3://muster", &empty);
    let names = vec!["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];
    assert_eq!(missing, Err(S3TermsError::Missing(names)));
    assert_eq!(
        terms("s3://muster", &[]),
        Err(S3TermsError::Missing(vec!["AWS_REGION"]))
    );
}

#[test]
fn another_store_needs_no_region_and_gets_the_bucket_in_the_path() {
    let read = with_endpoint("http://127.0.0.1:9000/").expect("are terms");
    assert_eq!(read.region, "us-east-1");
    assert!(read.path_style);
    assert_eq!(read.address().as_deref(), Some("http://127.0.0.1:9000"));
    assert!(read.is_plain());
}

#[test]
fn the_bucket_moves_into_the_host_when_that_is_asked_for() {
    let more = [
        ("AWS_ENDPOINT_URL", "https://store.example.org:9000"),
        ("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "true"),
    ];
    let read = terms("s3://muster", &more).expect("are terms");
    assert_eq!(
        read.address().as_deref(),
        Some("https://muster.store.example.org:9000")
    );
    assert_eq!(read.host().as_deref(), Some("muster.store.example.org"));
}

#[test]
fn the_endpoint_of_s3_alone_comes_before_the_one_of_everything() {
    let more = [
        ("AWS_ENDPOINT_URL", "https://everything.example.org"),
        ("AWS_ENDPOINT_URL_S3", "https://s3.example.org"),
        ("AWS_DEFAULT_REGION", "garage"),
        ("AWS_SESSION_TOKEN", "for a while"),
    ];
    let read = terms("s3://muster/one/two/", &more).expect("are terms");
    assert_eq!(read.endpoint.as_deref(), Some("https://s3.example.org"));
    assert_eq!(read.region, "garage");
    assert_eq!(read.session_token.as_deref(), Some("for a while"));
    assert_eq!(read.prefix, "one/two");
}

#[test]
fn a_bucket_with_a_dot_stands_in_the_path() {
    let read = terms("s3://muster.example", &[("AWS_REGION", "eu-central-1")]);
    assert!(read.expect("are terms").path_style);
}

#[test]
fn plain_http_is_for_neighbours() {
    for near in [
        "http://localhost:9000",
        "http://[::1]:9000",
        "http://10.1.2.3",
        "http://s3:9000",
        "http://store.localhost:9000",
    ] {
        assert!(with_endpoint(near).is_ok(), "{near}");
    }
    let distant = "http://store.example.org";
    assert_eq!(
        with_endpoint(distant),
        Err(S3TermsError::Plain("AWS_ENDPOINT_URL"))
    );
    let allowed = [("AWS_ENDPOINT_URL", distant), ("AWS_ALLOW_HTTP", "true")];
    assert!(terms("s3://muster", &allowed).is_ok());
}

#[test]
fn what_is_no_endpoint_is_refused() {
    for wrong in [
        "store.example.org",
        "ftp://store.example.org",
        "https://store.example.org/path",
        "https://key@store.example.org",
        "https://store.example.org?region=1",
    ] {
        let refused = with_endpoint(wrong);
        assert_eq!(
            refused,
            Err(S3TermsError::Endpoint("AWS_ENDPOINT_URL")),
            "{wrong}"
        );
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for (address, expected) in [
        ("file:///objects", S3TermsError::Address),
        ("s3://key:secret@muster", S3TermsError::Address),
        ("s3://muster?region=1", S3TermsError::Address),
        ("s3://", S3TermsError::Bucket),
        ("s3://Muster", S3TermsError::Bucket),
        ("s3://-muster", S3TermsError::Bucket),
        ("s3://muster/one//two", S3TermsError::Prefix),
        ("s3://muster/../other", S3TermsError::Prefix),
        ("s3://muster/a b", S3TermsError::Prefix),
    ] {
        assert_eq!(terms(address, &[]), Err(expected), "{address}");
    }
}

#[test]
fn a_switch_is_true_or_false() {
    let more = [
        ("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "yes"),
        ("AWS_REGION", "x"),
    ];
    let wrong = S3TermsError::Switch("AWS_VIRTUAL_HOSTED_STYLE_REQUEST");
    assert_eq!(terms("s3://muster", &more), Err(wrong));
}

#[test]
fn no_key_is_ever_printed() {
    let more = [("AWS_REGION", "x"), ("AWS_SESSION_TOKEN", "token")];
    let printed = format!("{:?}", terms("s3://muster", &more).expect("are terms"));
    for secret in ["ada", "lovelace", "token"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
