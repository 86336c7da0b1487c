//! What everybody promises who tells of people that were written.

use core::any::Any;
use core::time::Duration;
use domain::ids::UserId;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use ports::accounts::{Cached, News, UserCache, UserNews};
use std::sync::Arc;
use tokio::time::timeout;
use uuid::Uuid;

use super::user_cache::person;

/// How long news may take in a test. They are there in a millisecond or two.
const PATIENCE: Duration = Duration::from_secs(10);

/// A cache that is written here, and news of it that are heard elsewhere.
pub struct Wire {
    here: Arc<dyn UserCache>,
    there: Arc<dyn UserNews>,
    _keeper: Box<dyn Any + Send + Sync>,
}

impl Wire {
    /// Puts both ends together with what has to live as long as they do.
    pub fn new(
        here: impl UserCache + 'static,
        there: impl UserNews + 'static,
        keeper: impl Any + Send + Sync,
    ) -> Self {
        Self {
            here: Arc::new(here),
            there: Arc::new(there),
            _keeper: Box::new(keeper),
        }
    }

    async fn listening(&self) -> BoxStream<'static, News> {
        let mut news = self.there.listen();
        assert_eq!(heard(&mut news).await, News::Connected);
        news
    }
}

fn id(number: u128) -> UserId {
    UserId::new(Uuid::from_u128(number))
}

/// The next that is heard.
async fn heard(news: &mut BoxStream<'static, News>) -> News {
    let next = timeout(PATIENCE, news.next()).await;
    next.expect("something is told").expect("never ends")
}

async fn kill(wire: &Wire, number: u128) {
    wire.here.kill(id(number)).await.expect("can be reached");
}

/// A kill is told, whether or not anything was remembered.
pub async fn a_kill_is_told(wire: &Wire) {
    let mut news = wire.listening().await;
    kill(wire, 1).await;
    assert_eq!(heard(&mut news).await, News::Changed(id(1)));
    let Ok(Cached::Miss(Some(lease))) = wire.here.get(id(1)).await else {
        panic!("the entry is not free")
    };
    let filled = wire
        .here
        .fill(id(1), lease, Some(Arc::new(person(id(1), 1))));
    filled.await.expect("can be reached");
    kill(wire, 1).await;
    assert_eq!(heard(&mut news).await, News::Changed(id(1)));
}

/// A refresh is told, also of a version that changes nothing here.
pub async fn a_refresh_is_told(wire: &Wire) {
    let mut news = wire.listening().await;
    for version in [2, 1] {
        let refreshed = wire.here.refresh(Arc::new(person(id(1), version))).await;
        refreshed.expect("can be reached");
        assert_eq!(heard(&mut news).await, News::Changed(id(1)));
    }
}

/// Looking somebody up and filling the entry changes nothing, so nothing is told.
pub async fn reading_is_not_told(wire: &Wire) {
    let mut news = wire.listening().await;
    let Ok(Cached::Miss(Some(lease))) = wire.here.get(id(1)).await else {
        panic!("the entry is not free")
    };
    let filled = wire.here.fill(id(1), lease, None).await;
    filled.expect("can be reached");
    kill(wire, 2).await;
    assert_eq!(heard(&mut news).await, News::Changed(id(2)));
}

/// News come in the order in which they happened, none is left out, and none twice.
pub async fn news_come_in_order(wire: &Wire) {
    let mut news = wire.listening().await;
    for number in 0..500 {
        kill(wire, number).await;
    }
    for number in 0..500 {
        assert_eq!(heard(&mut news).await, News::Changed(id(number)));
    }
}

/// Everybody who listens is told.
pub async fn everybody_is_told(wire: &Wire) {
    let (mut one, mut other) = (wire.listening().await, wire.listening().await);
    kill(wire, 1).await;
    assert_eq!(heard(&mut one).await, News::Changed(id(1)));
    drop(one);
    kill(wire, 2).await;
    assert_eq!(heard(&mut other).await, News::Changed(id(1)));
    assert_eq!(heard(&mut other).await, News::Changed(id(2)));
}

/// Who begins to listen hears what happens from then on.
pub async fn what_was_before_is_not_told(wire: &Wire) {
    kill(wire, 1).await;
    let mut news = wire.listening().await;
    kill(wire, 2).await;
    assert_eq!(heard(&mut news).await, News::Changed(id(2)));
}

/// Runs the contract over `$fixture`, a future that gives a [`Wire`].
#[macro_export]
macro_rules! user_news_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::user_news,
            $fixture,
            [
                a_kill_is_told,
                a_refresh_is_told,
                reading_is_not_told,
                news_come_in_order,
                everybody_is_told,
                what_was_before_is_not_told,
            ]
        );
    };
}
