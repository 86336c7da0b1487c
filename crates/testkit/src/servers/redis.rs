//! A Redis for one test. Publish and subscribe reach through a whole server, so where it can each test has its own,
//! which is there in 6 ms; elsewhere it has a logical database.

mod own;
mod shared;
mod wire;

use super::place::Place;
use super::programs;
use super::source::{self, Source, Wanted};
use super::waiting::blocking;
use own::Own;
use shared::Shared;
use std::sync::Arc;

const WANTED: Wanted = Wanted {
    name: "Redis",
    variable: "TEST_REDIS_URL",
    package: "redis-server",
};

const EVERYTHING: &str = r"
local told = ''
for _, key in ipairs(redis.call('KEYS', '*')) do
    local held = redis.pcall('GET', key)
    told = told .. key .. ' ' .. (type(held) == 'string' and held or redis.call('DUMP', key)) .. '\n'
end
return told";

/// A Redis, or a logical database of one, that is empty and that nobody else uses until this value is dropped.
#[derive(Debug)]
pub struct Redis {
    url: String,
    part: Part,
}

#[derive(Debug)]
enum Part {
    Whole(Arc<Own>),
    Database(#[expect(dead_code, reason = "held until the test is over")] Shared),
}

impl Redis {
    /// One whose folder is in this place.
    pub async fn at(place: &Place) -> Self {
        let place = place.clone();
        let shared = match source::find(&WANTED, programs::redis_server) {
            Source::Local(program) => {
                let own = blocking(move || Own::start(&place, program)).await;
                return Self {
                    url: own.url(),
                    part: Part::Whole(Arc::new(own)),
                };
            }
            Source::Docker(engine) => Shared::in_docker(&place, &engine).await,
            Source::Given(url) => Shared::given(&place, &url).await,
        };
        Self {
            url: shared.url().to_owned(),
            part: Part::Database(shared),
        }
    }

    /// Its address, `redis://…`, with the number of the database where that matters.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the whole server is this test's own, so that it can be stopped. If not, put a
    /// [`Proxy`](crate::proxy::Proxy) before it and cut that.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self.part, Part::Whole(_))
    }

    /// Every key with what it holds, as text.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn everything(&self) -> String {
        let mut wire = wire::Wire::open(&self.url).expect("is there");
        let told = wire.ask(&["EVAL", EVERYTHING, "0"]);
        told.expect("can be told")
    }

    /// Kills the server, as `kill -9` does. What it knew is lost.
    pub async fn stop(&self) {
        let own = self.own();
        blocking(move || own.stop()).await;
    }

    /// Starts it again where it was, empty.
    pub async fn start(&self) {
        let own = self.own();
        blocking(move || own.run()).await;
    }

    fn own(&self) -> Arc<Own> {
        match &self.part {
            Part::Whole(own) => Arc::clone(own),
            Part::Database(_) => panic!("this Redis is not ours to stop: put a proxy before it"),
        }
    }
}
