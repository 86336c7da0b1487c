//! Tokens of the issuer's own making, signed with its good key, that are still not for us or not of now.

use crate::hostile::{Case, EXPIRED, because, ed};
use crate::support::{
    AUDIENCE, LEEWAY, NOW, claiming, claims, encoded, header, signed, spelled, without,
};
use serde_json::{Value, json};

const NO_TIME: &str = "one of its times is none";
const NO_OBJECT: &str = "its claims are no JSON object";

/// The usual claims with these, under a good signature.
fn with<const N: usize>(why: &'static str, cases: [(&'static str, Value); N]) -> Vec<Case> {
    because(
        why,
        cases.map(|(name, changes)| (name, claiming(&ed(), &changes))),
    )
}

fn lacking(name: &str) -> String {
    signed(&ed(), &header(&ed()), &without(claims(), name))
}

/// Claims that are written just so.
fn text(claims: &str) -> String {
    spelled(&ed(), &header(&ed()).to_string(), claims)
}

pub fn hostile_claims() -> Vec<Case> {
    [
        issuers(),
        audiences(),
        subjects(),
        other_claims(),
        claims_that_are_none(),
    ]
    .concat()
}

fn issuers() -> Vec<Case> {
    let why = "it is of another issuer";
    let mut cases = because(why, [("no iss", lacking("iss"))]);
    let capitals = "HTTPS://LOGIN.EXAMPLE.ORG/";
    let longer = "https://login.example.org/evil";
    cases.extend(with(
        why,
        [
            ("another iss", json!({"iss": "https://evil.example/"})),
            (
                "iss without its slash",
                json!({"iss": "https://login.example.org"}),
            ),
            ("iss in capitals", json!({ "iss": capitals })),
            ("iss that begins like it", json!({ "iss": longer })),
            (
                "iss in a list",
                json!({"iss": ["https://login.example.org/"]}),
            ),
            ("iss of null", json!({"iss": null})),
        ],
    ));
    cases
}

fn audiences() -> Vec<Case> {
    let why = "it is for somebody else";
    let mut cases = because(why, [("no aud", lacking("aud"))]);
    cases.extend(with(
        why,
        [
            ("another aud", json!({"aud": "https://other.example.org"})),
            (
                "aud that begins like us",
                json!({"aud": format!("{AUDIENCE}.evil")}),
            ),
            ("an empty aud", json!({"aud": ""})),
            ("aud of nobody", json!({"aud": []})),
            ("aud without us", json!({"aud": ["a", "b"]})),
            ("aud with a number", json!({"aud": [AUDIENCE, 7]})),
            ("aud in a list in a list", json!({"aud": [[AUDIENCE]]})),
            ("aud in an object", json!({"aud": {AUDIENCE: true}})),
        ],
    ));
    cases
}

fn subjects() -> Vec<Case> {
    let why = "it names nobody";
    let mut cases = because(why, [("no sub", lacking("sub"))]);
    cases.extend(with(
        why,
        [
            ("an empty sub", json!({"sub": ""})),
            ("a blank sub", json!({"sub": "  "})),
            ("a number for sub", json!({"sub": 7})),
            ("sub of null", json!({"sub": null})),
            ("sub with a NUL", json!({"sub": "ada\0"})),
            ("sub with a line break", json!({"sub": "ada\nroot"})),
            ("sub that reads backwards", json!({"sub": "\u{202e}ada"})),
            ("sub that would be trimmed", json!({"sub": "auth0|ada "})),
            ("sub that would be normalised", json!({"sub": "ade\u{301}"})),
            ("sub longer than 255", json!({"sub": "a".repeat(256)})),
        ],
    ));
    cases
}

fn other_claims() -> Vec<Case> {
    [
        with(
            "its roles are none",
            [
                ("roles of another type", json!({"roles": {"admin": true}})),
                ("roles of null", json!({"roles": null})),
                ("a number among the roles", json!({"roles": ["member", 1]})),
            ],
        ),
        with(
            "its name is none",
            [
                ("a number for jti", json!({"jti": 7})),
                ("an empty jti", json!({"jti": ""})),
                ("jti with a line break", json!({"jti": "a\nb"})),
                ("jti longer than 255", json!({"jti": "j".repeat(256)})),
            ],
        ),
    ]
    .concat()
}

