//! A redis-server that one test starts, kills and starts again.

use super::wire;
use crate::servers::claim::{Claim, Use};
use crate::servers::place::Place;
use crate::servers::ports::Reserved;
use crate::servers::waiting::wait_for;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const STARTS_WITHIN: Duration = Duration::from_secs(20);

/// The server and its folder. Its keeper ends both if this process is killed.
pub struct Own {
    program: PathBuf,
    folder: PathBuf,
    port: Reserved,
    server: Mutex<Option<Child>>,
    _use: Use,
}

impl Own {
    pub fn start(place: &Place, program: PathBuf) -> Self {
        let port = Reserved::any().expect("a port is free");
        // The port is ours alone, so the name is.
        let name = format!("redis-{}", port.address().port());
        let claim = Claim::wait(&place.without_grace(), &name);
        claim.keep();
        let own = Self {
            program,
            folder: claim.folder().to_owned(),
            port,
            server: Mutex::new(None),
            _use: claim.announce("own"),
        };
        own.run();
        own
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.port.address())
    }

    pub fn run(&self) {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(server.is_none(), "this Redis runs already");
        let log = File::create(self.folder.join("log")).expect("there is room for a log");
        // Its working directory is that by which the keeper knows it.
        let mut started = Command::new(&self.program)
            .args([
                "--bind",
                "127.0.0.1",
                "--port",
                &self.port.address().port().to_string(),
            ])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server can be run");
        let ready = wait_for(STARTS_WITHIN, || match started.try_wait() {
            Ok(Some(_)) => Some(false),
            Ok(None) | Err(_) => wire::is_up(&self.url()).then_some(true),
        });
        *server = Some(started);
        assert!(
            ready == Some(true),
            "redis-server did not start: {}",
            self.said()
        );
    }

    pub fn stop(&self) {
        let server = self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut server) = server {
            server.kill().expect("it is our child");
            server.wait().expect("it is our child");
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.stop();
    }
}

impl std::fmt::Debug for Own {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.url())
    }
}
