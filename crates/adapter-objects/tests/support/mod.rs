//! Buckets of a store that runs, and how they are reached.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod mischief;

use adapter_objects::{S3Objects, S3Terms};
use bytes::Bytes;
use domain::accounts::images::{ObjectKey, Variant};
use domain::ids::{ImageId, UserId};
use futures::TryStreamExt as _;
use ports::Fault;
use ports::accounts::{ObjectStore as _, PutObjectError};
use testkit::contracts::object_store::{Shelf, rendition};
use testkit::servers::s3::{Bucket, S3};
use uuid::Uuid;

/// On what terms a test reaches its bucket.
pub fn terms(bucket: &Bucket) -> S3Terms {
    S3Terms::from_environment(&bucket.url(), &bucket.environment()).expect("are terms")
}

/// The same through something else that listens at `address`.
pub fn terms_at(bucket: &Bucket, address: &str) -> S3Terms {
    let environment = bucket.environment_at(address);
    S3Terms::from_environment(&bucket.url(), &environment).expect("are terms")
}

/// The same with the bucket in the host, which has a name then.
pub fn terms_by_host(bucket: &Bucket) -> S3Terms {
    let (host, port) = bucket.address().rsplit_once(':').expect("has a port");
    let host = if host == "127.0.0.1" {
        "localhost"
    } else {
        host
    };
    S3Terms {
        path_style: false,
        ..terms_at(bucket, &format!("{host}:{port}"))
    }
}

pub fn objects(terms: &S3Terms) -> S3Objects {
    S3Objects::new(terms).expect("are terms")
}

pub fn bucket_in_the_path() -> Shelf {
    let store = S3::start();
    let objects = objects(&terms(&store.bucket()));
    Shelf::new(objects, store)
}

pub fn bucket_in_the_host() -> Shelf {
    let store = S3::start();
    let mut terms = terms_by_host(&store.bucket());
    terms.prefix.push_str("deeper");
    Shelf::new(objects(&terms), store)
}

pub const PIXELS: Bytes = Bytes::from_static(b"pixels");

pub fn key(image: u128) -> ObjectKey {
    let user = UserId::new(Uuid::from_u128(1));
    ObjectKey::of(user, ImageId::new(Uuid::from_u128(image)), Variant::Full)
}

pub async fn put(objects: &S3Objects, key: &ObjectKey, body: Bytes) -> Result<(), PutObjectError> {
    objects.put(key, &rendition(&body), body).await
}

/// Everything that can be asked of a store, and that each of it is unavailable.
pub async fn nothing_works(objects: &S3Objects) {
    let listed: Result<Vec<_>, Fault> = objects.list(None).try_collect().await;
    let put = match put(objects, &key(9), PIXELS).await {
        Err(PutObjectError::Fault(fault)) => Err(fault),
        Err(PutObjectError::AlreadyExists) => panic!("nothing is there"),
        Ok(()) => Ok(()),
    };
    for (what, outcome) in [
        ("put", put),
        ("get", objects.get(&key(1), None).await.map(drop)),
        ("range", objects.get(&key(1), Some(2..3)).await.map(drop)),
        ("nothing", objects.get(&key(1), Some(2..2)).await.map(drop)),
        ("exists", objects.exists(&key(1)).await.map(drop)),
        ("delete", objects.delete(&key(1)).await),
        ("list", listed.map(drop)),
        ("probe", objects.probe().await),
    ] {
        assert!(
            matches!(outcome, Err(Fault::Unavailable { .. })),
            "{what}: {outcome:?}"
        );
    }
}
