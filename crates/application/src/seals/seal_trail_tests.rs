//! Sealing over a trail in memory.

use super::{SealTrail, Sealed};
use crate::fixtures::{clock, fault};
use domain::Digest;
use domain::seals::{Seal, TrailRow};
use ports::digests::{Digester, MockDigester};
use ports::seals::{MockAuditSeals, Tail};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

pub fn a_row(seq: i64) -> TrailRow {
    TrailRow {
        seq,
        at_us: seq,
        principal: "system".into(),
        request_id: "r".into(),
        action: "user.changed".into(),
        user: Uuid::from_u128(1),
        object: None,
        changes: "[]".into(),
    }
}

/// As many bytes as SHA-256 gives, and other ones for other bytes as far as these tests go.
pub fn digester() -> Arc<dyn Digester> {
    let mut digester = MockDigester::new();
    digester.expect_sha256().returning(|bytes| {
        let mut digest = [0; 32];
        for (lane, part) in (1_u64..).zip(digest.chunks_mut(8)) {
            let hash = bytes.iter().fold(lane, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
            part.copy_from_slice(&hash.to_be_bytes());
        }
        Digest::new(digest)
    });
    Arc::new(digester)
}

/// A port that has these rows, all settled, and keeps what is added.
pub fn keeping(rows: Vec<TrailRow>, seals: Vec<Seal>) -> MockAuditSeals {
    kept(Arc::new(Mutex::new(rows)), Arc::new(Mutex::new(seals)))
}

/// The same over rows and seals that the test can reach.
pub fn kept(rows: Arc<Mutex<Vec<TrailRow>>>, seals: Arc<Mutex<Vec<Seal>>>) -> MockAuditSeals {
    let mut port = MockAuditSeals::new();
    let read = Arc::clone(&rows);
    port.expect_rows().returning(move |after, up_to, limit| {
        assert!(limit <= 1_000, "pages are bounded");
        let rows = read.lock().unwrap();
        let within = rows
            .iter()
            .filter(|row| row.seq > after && row.seq <= up_to);
        Ok(within.take(limit as usize).cloned().collect())
    });
    let read = Arc::clone(&rows);
    port.expect_settled().returning(move || {
        let last = read.lock().unwrap().last().map_or(0, |row| row.seq);
        Ok(Some(last))
    });
    port.expect_tail().returning(move |after| {
        let rows = rows.lock().unwrap();
        let above: Vec<&TrailRow> = rows.iter().filter(|row| row.seq > after).collect();
        Ok(above.first().map(|first| Tail {
            row_count: above.len() as u64,
            first_seq: first.seq,
            last_seq: above[above.len() - 1].seq,
        }))
    });
    let read = Arc::clone(&seals);
    port.expect_newest()
        .returning(move || Ok(read.lock().unwrap().last().cloned()));
    let read = Arc::clone(&seals);
    port.expect_seals().returning(move |after, limit| {
        let seals = read.lock().unwrap();
        let above = seals.iter().filter(|seal| seal.number > after);
        Ok(above.take(limit as usize).cloned().collect())
    });
    port.expect_add().returning(move |seal| {
        let mut seals = seals.lock().unwrap();
        let taken = seals.iter().any(|there| there.number == seal.number);
        if !taken {
            seals.push(seal.clone());
        }
        Ok(!taken)
    });
    port
}

fn sealing(seals: MockAuditSeals) -> SealTrail {
    SealTrail {
        seals: Arc::new(seals),
        digester: digester(),
        clock: clock(),
    }
}

#[tokio::test]
async fn rows_are_sealed_ten_thousand_at_a_time_until_all_are() {
    let (rows, seals) = ((1..=23_500).map(a_row).collect(), Arc::default());
    let seal = sealing(kept(Arc::new(Mutex::new(rows)), Arc::clone(&seals)));
    let mut turns = Vec::new();
    for _ in 0..4 {
        turns.push(seal.run().await.unwrap());
    }
    let sealed = |rows, more| Sealed { rows, more };
    assert_eq!(
        turns,
        [
            sealed(10_000, true),
            sealed(10_000, true),
            sealed(3_500, false),
            sealed(0, false)
        ]
    );
    let ranges: Vec<(i64, i64, i64)> = seals
        .lock()
        .unwrap()
        .iter()
        .map(|seal: &Seal| (seal.number, seal.first_seq, seal.last_seq))
        .collect();
    assert_eq!(
        ranges,
        [(1, 1, 10_000), (2, 10_001, 20_000), (3, 20_001, 23_500)]
    );
}

#[tokio::test]
async fn nothing_above_the_settled_place_is_sealed() {
    let mut port = MockAuditSeals::new();
    port.expect_settled().returning(|| Ok(Some(2)));
    port.expect_newest().returning(|| Ok(None));
    port.expect_rows()
        .withf(|after, up_to, _| (*after, *up_to) == (0, 2))
        .returning(|_, _, _| Ok(vec![a_row(1), a_row(2)]));
    port.expect_add()
        .withf(|seal| (seal.last_seq, seal.row_count) == (2, 2))
        .times(1)
        .returning(|_| Ok(true));
    assert_eq!(sealing(port).run().await.unwrap().rows, 2);
}

#[tokio::test]
async fn nothing_is_sealed_while_it_is_unknown_what_is_settled() {
    let mut port = MockAuditSeals::new();
    port.expect_settled().returning(|| Ok(None));
    assert_eq!(sealing(port).run().await.unwrap(), Sealed::default());
}

#[tokio::test]
async fn who_comes_second_leaves_it_at_that() {
    let mut port = MockAuditSeals::new();
    port.expect_settled().returning(|| Ok(Some(1)));
    port.expect_newest().returning(|| Ok(None));
    port.expect_rows().returning(|_, _, _| Ok(vec![a_row(1)]));
    port.expect_add().times(1).returning(|_| Ok(false));
    assert_eq!(sealing(port).run().await.unwrap(), Sealed::default());
}

#[tokio::test]
async fn a_failure_is_told() {
    let mut port = MockAuditSeals::new();
    port.expect_settled().returning(|| Err(fault()));
    assert!(sealing(port).run().await.is_err());
}