fn claims_that_are_none() -> Vec<Case> {
    let usual = claims().to_string();
    let beside = |member: &str| text(&usual.replacen('{', &format!("{{{member},"), 1));
    let deep = format!(r#""x":{}{}"#, "[".repeat(2_000), "]".repeat(2_000));
    because(
        NO_OBJECT,
        [
            ("sub twice", beside(r#""sub":"root""#)),
            ("exp twice", beside(r#""exp":9999999999"#)),
            (
                "aud twice in two spellings",
                beside(r#""\u0061ud":"other""#),
            ),
            ("a name twice, deep inside", beside(r#""x":{"y":1,"y":2}"#)),
            ("claims in a list", text(&format!("[{usual}]"))),
            ("claims twice", text(&format!("{usual}{usual}"))),
            ("a byte order mark", text(&format!("\u{feff}{usual}"))),
            ("claims as text", text(&json!(usual).to_string())),
            ("claims in base64 twice", text(&encoded(&usual))),
            ("nesting without end", beside(&deep)),
        ],
    )
}

pub fn hostile_times() -> Vec<Case> {
    [
        over(),
        not_yet(),
        times_that_are_none(),
        numbers_that_are_none(),
    ]
    .concat()
}

fn over() -> Vec<Case> {
    let ended = (NOW - LEEWAY) as f64 + 0.9;
    let mut cases = with(
        EXPIRED,
        [
            ("ended", json!({"exp": NOW - 3_600})),
            ("ended just now", json!({"exp": NOW - LEEWAY})),
            ("ended a fraction ago", json!({ "exp": ended })),
            ("ended in 1970", json!({"exp": 0})),
        ],
    );
    cases.extend(because("it never ends", [("no exp", lacking("exp"))]));
    cases
}

fn not_yet() -> Vec<Case> {
    let soon = (NOW + LEEWAY) as f64 + 0.1;
    with(
        "it is not good yet",
        [
            ("begins later", json!({"nbf": NOW + 3_600})),
            (
                "begins just after the leeway",
                json!({"nbf": NOW + LEEWAY + 1}),
            ),
            ("begins a fraction after it", json!({ "nbf": soon })),
            ("issued later", json!({"iat": NOW + 3_600})),
            (
                "issued just after the leeway",
                json!({"iat": NOW + LEEWAY + 1}),
            ),
            (
                "begins after it ends",
                json!({"nbf": NOW + 60, "exp": NOW - 60}),
            ),
        ],
    )
}

fn times_that_are_none() -> Vec<Case> {
    let (then, now) = ((NOW + 600).to_string(), NOW.to_string());
    with(
        NO_TIME,
        [
            ("exp as text", json!({ "exp": then })),
            ("exp as a date", json!({"exp": "2030-01-01T00:00:00Z"})),
            ("exp of null", json!({"exp": null})),
            ("exp of true", json!({"exp": true})),
            ("exp in a list", json!({"exp": [NOW + 600]})),
            ("a negative exp", json!({"exp": -1})),
            ("a slightly negative exp", json!({"exp": -0.5})),
            (
                "exp after the last year",
                json!({"exp": 253_402_207_201_i64}),
            ),
            ("exp in milliseconds", json!({"exp": (NOW + 600) * 1_000})),
            ("exp of 63 bits", json!({"exp": i64::MAX})),
            ("exp of 64 bits", json!({"exp": u64::MAX})),
            ("a huge exp", json!({"exp": 1e300})),
            ("nbf as text", json!({ "nbf": now })),
            ("nbf of null", json!({"nbf": null})),
            ("a huge nbf", json!({"nbf": 1e300})),
            ("iat as text", json!({ "iat": now })),
            ("a negative iat", json!({"iat": -1})),
        ],
    )
}

fn numbers_that_are_none() -> Vec<Case> {
    let usual = format!(r#""exp":{}"#, NOW + 600);
    let exp = |written: &str| {
        let claims = claims().to_string();
        assert!(claims.contains(&usual), "{claims}");
        text(&claims.replace(&usual, &format!(r#""exp":{written}"#)))
    };
    because(
        NO_OBJECT,
        [
            ("an infinite exp", exp("1e999")),
            ("exp that is not a number", exp("NaN")),
            ("exp of Infinity", exp("Infinity")),
            ("exp in hexadecimal", exp("0xffffffff")),
            ("exp with a plus", exp("+9999999999")),
            ("exp with a leading zero", exp("09999999999")),
        ],
    )
}
