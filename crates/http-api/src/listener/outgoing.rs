//! A connection on which no bare head leaves: the one place below actix's dispatcher, and so the only one that sees what it
//! answers by itself.

use super::bare;
use crate::middleware::Stack;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection that passes everything through but bare heads, which it replaces by problems.
pub(super) struct Outgoing<IO> {
    io: IO,
    stack: Stack,
    instead: Option<Instead>,
}

/// What is written in place of a head.
struct Instead {
    bytes: Vec<u8>,
    written: usize,
    /// How many bytes of the dispatcher's it stands for.
    stands_for: usize,
}

impl<IO> Outgoing<IO> {
    pub(super) fn new(io: IO, stack: Stack) -> Self {
        Self {
            io,
            stack,
            instead: None,
        }
    }
}

impl<IO: AsyncWrite + Unpin> Outgoing<IO> {
    /// Writes what is left of the replacement, if there is one.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(instead) = &mut self.instead else {
            return Poll::Ready(Ok(()));
        };
        while let Some(left) = instead
            .bytes
            .get(instead.written..)
            .filter(|left| !left.is_empty())
        {
            match ready!(Pin::new(&mut self.io).poll_write(cx, left))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => instead.written += written,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Outgoing<IO> {
    /// The dispatcher appends a head as a whole and keeps what was not taken, so a bare head is seen whole, and comes first once
    /// all before it was taken. It drops the connection when its head is taken: that may be said only when all of the
    /// replacement is written.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.instead.is_none() {
            let Some(bare) = bare::at_the_end_of(buffer) else {
                return Pin::new(&mut this.io).poll_write(cx, buffer);
            };
            let (before, head) = buffer.split_at(bare.start);
            if !before.is_empty() {
                return Pin::new(&mut this.io).poll_write(cx, before);
            }
            this.instead = Some(Instead {
                bytes: bare.replaced_by(this.stack.answer_unheard(&bare.error())),
                written: 0,
                stands_for: head.len(),
            });
        }
        ready!(this.poll_instead(cx))?;
        let taken = this
            .instead
            .take()
            .map_or(0, |instead| instead.stands_for.min(buffer.len()));
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        Pin::new(&mut this.io).poll_shutdown(cx)
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Outgoing<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_read(cx, buffer)
    }
}
