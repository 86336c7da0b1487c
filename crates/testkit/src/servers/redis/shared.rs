//! A logical database of a Redis that several tests use at once.

use super::wire::Wire;
use crate::servers::claim::{Claim, Use};
use crate::servers::docker::{Engine, REDIS_DATABASES};
use crate::servers::place::Place;
use crate::servers::source::Source;
use crate::servers::urls;
use crate::servers::waiting::{blocking, is_there, wait_for};
use std::fs::File;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

/// How long a test waits for another one to end when all databases are taken.
const FREE_WITHIN: Duration = Duration::from_secs(120);

/// One database, locked for as long as this is held.
#[derive(Debug)]
pub struct Shared {
    url: String,
    _taken: File,
    _use: Use,
}

impl Shared {
    /// One of the server in a container, which is started if nobody uses it yet.
    pub async fn in_docker(place: &Place, engine: &Engine) -> Self {
        let name = Source::Docker(engine.clone()).folder("redis");
        let claim = waited_for(place, name).await;
        let known = claim.announced().filter(|url| is_there(url));
        let (claim, url) = match known {
            Some(url) => (claim, url),
            None => started(claim, engine).await,
        };
        Self::one_of(claim, url).await
    }

    /// One of a server that is there. A number in the address is kept to.
    pub async fn given(place: &Place, url: &str) -> Self {
        let name = Source::Given(url.to_owned()).folder("redis");
        Self::one_of(waited_for(place, name).await, url.to_owned()).await
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    async fn one_of(claim: Claim, url: String) -> Self {
        blocking(move || {
            let folder = claim.folder().to_owned();
            let used = claim.announce(&url);
            let free = wait_for(FREE_WITHIN, || free(&folder, &url));
            let (taken, number) = free.expect("another test ends within two minutes");
            Self {
                url: urls::with_path(&url, &number.to_string()),
                _taken: taken,
                _use: used,
            }
        })
        .await
    }
}

async fn waited_for(place: &Place, name: String) -> Claim {
    let place = place.clone();
    blocking(move || {
        let claim = Claim::wait(&place, &name);
        claim.keep();
        claim
    })
    .await
}

async fn started(claim: Claim, engine: &Engine) -> (Claim, String) {
    let container = format!("muster-test-redis-{}", std::process::id());
    let claim = blocking(move || claim.cleared()).await;
    claim.when_stopping(&engine.remove(&container));
    let databases = REDIS_DATABASES.to_string();
    let mut settings = vec![
        "--save",
        "",
        "--appendonly",
        "no",
        "--databases",
        &databases,
    ];
    // Seen from inside, we come from elsewhere.
    settings.extend(["--protected-mode", "no"]);
    let url = engine.redis(&container, &settings).await;
    (claim, url)
}

/// Takes the first database that nobody has, and empties it.
fn free(folder: &Path, url: &str) -> Option<(File, u32)> {
    let mut wire = Wire::open(url)
        .unwrap_or_else(|error| panic!("the Redis of the tests lets nobody in: {error}"));
    for number in numbers(url) {
        let path = folder.join(format!("database-{number}"));
        let taken = File::options().append(true).create(true).open(path);
        let taken = taken.expect("the folder stays as long as we use it");
        if taken.try_lock().is_err() {
            continue;
        }
        if wire.ask(&["SELECT", &number.to_string()]).is_err() {
            return None;
        }
        wire.ask(&["FLUSHDB"])
            .expect("a database of the tests may be emptied");
        return Some((taken, number));
    }
    None
}

/// Database 0 of a server that was given is left alone unless the address names it: that is where people keep things.
fn numbers(url: &str) -> RangeInclusive<u32> {
    match urls::path(url).parse() {
        Ok(number) => number..=number,
        Err(_) => 1..=REDIS_DATABASES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_the_address_is_kept_to_and_zero_is_left_alone() {
        assert_eq!(numbers("redis://there:6379/5"), 5..=5);
        assert_eq!(*numbers("redis://there:6379").start(), 1);
    }
}
