//! Access that has ended stays ended at a process that cannot ask the database for a while.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Client, Muster, Part, Place, Start, eventually};
use testkit::proxy::{Proxy, Trouble};

/// Two processes, of which the other reaches the database by a way of its own.
struct Pair {
    one: Muster,
    admin: Client,
    other: Muster,
    way: Proxy,
}

impl Pair {
    async fn start(redis: bool) -> Self {
        let mut place = Place::production();
        if !redis {
            place.parts_mut().trouble(Part::Redis, Trouble::Refuse);
        }
        let way = Proxy::before(place.parts().database().url()).await;
        let place = Arc::new(place);
        let on = |environment| Start {
            place: Some(Arc::clone(&place)),
            environment,
        };
        let one = Muster::start_with(on(Vec::new()));
        let admin = one.first_admin().await;
        let environment = vec![("MUSTER_DATABASE_URL", way.url().to_owned())];
        let other = Muster::start_with(on(environment));
        Self {
            one,
            admin,
            other,
            way,
        }
    }
}

/// What answers may say of somebody whose access has ended: that, or that nobody can tell. A second later for sure.
#[tokio::test(flavor = "multi_thread")]
async fn access_that_has_ended_is_not_got_back_while_the_database_is_away() {
    for (redis, trouble) in [
        (true, Trouble::BlackHole),
        (true, Trouble::Refuse),
        (false, Trouble::BlackHole),
        (false, Trouble::Refuse),
    ] {
        let told = format!("redis {redis}, {trouble:?}");
        let mut pair = Pair::start(redis).await;
        let email = "grace@example.org";
        let (id, grace) = pair.one.person(&pair.admin, "manager", email).await;
        let (key, machine) = pair.one.key(&pair.admin, &["users:read"]).await;
        let there = |client: &Client| pair.other.bearing(client.token());
        let (grace, machine, admin) = (there(&grace), there(&machine), there(&pair.admin));
        for client in [&grace, &machine, &admin] {
            assert_eq!(client.get("/v1/users").await.status, 200, "{told}");
        }
        pair.way.set(trouble).await;
        let suspended = pair.admin.act(&format!("/v1/users/{id}/suspend")).await;
        assert_eq!(suspended.status, 200, "{told}");
        let revoked = pair.admin.delete(&format!("/v1/keys/{key}")).await;
        assert_eq!(revoked.status, 204, "{told}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(7) {
            let (person, machine) = tokio::join!(grace.get("/v1/me"), machine.get("/v1/users"));
            for answer in [person, machine] {
                assert!(matches!(answer.status, 401 | 503), "{told}: {answer:?}");
            }
            // Whoever has it still is told to come back, and never that they are nobody.
            let good = admin.get("/v1/me").await;
            assert!(matches!(good.status, 200 | 503), "{told}: {good:?}");
        }
        pair.way.set(Trouble::None).await;
        eventually("the other process is well again", || async {
            admin.get("/v1/users").await.status == 200
        })
        .await;
        assert_eq!(grace.get("/v1/me").await.status, 401, "{told}");
        assert_eq!(machine.get("/v1/users").await.status, 401, "{told}");
    }
}
