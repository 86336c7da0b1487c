//! Ends streams that stand still: a body is read long after the call that opened it has given back its place.

use core::time::Duration;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use ports::Fault;
use tokio::time::timeout;

/// The same items, and a fault of `backend` at the end when the next does not come within `idle` of its being asked for. A
/// reader who takes their time is not held against the stream.
pub(super) fn steady<T, E>(
    items: BoxStream<'static, Result<T, E>>,
    backend: &'static str,
    idle: Duration,
) -> BoxStream<'static, Result<T, E>>
where
    T: Send + 'static,
    E: From<Fault> + Send + 'static,
{
    let next = move |items: Option<BoxStream<'static, Result<T, E>>>| async move {
        let mut items = items?;
        match timeout(idle, items.next()).await {
            Ok(next) => next.map(|item| (item, Some(items))),
            Err(elapsed) => Some((Err(Fault::unavailable(backend, elapsed).into()), None)),
        }
    };
    stream::unfold(Some(items), next).boxed()
}
