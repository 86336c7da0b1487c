//! Numbers that look random and depend on nothing but their input (SplitMix64; Steele, Lea, Flood 2014).

/// The number that stands at place `number` of the stream that `seed` names.
#[must_use]
pub fn mixed(seed: u64, number: u64) -> u64 {
    let mut state = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// One of the given things.
#[must_use]
pub fn pick<'a, T: ?Sized>(from: &[&'a T], seed: u64, number: u64) -> Option<&'a T> {
    let length = u64::try_from(from.len())
        .ok()
        .filter(|length| *length > 0)?;
    from.get(usize::try_from(mixed(seed, number) % length).ok()?)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::{mixed, pick};

    #[test]
    fn the_stream_of_seed_zero_is_that_of_the_paper() {
        assert_eq!(
            [mixed(0, 0), mixed(0, 1)],
            [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]
        );
    }

    #[test]
    fn nothing_is_picked_from_nothing() {
        assert_eq!(pick::<str>(&[], 1, 1), None);
        assert_eq!(pick(&["a"], 1, 1), Some("a"));
    }
}
