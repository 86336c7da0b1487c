//! The object port over a bucket of an S3-like store.
//!
//! Every object is one PUT, never a multipart upload: the store keeps it whole or not at all, and a PUT
//! that broke off leaves nothing to clear away.

mod answer;
mod client;
mod terms;

use crate::failure::{self, BACKEND};
use answer::{is_beyond_the_end, is_no_such_bucket, is_taken};
use async_trait::async_trait;
use bytes::Bytes;
use client::Connector;
use core::fmt;
use core::ops::Range;
use core::time::Duration;
use domain::accounts::images::{ObjectKey, Rendition};
use domain::ids::UserId;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum, S3ConditionalPut};
use object_store::list::{PaginatedListOptions, PaginatedListStore as _};
use object_store::path::Path as StorePath;
use object_store::{
    Attribute, Attributes, BackoffConfig, Error, GetOptions, GetRange, GetResult, ObjectStore as _,
    ObjectStoreExt as _, PutMode, PutOptions, PutPayload, RetryConfig,
};
use ports::Fault;
use ports::accounts::{ObjectRead, ObjectStore, PutObjectError, StoredObject};
use tokio::time::timeout;

pub use terms::{S3Terms, S3TermsError};

/// The longest wait for the head of an answer, for a page of a listing, for a deletion. PUTs have the
/// limit of their decorator, and the silence that the client bears.
const ANSWER: Duration = Duration::from_secs(5);

/// Keeps objects in a bucket, below a prefix if there is one. Clones share their connections.
#[derive(Clone)]
pub struct S3Objects {
    store: AmazonS3,
    bucket: String,
    prefix: String,
}

impl S3Objects {
    /// A bucket on these terms. Nothing is asked of the store yet, which need not be there.
    ///
    /// # Errors
    /// [`Fault::Broken`] when no client can be made of the terms.
    pub fn new(terms: &S3Terms) -> Result<Self, Fault> {
        let store = builder(terms).build();
        Ok(Self {
            store: store.map_err(|error| Fault::broken(BACKEND, "the terms of S3", error))?,
            bucket: terms.bucket.clone(),
            prefix: terms.prefix.clone(),
        })
    }

    /// Whether the bucket can be reached with these credentials right now: asks for one key. Writing
    /// is not tried, since most stores charge for each PUT.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when not.
    pub async fn probe(&self) -> Result<(), Fault> {
        let one = PaginatedListOptions {
            max_keys: Some(1),
            ..PaginatedListOptions::default()
        };
        let listed = in_time(self.store.list_paginated(None, one)).await?;
        listed.map(drop).map_err(failure::of_store)
    }

    fn path(&self, key: &str) -> Result<StorePath, Fault> {
        let whole = match self.prefix.as_str() {
            "" => StorePath::parse(key),
            prefix => StorePath::parse(format!("{prefix}/{key}")),
        };
        whole.map_err(|error| Fault::broken(BACKEND, "the path of an object", error))
    }

    async fn fetch(&self, path: &StorePath, range: Option<GetRange>) -> Result<Fetched, Fault> {
        let options = GetOptions {
            range,
            ..GetOptions::default()
        };
        match in_time(self.store.get_opts(path, options)).await? {
            Ok(found) => Ok(Fetched::Found(found)),
            Err(error) if is_beyond_the_end(&error) => Ok(Fetched::BeyondTheEnd),
            Err(error @ Error::NotFound { .. }) if !is_no_such_bucket(&error) => {
                Ok(Fetched::Absent)
            }
            Err(error) => Err(failure::of_store(error)),
        }
    }

    /// The size of an object, by its first byte: the head of an answer alone does not tell a missing
    /// object from a missing bucket.
    async fn size(&self, path: &StorePath) -> Result<Option<u64>, Fault> {
        match self.fetch(path, Some(GetRange::Bounded(0..1))).await? {
            Fetched::Found(found) => {
                let size = found.meta.size;
                // Read, so that the connection can be used again.
                let byte = in_time(found.bytes()).await?;
                byte.map_err(failure::of_store)?;
                Ok(Some(size))
            }
            Fetched::BeyondTheEnd => Ok(Some(0)),
            Fetched::Absent => Ok(None),
        }
    }

    async fn nothing_of(&self, path: &StorePath) -> Result<Option<ObjectRead>, Fault> {
        let size = self.size(path).await?;
        Ok(size.map(|size| ObjectRead {
            size,
            body: stream::empty().boxed(),
        }))
    }
}

