//! A store that speaks S3 and checks signatures, made of Cargo dependencies, so that no test of objects
//! needs anything installed.
//!
//! It lives on a thread of its own: whatever a test does with its runtime, the store answers, and it can be
//! killed with all its connections and come back on the same port. With `TEST_S3_URL`, which is
//! `http://<key>:<secret>@<host>:<port>/<bucket>`, that bucket is used instead, a prefix for each test;
//! what is left there goes with the bucket.

mod bucket;
mod honest;
mod hosts;
mod root;

use super::source::told;
use super::urls;
use honest::Honest;
use hosts::BelowLocalhost;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder as Connection;
use root::Root;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::oneshot;

pub use bucket::Bucket;

const ACCESS_KEY: &str = "testkit";
const SECRET_KEY: &str = "a secret of no worth";

/// A store for tests; it is gone when this is dropped.
pub struct S3(Source);

enum Source {
    Given(String),
    Ours(Ours),
}

struct Ours {
    root: Root,
    address: SocketAddr,
    running: Option<Running>,
    deletions: Arc<AtomicUsize>,
}

/// A thread with the store on it.
struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl S3 {
    /// A store of one's own on a free port, or the given one.
    pub fn start() -> Self {
        if let Some(url) = told("TEST_S3_URL").filter(|_| !is_forced_local()) {
            return Self(Source::Given(url));
        }
        assert!(
            told("TEST_SERVERS").as_deref() != Some("given"),
            "TEST_SERVERS=given needs the address of a bucket in TEST_S3_URL"
        );
        let root = Root::new();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let deletions = Arc::default();
        let (address, running) = Running::start(root.path(), address, &deletions);
        Self(Source::Ours(Ours {
            root,
            address,
            running: Some(running),
            deletions,
        }))
    }

    /// A bucket, or a part of one, that no other test uses.
    pub fn bucket(&self) -> Bucket {
        let name = format!("test-{}", bucket::fresh());
        match &self.0 {
            Source::Given(url) => {
                let (access_key, secret_key) = urls::credentials(url)
                    .expect("TEST_S3_URL is http://<key>:<secret>@<host>:<port>/<bucket>");
                Bucket {
                    name: urls::path(url).trim_end_matches('/').to_owned(),
                    prefix: name,
                    port_and_host: urls::address(url),
                    access_key,
                    secret_key,
                }
            }
            Source::Ours(Ours { root, address, .. }) => {
                std::fs::create_dir(root.path().join(&name)).expect("there is room");
                Bucket {
                    name,
                    prefix: String::new(),
                    port_and_host: address.to_string(),
                    access_key: ACCESS_KEY.to_owned(),
                    secret_key: SECRET_KEY.to_owned(),
                }
            }
        }
    }

    /// Takes a bucket away with all that is in it.
    pub fn lose(&self, bucket: &Bucket) {
        let Source::Ours(Ours { root, .. }) = &self.0 else {
            panic!("a bucket that was given is not ours to take away");
        };
        std::fs::remove_dir_all(root.path().join(&bucket.name)).expect("is there");
    }

    /// Breaks every connection off and refuses new ones; what was stored stays.
    pub fn stop(&mut self) {
        if let Some(running) = self.ours().running.take() {
            running.stop();
        }
    }

    /// How many objects it was asked to delete, there or not; `None` of one that was given.
    pub fn deletions(&self) -> Option<usize> {
        match &self.0 {
            Source::Given(_) => None,
            Source::Ours(Ours { deletions, .. }) => Some(deletions.load(Ordering::Relaxed)),
        }
    }

    /// Answers again, on the same port.
    pub fn start_again(&mut self) {
        let ours = self.ours();
        assert!(ours.running.is_none(), "the store has not been stopped");
        let (_, running) = Running::start(ours.root.path(), ours.address, &ours.deletions);
        ours.running = Some(running);
    }

    fn ours(&mut self) -> &mut Ours {
        match &mut self.0 {
            Source::Given(_) => panic!("a store that was given is not ours to stop"),
            Source::Ours(ours) => ours,
        }
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        if let Source::Ours(ours) = &mut self.0
            && let Some(running) = ours.running.take()
        {
            running.stop();
        }
    }
}

impl Running {
    fn start(root: &Path, address: SocketAddr, deletions: &Arc<AtomicUsize>) -> (SocketAddr, Self) {
        let listener = StdListener::bind(address).expect("the port is free");
        listener.set_nonblocking(true).expect("is a socket");
        let address = listener.local_addr().expect("is bound");
        let service = service(Honest::below(root, Arc::clone(deletions)));
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("threads and sockets can be made");
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, service) => {}
                    _ = stopped => {}
                }
            });
            // The runtime ends here, and its connections with it.
        });
        (address, Self { stop, thread })
    }

    fn stop(self) {
        // A thread that has panicked has nobody to tell.
        let _told = self.stop.send(());
        self.thread.join().expect("the store does not panic");
    }
}

fn service(store: Honest) -> S3Service {
    let mut service = S3ServiceBuilder::new(store);
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    service.set_host(BelowLocalhost);
    service.build()
}

async fn serve(listener: StdListener, service: S3Service) {
    let listener = TcpListener::from_std(listener).expect("is a socket");
    while let Ok((socket, _)) = listener.accept().await {
        // Else a GET waits 36 ms for an acknowledgement.
        socket.set_nodelay(true).expect("is a socket");
        let service = service.clone();
        tokio::spawn(async move {
            let connection = Connection::new(TokioExecutor::new());
            // Whoever breaks a connection off knows.
            let _ended = connection
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
    }
}

fn is_forced_local() -> bool {
    told("TEST_SERVERS").as_deref() == Some("local")
}
