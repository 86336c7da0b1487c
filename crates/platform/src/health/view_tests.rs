//! What is said about parts that come and go, with time standing still.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;

use super::*;
use crate::health::{Component, Probe, ProbeReport};
use crate::lifecycle::Lifecycle;

#[derive(Clone, Default)]
struct Switch {
    down: Arc<AtomicBool>,
    asked: Arc<AtomicU32>,
}

#[async_trait]
impl Probe for Switch {
    async fn check(&self) -> ProbeReport {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let down = self.down.load(Ordering::SeqCst);
        if down {
            ProbeReport::unhealthy("refused")
        } else {
            ProbeReport::healthy().with("idle", 3)
        }
    }
}

struct Stuck;

#[async_trait]
impl Probe for Stuck {
    async fn check(&self) -> ProbeReport {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_required_part_that_stays_down_makes_the_process_unready_and_it_heals() {
    let lifecycle = Lifecycle::new();
    let (board, switch) = (HealthBoard::new("1.2.3", &lifecycle), Switch::default());
    board
        .watch(
            Component::new("database", Criticality::Required),
            switch.clone(),
        )
        .await;
    assert_eq!(board.ready().reasons, ["starting"]);
    lifecycle.ready();
    assert!(board.ready().ready);

    switch.down.store(true, Ordering::SeqCst);
    sleep(Duration::from_secs(11)).await;
    assert!(board.ready().ready, "two bad samples are not enough");
    sleep(Duration::from_secs(5)).await;
    assert_eq!(
        board.ready(),
        ReadyView {
            ready: false,
            reasons: vec!["database"]
        }
    );
    assert!(!board.health().is_ok());

    switch.down.store(false, Ordering::SeqCst);
    sleep(Duration::from_secs(6)).await;
    assert!(board.ready().ready && board.health().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_degradable_part_that_is_stuck_leaves_the_process_ready_and_degraded() {
    let lifecycle = Lifecycle::new();
    let board = HealthBoard::new("1.2.3", &lifecycle);
    board
        .watch(Component::new("redis", Criticality::Degradable), Stuck)
        .await;
    lifecycle.ready();
    assert!(board.ready().ready);
    let view = serde_json::to_value(board.detailed()).expect("serializable");
    assert_eq!(view["status"], "degraded");
    assert_eq!(
        (&view["version"], &view["uptime"], &view["uptime_seconds"]),
        (&"1.2.3".into(), &"2s".into(), &2.into())
    );
    let redis = &view["components"]["redis"];
    assert_eq!(
        (&redis["status"], &redis["message"]),
        (&"unhealthy".into(), &"timeout".into())
    );
    assert_eq!(redis["metadata"]["response_time_ms"], 2000.0);
}

#[tokio::test(start_paused = true)]
async fn asking_never_touches_a_dependency() {
    let (board, switch) = (HealthBoard::new("1", &Lifecycle::new()), Switch::default());
    board
        .watch(
            Component::new("database", Criticality::Required),
            switch.clone(),
        )
        .await;
    let _ = (board.health(), board.ready(), board.detailed());
    assert_eq!(switch.asked.load(Ordering::SeqCst), 1);
    assert_eq!(board.detailed().components["database"].metadata["idle"], 3);
}

#[tokio::test]
async fn a_draining_process_is_not_ready() {
    let lifecycle = Lifecycle::new();
    let board = HealthBoard::new("1", &lifecycle);
    lifecycle.ready();
    lifecycle.stop();
    assert_eq!(board.ready().reasons, ["draining"]);
}

#[test]
fn uptimes_are_written_for_people() {
    assert_eq!(for_people(0), "0s");
    assert_eq!(for_people(3_600), "1h 0m 0s");
    assert_eq!(for_people(93_784), "1d 2h 3m 4s");
}
