//! The encoding against bytes written out by hand, against a reader of its own, and against every other row.

use super::TrailRow;
use proptest::prelude::*;
use uuid::Uuid;

/// Reads bytes the way they are documented, sharing no code with what writes them; `None` unless they are exactly one row.
fn decoded(bytes: &[u8]) -> Option<TrailRow> {
    let mut rest = bytes.strip_prefix(b"muster audit row\x01")?;
    let mut take = |length: usize| {
        let (taken, left) = rest.split_at_checked(length)?;
        rest = left;
        Some(taken.to_vec())
    };
    let number = |take: &mut dyn FnMut(usize) -> Option<Vec<u8>>| {
        Some(i64::from_be_bytes(take(8)?.try_into().ok()?))
    };
    let text = |take: &mut dyn FnMut(usize) -> Option<Vec<u8>>| {
        let length = u64::from_be_bytes(take(8)?.try_into().ok()?);
        String::from_utf8(take(usize::try_from(length).ok()?)?).ok()
    };
    let row = TrailRow {
        seq: number(&mut take)?,
        at_us: number(&mut take)?,
        principal: text(&mut take)?,
        request_id: text(&mut take)?,
        action: text(&mut take)?,
        user: Uuid::from_slice(&take(16)?).ok()?,
        object: match take(1)?.as_slice() {
            [0] => None,
            [1] => Some(Uuid::from_slice(&take(16)?).ok()?),
            _ => return None,
        },
        changes: text(&mut take)?,
    };
    rest.is_empty().then_some(row)
}

fn a_row() -> TrailRow {
    TrailRow {
        seq: 7,
        at_us: 1_767_600_000_000_001,
        principal: "system".into(),
        request_id: "r-1".into(),
        action: "user.changed".into(),
        user: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
        object: None,
        changes: r#"[{"field":"phone"}]"#.into(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_row_is_these_bytes_and_no_others() {
    let expected = [
        "6d757374657220617564697420726f7701",
        "0000000000000007",
        "0006479f721ae001",
        "000000000000000673797374656d",
        "0000000000000003722d31",
        "000000000000000c757365722e6368616e676564",
        "01990000000070008000000000000001",
        "00",
        "00000000000000135b7b226669656c64223a2270686f6e65227d5d",
    ];
    assert_eq!(hex(&a_row().encoded()), expected.concat());
    let object = TrailRow {
        object: Some(Uuid::from_u128(2)),
        seq: -1,
        changes: String::new(),
        ..a_row()
    };
    let expected = [
        "6d757374657220617564697420726f7701",
        "ffffffffffffffff",
        "0006479f721ae001",
        "000000000000000673797374656d",
        "0000000000000003722d31",
        "000000000000000c757365722e6368616e676564",
        "01990000000070008000000000000001",
        "0100000000000000000000000000000002",
        "0000000000000000",
    ];
    assert_eq!(hex(&object.encoded()), expected.concat());
}

/// Few and short, so that rows that differ in one place only come up.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-b\u{0}\u{1}é]{0,3}",
        Just("\u{0}".repeat(8))
    ]
}

fn objects() -> impl Strategy<Value = Option<Uuid>> {
    prop::option::of((0..3_u128).prop_map(Uuid::from_u128))
}

prop_compose! {
    fn rows()(
        seq in -1..3_i64,
        at_us in prop_oneof![0..3_i64, any::<i64>()],
        principal in texts(),
        request_id in texts(),
        action in texts(),
        user in (0..3_u128).prop_map(Uuid::from_u128),
        object in objects(),
        changes in texts(),
    ) -> TrailRow {
        TrailRow { seq, at_us, principal, request_id, action, user, object, changes }
    }
}

proptest! {
    #[test]
    fn a_row_is_read_back_from_its_bytes(row in rows()) {
        prop_assert_eq!(decoded(&row.encoded()), Some(row));
    }

    #[test]
    fn two_rows_that_differ_never_encode_alike(one in rows(), other in rows()) {
        prop_assert_eq!(one == other, one.encoded() == other.encoded());
    }

    /// Nor do two lists of rows, one after the other.
    #[test]
    fn no_encoding_is_the_beginning_of_another(one in rows(), other in rows()) {
        let (one, other) = (one.encoded(), other.encoded());
        prop_assert!(one == other || !other.starts_with(&one));
    }

    /// A text that moves from one field to the next is another row.
    #[test]
    fn the_border_between_two_texts_counts(one in "[a-b]{1,4}", at in 0..4_usize) {
        let at = at.min(one.len());
        let (left, right) = one.split_at(at);
        let split = TrailRow { principal: left.into(), request_id: right.into(), ..a_row() };
        let whole = TrailRow { principal: one.clone(), request_id: String::new(), ..a_row() };
        prop_assert_eq!(split == whole, split.encoded() == whole.encoded());
    }
}
