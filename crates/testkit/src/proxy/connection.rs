//! One connection from its beginning to its end, whichever way it ends.

use super::pump::{Way, pump};
use super::{Told, Trouble, reset};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Both sides have said all they had to say.
    Closed,
    /// It was broken.
    Reset,
}

/// Passes bytes both ways and lets happen what the test asks for.
pub async fn relay(mut client: TcpStream, server: &str, asked: watch::Receiver<Told>) {
    let Some(mut server) = reached(&mut client, server, asked.clone()).await else {
        reset(&client);
        return;
    };
    // Small packets are what the servers in question send; waiting for more would look like latency.
    let _ended = (client.set_nodelay(true), server.set_nodelay(true));
    let end = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let there = pump(Way::There, from_client, to_server, asked.clone());
        let back = pump(Way::Back, from_server, to_client, asked.clone());
        tokio::select! {
            () = broken(asked) => End::Reset,
            end = both(there, back) => end,
        }
    };
    if end == End::Reset {
        reset(&client);
        reset(&server);
    }
}

/// The server, unless it is not there or trouble comes first.
async fn reached(
    client: &mut TcpStream,
    server: &str,
    mut asked: watch::Receiver<Told>,
) -> Option<TcpStream> {
    if swallowed(client, &mut asked).await == Some(End::Reset) {
        return None;
    }
    tokio::select! {
        server = TcpStream::connect(server) => server.ok(),
        () = broken(asked.clone()) => None,
    }
}

/// Lasts as long as a black hole. The connection is broken if the client said something in it, or left.
async fn swallowed(client: &mut TcpStream, asked: &mut watch::Receiver<Told>) -> Option<End> {
    let mut end = None;
    let mut lost = [0; 4096];
    while asked.borrow_and_update().trouble == Trouble::BlackHole {
        tokio::select! {
            changed = asked.changed() => if changed.is_err() { return Some(End::Reset) },
            read = client.read(&mut lost) => match read {
                Ok(0) | Err(_) => return Some(End::Reset),
                Ok(_) => end = Some(End::Reset),
            },
        }
    }
    end
}

/// Returns when every connection is to be reset.
async fn broken(mut asked: watch::Receiver<Told>) {
    let broken = |told: &Told| matches!(told.trouble, Trouble::Reset | Trouble::Refuse);
    if asked.wait_for(broken).await.is_err() {
        // The proxy is gone, and this task goes with it.
        std::future::pending::<()>().await;
    }
}

/// Ends when both have, or as soon as one is broken.
async fn both(there: impl Future<Output = End>, back: impl Future<Output = End>) -> End {
    let or_broken = async |way: End| if way == End::Reset { Err(way) } else { Ok(()) };
    let there = async { or_broken(there.await).await };
    let back = async { or_broken(back.await).await };
    match tokio::try_join!(there, back) {
        Ok(_) => End::Closed,
        Err(end) => end,
    }
}
