//! What `s3s-fs` promises less than S3 does, made up for, so that no suite has to be weaker for it.
//!
//! Left to itself it lets two conditional PUTs win at once, keeps a body whose checksum is wrong, makes the
//! bucket that a PUT names, fails when an object is deleted twice at once or during a listing, and says of
//! a missing bucket that the key is missing.

use bytes::Bytes;
use futures::TryStreamExt as _;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Sha256};
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, GetObjectInput, GetObjectOutput, HeadBucketInput,
    HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output,
    PutObjectInput, PutObjectOutput, StreamingBlob,
};
use s3s::{Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Mutex, RwLock};

/// So many keys can be written at once.
const TURNS: usize = 64;

/// Files below a root folder, a folder for each bucket.
pub struct Honest {
    files: FileSystem,
    root: PathBuf,
    turns: [Mutex<()>; TURNS],
    /// Listings read, deletions write.
    listed: RwLock<()>,
    deletions: Arc<AtomicUsize>,
}

impl Honest {
    /// Counts the deletions it is asked for.
    pub fn below(root: &Path, deletions: Arc<AtomicUsize>) -> Self {
        Self {
            files: FileSystem::new(root).expect("is a folder"),
            root: root.to_owned(),
            turns: std::array::from_fn(|_| Mutex::new(())),
            listed: RwLock::new(()),
            deletions,
        }
    }

    fn must_have(&self, bucket: &str) -> S3Result<()> {
        match self.root.join(bucket).is_dir() {
            true => Ok(()),
            false => Err(s3_error!(NoSuchBucket)),
        }
    }

    fn turn(&self, bucket: &str, key: &str) -> &Mutex<()> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((bucket, key));
        &self.turns[usize::try_from(hash % TURNS as u64).expect("is below the turns")]
    }
}

async fn whole(body: Option<StreamingBlob>) -> S3Result<Bytes> {
    let pieces = body.ok_or_else(|| s3_error!(IncompleteBody))?;
    let pieces: Result<Vec<Bytes>, _> = pieces.try_collect().await;
    let pieces =
        pieces.map_err(|error| S3Error::with_source(S3ErrorCode::IncompleteBody, error))?;
    Ok(Bytes::from(pieces.concat()))
}

fn must_sum_up(body: &Bytes, promised: Option<&String>) -> S3Result<()> {
    let mut hasher = ChecksumHasher {
        sha256: promised.map(|_| Sha256::new()),
        ..ChecksumHasher::default()
    };
    hasher.update(body);
    match hasher.finalize().checksum_sha256.as_ref() == promised {
        true => Ok(()),
        false => Err(s3_error!(BadDigest, "checksum_sha256 mismatch")),
    }
}

#[async_trait::async_trait]
impl S3 for Honest {
    async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let input = &mut request.input;
        self.must_have(&input.bucket)?;
        // The whole body first: who is slow keeps nobody else from the key.
        let body = whole(input.body.take()).await?;
        must_sum_up(&body, input.checksum_sha256.as_ref())?;
        input.body = Some(StreamingBlob::from(Body::from(body)));
        let turn = self.turn(&input.bucket, &input.key);
        let _turn = turn.lock().await;
        self.files.put_object(request).await
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        self.must_have(&request.input.bucket)?;
        self.files.get_object(request).await
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        self.files.head_object(request).await
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.deletions.fetch_add(1, Ordering::Relaxed);
        let turn = self.turn(&request.input.bucket, &request.input.key);
        let _turn = turn.lock().await;
        let _alone = self.listed.write().await;
        self.files.delete_object(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let _together = self.listed.read().await;
        self.files.list_objects_v2(request).await
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.files.head_bucket(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::must_sum_up;
    use bytes::Bytes;

    #[test]
    fn a_body_that_does_not_sum_up_is_refused() {
        let body = Bytes::from_static(b"pixels");
        let right = "bsnCsOsUAQdGyLzok5MDs4I0SyliBmEuuKkHo3srLzc=".to_owned();
        assert!(must_sum_up(&body, Some(&right)).is_ok());
        assert!(must_sum_up(&body, None).is_ok());
        assert!(must_sum_up(&Bytes::new(), Some(&right)).is_err());
    }
}
