//! Seals with the real SHA-256, against digests that another program computed from the documented bytes
//! (`docs/adr/0020-audit-seals.md`): a release that encodes otherwise finds every older trail changed.
#![allow(clippy::expect_used)]

use adapter_identity::Sha256Digester;
use domain::Digest;
use domain::seals::{Folded, Seal, TrailRow};
use jiff::Timestamp;
use ports::digests::Digester as _;
use uuid::Uuid;

const PERSON: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001);

fn sha256(bytes: &[u8]) -> Digest {
    Sha256Digester.sha256(bytes)
}

fn row(seq: i64, at_us: i64, principal: &str, request_id: &str, action: &str) -> TrailRow {
    TrailRow {
        seq,
        at_us,
        principal: principal.to_owned(),
        request_id: request_id.to_owned(),
        action: action.to_owned(),
        user: PERSON,
        object: None,
        changes: "[]".to_owned(),
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).expect("is an instant")
}

#[test]
fn seals_have_the_digests_that_others_compute() {
    let first = row(1, 1_767_600_000_000_001, "system", "r-1", "user.registered");
    let by = format!("user:{PERSON}");
    let second = TrailRow {
        object: Some(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0002)),
        changes: r#"[{"field":"phone"}]"#.to_owned(),
        ..row(3, 1_767_600_000_000_002, &by, "r-2", "image.added")
    };
    let rows = Folded::NONE.with(&first, &sha256).with(&second, &sha256);
    let one = Seal::over(&rows, None, at(1_767_600_005_000_000), &sha256);
    let one = one.expect("there are rows");
    let third = row(4, 1_767_600_000_000_003, "anonymous", "r-3", "user.changed");
    let rows = Folded::NONE.with(&third, &sha256);
    let two = Seal::over(&rows, Some(&one), at(1_767_600_010_000_000), &sha256);
    let two = two.expect("there are rows");
    let digests = [&one.rows_digest, &one.digest, &two.rows_digest, &two.digest];
    assert_eq!(
        digests.map(ToString::to_string),
        [
            "baf5f3ef5aae34ced53f3fe0b15ec87f72ce6108427bf2190a7f0cda60744ca5",
            "9447aa68742b253484eaa65e8cedf010f510a30b540ae28626d22c54adb6df16",
            "969b9d286fe150c0dd1e40a15f39f29e29977e8e0584928ab557870e9663355d",
            "6dc841197648778acfdbd728744a714b9acb6386e20e7bd813a9c497bea7f3f2",
        ]
    );
}
