//! Sites: for whom a manager acts, and whom a member meets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use support::{Client, Muster, pictures};

const NORTH: &str = "0199aaaa-0000-7000-8000-000000000001";
const SOUTH: &str = "0199aaaa-0000-7000-8000-000000000002";

/// Somebody who works at these sites, signed in.
async fn at(muster: &Muster, admin: &Client, role: &str, sites: &[&str]) -> (String, Client) {
    static PEOPLE: AtomicU32 = AtomicU32::new(0);
    let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let email = format!("{role}{number}@example.org");
    let (id, client) = muster.person(admin, role, &email).await;
    moved(admin, &id, sites).await;
    (id, client)
}

async fn moved(admin: &Client, id: &str, sites: &[&str]) {
    let path = format!("/v1/users/{id}");
    let seen = admin.get(&path).await.header("etag").to_owned();
    let answer = admin.patch(&path, &seen, &json!({"site_ids": sites})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

fn named(name: &str, sites: &[&str]) -> Value {
    let email = format!("{}@example.org", name.to_lowercase());
    json!({"given_name": name, "family_name": "Body", "email": email, "site_ids": sites})
}

#[tokio::test]
async fn a_manager_acts_for_their_sites_and_for_nobody_else() {
    let (muster, admin) = Muster::set_up().await;
    let (boss, manager) = at(&muster, &admin, "manager", &[NORTH]).await;
    let (ann, _) = at(&muster, &admin, "member", &[NORTH, SOUTH]).await;
    let (bob, _) = at(&muster, &admin, "member", &[SOUTH]).await;
    let (nowhere, _) = at(&muster, &admin, "member", &[]).await;

    // The list holds whom the manager reaches, whatever is asked for.
    for (query, expected) in [
        ("", vec![&ann, &boss]),
        (&*format!("site_id={SOUTH}"), vec![&ann]),
        ("role=member", vec![&ann]),
        ("query=hopper&role=manager", vec![&boss]),
    ] {
        let mut ids = manager
            .all_ids(&format!("/v1/users?page_size=1&{query}"))
            .await;
        ids.sort();
        let mut expected: Vec<String> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(ids, expected, "{query}");
    }
    for hidden in [&bob, &nowhere] {
        for path in ["", "/audit", "/export", "/images", "/avatar"] {
            let answer = manager.get(&format!("/v1/users/{hidden}{path}")).await;
            assert_eq!(answer.status, 404, "{path} {answer:?}");
        }
    }

    // People are entered at the manager's own site.
    let entered = manager.post("/v1/users", &named("New", &[NORTH])).await;
    assert_eq!(entered.status, 201, "{entered:?}");
    for sites in [&[][..], &[SOUTH], &[NORTH, SOUTH]] {
        let refused = manager.post("/v1/users", &named("Other", sites)).await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden".into()));
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail, "this reaches beyond the sites that you manage");
    }

    // And moved to and from it, while other sites stay as they are.
    let path = format!("/v1/users/{ann}");
    let tag = manager.get(&path).await.header("etag").to_owned();
    for sites in [&[][..], &[NORTH]] {
        let refused = manager
            .patch(&path, &tag, &json!({"site_ids": sites}))
            .await;
        assert_eq!(refused.status, 403, "{refused:?}");
    }
    let away = manager
        .patch(&path, &tag, &json!({"site_ids": [SOUTH]}))
        .await;
    assert_eq!(away.status, 200, "{away:?}");
    assert_eq!(manager.get(&path).await.status, 404);
}

#[tokio::test]
async fn nobody_reaches_further_than_an_admin_said() {
    let (muster, admin) = Muster::set_up().await;
    let (own, manager) = at(&muster, &admin, "manager", &[NORTH]).await;
    let (peer, _) = at(&muster, &admin, "manager", &[NORTH]).await;
    let (wider, _) = at(&muster, &admin, "manager", &[NORTH, SOUTH]).await;
    let patch = |id: &str, body: Value| {
        let (path, manager, admin) = (format!("/v1/users/{id}"), manager.clone(), admin.clone());
        async move {
            let tag = admin.get(&path).await.header("etag").to_owned();
            manager.patch(&path, &tag, &body).await.status
        }
    };
    // Not by changing one's own row, nor by becoming somebody else.
    for sites in [&[][..], &[NORTH, SOUTH], &[SOUTH]] {
        assert_eq!(patch(&own, json!({"site_ids": sites})).await, 403);
        assert_eq!(patch(&peer, json!({"site_ids": sites})).await, 403);
    }
    let taken = json!({"email": "taken@example.org"});
    assert_eq!(patch(&wider, taken).await, 403);
    let invited = manager.act(&format!("/v1/users/{wider}/invitation")).await;
    assert_eq!(invited.status, 403, "{invited:?}");
    assert_eq!(patch(&peer, json!({"phone": "555 0100"})).await, 200);

    // What an admin says counts with the next request; on other processes within a second.
    moved(&admin, &own, &[SOUTH]).await;
    assert_eq!(manager.get(&format!("/v1/users/{peer}")).await.status, 404);
    moved(&admin, &own, &[]).await;
    assert_eq!(manager.get(&format!("/v1/users/{peer}")).await.status, 200);
}

/// A site's people: a member who asks, Ann who is at both sites, Bob at the other.
struct Town {
    muster: Muster,
    admin: Client,
    me: String,
    member: Client,
    ann: String,
    anns: Client,
    bob: String,
}

impl Town {
    async fn new() -> Self {
        let (muster, admin) = Muster::set_up().await;
        let (me, member) = at(&muster, &admin, "member", &[NORTH]).await;
        let (ann, anns) = at(&muster, &admin, "member", &[NORTH, SOUTH]).await;
        let (bob, _) = at(&muster, &admin, "member", &[SOUTH]).await;
        Self {
            muster,
            admin,
            me,
            member,
            ann,
            anns,
            bob,
        }
    }

    async fn photo(&self, number: u32) -> String {
        let jpeg = pictures::numbered_jpeg(number);
        self.anns.upload(&self.ann, "image/jpeg", jpeg).await.id()
    }
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[tokio::test]
async fn members_see_the_cards_of_those_at_their_sites() {
    let town = Town::new().await;
    let (gone, _) = at(&town.muster, &town.admin, "member", &[NORTH]).await;
    let suspended = town.admin.act(&format!("/v1/users/{gone}/suspend")).await;
    assert_eq!(suspended.status, 200);
    let photo = town.photo(1).await;

    // Exactly the card: no email, no role, no sites.
    let picture = format!("/v1/users/{}/images/{photo}/256", town.ann);
    let card = |id: &str, avatar: Value, url: Value| json!({"id": id, "display_name": "Grace Hopper", "avatar_image_id": avatar, "avatar_url": url});
    let mine = card(&town.me, Value::Null, Value::Null);
    let anns = card(&town.ann, json!(photo), json!(picture));
    let cards = town.member.get("/v1/people").await.json();
    // Of two people of one name, the earlier comes first.
    assert_eq!(cards, json!({"items": [mine, anns]}));

    let (me, ann, bob) = (&town.me, &town.ann, &town.bob);
    for (client, query, expected) in [
        (&town.member, format!("&site_id={SOUTH}"), vec![ann]),
        (&town.anns, String::new(), vec![me, ann, bob]),
        (&town.anns, format!("&site_id={NORTH}"), vec![me, ann]),
    ] {
        let path = format!("/v1/people?page_size=1{query}");
        let expected = expected.into_iter().cloned().collect();
        let found = client.all_ids(&path).await;
        assert_eq!(sorted(found), sorted(expected), "{query}");
    }
    // A token is for one caller and one site.
    let token = town
        .anns
        .get("/v1/people?page_size=1")
        .await
        .next()
        .unwrap();
    for (client, site) in [
        (&town.anns, format!("&site_id={NORTH}")),
        (&town.member, String::new()),
    ] {
        let path = format!("/v1/people?page_size=1&page_token={token}{site}");
        assert_eq!(client.get(&path).await.code(), "page_token_mismatch");
    }
}

#[tokio::test]
async fn members_look_at_the_avatars_of_those_at_their_sites_and_at_nothing_else() {
    let town = Town::new().await;
    let (ann, member) = (&town.ann, &town.member);
    let (first, second) = (town.photo(1).await, town.photo(2).await);
    let picture = format!("/v1/users/{ann}/images/{first}/256");
    let avatar = member.get(&format!("/v1/users/{ann}/avatar")).await;
    assert_eq!((avatar.status, avatar.header("location")), (307, &*picture));
    assert_eq!(member.get(&picture).await.status, 200);
    for path in [
        format!("/v1/users/{ann}"),
        format!("/v1/users/{ann}/images"),
        format!("/v1/users/{ann}/images/{first}"),
        format!("/v1/users/{ann}/images/{second}/256"),
        format!("/v1/users/{}/avatar", town.bob),
    ] {
        assert_eq!(member.get(&path).await.status, 404, "{path}");
    }
    // Until they work elsewhere.
    moved(&town.admin, ann, &[SOUTH]).await;
    assert_eq!(member.get(&picture).await.status, 404);
    let cards = member.all_ids("/v1/people").await;
    assert_eq!(cards, std::slice::from_ref(&town.me));
}
