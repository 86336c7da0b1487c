//! Verifying trails in memory, whole ones and others.

use super::super::seal_trail::tests::{a_row, digester, keeping, kept};
use super::{Verified, VerifyTrail, VerifyTrailError};
use crate::fixtures::{clock, fault};
use crate::seals::SealTrail;
use domain::seals::{Breach, Seal, TrailRow};
use ports::seals::{MockAuditSeals, Tail};
use std::sync::{Arc, Mutex};

/// As many rows, sealed in turns of the given sizes, and those after them not.
async fn sealed(turns: &[i64], unsealed: i64) -> (Vec<TrailRow>, Vec<Seal>) {
    let (rows, seals) = (Arc::<Mutex<Vec<TrailRow>>>::default(), Arc::default());
    let seal = SealTrail {
        seals: Arc::new(kept(Arc::clone(&rows), Arc::clone(&seals))),
        digester: digester(),
        clock: clock(),
    };
    let mut next = 1;
    for turn in turns {
        rows.lock().unwrap().extend((next..next + turn).map(a_row));
        // A place that nobody took lies between two turns.
        next += turn + 1;
        seal.run().await.unwrap();
    }
    rows.lock()
        .unwrap()
        .extend((next..next + unsealed).map(a_row));
    let (rows, seals) = (rows.lock().unwrap().clone(), seals.lock().unwrap().clone());
    (rows, seals)
}

async fn verified(rows: Vec<TrailRow>, seals: Vec<Seal>) -> Result<Verified, Breach> {
    let verify = VerifyTrail {
        seals: Arc::new(keeping(rows, seals)),
        digester: digester(),
    };
    verify.run().await.map_err(|error| match error {
        VerifyTrailError::Breach(breach) => breach,
        VerifyTrailError::Fault(fault) => panic!("{fault}"),
    })
}

#[tokio::test]
async fn a_trail_without_seals_is_all_tail() {
    let whole = verified(vec![a_row(1), a_row(3)], Vec::new())
        .await
        .unwrap();
    let tail = Tail {
        row_count: 2,
        first_seq: 1,
        last_seq: 3,
    };
    assert_eq!((whole.newest, whole.tail), (None, Some(tail)));
    let empty = verified(Vec::new(), Vec::new()).await.unwrap();
    assert_eq!((empty.rows, empty.tail), (0, None));
}

#[tokio::test]
async fn a_long_trail_is_verified_page_by_page() {
    let turns: Vec<i64> = std::iter::repeat_n(3, 250).chain([2_500]).collect();
    let (rows, seals) = sealed(&turns, 4).await;
    assert_eq!(seals.len(), 251);
    let whole = verified(rows, seals.clone()).await.unwrap();
    assert_eq!((whole.newest.as_ref(), whole.rows), (seals.last(), 3_250));
    assert_eq!(whole.tail.map(|tail| tail.row_count), Some(4));
}

#[tokio::test]
async fn the_first_thing_that_is_wrong_is_named() {
    let (rows, seals) = sealed(&[3, 3, 3], 0).await;
    let breach = async |change: &dyn Fn(&mut Vec<TrailRow>, &mut Vec<Seal>)| {
        let (mut rows, mut seals) = (rows.clone(), seals.clone());
        change(&mut rows, &mut seals);
        let found = verified(rows, seals).await.expect_err("is not as it was");
        found.to_string()
    };
    let changed = breach(&|rows, _| rows[4].changes = "[1]".into()).await;
    assert_eq!(changed, "seal 2, rows 4 to 7: rows were changed");
    let removed = breach(&|rows, _| drop((rows.remove(7), rows.remove(3)))).await;
    assert_eq!(
        removed,
        "seal 2, rows 4 to 7: rows were removed, 2 of 3 are there"
    );
    for place in [-5, 0, 4, 8] {
        let add = |rows: &mut Vec<TrailRow>, _: &mut Vec<Seal>| {
            rows.push(a_row(place));
            rows.sort_by_key(|row| row.seq);
        };
        let told = breach(&add).await;
        assert!(told.contains("rows were added to the 3"), "{place}: {told}");
    }
    let without = |at: usize| {
        move |_: &mut Vec<TrailRow>, seals: &mut Vec<Seal>| {
            seals.remove(at);
        }
    };
    let gone = breach(&without(1)).await;
    assert_eq!(gone, "seal 2: the seal was removed");
    let first = breach(&without(0)).await;
    assert_eq!(first, "seal 1: the seal was removed");
    let other = breach(&|_, seals| seals[2].row_count = 2).await;
    assert_eq!(
        other,
        "seal 3, rows 8 to 11: the seal was changed, or the one before it was"
    );
}

/// However much was put there, only as much of it is read as shows that it is too much.
#[tokio::test]
async fn a_flood_of_added_rows_is_not_read_to_its_end() {
    let (mut rows, seals) = sealed(&[3], 0).await;
    rows.splice(0..0, (-50_000..=0).map(a_row));
    let (read, asked) = (Arc::new(Mutex::new(rows)), Arc::new(Mutex::new(0)));
    let (counted, mut port) = (Arc::clone(&asked), MockAuditSeals::new());
    port.expect_seals()
        .returning(move |after, _| Ok(if after < 1 { seals.clone() } else { Vec::new() }));
    port.expect_rows().returning(move |after, up_to, limit| {
        *counted.lock().unwrap() += 1;
        let rows = read.lock().unwrap();
        let within = rows
            .iter()
            .filter(|row| row.seq > after && row.seq <= up_to);
        Ok(within.take(limit as usize).cloned().collect())
    });
    let verify = VerifyTrail {
        seals: Arc::new(port),
        digester: digester(),
    };
    let outcome = verify.run().await;
    assert!(
        matches!(
            outcome,
            Err(VerifyTrailError::Breach(Breach::RowsAdded { .. }))
        ),
        "{outcome:?}"
    );
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_failure_is_no_breach() {
    let mut port = MockAuditSeals::new();
    port.expect_seals().returning(|_, _| Err(fault()));
    let verify = VerifyTrail {
        seals: Arc::new(port),
        digester: digester(),
    };
    let outcome = verify.run().await;
    assert!(matches!(outcome, Err(VerifyTrailError::Fault(_))));
}
