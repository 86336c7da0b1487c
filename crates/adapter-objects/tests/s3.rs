//! What only a bucket can do wrong: foreign secrets, missing buckets, pages, outages, harm on the way.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_objects::{S3Objects, S3Terms};
use bytes::Bytes;
use domain::accounts::images::{Encoding, ObjectKey, Rendition};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::{Attribute, ObjectStoreExt as _};
use ports::Fault;
use ports::accounts::{ObjectStore as _, PutObjectError};
use std::collections::BTreeSet;
use std::time::Duration;
use support::mischief::{Harm, proxy};
use support::{PIXELS, key, nothing_works, objects, put, terms, terms_at, terms_by_host};
use testkit::contracts::object_store::rendition;
use testkit::servers::s3::S3;
use tokio::time::Instant;

async fn read(objects: &S3Objects, key: &ObjectKey) -> Option<Vec<u8>> {
    let found = objects.get(key, None).await.expect("can be read")?;
    let pieces: Vec<Bytes> = found.body.try_collect().await.expect("can be read");
    Some(pieces.concat())
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_is_no_absence() {
    let store = S3::start();
    let bucket = store.bucket();
    let ours = objects(&terms(&bucket));
    put(&ours, &key(1), PIXELS).await.expect("is free");
    for foreign in [
        S3Terms {
            secret_key: "another".to_owned(),
            ..terms(&bucket)
        },
        S3Terms {
            access_key: "another".to_owned(),
            ..terms(&bucket)
        },
    ] {
        nothing_works(&objects(&foreign)).await;
    }
    assert_eq!(read(&ours, &key(1)).await, Some(PIXELS.to_vec()));
}

#[tokio::test]
async fn a_missing_bucket_is_no_absence() {
    let store = S3::start();
    let bucket = store.bucket();
    let objects = objects(&terms(&bucket));
    objects.probe().await.expect("is there");
    store.lose(&bucket);
    nothing_works(&objects).await;
}

#[tokio::test]
async fn both_addressings_are_one_bucket() {
    let store = S3::start();
    let bucket = store.bucket();
    let (by_path, by_host) = (objects(&terms(&bucket)), objects(&terms_by_host(&bucket)));
    put(&by_path, &key(1), PIXELS).await.expect("is free");
    let refused = put(&by_host, &key(1), PIXELS).await;
    assert!(
        matches!(refused, Err(PutObjectError::AlreadyExists)),
        "{refused:?}"
    );
    assert_eq!(read(&by_host, &key(1)).await, Some(PIXELS.to_vec()));
    by_host.probe().await.expect("is there");
    by_host.delete(&key(1)).await.expect("can be deleted");
    assert_eq!(read(&by_path, &key(1)).await, None);
}

#[tokio::test]
async fn installations_with_different_prefixes_do_not_meet() {
    let store = S3::start();
    let bucket = store.bucket();
    let below = |prefix: &str| {
        objects(&S3Terms {
            prefix: format!("{}{prefix}", bucket.prefix),
            ..terms(&bucket)
        })
    };
    // A name that begins with another is not below it.
    let (one, other) = (below("muster"), below("muster2"));
    put(&one, &key(1), PIXELS).await.expect("is free");
    assert_eq!(read(&other, &key(1)).await, None);
    put(&other, &key(1), Bytes::from_static(b"more"))
        .await
        .expect("is free");
    let listed: Vec<_> = one.list(None).try_collect().await.expect("can be read");
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(
        (listed[0].key.as_str(), listed[0].size),
        (key(1).as_str(), 6)
    );
}

#[tokio::test]
async fn a_listing_goes_on_behind_the_first_page() {
    let store = S3::start();
    let objects = objects(&terms(&store.bucket()));
    let keys: Vec<ObjectKey> = (0..1_100).map(key).collect();
    let puts = keys.iter().map(|key| put(&objects, key, PIXELS));
    let puts: Vec<_> = futures::stream::iter(puts)
        .buffer_unordered(16)
        .collect()
        .await;
    assert!(puts.iter().all(Result::is_ok));
    let listed: Vec<_> = objects.list(None).try_collect().await.expect("can be read");
    assert_eq!(listed.len(), keys.len());
    let listed: BTreeSet<String> = listed.into_iter().map(|object| object.key).collect();
    assert_eq!(listed, keys.iter().map(ToString::to_string).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_write_one_key_exactly_one_does() {
    let store = S3::start();
    let terms = terms(&store.bucket());
    let (one, other) = (objects(&terms), objects(&terms));
    for round in 0..40 {
        let key = key(round);
        let (first, second) = tokio::join!(
            put(&one, &key, Bytes::from_static(b"one")),
            put(&other, &key, Bytes::from_static(b"other"))
        );
        let stored = read(&one, &key).await.expect("is there");
        match (first, second) {
            (Ok(()), Err(PutObjectError::AlreadyExists)) => assert_eq!(stored, b"one"),
            (Err(PutObjectError::AlreadyExists), Ok(())) => assert_eq!(stored, b"other"),
            both => panic!("round {round}: {both:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_that_broke_off_leaves_nothing() {
    let store = S3::start();
    let bucket = store.bucket();
    let ours = objects(&terms(&bucket));
    for after in [10, 2_000, 1_000_000] {
        let address = proxy(bucket.address(), Harm::Cut(after));
        let broken = objects(&terms_at(&bucket, &address));
        let outcome = put(&broken, &key(1), Bytes::from(vec![7; 2_000_000])).await;
        let outcome = outcome.expect_err("broke off");
        assert!(
            matches!(outcome, PutObjectError::Fault(Fault::Unavailable { .. })),
            "{outcome:?}"
        );
        assert!(!ours.exists(&key(1)).await.expect("can be read"));
        let listed: Vec<_> = ours.list(None).try_collect().await.expect("can be read");
        assert_eq!(listed, []);
    }
    put(&ours, &key(1), PIXELS).await.expect("is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_changed_on_the_way_is_not_stored() {
    let store = S3::start();
    let bucket = store.bucket();
    let address = proxy(bucket.address(), Harm::Flip(50_000));
    let spoiled = objects(&terms_at(&bucket, &address));
    let outcome = put(&spoiled, &key(1), Bytes::from(vec![7; 100_000])).await;
    assert!(
        matches!(outcome, Err(PutObjectError::Fault(_))),
        "{outcome:?}"
    );
    let ours = objects(&terms(&bucket));
    assert_eq!(read(&ours, &key(1)).await, None);
}

#[tokio::test]
async fn the_media_type_is_stored() {
    let store = S3::start();
    let terms = terms(&store.bucket());
    let png = Rendition {
        encoding: Encoding::Png,
        ..rendition(&PIXELS)
    };
    let stored = objects(&terms).put(&key(1), &png, PIXELS).await;
    stored.expect("is free");
    let bare = AmazonS3Builder::new()
        .with_bucket_name(&terms.bucket)
        .with_region(&terms.region)
        .with_access_key_id(&terms.access_key)
        .with_secret_access_key(&terms.secret_key)
        .with_endpoint(terms.endpoint.as_deref().expect("is not Amazon's"))
        .with_allow_http(true);
    let path = [terms.prefix.as_str(), key(1).as_str()].join("/");
    let found = bare.build().expect("are terms").get(&path.into()).await;
    let found = found.expect("is there");
    let media_type = found.attributes.get(&Attribute::ContentType);
    assert_eq!(media_type.map(AsRef::as_ref), Some("image/png"));
}

#[tokio::test]
async fn a_store_that_comes_back_is_used_again() {
    let mut store = S3::start();
    let objects = objects(&terms(&store.bucket()));
    put(&objects, &key(1), PIXELS).await.expect("is free");
    for _ in 0..3 {
        store.stop();
        let started = Instant::now();
        nothing_works(&objects).await;
        assert!(started.elapsed() < Duration::from_secs(2));
        store.start_again();
        objects.probe().await.expect("is there");
        assert_eq!(read(&objects, &key(1)).await, Some(PIXELS.to_vec()));
    }
}

/// Time stands still here but when everybody waits.
#[tokio::test(start_paused = true)]
async fn a_store_that_never_answers_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = silent.local_addr().expect("is bound").to_string();
    let bucket = S3::start().bucket();
    let objects = objects(&terms_at(&bucket, &address));
    let started = Instant::now();
    nothing_works(&objects).await;
    // Seven times an answer, and a PUT.
    assert!(
        started.elapsed() <= Duration::from_secs(7 * 5 + 20),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn neither_store_nor_terms_print_a_secret() {
    let terms = terms(&S3::start().bucket());
    let printed = format!("{terms:?} {:?}", objects(&terms));
    assert!(!printed.contains(&terms.secret_key), "{printed}");
    assert!(!printed.contains(&terms.access_key), "{printed}");
}
