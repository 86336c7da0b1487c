//! Chains of seals, and everything that somebody might do to them.

use super::{Folded, Seal};
use crate::Digest;
use crate::seals::{Breach, TrailRow};
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

/// No SHA-256, but as long, and other for other bytes as far as these tests go (four times FNV-1a).
fn digest(bytes: &[u8]) -> Digest {
    let mut digest = [0; 32];
    for (lane, part) in (1_u64..).zip(digest.chunks_mut(8)) {
        let start = 0xcbf2_9ce4_8422_2325_u64.wrapping_mul(lane);
        let hash = bytes.iter().fold(start, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        part.copy_from_slice(&hash.to_be_bytes());
    }
    Digest::new(digest)
}

fn row(seq: i64) -> TrailRow {
    TrailRow {
        seq,
        at_us: 1_000 + seq,
        principal: "system".into(),
        request_id: "r".into(),
        action: "user.changed".into(),
        user: Uuid::from_u128(1),
        object: None,
        changes: "[]".into(),
    }
}

fn folded(rows: &[TrailRow]) -> Folded {
    rows.iter()
        .fold(Folded::NONE, |folded, row| folded.with(row, &digest))
}

/// Seals over these rows, `each` rows a seal.
fn sealed(rows: &[TrailRow], each: usize) -> Vec<Seal> {
    let mut seals: Vec<Seal> = Vec::new();
    for chunk in rows.chunks(each) {
        let at = Timestamp::UNIX_EPOCH;
        let seal = Seal::over(&folded(chunk), seals.last(), at, &digest);
        seals.push(seal.expect("there are rows"));
    }
    seals
}

/// What a reader finds who goes from the first seal to the last.
fn verified(rows: &[TrailRow], seals: &[Seal]) -> Result<(), Breach> {
    let mut previous: Option<&Seal> = None;
    for seal in seals {
        seal.follows(previous, &digest)?;
        let after = previous.map_or(i64::MIN, |seal| seal.last_seq);
        let theirs: Vec<TrailRow> = rows
            .iter()
            .filter(|row| row.seq > after && row.seq <= seal.last_seq)
            .cloned()
            .collect();
        seal.stands_for(&folded(&theirs))?;
        previous = Some(seal);
    }
    Ok(())
}

/// Places 1 to 12, without those that rolled back.
fn trail() -> Vec<TrailRow> {
    [1, 2, 3, 5, 6, 9, 10, 12].map(row).into()
}

#[test]
fn a_trail_with_gaps_is_as_it_was_sealed() {
    let (rows, seals) = (trail(), sealed(&trail(), 3));
    assert_eq!(verified(&rows, &seals), Ok(()));
    let ranges: Vec<String> = seals.iter().map(|seal| seal.range().to_string()).collect();
    assert_eq!(
        ranges,
        [
            "seal 1, rows 1 to 3",
            "seal 2, rows 4 to 9",
            "seal 3, rows 10 to 12"
        ]
    );
    assert_eq!(
        Seal::over(&Folded::NONE, None, Timestamp::MIN, &digest),
        None
    );
}

#[test]
fn what_was_done_to_rows_is_named() {
    let (mut rows, seals) = (trail(), sealed(&trail(), 3));
    rows[4].action = "user.deleted".into();
    let told = |rows: &[TrailRow]| verified(rows, &seals).map_err(|breach| breach.to_string());
    assert_eq!(
        told(&rows),
        Err("seal 2, rows 4 to 9: rows were changed".into())
    );
    let mut rows = trail();
    rows.remove(5);
    let removed = "seal 2, rows 4 to 9: rows were removed, 2 of 3 are there";
    assert_eq!(told(&rows), Err(removed.into()));
    for place in [0, 4, 7, 8, 11] {
        let mut rows = trail();
        rows.push(row(place));
        rows.sort_by_key(|row| row.seq);
        let told = told(&rows).expect_err("a place was taken");
        assert!(told.contains("rows were added"), "{place}: {told}");
    }
}

#[test]
fn what_was_done_to_seals_is_named() {
    let (rows, seals) = (trail(), sealed(&trail(), 3));
    for at in 0..2 {
        let mut fewer = seals.clone();
        fewer.remove(at);
        let number = i64::try_from(at).expect("is small") + 1;
        assert_eq!(verified(&rows, &fewer), Err(Breach::SealRemoved(number)));
    }
    let mut more = seals.clone();
    more.insert(
        0,
        Seal {
            number: 0,
            ..seals[0].clone()
        },
    );
    assert_eq!(verified(&rows, &more), Err(Breach::SealAdded(0)));
    let mut renumbered = seals.clone();
    renumbered.remove(1);
    renumbered[1].number = 2;
    assert_eq!(
        verified(&rows, &renumbered),
        Err(Breach::SealChanged(renumbered[1].range()))
    );
}

/// Whoever rewrites a row and its seal has to rewrite every seal after it: a newest seal that was noted elsewhere tells.
#[test]
fn a_range_that_was_sealed_anew_no_longer_carries_the_seal_after_it() {
    let (mut rows, mut seals) = (trail(), sealed(&trail(), 3));
    rows[0].principal = "anonymous".into();
    let forged = Seal::over(&folded(&rows[..3]), None, Timestamp::UNIX_EPOCH, &digest);
    seals[0] = forged.expect("there are rows");
    assert_eq!(
        verified(&rows, &seals),
        Err(Breach::SealChanged(seals[1].range()))
    );
    assert_eq!(verified(&rows, &seals[..1]), Ok(()), "nobody can tell");
}

type Mischief = fn(&mut Seal);

const MISCHIEF: [Mischief; 8] = [
    |seal| seal.number += 1,
    |seal| seal.encoding += 1,
    |seal| seal.first_seq -= 1,
    |seal| seal.last_seq += 1,
    |seal| seal.row_count -= 1,
    |seal| seal.sealed_at_us += 1,
    |seal| seal.rows_digest = Digest::new([9; 32]),
    |seal| seal.digest = Digest::new([9; 32]),
];

type Damage = fn(&mut TrailRow);

const DAMAGE: [Damage; 7] = [
    |row| row.at_us += 1,
    |row| row.principal.push('x'),
    |row| row.request_id.clear(),
    |row| row.action.push('\u{0}'),
    |row| row.user = Uuid::from_u128(2),
    |row| row.object = Some(Uuid::nil()),
    |row| row.changes = "[ ]".into(),
];

proptest! {
    #[test]
    fn no_cell_of_a_seal_can_be_changed(each in 1..5_usize, at in 0..8_usize, how in prop::sample::select(MISCHIEF.to_vec())) {
        let (rows, mut seals) = (trail(), sealed(&trail(), each));
        let at = at % seals.len();
        how(&mut seals[at]);
        prop_assert!(verified(&rows, &seals).is_err());
    }

    #[test]
    fn no_cell_of_a_row_can_be_changed(each in 1..5_usize, at in 0..8_usize, how in prop::sample::select(DAMAGE.to_vec())) {
        let (mut rows, seals) = (trail(), sealed(&trail(), each));
        how(&mut rows[at]);
        let found = verified(&rows, &seals);
        prop_assert!(matches!(found, Err(Breach::RowsChanged(_))), "{found:?}");
    }

    #[test]
    fn no_two_rows_can_change_places(each in 1..5_usize, one in 0..8_usize, other in 0..8_usize) {
        let (mut rows, seals) = (trail(), sealed(&trail(), each));
        let (first, second) = (rows[one].seq, rows[other].seq);
        rows[one].seq = second;
        rows[other].seq = first;
        rows.sort_by_key(|row| row.seq);
        prop_assert_eq!(verified(&rows, &seals).is_ok(), one == other);
    }
}
