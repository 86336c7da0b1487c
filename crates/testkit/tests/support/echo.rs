//! A server that says everything back, with a proxy before it.

use std::io::ErrorKind;
use std::time::Duration;
use testkit::proxy::Proxy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Within this everything happens that is to happen.
pub const SOON: Duration = Duration::from_secs(5);

/// Through this long nothing happens that is not to happen.
pub const QUIET: Duration = Duration::from_millis(200);

pub async fn echo() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _reset = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    Proxy::before(&url).await
}

pub async fn connected(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(proxy.address()).await.unwrap()
}

pub async fn says_back(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut heard = vec![0; text.len()];
    timeout(SOON, stream.read_exact(&mut heard))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(heard, text.as_bytes());
}

/// Reads to the end, which has to be a reset, and tells what came before.
pub async fn before_the_reset(stream: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let end = timeout(SOON, stream.read_to_end(&mut heard)).await.unwrap();
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    heard
}

pub async fn hears_nothing(stream: &mut TcpStream) {
    let heard = timeout(QUIET, stream.read(&mut [0; 16])).await;
    assert!(heard.is_err(), "{heard:?}");
}
