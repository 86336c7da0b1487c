//! Waits for what cannot be awaited, such as another process: by asking again until a deadline.

use super::urls;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::process::Child;
use std::time::{Duration, Instant};

/// How often is asked. A redis-server is there in 6 ms.
const PAUSE: Duration = Duration::from_millis(1);

/// As long as a connection to a server that is busy may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `found` finds before `within` is over.
pub fn wait_for<T>(within: Duration, mut found: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return Some(found);
        }
        if start.elapsed() >= within {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Runs what blocks where no task is held up by it.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(cancelled) => panic!("the test was ended: {cancelled}"),
        },
    }
}

/// Whether something listens at the address of a URL. A server that is busy is not taken for a dead one.
pub fn is_there(url: &str) -> bool {
    let addresses = urls::address(url).to_socket_addrs();
    addresses.is_ok_and(|mut addresses| {
        addresses.any(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
    })
}

/// Sees to it that a child that ends before us is no zombie until then.
pub fn reap(mut child: Child) {
    std::thread::spawn(move || child.wait());
}
