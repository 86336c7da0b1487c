//! Passes bytes one way, late or in part if the test asks for it.

use super::connection::End;
use super::{Told, Trouble};
use bytes::{Bytes, BytesMut};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// How many pieces may be under way, which bounds what a slow line holds.
const UNDER_WAY: usize = 256;

/// How late an answer is that must not come before the cut.
const LATE: Duration = Duration::from_millis(20);

/// Seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the server.
    There,
    /// From the server.
    Back,
}

/// Bytes, and when they arrive.
type Piece = (Instant, Bytes);

/// Passes bytes until one side closes or trouble ends it.
pub async fn pump(
    way: Way,
    from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    asked: watch::Receiver<Told>,
) -> End {
    let (line, arriving) = mpsc::channel(UNDER_WAY);
    let read = async { Ok(Reading::new(way, line, asked).read(from).await) };
    let ended = tokio::try_join!(read, write(arriving, &mut to));
    match ended {
        // Whoever closes one way may still want to hear the other.
        Ok((End::Closed, ())) if to.shutdown().await.is_ok() => End::Closed,
        Ok(_) | Err(_) => End::Reset,
    }
}

async fn write(
    mut arriving: mpsc::Receiver<Piece>,
    to: &mut (impl AsyncWrite + Unpin),
) -> Result<(), std::io::Error> {
    while let Some((at, bytes)) = arriving.recv().await {
        tokio::time::sleep_until(at).await;
        to.write_all(&bytes).await?;
    }
    Ok(())
}

struct Reading {
    way: Way,
    line: mpsc::Sender<Piece>,
    asked: watch::Receiver<Told>,
    told: Told,
    /// Bytes fell into a black hole.
    lost: bool,
    /// How many bytes pass before the cut.
    left: usize,
}

impl Reading {
    fn new(way: Way, line: mpsc::Sender<Piece>, asked: watch::Receiver<Told>) -> Self {
        let mut reading = Self {
            way,
            line,
            asked,
            told: Told::default(),
            lost: false,
            left: 0,
        };
        reading.listen();
        reading
    }

    async fn read(mut self, mut from: impl AsyncRead + Unpin) -> End {
        let mut buffer = BytesMut::with_capacity(16 * 1024);
        loop {
            if self.lost && self.told.trouble != Trouble::BlackHole {
                return End::Reset;
            }
            // What was asked for comes before bytes that came later.
            tokio::select! {
                biased;
                changed = self.asked.changed() => match changed {
                    Ok(()) => self.listen(),
                    Err(_) => return End::Reset,
                },
                read = from.read_buf(&mut buffer) => match read {
                    Err(_) => return End::Reset,
                    Ok(0) => return self.closed().await,
                    Ok(_) => if let Some(end) = self.pass(buffer.split().freeze()).await {
                        return end;
                    },
                },
            }
            buffer.reserve(16 * 1024);
        }
    }

    fn listen(&mut self) {
        let told = *self.asked.borrow_and_update();
        self.told = told;
        if let Trouble::CutReply { after } = told.trouble {
            self.left = after;
        }
    }

    /// Sends them on their way, if they get that far. The end, if it is one.
    async fn pass(&mut self, bytes: Bytes) -> Option<End> {
        match (self.told.trouble, self.way) {
            (Trouble::BlackHole, _) => self.lost = true,
            (Trouble::CutReply { .. }, Way::Back) => {
                let passing = bytes.len().min(self.left);
                self.left -= passing;
                self.send(bytes.slice(..passing), Duration::ZERO).await;
                if self.left == 0 {
                    return Some(End::Reset);
                }
            }
            (Trouble::CutAfter { said }, Way::There) => {
                let heard = bytes
                    .windows(said.len())
                    .any(|piece| piece == said.as_bytes());
                self.send(bytes, Duration::ZERO).await;
                if heard {
                    return Some(End::Reset);
                }
            }
            (Trouble::CutAfter { .. }, Way::Back) => self.send(bytes, LATE).await,
            (Trouble::Latency { there, .. }, Way::There) => self.send(bytes, there).await,
            (Trouble::Latency { back, .. }, Way::Back) => self.send(bytes, back).await,
            (Trouble::CutReply { .. }, Way::There)
            | (Trouble::None | Trouble::Refuse | Trouble::Reset | Trouble::Flap { .. }, _) => {
                self.send(bytes, Duration::ZERO).await;
            }
        }
        None
    }

    async fn send(&self, bytes: Bytes, after: Duration) {
        // If the other side is gone its writer has said so.
        let _gone = self.line.send((Instant::now() + after, bytes)).await;
    }

    /// In a black hole the client does not hear that the server closed, and the server hears nothing of the client.
    async fn closed(mut self) -> End {
        if self.told.trouble != Trouble::BlackHole {
            return End::Closed;
        }
        if self.way == Way::Back {
            let over = |told: &Told| told.trouble != Trouble::BlackHole;
            let _over = self.asked.wait_for(over).await.is_ok();
        }
        End::Reset
    }
}
