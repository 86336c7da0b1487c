//! What every sealer promises.

use ports::sealing::Sealer;

/// What was sealed is opened, whatever it is and however long.
pub async fn what_was_sealed_is_opened(sealer: &dyn Sealer) {
    for plain in [&b""[..], b"after Ada", &[0; 4096], &[0xff; 3]] {
        assert_eq!(sealer.open(&sealer.seal(plain)).as_deref(), Some(plain));
    }
}

/// Sealing twice gives two texts, and neither shows what is inside.
pub async fn nothing_is_learnt_from_a_sealed_text(sealer: &dyn Sealer) {
    let (one, other) = (sealer.seal(b"after Ada"), sealer.seal(b"after Ada"));
    assert_ne!(one, other);
    assert!(
        !one.contains("Ada") && !one.contains("YWZ0ZXIgQWRh"),
        "{one}"
    );
}

/// A sealed text fits into a URL as it is.
pub async fn a_sealed_text_fits_into_a_url(sealer: &dyn Sealer) {
    let fits = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    for length in 0..64 {
        let sealed = sealer.seal(&vec![0xfb; length]);
        assert!(sealed.chars().all(fits), "{sealed}");
    }
}

/// A text that was changed anywhere, cut or lengthened is not opened.
pub async fn a_changed_text_is_not_opened(sealer: &dyn Sealer) {
    let sealed = sealer.seal(b"after Ada");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'Q' } else { b'A' };
        let changed = String::from_utf8(changed).expect("is ASCII");
        assert_eq!(sealer.open(&changed), None, "at {at}");
        assert_eq!(sealer.open(&sealed[..at]), None, "cut at {at}");
    }
    assert_eq!(sealer.open(&format!("{sealed}A")), None);
    assert_eq!(sealer.open(&format!("{sealed}{sealed}")), None);
}

/// What was never sealed is not opened.
pub async fn what_was_never_sealed_is_not_opened(sealer: &dyn Sealer) {
    let long = "A".repeat(10_000);
    for foreign in ["", "A", "after Ada", "%00", "päge", "====", long.as_str()] {
        assert_eq!(sealer.open(foreign), None, "{foreign:.80}");
    }
}

/// Runs the contract over `$fixture`, a future that gives a sealer.
#[macro_export]
macro_rules! sealer_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::sealer,
            $fixture,
            [
                what_was_sealed_is_opened,
                nothing_is_learnt_from_a_sealed_text,
                a_sealed_text_fits_into_a_url,
                a_changed_text_is_not_opened,
                what_was_never_sealed_is_not_opened,
            ]
        );
    };
}
