//! The bytes of pictures, in a store that may be down.

use super::steady::steady;
use super::{Guarded, verdict};
use async_trait::async_trait;
use bytes::Bytes;
use core::ops::Range;
use domain::accounts::images::{ObjectKey, PUT_TIMEOUT, Rendition};
use domain::ids::UserId;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use ports::Fault;
use ports::accounts::{ObjectRead, ObjectStore, PutObjectError, StoredObject};

/// A listing whose first item has come.
type Opened = (
    Option<StoredObject>,
    BoxStream<'static, Result<StoredObject, Fault>>,
);

impl<P: ObjectStore + ?Sized> Guarded<P> {
    /// Begins a listing: a store that is down says so with its first item.
    async fn open(&self, whose: Option<UserId>) -> Result<Opened, Fault> {
        let opening = |objects: &P| {
            let mut items = objects.list(whose);
            async move { Ok((items.next().await.transpose()?, items)) }
        };
        self.read(opening).await
    }

    /// A stream of this store that does not stand still.
    fn steady<T, E>(
        &self,
        items: BoxStream<'static, Result<T, E>>,
    ) -> BoxStream<'static, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        steady(items, self.policy.name(), self.policy.attempt_timeout())
    }
}

#[async_trait]
impl<P: ObjectStore + ?Sized + 'static> ObjectStore for Guarded<P> {
    /// Made once, and given up after [`PUT_TIMEOUT`]: the reaper counts on it. Without an answer the fault is still
    /// [`Fault::Unavailable`], for nobody reads an object before its photo is published, and one that lands late is what
    /// the quarantine of an aborted upload is for.
    async fn put(
        &self,
        key: &ObjectKey,
        rendition: &Rendition,
        body: Bytes,
    ) -> Result<(), PutObjectError> {
        let patient = self.policy.lasting(PUT_TIMEOUT.unsigned_abs());
        let refuse = |rejection| self.unavailable(rejection).into();
        let attempt = || self.inner.put(key, rendition, body);
        patient.once(verdict, refuse, attempt).await
    }

    /// Tried again until it is open. The body goes past the policy, and fails when it stands still.
    async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<ObjectRead>, Fault> {
        let found = self.read(|objects| objects.get(key, range.clone())).await?;
        Ok(found.map(|read| ObjectRead {
            body: self.steady(read.body),
            ..read
        }))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), Fault> {
        self.repeatable(|objects| objects.delete(key)).await
    }

    async fn exists(&self, key: &ObjectKey) -> Result<bool, Fault> {
        self.read(|objects| objects.exists(key)).await
    }

    /// Tried again until its first item has come. The others go past the policy, as a body does.
    fn list(&self, whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
        let guarded = self.clone();
        let opened = async move {
            let (first, others) = guarded.open(whose).await?;
            Ok(stream::iter(first.map(Ok)).chain(guarded.steady(others)))
        };
        stream::once(opened).try_flatten().boxed()
    }
}
