//! The life of a key, to the second.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn id(number: u64) -> SigningKeyId {
    SigningKeyId::new(Uuid::from_u64_pair(0, number))
}

fn start() -> Timestamp {
    Timestamp::from_second(1_767_600_000).expect("is an instant")
}

fn key(number: u64, signs_from: Timestamp) -> KeyTerm {
    KeyTerm {
        id: id(number),
        signs_from,
    }
}

/// One that signs since the start, and one that takes over 30 days later.
fn two() -> (Rotation, Timestamp) {
    let turn = start() + ROTATED_EVERY;
    (Rotation::of([key(2, turn), key(1, start())]), turn)
}

fn signs(rotation: &Rotation, at: Timestamp) -> Option<SigningKeyId> {
    rotation.signing(at).map(|term| term.id)
}

#[test]
fn a_key_signs_until_the_next_one_does() {
    let (rotation, turn) = two();
    assert_eq!(signs(&rotation, start()), Some(id(1)));
    assert_eq!(signs(&rotation, turn - SECOND), Some(id(1)));
    assert_eq!(signs(&rotation, turn), Some(id(2)));
    assert_eq!(signs(&rotation, Timestamp::MAX), Some(id(2)));
}

#[test]
fn a_key_is_published_signs_is_retired_and_is_over() {
    let (rotation, turn) = two();
    let stages = |at| [1, 2].map(|number| rotation.stage(id(number), at).expect("is there"));
    assert_eq!(stages(start()), [Stage::Signing, Stage::Published]);
    assert_eq!(stages(turn - SECOND), [Stage::Signing, Stage::Published]);
    assert_eq!(stages(turn), [Stage::Retired, Stage::Signing]);
    let gone = turn + TOKEN_LIFETIME + LEEWAY;
    assert_eq!(stages(gone - SECOND), [Stage::Retired, Stage::Signing]);
    assert_eq!(stages(gone), [Stage::Over, Stage::Signing]);
    assert_eq!(rotation.over(gone - SECOND), []);
    assert_eq!(rotation.over(gone), [id(1)]);
    assert_eq!(rotation.stage(id(3), turn), None);
}

#[test]
fn the_last_key_is_never_over() {
    let alone = Rotation::of([key(1, start())]);
    assert_eq!(alone.over(Timestamp::MAX), []);
    assert_eq!(signs(&alone, Timestamp::MAX), Some(id(1)));
}

#[test]
fn the_first_key_signs_also_where_the_clock_is_behind() {
    let (rotation, _) = two();
    let before = start() - SECOND;
    assert_eq!(signs(&rotation, before), Some(id(1)));
    assert_eq!(rotation.stage(id(1), before), Some(Stage::Signing));
    assert_eq!(rotation.stage(id(2), before), Some(Stage::Published));
    assert_eq!(signs(&Rotation::default(), before), None);
}

#[test]
fn of_two_that_would_begin_at_once_all_choose_the_same() {
    let [one, other] = [key(1, start()), key(2, start())];
    for rotation in [Rotation::of([one, other]), Rotation::of([other, one])] {
        assert_eq!(signs(&rotation, start()), Some(id(2)));
        assert_eq!(rotation.stage(id(1), start()), Some(Stage::Retired));
    }
}

#[test]
fn the_next_key_is_made_a_day_before_it_signs() {
    let alone = Rotation::of([key(1, start())]);
    let turn = start() + ROTATED_EVERY;
    let due = turn - PUBLISHED_AHEAD;
    assert_eq!(alone.next(start()), None);
    assert_eq!(alone.next(due - SECOND), None);
    assert_eq!(alone.next(due), Some(turn));
    let (both, _) = two();
    assert_eq!(both.next(turn), None, "it is there");
}

#[test]
fn a_key_that_is_made_late_is_published_for_a_day_all_the_same() {
    let alone = Rotation::of([key(1, start())]);
    let late = start() + ROTATED_EVERY * 7;
    assert_eq!(alone.next(late), Some(late + PUBLISHED_AHEAD));
}

#[test]
fn the_first_key_signs_at_once() {
    assert_eq!(Rotation::default().next(start()), Some(start()));
    let others_need = SignedDuration::ZERO;
    let begins = Rotation::default().taking_over(start(), others_need);
    assert_eq!(begins, start());
}

#[test]
fn a_key_takes_over_when_all_have_heard_of_it() {
    let (rotation, _) = two();
    let at = start() + SignedDuration::from_hours(1);
    let begins = rotation.taking_over(at, KNOWN_WITHIN);
    assert_eq!(begins, at + KNOWN_WITHIN);
    let more = Rotation::of([rotation.terms(), &[key(3, begins)]].concat());
    assert_eq!(signs(&more, begins - SECOND), Some(id(1)));
    assert_eq!(signs(&more, begins), Some(id(3)));
}

#[test]
fn a_key_takes_over_also_where_the_clock_is_behind() {
    let (rotation, _) = two();
    let begins = rotation.taking_over(start() - SECOND * 60, SignedDuration::ZERO);
    let more = Rotation::of([rotation.terms(), &[key(3, begins)]].concat());
    assert_eq!(signs(&more, start() + SECOND), Some(id(3)));
}

#[test]
fn nothing_is_beyond_the_calendar() {
    let alone = Rotation::of([key(1, Timestamp::MIN)]);
    assert_eq!(alone.next(Timestamp::MAX), Some(Timestamp::MAX));
    let last = Rotation::of([key(1, Timestamp::MAX)]);
    assert_eq!(last.taking_over(Timestamp::MAX, SECOND), Timestamp::MAX);
}

fn rotations() -> impl Strategy<Value = Rotation> {
    // Close together, so that overlaps overlap.
    vec(0_i64..3_600, 1..6).prop_map(|offsets| {
        let terms = offsets.into_iter().zip(1..);
        Rotation::of(terms.map(|(offset, number)| key(number, start() + SECOND * offset as i32)))
    })
}

proptest! {
    #[test]
    fn exactly_one_key_signs_and_stages_only_go_forward(rotation in rotations(), from in -10_i64..6_000) {
        let at = start() + SignedDuration::from_secs(from);
        let stages = |at| -> Vec<Stage> {
            let ids = rotation.terms().iter().map(|term| term.id);
            ids.map(|id| rotation.stage(id, at).expect("is there")).collect()
        };
        let (now, soon) = (stages(at), stages(at + SECOND));
        let signing = now.iter().filter(|stage| **stage == Stage::Signing).count();
        prop_assert_eq!(signing, 1);
        prop_assert!(now.iter().zip(&soon).all(|(before, after)| before <= after));
    }

    #[test]
    fn a_key_is_there_until_all_that_it_signed_has_expired(rotation in rotations(), signed in -10_i64..6_000) {
        let at = start() + SignedDuration::from_secs(signed);
        let signer = rotation.signing(at).expect("there is one");
        let last = at + TOKEN_LIFETIME + LEEWAY;
        prop_assert!(rotation.stage(signer.id, last) < Some(Stage::Over));
    }
}
