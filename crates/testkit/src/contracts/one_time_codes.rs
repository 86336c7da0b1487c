//! What every maker of one-time codes promises.

use ports::accounts::OneTimeCodes;
use std::collections::BTreeSet;

/// A presented code is recognised by its digest.
pub async fn a_code_is_recognised_by_its_digest(codes: &dyn OneTimeCodes) {
    let minted = codes.mint();
    assert_eq!(codes.digest(minted.code.reveal()), minted.digest);
    let other = format!("{}x", minted.code.reveal());
    assert_ne!(codes.digest(&other), minted.digest);
}

/// No code comes twice.
pub async fn no_code_comes_twice(codes: &dyn OneTimeCodes) {
    let minted = std::iter::repeat_with(|| codes.mint()).take(1_000);
    let different: BTreeSet<_> = minted.map(|minted| minted.code).collect();
    assert_eq!(different.len(), 1_000);
}

/// A code has at least 128 bits (22 characters of base64url) and fits into a URL as it is.
pub async fn a_code_is_long_and_fits_into_a_url(codes: &dyn OneTimeCodes) {
    let code = codes.mint().code.into_revealed();
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    assert!(code.len() >= 22 && code.chars().all(fits), "{code}");
}

/// The digest is plain SHA-256 (FIPS 180-4), so that codes outlive a change of the program.
pub async fn the_digest_is_sha_256(codes: &dyn OneTimeCodes) {
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(codes.digest("abc").to_string(), known);
}

/// Runs the contract over `$fixture`, a future that gives a maker of codes.
#[macro_export]
macro_rules! one_time_codes_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::one_time_codes,
            $fixture,
            [
                a_code_is_recognised_by_its_digest,
                no_code_comes_twice,
                a_code_is_long_and_fits_into_a_url,
                the_digest_is_sha_256,
            ]
        );
    };
}
