//! An address that asks for TLS gets it, from a server that proves to be the one that was meant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_postgres::{AddressError, Database, PostgresUsers};
use ports::Fault;
use ports::accounts::UserRepository as _;
use std::path::Path;
use testkit::builders::a_user;
use testkit::encrypted::{Begins, Encrypted};
use testkit::servers::{self, Template};
use testkit::told;

const MODES: [&str; 3] = ["require", "verify-ca", "verify-full"];

struct Fresh {
    guard: servers::Database,
}

impl Fresh {
    async fn new() -> Self {
        let server = servers::postgres().await;
        let guard = server.database(&Template::of_muster()).await;
        Self { guard }
    }

    fn server(&self) -> String {
        self.guard.server_address()
    }

    /// The address of the same database by another way.
    fn through(&self, host: &str, port: u16, query: &str) -> String {
        let url = self.guard.url_through(&format!("{host}:{port}"));
        format!("{url}?{query}")
    }
}

async fn asked(url: &str) -> Result<(), Fault> {
    let database = Database::open(url).expect("is an address");
    let found = PostgresUsers::new(database).find(a_user().build().id).await;
    found.map(|nobody| assert_eq!(nobody, None))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_for_tls_gets_it() {
    let fresh = Fresh::new().await;
    let way = Encrypted::before(fresh.server(), "localhost", Begins::WhenAsked).await;
    for mode in MODES {
        let trusted = format!("sslmode={mode}&sslrootcert={}", way.authority().display());
        let url = fresh.through("localhost", way.port(), &trusted);
        asked(&url).await.expect("is encrypted");
    }
    // Nothing gets through in the open.
    for mode in ["disable", "prefer"] {
        let url = fresh.through("localhost", way.port(), &format!("sslmode={mode}"));
        asked(&url).await.expect_err("is not encrypted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_is_not_spoken_to() {
    let fresh = Fresh::new().await;
    let way = Encrypted::before(fresh.server(), "localhost", Begins::WhenAsked).await;
    let other = Encrypted::before(fresh.server(), "localhost", Begins::WhenAsked).await;
    for mode in MODES {
        for roots in [other.authority(), Path::new("system")] {
            let trusted = format!("sslmode={mode}&sslrootcert={}", roots.display());
            let url = fresh.through("localhost", way.port(), &trusted);
            if let Err(AddressError::NoRoots) = Database::open(&url) {
                // A system that trusts nobody; that is refused even earlier.
                continue;
            }
            let refused = asked(&url).await.expect_err("is somebody else");
            assert!(told(&refused).contains("certificate"), "{}", told(&refused));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_name_is_not_spoken_to() {
    let fresh = Fresh::new().await;
    let way = Encrypted::before(fresh.server(), "db.example", Begins::WhenAsked).await;
    for mode in MODES {
        let trusted = format!("sslmode={mode}&sslrootcert={}", way.authority().display());
        let url = fresh.through("localhost", way.port(), &trusted);
        let refused = asked(&url).await.expect_err("is somebody else");
        assert!(
            told(&refused).contains("not valid for name"),
            "{}",
            told(&refused)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_speaks_no_tls_is_not_spoken_to() {
    let fresh = Fresh::new().await;
    let url = format!("{}?sslmode=require", fresh.guard.url());
    // Wherever the PostgreSQL of the tests comes from, nobody vouches for it.
    asked(&url).await.expect_err("would be in the open");
}

#[test]
fn what_cannot_be_trusted_is_said_before_anything_is_opened() {
    let url = |query: &str| format!("postgres://db.example/muster?{query}");
    let opened = |query: &str| Database::open(&url(query)).map(drop);
    assert!(matches!(opened("sslmode=always"), Err(AddressError::Mode)));
    let missing = opened("sslmode=require&sslrootcert=/nowhere.pem");
    assert!(
        matches!(missing, Err(AddressError::Roots(_))),
        "{missing:?}"
    );
    let empty = tempfile::NamedTempFile::new().expect("a file");
    let empty = opened(&format!(
        "sslmode=require&sslrootcert={}",
        empty.path().display()
    ));
    assert!(matches!(empty, Err(AddressError::NoRoots)), "{empty:?}");
}
