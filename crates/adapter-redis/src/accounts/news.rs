//! Listens for what the cache tells with every write, on a connection of its own that is made again for ever.

use super::users::entry::channel;
use crate::draws::Draws;
use crate::redis::{Limits, Redis};
use core::time::Duration;
use domain::ids::UserId;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use ports::accounts::{News, UserNews};
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, Msg, RedisError, Value};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use uuid::Uuid;

/// How often a connection on which nothing was heard is asked whether it lives. Together with the wait
/// for the answer that is the second after which a silent death is noticed.
const BEAT: Duration = Duration::from_millis(500);
/// The first pause before connecting again; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(1);

/// Tells of the people whose entries [`super::RedisUserCache`] killed or refreshed, in any process.
#[derive(Debug)]
pub struct RedisUserNews {
    redis: Redis,
}

impl RedisUserNews {
    /// Listens to this Redis.
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self { redis }
    }
}

impl UserNews for RedisUserNews {
    fn listen(&self) -> BoxStream<'static, News> {
        let listener = Listener {
            client: self.redis.connector().client().clone(),
            channel: channel(self.redis.db()),
            limits: self.redis.limits(),
            draws: Draws::new(),
            line: None,
            pause: Duration::ZERO,
        };
        stream::unfold(listener, |mut listener| async {
            let news = listener.next().await;
            Some((news, listener))
        })
        .boxed()
    }
}

struct Listener {
    client: Client,
    channel: String,
    limits: Limits,
    draws: Draws,
    line: Option<Line>,
    pause: Duration,
}

/// A connection that has subscribed.
struct Line {
    asking: PubSubSink,
    hearing: PubSubStream,
    next_beat: Instant,
}

/// Why a line is dead.
#[derive(Debug, thiserror::Error)]
enum Dead {
    #[error("the connection was closed")]
    Closed,
    #[error("nothing was answered in time")]
    Silent(#[from] tokio::time::error::Elapsed),
    #[error("Redis refused")]
    Refused(#[from] RedisError),
}

impl Listener {
    async fn next(&mut self) -> News {
        loop {
            let Some(line) = &mut self.line else {
                self.connect().await;
                return News::Connected;
            };
            match line.hear(self.limits.command).await {
                Ok(Some(news)) => return news,
                Ok(None) => {}
                Err(dead) => {
                    self.line = None;
                    let cause = std::error::Error::source(&dead).map(ToString::to_string);
                    tracing::warn!(error = %dead, cause, "the news of people are lost, listening again");
                    return News::Lost;
                }
            }
        }
    }

    /// Tries until it succeeds, with growing pauses of which each process has its own.
    async fn connect(&mut self) {
        let mut failed = false;
        loop {
            sleep(self.draws.about(self.pause, 50, 100)).await;
            match Line::to(&self.client, &self.channel, self.limits.connect).await {
                Ok(line) => {
                    self.line = Some(line);
                    self.pause = PAUSE;
                    tracing::info!("listening for news of people");
                    return;
                }
                Err(dead) if !failed => {
                    failed = true;
                    let cause = std::error::Error::source(&dead).map(ToString::to_string);
                    tracing::warn!(error = %dead, cause, "no news of people can be heard, trying again");
                }
                Err(dead) => tracing::debug!(error = %dead, "still no news of people can be heard"),
            }
            self.pause = after(self.pause);
        }
    }
}

impl Line {
    async fn to(client: &Client, channel: &str, within: Duration) -> Result<Self, Dead> {
        let subscribed = timeout(within, async {
            let mut line = client.get_async_pubsub().await?;
            line.subscribe(channel).await?;
            Ok::<_, RedisError>(line.split())
        });
        let (asking, hearing) = subscribed.await??;
        Ok(Self {
            asking,
            hearing,
            next_beat: Instant::now() + BEAT,
        })
    }

    /// Hears one message, or nothing for a beat.
    async fn hear(&mut self, within: Duration) -> Result<Option<News>, Dead> {
        tokio::select! {
            biased;
            heard = self.hearing.next() => {
                let heard = heard.ok_or(Dead::Closed)?;
                Ok(person(&heard).map(News::Changed))
            }
            () = sleep_until(self.next_beat) => {
                let _pong: Value = timeout(within, self.asking.ping()).await??;
                self.next_beat = Instant::now() + BEAT;
                Ok(None)
            }
        }
    }
}

/// The pause after a pause that did not help.
fn after(pause: Duration) -> Duration {
    (pause * 2).clamp(PAUSE, LONGEST)
}

/// Whom a message is about; nobody, if it is none of ours.
fn person(message: &Msg) -> Option<UserId> {
    let id = Uuid::try_parse_ascii(message.get_payload_bytes()).ok()?;
    Some(UserId::new(id))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, PAUSE, after};
    use core::time::Duration;

    #[test]
    fn pauses_grow_to_a_second_and_no_further() {
        let pauses = std::iter::successors(Some(Duration::ZERO), |pause| Some(after(*pause)));
        let pauses: Vec<_> = pauses.take(9).collect();
        assert_eq!(pauses.get(1), Some(&PAUSE));
        assert!(pauses.is_sorted());
        assert_eq!(pauses.last(), Some(&LONGEST));
        assert_eq!(LONGEST, Duration::from_secs(1));
    }
}
