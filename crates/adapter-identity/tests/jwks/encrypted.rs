//! Over TLS an issuer is asked only when somebody whom this machine trusts vouches for its name.

use crate::support::issuer::Issuer;
use crate::support::keys::Signer;
use crate::support::{now, terms, token};
use adapter_identity::{JwksTerms, JwksTokens};
use ports::accounts::{ForeignTokenError, ForeignTokens as _};
use std::process::{Command, Output};
use testkit::encrypted::{Begins, Encrypted};

/// Where the inner run of the test finds the issuer.
const ASKED: &str = "TEST_ISSUER_URL";
const THIS: &str = "encrypted::an_issuer_is_asked_over_tls_by_who_trusts_its_authority";

fn ed() -> Signer {
    Signer::ed25519("ed", 1)
}

fn tokens(issuer: &Issuer, jwks_url: String) -> JwksTokens {
    let terms = JwksTerms {
        jwks_url,
        ..terms(issuer)
    };
    JwksTokens::new(terms).expect("are terms")
}

async fn before(issuer: &Issuer) -> Encrypted {
    let issuer = issuer.address().to_string();
    Encrypted::before(issuer, "localhost", Begins::AtOnce).await
}

fn url(encrypted: &Encrypted, host: &str) -> String {
    let port = encrypted.port();
    format!("https://{host}:{port}/.well-known/jwks.json")
}

/// The certificates that a process trusts are read from its environment, so the test runs itself again
/// with another one.
#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_is_asked_over_tls_by_who_trusts_its_authority() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how the outer run tells the inner one"
    )]
    let asked = std::env::var(ASKED);
    let issuer = Issuer::with(&[ed().jwk()]).await;
    if let Ok(url) = asked {
        let outcome = tokens(&issuer, url).verify(&token(&ed()), now()).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        return;
    }
    let encrypted = before(&issuer).await;
    for (host, succeeds) in [("localhost", true), ("127.0.0.1", false)] {
        let mut inner = Command::new(std::env::current_exe().expect("is known"));
        inner.args(["--exact", THIS, "--nocapture"]);
        inner.env("SSL_CERT_FILE", encrypted.authority());
        inner.env(ASKED, url(&encrypted, host));
        let Output {
            status,
            stdout,
            stderr,
        } = inner.output().expect("runs");
        let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        assert!(said.contains("running 1 test"), "{said}");
        assert_eq!(status.success(), succeeds, "{host}: {said}");
        assert!(succeeds || said.contains("KeysUnavailable"), "{said}");
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn an_issuer_that_nobody_vouches_for_is_not_asked() {
    let issuer = Issuer::with(&[ed().jwk()]).await;
    let encrypted = before(&issuer).await;
    let tokens = tokens(&issuer, url(&encrypted, "localhost"));
    let outcome = tokens.verify(&token(&ed()), now()).await;
    let unavailable = matches!(outcome, Err(ForeignTokenError::KeysUnavailable(_)));
    assert!(unavailable, "{outcome:?}");
    assert_eq!(issuer.asked(), 0);
}
