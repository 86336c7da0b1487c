//! Holds the real hasher, tokens, codes and sealer to the promises of their ports.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_identity::{
    AeadSealer, Argon2Hasher, EdDsaTokens, RandomCodes, Sha256Digester, fresh_key,
};
use ports::keys::{InstallationKey, KeyPurpose};
use testkit::builders::a_signing_key;
use testkit::parts::{CountingIds, ManualClock};

fn key(purpose: KeyPurpose) -> InstallationKey {
    fresh_key(purpose, &CountingIds::default(), &ManualClock::default())
}

mod password_hasher {
    use super::*;

    testkit::password_hasher_contract!(async { Argon2Hasher::new(2, 64) });
}

mod tokens {
    use super::*;

    testkit::tokens_contract!(async {
        EdDsaTokens::new(&[a_signing_key(0)], "https://muster.example.org").expect("is a key")
    });
}

mod keyring {
    use super::*;

    testkit::keyring_contract!(async {
        EdDsaTokens::new(&[a_signing_key(0)], "https://muster.example.org").expect("is a key")
    });
}

mod one_time_codes {
    use super::*;

    testkit::one_time_codes_contract!(async { RandomCodes });
}

mod sealer {
    use super::*;

    testkit::sealer_contract!(async {
        AeadSealer::new(&key(KeyPurpose::Pages)).expect("is for pages")
    });
}

mod digester {
    use super::*;

    testkit::digester_contract!(async { Sha256Digester });
}
