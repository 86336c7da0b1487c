//! Random bytes of the operating system: the one source of every secret and nonce.

/// Draws `N` random bytes.
///
/// # Panics
/// When the operating system has no randomness to give; then nothing secret may be made at all.
#[expect(
    clippy::expect_used,
    reason = "without randomness every secret would be guessable: stopping is right"
)]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut drawn = [0; N];
    getrandom::fill(&mut drawn).expect("the operating system gives random bytes");
    drawn
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn no_two_draws_are_alike() {
        assert_ne!(bytes::<32>(), bytes::<32>());
    }
}
