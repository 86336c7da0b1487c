//! Signals on a thread and a runtime of their own, so that a busy server hears SIGTERM as fast as an idle one.
//!
//! Process 1 of a container ignores SIGTERM until a handler is installed, hence [`install`] returns only when they are.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Lifecycle;

/// After a second signal the process has this long to leave by itself.
const LAST_WORDS: Duration = Duration::from_secs(1);

struct Heard {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

/// Installs handlers: SIGTERM and SIGINT stop (the second one at once), SIGHUP reloads. Call it before anything slow, once.
///
/// After a second signal the process exits with 70 when it has not left by itself within a second.
///
/// # Errors
/// When the thread, its runtime or a handler cannot be made.
pub fn install(lifecycle: &Lifecycle) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (installed, outcome) = mpsc::channel();
    let lifecycle = lifecycle.clone();
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || listen(&runtime, &lifecycle, &installed))?;
    outcome.recv().map_err(io::Error::other)?
}

fn listen(runtime: &Runtime, lifecycle: &Lifecycle, installed: &mpsc::Sender<io::Result<()>>) {
    runtime.block_on(async {
        let (heard, outcome) = match handlers() {
            Ok(heard) => (Some(heard), Ok(())),
            Err(error) => (None, Err(error)),
        };
        let _ = installed.send(outcome);
        if let Some(heard) = heard {
            obey(heard, lifecycle).await;
        }
    });
}

fn handlers() -> io::Result<Heard> {
    Ok(Heard {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
        hang_up: signal(SignalKind::hangup())?,
    })
}

async fn obey(mut heard: Heard, lifecycle: &Lifecycle) {
    loop {
        let name = tokio::select! {
            _ = heard.terminate.recv() => "SIGTERM",
            _ = heard.interrupt.recv() => "SIGINT",
            _ = heard.hang_up.recv() => {
                tracing::info!(signal = "SIGHUP", "asked to reload");
                lifecycle.reload();
                continue;
            }
        };
        lifecycle.stop();
        tracing::info!(signal = name, "asked to stop");
        if lifecycle.hard().is_cancelled() {
            tokio::time::sleep(LAST_WORDS).await;
            std::process::exit(70);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::lifecycle::State;

    fn send(signal: &str) {
        let status = Command::new("kill")
            .args([signal, &std::process::id().to_string()])
            .status();
        assert!(status.expect("kill runs").success());
    }

    #[tokio::test]
    async fn sigterm_drains_and_sighup_reloads() {
        let lifecycle = Lifecycle::new();
        install(&lifecycle).expect("handlers");
        lifecycle.ready();
        let mut reloads = lifecycle.reloads();
        send("-HUP");
        reloads.changed().await.expect("open");
        assert!(lifecycle.is_ready());
        send("-TERM");
        lifecycle.reached(State::Draining).await;
        assert!(!lifecycle.is_ready() && !lifecycle.hard().is_cancelled());
    }
}
