//! An object store that gives up on a PUT in time: the reaper counts on it.

use async_trait::async_trait;
use bytes::Bytes;
use core::ops::Range;
use core::time::Duration;
use domain::accounts::images::{ObjectKey, PUT_TIMEOUT, Rendition};
use domain::ids::UserId;
use futures::stream::BoxStream;
use ports::Fault;
use ports::accounts::{ObjectRead, ObjectStore, PutObjectError, StoredObject};
use std::sync::Arc;
use tokio::time::timeout;

/// Ends every PUT after [`PUT_TIMEOUT`]. A PUT that still lands after that is what the quarantine of
/// an aborted upload is for.
pub struct TimedObjects {
    inner: Arc<dyn ObjectStore>,
    put: Duration,
}

impl TimedObjects {
    /// Wraps a store.
    #[must_use]
    pub fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self {
            inner,
            put: PUT_TIMEOUT.unsigned_abs(),
        }
    }
}

#[async_trait]
impl ObjectStore for TimedObjects {
    async fn put(
        &self,
        key: &ObjectKey,
        rendition: &Rendition,
        body: Bytes,
    ) -> Result<(), PutObjectError> {
        match timeout(self.put, self.inner.put(key, rendition, body)).await {
            Ok(outcome) => outcome,
            Err(elapsed) => Err(Fault::unavailable("objects", elapsed).into()),
        }
    }

    async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<ObjectRead>, Fault> {
        self.inner.get(key, range).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), Fault> {
        self.inner.delete(key).await
    }

    async fn exists(&self, key: &ObjectKey) -> Result<bool, Fault> {
        self.inner.exists(key).await
    }

    fn list(&self, whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
        self.inner.list(whose)
    }
}

#[cfg(test)]
mod tests {
    use super::TimedObjects;
    use async_trait::async_trait;
    use bytes::Bytes;
    use core::ops::Range;
    use domain::Digest;
    use domain::accounts::images::{Encoding, ObjectKey, PUT_TIMEOUT, Rendition, Variant};
    use domain::ids::{ImageId, UserId};
    use futures::stream::BoxStream;
    use ports::Fault;
    use ports::accounts::{ObjectRead, ObjectStore, PutObjectError, StoredObject};
    use std::sync::Arc;
    use tokio::time::Instant;

    /// A store whose PUTs never end.
    struct Stuck;

    #[async_trait]
    impl ObjectStore for Stuck {
        async fn put(&self, _: &ObjectKey, _: &Rendition, _: Bytes) -> Result<(), PutObjectError> {
            std::future::pending().await
        }

        async fn get(
            &self,
            _: &ObjectKey,
            _: Option<Range<u64>>,
        ) -> Result<Option<ObjectRead>, Fault> {
            Ok(None)
        }

        async fn delete(&self, _: &ObjectKey) -> Result<(), Fault> {
            Ok(())
        }

        async fn exists(&self, _: &ObjectKey) -> Result<bool, Fault> {
            Ok(false)
        }

        fn list(&self, _whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
            Box::pin(futures::stream::empty())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_put_that_never_ends_is_given_up_in_time() {
        let (variant, digest) = (Variant::Full, Digest::new([0; 32]));
        let rendition = Rendition {
            variant,
            encoding: Encoding::Jpeg,
            width: 1,
            height: 1,
            bytes: 1,
            digest,
        };
        let key = ObjectKey::of(
            UserId::new(uuid::Uuid::nil()),
            ImageId::new(uuid::Uuid::nil()),
            variant,
        );
        let (started, timed) = (Instant::now(), TimedObjects::new(Arc::new(Stuck)));
        let outcome = timed.put(&key, &rendition, Bytes::new()).await;
        assert!(
            matches!(
                outcome,
                Err(PutObjectError::Fault(Fault::Unavailable { .. }))
            ),
            "{outcome:?}"
        );
        assert_eq!(started.elapsed(), PUT_TIMEOUT.unsigned_abs());
    }
}
