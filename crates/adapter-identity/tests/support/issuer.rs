//! An issuer's web server with one route, which answers as it is told and counts how often it was asked.

use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What it answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status and a body.
    Body(u16, String),
    /// `302` to somewhere else.
    Redirect(String),
    /// A body after a while.
    Late(Duration, String),
    /// A byte now and then, for ever.
    Trickle,
    /// `200` and bytes without end and without a length.
    Endless,
    /// A length that is more than what comes.
    CutOff,
    /// Nothing: the connection is closed.
    HungUp,
}

impl Answer {
    pub fn keys(keys: &[Value]) -> Self {
        Self::Body(200, json!({ "keys": keys }).to_string())
    }

    pub fn late_keys(after: Duration, keys: &[Value]) -> Self {
        Self::Late(after, json!({ "keys": keys }).to_string())
    }
}

/// A listener on this machine; gone when dropped.
pub struct Issuer {
    port: u16,
    told: Arc<Told>,
    listening: JoinHandle<()>,
}

struct Told {
    answer: Mutex<Answer>,
    asked: AtomicUsize,
}

impl Issuer {
    pub async fn with(keys: &[Value]) -> Self {
        Self::that(Answer::keys(keys)).await
    }

    pub async fn that(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("can listen");
        let port = listener.local_addr().expect("has an address").port();
        let told = Arc::new(Told {
            answer: Mutex::new(answer),
            asked: AtomicUsize::new(0),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&told)));
        Self {
            port,
            told,
            listening,
        }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/.well-known/jwks.json", self.port)
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    pub fn answers(&self, answer: Answer) {
        *self.told.answer.lock().expect("is not poisoned") = answer;
    }

    pub fn asked(&self) -> usize {
        self.told.asked.load(Ordering::SeqCst)
    }

    /// Closes the port: whoever asks is refused.
    pub async fn stop(&mut self) {
        self.listening.abort();
        let _stopped = (&mut self.listening).await;
    }

    /// Listens on the same port again.
    pub async fn start(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await;
        let listener = listener.expect("can listen again");
        self.listening = tokio::spawn(listen(listener, Arc::clone(&self.told)));
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, told: Arc<Told>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        let told = Arc::clone(&told);
        // A client that goes away while it is answered is no failure of the issuer's.
        tokio::spawn(async move { answer(stream, &told).await.ok() });
    }
}

async fn answer(mut stream: TcpStream, told: &Told) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    assert!(request.starts_with(b"GET /.well-known/jwks.json HTTP/1.1\r\n"));
    told.asked.fetch_add(1, Ordering::SeqCst);
    let answer = told.answer.lock().expect("is not poisoned").clone();
    match answer {
        Answer::Body(status, body) => stream.write_all(&page(status, "", &body)).await,
        Answer::Redirect(to) => {
            let location = format!("location: {to}\r\n");
            stream.write_all(&page(302, &location, "")).await
        }
        Answer::Late(after, body) => {
            sleep(after).await;
            stream.write_all(&page(200, "", &body)).await
        }
        Answer::Trickle => trickle(stream).await,
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&[b' '; 4096]).await?;
            }
        }
        Answer::CutOff => {
            let page = page(200, "", r#"{"keys":[]}"#);
            stream.write_all(&page[..page.len() - 2]).await
        }
        Answer::HungUp => Ok(()),
    }
}

async fn trickle(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    loop {
        stream.write_all(b" ").await?;
        sleep(Duration::from_millis(100)).await;
    }
}

fn page(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Whatever\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}
