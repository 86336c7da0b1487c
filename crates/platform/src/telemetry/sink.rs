//! A buffer and a thread between log lines and stderr, so that a slow terminal or pipe never holds up a request.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines waiting beyond this many bytes are dropped and counted.
const CAPACITY_BYTES: usize = 4 << 20;
/// Lines are gathered this long before they are written: waking a thread costs more than a line does.
const GATHERING: Duration = Duration::from_millis(10);
/// So many bytes are written at once.
const ENOUGH_BYTES: usize = 256 << 10;

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    dropped: u64,
    writing: bool,
    /// Somebody waits for the end.
    flushing: bool,
}

impl Waiting {
    /// Gathering longer helps nobody.
    const fn is_due(&self) -> bool {
        self.flushing || self.lines.len() >= ENOUGH_BYTES
    }
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// There is a first line.
    begun: Condvar,
    /// What was gathered is to be written now.
    due: Condvar,
    /// Everything is written.
    emptied: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes whole lines and returns at once.
#[derive(Clone)]
pub(super) struct Sink(Arc<Shared>);

impl Sink {
    /// Starts the thread that writes to `out`. It lives as long as the process.
    pub(super) fn start(mut out: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_for_ever(&theirs, &mut out))?;
        Ok(Self(shared))
    }

    /// Waits until everything so far is written, or the time is up.
    pub(super) fn flush(&self, timeout: Duration) {
        let busy = |waiting: &mut Waiting| waiting.writing || !waiting.lines.is_empty();
        let mut waiting = self.0.lock();
        waiting.flushing = true;
        self.0.due.notify_one();
        let outcome = self.0.emptied.wait_timeout_while(waiting, timeout, busy);
        outcome.unwrap_or_else(PoisonError::into_inner).0.flushing = false;
    }
}

fn write_for_ever(shared: &Shared, out: &mut impl Write) {
    let mut lines = Vec::new();
    loop {
        let idle = |waiting: &mut Waiting| waiting.lines.is_empty();
        let waiting = shared
            .begun
            .wait_while(shared.lock(), idle)
            .unwrap_or_else(PoisonError::into_inner);
        let (mut waiting, _) = shared
            .due
            .wait_timeout_while(waiting, GATHERING, |waiting| !waiting.is_due())
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut lines, &mut waiting.lines);
        let dropped = std::mem::take(&mut waiting.dropped);
        waiting.writing = true;
        drop(waiting);
        // Nobody is left to tell when stderr itself fails.
        let _ = out.write_all(&lines);
        if dropped > 0 {
            let _ = writeln!(
                out,
                r#"{{"level":"WARN","message":"log lines were dropped","fields":{{"dropped":{dropped}}}}}"#
            );
        }
        let _ = out.flush();
        lines.clear();
        lines.shrink_to(64 << 10);
        shared.lock().writing = false;
        shared.emptied.notify_all();
    }
}

impl Write for &Sink {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.0.lock();
        if waiting.lines.len() + line.len() > CAPACITY_BYTES {
            waiting.dropped += 1;
            return Ok(line.len());
        }
        let (was_empty, was_due) = (waiting.lines.is_empty(), waiting.is_due());
        waiting.lines.extend_from_slice(line);
        let is_due = waiting.is_due();
        drop(waiting);
        if was_empty {
            self.0.begun.notify_one();
        }
        if is_due && !was_due {
            self.0.due.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = &'a Sink;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0
                .lock()
                .expect("not poisoned")
                .extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_was_logged_before_a_flush_is_written_after_it() {
        let memory = Memory::default();
        let sink = Sink::start(memory.clone()).expect("a thread");
        for number in 0..1000 {
            (&sink)
                .write_all(format!("{number}\n").as_bytes())
                .expect("never fails");
        }
        sink.flush(Duration::from_secs(5));
        let written =
            String::from_utf8(memory.0.lock().expect("not poisoned").clone()).expect("text");
        assert_eq!(written.lines().count(), 1000);
        assert!(written.ends_with("999\n"));
    }
}
