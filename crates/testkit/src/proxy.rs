//! Stands between Muster and a server and does to the connections what networks do, at the moment a test wants it.

mod connection;
mod gauge;
mod pump;

use crate::servers::{Reserved, urls};
use connection::relay;
use gauge::Gauge;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// How long a test waits for what it told the proxy to have happened.
const HAPPENS_WITHIN: Duration = Duration::from_secs(10);

/// What happens to connections, those that are open and those to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trouble {
    /// None.
    #[default]
    None,
    /// Nobody is there: open connections are reset, and whoever connects is refused.
    Refuse,
    /// Open connections are reset, and whoever connects is accepted and reset.
    Reset,
    /// Everything is accepted, nothing arrives, nothing is answered, and nothing is closed. When it ends, connections
    /// that lost bytes are reset, because what comes next would make no sense.
    BlackHole,
    /// Every byte arrives this much later.
    Latency {
        /// On the way to the server.
        there: Duration,
        /// On the way back.
        back: Duration,
    },
    /// Each connection is reset when so many bytes of the server's next replies have passed. With 0 the server did
    /// what it was asked and its answer is lost whole.
    CutReply {
        /// How many bytes still pass.
        after: usize,
    },
    /// The server hears this, and the connection is reset before its answer has come. Other answers are 20 ms late.
    CutAfter {
        /// What the client has to have said, in one piece.
        said: &'static str,
    },
    /// None and [`Trouble::Reset`] in turn, each this long, beginning with a reset.
    Flap {
        /// How long each lasts.
        period: Duration,
    },
}

/// What was asked for, numbered so that asking for the same twice is noticed.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    number: u64,
    trouble: Trouble,
}

/// A proxy on a port of 127.0.0.1 that stays the same until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    address: SocketAddr,
    told: watch::Sender<Told>,
    /// The number of what new connections meet.
    listening: watch::Receiver<u64>,
    gauge: Gauge,
    accepting: AbortHandle,
    flapping: Option<AbortHandle>,
}

impl Proxy {
    /// A proxy before the server of this URL, of whatever scheme, that passes everything on.
    pub async fn before(url: &str) -> Self {
        let reserved = Reserved::any().expect("a port is free");
        let address = reserved.address();
        let (told, asked) = watch::channel(Told::default());
        let (listens, mut listening) = watch::channel(u64::MAX);
        let gauge = Gauge::default();
        let door = Door {
            reserved,
            server: urls::address(url),
            asked,
            listens,
            gauge: gauge.clone(),
        };
        let accepting = tokio::spawn(door.keep()).abort_handle();
        listening
            .wait_for(|number| *number == 0)
            .await
            .expect("the door is kept");
        Self {
            url: urls::with_address(url, &address.to_string()),
            address,
            told,
            listening,
            gauge,
            accepting,
            flapping: None,
        }
    }

    /// The URL of the server with the proxy's address in it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the proxy listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes trouble, or ends it. When this returns it is so: a refusing proxy refuses, and connections that were to
    /// be reset are.
    pub async fn set(&mut self, trouble: Trouble) {
        if let Some(flapping) = self.flapping.take() {
            flapping.abort();
        }
        match trouble {
            Trouble::Flap { period } => {
                self.end_all(Trouble::Reset).await;
                self.flap(period);
            }
            Trouble::Refuse | Trouble::Reset => self.end_all(trouble).await,
            Trouble::None
            | Trouble::BlackHole
            | Trouble::Latency { .. }
            | Trouble::CutAfter { .. }
            | Trouble::CutReply { .. } => self.tell(trouble).await,
        }
    }

    /// How many connections are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.gauge.open()
    }

    /// How many have been accepted since the beginning.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.gauge.accepted()
    }

    /// Waits until at most so many connections are open, for whoever looks for a leak.
    ///
    /// # Panics
    /// When there are still more after `within`.
    pub async fn at_most_open(&self, connections: usize, within: Duration) {
        self.gauge.at_most(connections, within).await;
    }

    async fn end_all(&mut self, trouble: Trouble) {
        self.tell(trouble).await;
        let before = self.gauge.accepted();
        self.gauge.ended_up_to(before, HAPPENS_WITHIN).await;
    }

    async fn tell(&mut self, trouble: Trouble) {
        let number = tell(&self.told, trouble);
        let heard = self.listening.wait_for(|heard| *heard == number);
        let heard = tokio::time::timeout(HAPPENS_WITHIN, heard).await;
        heard.expect("the door is kept").expect("the door is kept");
    }

    fn flap(&mut self, period: Duration) {
        let told = self.told.clone();
        let flapping = tokio::spawn(async move {
            for trouble in [Trouble::None, Trouble::Reset].into_iter().cycle() {
                tokio::time::sleep(period).await;
                tell(&told, trouble);
            }
        });
        self.flapping = Some(flapping.abort_handle());
    }
}

fn tell(told: &watch::Sender<Told>, trouble: Trouble) -> u64 {
    told.send_modify(|told| {
        told.number += 1;
        told.trouble = trouble;
    });
    told.borrow().number
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The connections are children of this task.
        self.accepting.abort();
        if let Some(flapping) = &self.flapping {
            flapping.abort();
        }
    }
}

/// Accepts, as long as it may.
struct Door {
    reserved: Reserved,
    server: String,
    asked: watch::Receiver<Told>,
    listens: watch::Sender<u64>,
    gauge: Gauge,
}

impl Door {
    async fn keep(mut self) {
        let mut connections = JoinSet::new();
        let mut listener = None;
        loop {
            let told = *self.asked.borrow_and_update();
            if told.trouble == Trouble::Refuse {
                listener = None;
            } else if listener.is_none() {
                listener = Some(self.reserved.listener().expect("the port is ours"));
            }
            self.listens.send_replace(told.number);
            tokio::select! {
                changed = self.asked.changed() => if changed.is_err() { return },
                client = accept(listener.as_ref()) => self.welcome(client, told.trouble, &mut connections),
                Some(_ended) = connections.join_next() => {}
            }
        }
    }

    fn welcome(&self, client: TcpStream, trouble: Trouble, connections: &mut JoinSet<()>) {
        let ticket = self.gauge.enter();
        if trouble == Trouble::Reset {
            reset(&client);
            return;
        }
        let (server, asked) = (self.server.clone(), self.asked.clone());
        connections.spawn(async move {
            let _ticket = ticket;
            relay(client, &server, asked).await;
        });
    }
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    loop {
        match listener {
            None => return std::future::pending().await,
            // A client may have gone before it was accepted.
            Some(listener) => match listener.accept().await {
                Ok((client, _)) => return client,
                Err(_gone) => tokio::task::yield_now().await,
            },
        }
    }
}

/// Makes the end of a connection an RST instead of a FIN.
fn reset(stream: &TcpStream) {
    // It fails only on a connection that has ended already.
    let _ended = stream.set_zero_linger();
}
