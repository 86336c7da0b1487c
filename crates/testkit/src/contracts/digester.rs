//! What everybody who computes SHA-256 promises.

use ports::digests::Digester;

/// The examples of NIST (FIPS 180-4, "SHA256" of the examples with intermediate values), and nothing at all.
pub async fn known_bytes_have_their_known_digests(digester: &dyn Digester) {
    let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for (text, digest) in [
        (
            "",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            "abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            long,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ] {
        assert_eq!(digester.sha256(text.as_bytes()).to_string(), digest);
    }
}

/// Of any length.
pub async fn long_bytes_have_their_known_digest(digester: &dyn Digester) {
    let million = vec![b'a'; 1_000_000];
    let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    assert_eq!(digester.sha256(&million).to_string(), expected);
}

/// Runs the contract over `$fixture`, a future that gives a digester.
#[macro_export]
macro_rules! digester_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::digester,
            $fixture,
            [
                known_bytes_have_their_known_digests,
                long_bytes_have_their_known_digest,
            ]
        );
    };
}