/// What a GET came to.
enum Fetched {
    Found(GetResult),
    /// There is an object, and the range lies behind it.
    BeyondTheEnd,
    Absent,
}

#[async_trait]
impl ObjectStore for S3Objects {
    async fn put(
        &self,
        key: &ObjectKey,
        rendition: &Rendition,
        body: Bytes,
    ) -> Result<(), PutObjectError> {
        let media_type = rendition.encoding.media_type();
        let create = PutOptions {
            mode: PutMode::Create,
            attributes: Attributes::from_iter([(Attribute::ContentType, media_type)]),
            ..PutOptions::default()
        };
        let path = self.path(key.as_str())?;
        let put = self.store.put_opts(&path, PutPayload::from(body), create);
        match put.await {
            Ok(_) => Ok(()),
            Err(error) if is_taken(&error) => Err(PutObjectError::AlreadyExists),
            Err(error) => Err(failure::of_store(error).into()),
        }
    }

    async fn get(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<ObjectRead>, Fault> {
        let path = self.path(key.as_str())?;
        if range.as_ref().is_some_and(Range::is_empty) {
            return self.nothing_of(&path).await;
        }
        match self.fetch(&path, range.map(asked)).await? {
            Fetched::Found(found) => Ok(Some(ObjectRead {
                size: found.meta.size,
                body: found.into_stream().map_err(Into::into).boxed(),
            })),
            Fetched::BeyondTheEnd => self.nothing_of(&path).await,
            Fetched::Absent => Ok(None),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), Fault> {
        let path = self.path(key.as_str())?;
        match in_time(self.store.delete(&path)).await? {
            Ok(()) => Ok(()),
            // S3 says "deleted" of what was never there; some of its kin do not.
            Err(error @ Error::NotFound { .. }) if !is_no_such_bucket(&error) => Ok(()),
            Err(error) => Err(failure::of_store(error)),
        }
    }

    async fn exists(&self, key: &ObjectKey) -> Result<bool, Fault> {
        let path = self.path(key.as_str())?;
        Ok(self.size(&path).await?.is_some())
    }

    fn list(&self, whose: Option<UserId>) -> BoxStream<'static, Result<StoredObject, Fault>> {
        let folder = match self.path(&ObjectKey::folder(whose)) {
            Ok(folder) => folder,
            Err(fault) => return stream::iter([Err(fault)]).boxed(),
        };
        let prefix = self.prefix.clone();
        let found = stream::try_unfold(self.store.list(Some(&folder)), |mut objects| async move {
            let next = in_time(objects.try_next()).await?;
            let next = next.map_err(failure::of_store)?;
            Ok(next.map(|object| (object, objects)))
        });
        found
            .map_ok(move |object| StoredObject {
                key: without(&prefix, object.location.as_ref()),
                size: object.size,
            })
            .boxed()
    }
}

fn builder(terms: &S3Terms) -> AmazonS3Builder {
    let never = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 0,
        retry_timeout: Duration::ZERO,
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&terms.bucket)
        .with_region(&terms.region)
        .with_access_key_id(&terms.access_key)
        .with_secret_access_key(&terms.secret_key)
        .with_virtual_hosted_style_request(!terms.path_style)
        .with_checksum_algorithm(Checksum::SHA256)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        // One object at a time is what we delete, and not every store knows the other way.
        .with_disable_bulk_delete(true)
        .with_retry(never)
        .with_http_connector(Connector::to(terms));
    if let Some(token) = &terms.session_token {
        builder = builder.with_token(token);
    }
    if let Some(address) = terms.address() {
        builder = builder.with_endpoint(address);
    }
    builder
}

/// The range as it is asked for. An end that no object reaches is left out: not every store can read it.
fn asked(range: Range<u64>) -> GetRange {
    match i64::try_from(range.end) {
        Ok(_) => GetRange::Bounded(range),
        Err(_too_far) => GetRange::Offset(range.start),
    }
}

async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, Fault> {
    let answer = timeout(ANSWER, answer).await;
    answer.map_err(|elapsed| Fault::unavailable(BACKEND, elapsed))
}

fn without(prefix: &str, key: &str) -> String {
    let inside = key.strip_prefix(prefix).unwrap_or(key);
    inside.trim_start_matches('/').to_owned()
}

impl fmt::Debug for S3Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("S3Objects")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
