//! News between processes about people that were written, so that what one remembers of them for itself
//! alone is not older than it must be.

use domain::ids::UserId;
use futures::stream::BoxStream;

/// What somebody who listens is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// From now on nothing is missed. Whatever was remembered before may be out of date.
    Connected,
    /// News may be missed from now on, until the next [`News::Connected`].
    Lost,
    /// This person was written.
    Changed(UserId),
}

/// Tells about every write that any process told the shared cache of. Within one process there is nobody
/// to tell, so the cache in memory has none. Every adapter passes `testkit::user_news_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait UserNews: Send + Sync {
    /// Listens for as long as the stream is held. It never ends: a connection that was lost is made
    /// again, and one that died without a word is noticed within a second.
    ///
    /// What happens after [`News::Connected`] is told once and in order, also of people that nobody
    /// remembers, and also to the process that wrote.
    fn listen(&self) -> BoxStream<'static, News>;
}
