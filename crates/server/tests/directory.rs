//! Searching and paging the staff directory while it changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{Client, Muster};

const SITE: &str = "0199aaaa-0000-7000-8000-000000000001";

/// Forty people: half are called Åsa, half are at the site, every fourth is a manager.
fn people() -> Vec<Value> {
    (0..40)
        .map(|number| {
            json!({
                "given_name": if number % 2 == 0 { "Åsa" } else { "Bo" },
                "family_name": format!("Family {:02}", number / 2),
                "email": format!("p{number}@example.org"),
                "role": if number % 4 == 0 { "manager" } else { "member" },
                "site_ids": if number < 20 { vec![SITE] } else { Vec::new() },
            })
        })
        .collect()
}

/// An installation with all of them.
async fn peopled() -> (Muster, Client) {
    let (muster, admin) = Muster::set_up().await;
    let batch = json!({"items": people()});
    assert_eq!(admin.post("/v1/users/batch", &batch).await.status, 200);
    (muster, admin)
}

#[tokio::test]
async fn filters_combine() {
    let (_muster, admin) = peopled().await;
    for (query, count) in [
        ("query=%C3%A5SA", 20),
        ("query=bo&role=member", 20),
        ("query=bo&role=manager", 0),
        (&*format!("query=sa%20f&role=manager&site_id={SITE}"), 5),
        ("query=zz", 0),
        ("status=deleted", 0),
    ] {
        let path = format!("/v1/users?page_size=7&{query}");
        assert_eq!(admin.all_ids(&path).await.len(), count, "{query}");
    }
}

#[tokio::test]
async fn pages_show_everybody_once_while_people_are_added() {
    let (_muster, admin) = peopled().await;
    let path = "/v1/users?page_size=10";
    let earlier = admin.all_ids(path).await;
    let mut page = admin.get(path).await;
    let mut seen = page.ids();
    for number in 0..10 {
        let late = json!({
            "given_name": "Aa",
            "family_name": format!("Family {number:02} b"),
            "email": format!("late{number}@example.org"),
        });
        assert_eq!(admin.post("/v1/users", &late).await.status, 201);
    }
    while let Some(token) = page.next() {
        page = admin.get(&format!("{path}&page_token={token}")).await;
        seen.extend(page.ids());
    }
    for id in &earlier {
        assert_eq!(seen.iter().filter(|other| *other == id).count(), 1);
    }
}

#[tokio::test]
async fn a_page_token_belongs_to_its_query() {
    let (_muster, admin) = peopled().await;
    let foreign = admin.get("/v1/users?page_size=10").await.next().unwrap();
    for query in [
        &*format!("role=admin&page_token={foreign}"),
        "page_token=made-up",
    ] {
        let answer = admin.get(&format!("/v1/users?{query}")).await;
        assert_eq!(answer.code(), "page_token_mismatch", "{query}");
    }
}
