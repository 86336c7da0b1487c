//! Terms that can be kept, and terms that cannot.

use super::{JwksTerms, JwksTermsError};
use crate::jwks::SignatureAlgorithm;
use core::time::Duration;

fn terms() -> JwksTerms {
    JwksTerms {
        issuer: "https://login.example.org/".to_owned(),
        audience: "https://muster.example.org".to_owned(),
        jwks_url: "https://login.example.org/jwks.json".to_owned(),
        algorithms: vec![SignatureAlgorithm::Rs256],
        roles_claim: None,
        leeway: Duration::from_secs(60),
        plain_http: false,
    }
}

fn at(jwks_url: &str) -> JwksTerms {
    let jwks_url = jwks_url.to_owned();
    JwksTerms {
        jwks_url,
        ..terms()
    }
}

#[test]
fn keys_come_over_tls_or_from_this_machine() {
    for address in [
        "https://login.example.org:8443/a/b?c=d",
        "http://127.0.0.1:8080/jwks",
        "http://127.9.9.9/",
        "http://[::1]:8080/jwks",
    ] {
        assert!(at(address).check().is_ok(), "{address}");
    }
    for address in [
        "http://login.example.org/jwks",
        "http://localhost/jwks",
        "http://127.0.0.1.example.org/jwks",
        "http://10.0.0.1/jwks",
    ] {
        let refused = at(address).check();
        assert!(matches!(refused, Err(JwksTermsError::Plain)), "{address}");
        let told = JwksTerms {
            plain_http: true,
            ..at(address)
        };
        assert!(told.check().is_ok(), "{address}");
    }
}

#[test]
fn what_is_no_address_is_refused_and_so_is_one_with_a_password() {
    for address in [
        "",
        "login.example.org/jwks",
        "/jwks",
        "ftp://login.example.org/jwks",
        "file:///etc/passwd",
        "data:application/json,{}",
        "https://",
        "https://ada@login.example.org/jwks",
        "https://ada:secret@login.example.org/jwks",
        "http://ada:secret@127.0.0.1/jwks",
    ] {
        let refused = at(address).check();
        assert!(
            matches!(refused, Err(JwksTermsError::Address)),
            "{address}: {refused:?}"
        );
    }
}

#[test]
fn terms_that_would_refuse_or_allow_everything_are_none() {
    let empty = [
        JwksTerms {
            issuer: String::new(),
            ..terms()
        },
        JwksTerms {
            audience: String::new(),
            ..terms()
        },
        JwksTerms {
            roles_claim: Some(String::new()),
            ..terms()
        },
    ];
    for terms in empty {
        assert!(
            matches!(terms.check(), Err(JwksTermsError::Empty)),
            "{terms:?}"
        );
    }
    let terms = JwksTerms {
        algorithms: Vec::new(),
        ..terms()
    };
    assert!(matches!(terms.check(), Err(JwksTermsError::NoAlgorithm)));
}

#[test]
fn clocks_may_differ_by_a_minute_at_most() {
    for leeway in [
        Duration::from_secs(61),
        Duration::from_millis(1_500),
        Duration::MAX,
    ] {
        let terms = JwksTerms { leeway, ..terms() };
        assert!(
            matches!(terms.check(), Err(JwksTermsError::Leeway)),
            "{leeway:?}"
        );
    }
}
