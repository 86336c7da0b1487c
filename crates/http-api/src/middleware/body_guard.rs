//! Times a body while it arrives: actix reads a slow one for ever.

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use bytes::Bytes;
use futures::Stream;
use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Whether a body is still on its way.
#[derive(Debug, Clone)]
pub(super) struct Unread(Rc<Cell<bool>>);

impl Unread {
    /// Whether somebody began to read and the end has not come.
    pub(super) fn is_on_its_way(&self) -> bool {
        self.0.get()
    }
}

/// A body that may pause, last and weigh only so much.
pub(super) struct BodyGuard {
    body: Payload,
    left: u64,
    idle: Duration,
    end: Option<Instant>,
    whole: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    waiting: bool,
    unread: Unread,
}

impl BodyGuard {
    pub(super) fn new(
        body: Payload,
        limit: u64,
        idle: Duration,
        whole: Duration,
    ) -> (Self, Unread) {
        let unread = Unread(Rc::new(Cell::new(false)));
        (
            Self {
                body,
                left: limit,
                idle,
                end: None,
                whole,
                timer: None,
                waiting: false,
                unread: unread.clone(),
            },
            unread,
        )
    }

    /// Starts or moves the timer: a piece may take `idle` from now, and none may come after the end. Wound when somebody
    /// begins to wait, since a reader who takes their time is not the client's fault.
    fn wind(&mut self) {
        let now = Instant::now();
        let end = *self.end.get_or_insert(now + self.whole);
        let until = end.min(now + self.idle);
        match &mut self.timer {
            Some(timer) => timer.as_mut().reset(until),
            None => self.timer = Some(Box::pin(sleep_until(until))),
        }
    }
}

impl Stream for BodyGuard {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.waiting {
            self.waiting = true;
            self.unread.0.set(true);
            self.wind();
        }
        match Pin::new(&mut self.body).poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                self.waiting = false;
                match self.left.checked_sub(piece.len() as u64) {
                    Some(left) => {
                        self.left = left;
                        Poll::Ready(Some(Ok(piece)))
                    }
                    None => Poll::Ready(Some(Err(PayloadError::Overflow))),
                }
            }
            Poll::Ready(ended) => {
                self.unread.0.set(false);
                Poll::Ready(ended)
            }
            Poll::Pending => match self
                .timer
                .as_mut()
                .map(|timer| timer.as_mut().poll(context))
            {
                Some(Poll::Ready(())) => Poll::Ready(Some(Err(PayloadError::Io(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the body arrived too slowly",
                ))))),
                Some(Poll::Pending) | None => Poll::Pending,
            },
        }
    }
}
