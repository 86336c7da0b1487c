//! Objects in a store that hangs: in an answer, in a body, in a listing.

use super::tests::{guarded, rejection, seconds};
use async_trait::async_trait;
use bytes::Bytes;
use core::ops::Range;
use domain::accounts::images::{ObjectKey, PUT_TIMEOUT, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use futures::StreamExt as _;
use futures::future::pending;
use futures::stream::{self, BoxStream};
use platform::resilience::Rejection;
use ports::Fault;
use ports::accounts::{ObjectRead, ObjectStore, PutObjectError, StoredObject};
use testkit::builders::an_id;
use tokio::time::{Instant, timeout};

/// A store that takes everything and does not come to an end.
struct Stuck;

#[async_trait]
impl ObjectStore for Stuck {
    async fn put(&self, _: &ObjectKey, _: &Rendition, _: Bytes) -> Result<(), PutObjectError> {
        pending().await
    }

    /// Opens, and stands still after the first piece.
    async fn get(&self, _: &ObjectKey, _: Option<Range<u64>>) -> Result<Option<ObjectRead>, Fault> {
        let first = stream::iter([Ok(Bytes::from_static(b"pix"))]);
        Ok(Some(ObjectRead {
            size: 6,
            body: first.chain(stream::pending()).boxed(),
        }))
    }

    async fn delete(&self, _: &ObjectKey) -> Result<(), Fault> {
        pending().await
    }

    async fn exists(&self, _: &ObjectKey) -> Result<bool, Fault> {
        pending().await
    }

    /// Stands still after the first object.
    fn list(&self, _: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
        let first = StoredObject {
            key: "images/1".to_owned(),
            size: 6,
        };
        stream::iter([Ok(first)]).chain(stream::pending()).boxed()
    }
}

fn a_key() -> ObjectKey {
    let (user, image) = (UserId::new(an_id()), ImageId::new(an_id()));
    ObjectKey::of(user, image, Variant::Full)
}

/// The last item of a stream, which has to come within a while.
async fn ended<T>(next: impl Future<Output = Option<T>>) -> T {
    let last = timeout(seconds(60), next).await.expect("does not hang");
    last.expect("has an end")
}

#[tokio::test(start_paused = true)]
async fn a_read_without_an_answer_in_time_is_tried_again_and_did_nothing() {
    let (objects, began) = (guarded(Stuck), Instant::now());
    let fault = objects.exists(&a_key()).await.expect_err("hangs");
    assert!(matches!(fault, Fault::Unavailable { .. }), "{fault:?}");
    assert_eq!(rejection(&fault), Some(Rejection::TimedOut));
    assert_eq!(began.elapsed(), seconds(6));
}

#[tokio::test(start_paused = true)]
async fn a_put_has_its_own_time_and_did_nothing_that_anybody_could_see() {
    let (objects, began) = (guarded(Stuck), Instant::now());
    let rendition = testkit::contracts::object_store::rendition(&Bytes::new());
    let put = objects.put(&a_key(), &rendition, Bytes::new()).await;
    let unavailable = matches!(put, Err(PutObjectError::Fault(Fault::Unavailable { .. })));
    assert!(unavailable, "{put:?}");
    assert_eq!(began.elapsed(), PUT_TIMEOUT.unsigned_abs());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stands_still_fails_and_a_slow_reader_does_not() {
    let objects = guarded(Stuck);
    let found = objects.get(&a_key(), None).await.expect("opens");
    let mut body = found.expect("is there").body;
    assert_eq!(objects.policy.in_flight(), 0);
    tokio::time::advance(seconds(60)).await;
    let first = body.next().await.expect("has a piece");
    assert_eq!(first.expect("is well"), "pix");
    let began = Instant::now();
    let stalled = ended(body.next()).await.expect_err("hangs");
    assert_eq!(stalled.to_string(), "shelf is unavailable");
    assert_eq!(began.elapsed(), seconds(2));
    assert!(body.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_stands_still_fails() {
    let mut listed = guarded(Stuck).list(None);
    let first = listed.next().await.expect("has an item");
    assert_eq!(first.expect("is well").key, "images/1");
    let stalled = ended(listed.next()).await;
    assert!(
        matches!(stalled, Err(Fault::Unavailable { .. })),
        "{stalled:?}"
    );
    assert!(listed.next().await.is_none());
}
