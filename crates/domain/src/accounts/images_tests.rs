//! Sizes, keys and states of photos.

use super::{
    Encoding, ImageState, ObjectKey, ObjectKeyError, PUT_TIMEOUT, PendingImage, UPLOAD_DEADLINE,
    Variant,
};
use crate::ids::{ImageId, UserId};
use jiff::Timestamp;
use uuid::Uuid;

#[test]
fn variants_keep_the_aspect_and_never_enlarge() {
    assert_eq!(Variant::Small.fit(4000, 3000), (64, 48));
    assert_eq!(Variant::Medium.fit(3000, 4000), (192, 256));
    assert_eq!(Variant::Full.fit(640, 480), (640, 480));
    assert_eq!(Variant::Large.fit(1024, 1024), (1024, 1024));
    assert_eq!(Variant::Small.fit(8192, 1), (64, 1));
}

#[test]
fn names_of_variants_states_and_encodings_are_read_back() {
    for variant in Variant::ALL {
        assert_eq!(Variant::parse(variant.name()), Some(variant));
    }
    for state in ImageState::ALL {
        assert_eq!(ImageState::parse(state.name()), Some(state));
    }
    assert_eq!(Encoding::parse("image/png"), Some(Encoding::Png));
    assert_eq!(Encoding::parse("image/gif"), None);
    assert_eq!(Variant::parse("65"), None);
}

#[test]
fn only_keys_of_our_shape_are_keys() {
    let key = ObjectKey::of(
        UserId::new(Uuid::nil()),
        ImageId::new(Uuid::max()),
        Variant::Full,
    );
    assert_eq!(ObjectKey::parse(key.as_str()), Ok(key.clone()));
    for foreign in [
        "",
        "images",
        "images/a/b/full",
        "../etc/passwd",
        &format!("{key}/x"),
        &key.as_str().replace("full", "65"),
    ] {
        assert_eq!(ObjectKey::parse(foreign), Err(ObjectKeyError), "{foreign}");
    }
}

#[test]
fn states_move_only_along_the_protocol() {
    use ImageState::{Aborted, Deleting, Gone, Pending, Ready};
    let allowed = [
        (Pending, Ready),
        (Pending, Aborted),
        (Ready, Deleting),
        (Deleting, Gone),
        (Aborted, Gone),
    ];
    for from in ImageState::ALL {
        for to in ImageState::ALL {
            assert_eq!(
                from.may_become(to),
                allowed.contains(&(from, to)),
                "{from:?} → {to:?}"
            );
        }
    }
}

#[test]
fn a_put_ends_before_the_deadline_and_quarantine_outlasts_it() {
    assert!(PUT_TIMEOUT < UPLOAD_DEADLINE);
    let deadline = PendingImage::deadline(Timestamp::UNIX_EPOCH);
    assert_eq!(deadline.as_second(), 60);
    assert_eq!(PendingImage::quarantine(deadline).as_second(), 75);
}

proptest::proptest! {
    #[test]
    fn a_variant_fits_its_side_and_is_never_empty(width in 1_u32..=8192, height in 1_u32..=8192) {
        for variant in Variant::ALL {
            let (across, down) = variant.fit(width, height);
            proptest::prop_assert!(across >= 1 && down >= 1);
            proptest::prop_assert!(across <= width && down <= height);
            proptest::prop_assert!(across.max(down) <= variant.side());
        }
    }
}
