//! Uploads arrive whole, hashed and capped, and leave nothing behind.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_media::TempSpool;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream;
use ports::accounts::{ReceiveError, Spool as _, UploadBody};
use std::path::Path;

fn body(chunks: Vec<&'static [u8]>) -> UploadBody {
    let chunks = chunks
        .into_iter()
        .map(|chunk| Ok(Bytes::from_static(chunk)));
    stream::iter(chunks).boxed()
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("is a folder").count()
}

#[tokio::test]
async fn what_arrives_is_what_is_kept_until_it_is_dropped() {
    let folder = tempfile::tempdir().expect("there is room");
    let spool = TempSpool::new(folder.path()).expect("is a folder");
    let received = spool
        .receive(body(vec![b"a", b"", b"bc"]), 3)
        .await
        .expect("fits");
    assert_eq!(received.bytes, 3);
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(received.digest.to_string(), sha256);
    assert_eq!(
        std::fs::read(received.file.path()).expect("is there"),
        b"abc"
    );
    drop(received);
    assert_eq!(files(folder.path()), 0);
}

#[tokio::test]
async fn an_upload_of_many_batches_arrives_whole() {
    let folder = tempfile::tempdir().expect("there is room");
    let spool = TempSpool::new(folder.path()).expect("is a folder");
    let chunk: Vec<u8> = (0..100_000_u32).map(|byte| byte.to_le_bytes()[0]).collect();
    let chunks: Vec<_> = (0..50).map(|_| Ok(Bytes::from(chunk.clone()))).collect();
    let received = spool
        .receive(stream::iter(chunks).boxed(), 5_000_000)
        .await
        .expect("fits");
    assert_eq!(received.bytes, 5_000_000);
    assert_eq!(
        std::fs::read(received.file.path()).expect("is there"),
        chunk.repeat(50)
    );
}

#[tokio::test]
async fn an_empty_upload_is_an_empty_file() {
    let folder = tempfile::tempdir().expect("there is room");
    let spool = TempSpool::new(folder.path()).expect("is a folder");
    let received = spool.receive(body(vec![]), 0).await.expect("fits");
    assert_eq!(std::fs::read(received.file.path()).expect("is there"), b"");
}

#[tokio::test]
async fn one_byte_too_many_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("there is room");
    let spool = TempSpool::new(folder.path()).expect("is a folder");
    let endless = stream::repeat_with(|| Ok(Bytes::from(vec![7; 64 * 1024]))).boxed();
    let refused = spool.receive(endless, 1024 * 1024).await;
    assert!(
        matches!(refused, Err(ReceiveError::TooLarge { cap: 1_048_576 })),
        "{refused:?}"
    );
    assert_eq!(files(folder.path()), 0);
    let refused = spool.receive(body(vec![b"ab", b"c"]), 2).await;
    assert!(
        matches!(refused, Err(ReceiveError::TooLarge { cap: 2 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_sender_that_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().expect("there is room");
    let spool = TempSpool::new(folder.path()).expect("is a folder");
    let first = Ok(Bytes::from(vec![7; 1024 * 1024]));
    let broken = stream::iter([first, Err("connection reset".into())]).boxed();
    let refused = spool.receive(broken, 10_000_000).await;
    assert!(
        matches!(refused, Err(ReceiveError::Interrupted(_))),
        "{refused:?}"
    );
    assert_eq!(files(folder.path()), 0);
}

#[tokio::test]
async fn a_request_that_goes_away_leaves_nothing() {
    let folder = tempfile::tempdir().expect("there is room");
    let spool = TempSpool::new(folder.path()).expect("is a folder");
    let first = stream::once(async { Ok(Bytes::from(vec![7; 1024 * 1024])) });
    let stalled = first.chain(stream::pending()).boxed();
    let waiting = spool.receive(stalled, 10_000_000);
    let patience = std::time::Duration::from_millis(200);
    tokio::time::timeout(patience, waiting)
        .await
        .expect_err("the sender stalls");
    assert_eq!(files(folder.path()), 0);
}

#[test]
fn a_new_process_sweeps_what_a_killed_one_left_and_nothing_else() {
    let folder = tempfile::tempdir().expect("there is room");
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    for (name, modified) in [
        ("upload-old", Some(old)),
        ("upload-new", None),
        ("other", Some(old)),
    ] {
        let file = std::fs::File::create(folder.path().join(name)).expect("there is room");
        if let Some(modified) = modified {
            file.set_modified(modified).expect("may be set");
        }
    }
    TempSpool::new(folder.path()).expect("is a folder");
    assert!(!folder.path().join("upload-old").exists());
    assert_eq!(files(folder.path()), 2);
}
