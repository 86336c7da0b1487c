//! What is said to a store and heard of it, word by word: asked once, conditional, summed up, believed only when whole.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_objects::S3Objects;
use bytes::Bytes;
use futures::TryStreamExt as _;
use ports::accounts::{ObjectStore as _, PutObjectError};
use support::mischief::Parrot;
use support::{PIXELS, key, nothing_works, objects, put, terms_at};
use testkit::servers::s3::S3;

fn parrot(status: &str, more: &str, body: &str) -> (Parrot, S3Objects) {
    let length = body.len();
    let parrot = Parrot::saying(&format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n{body}"
    ));
    let bucket = S3::start().bucket();
    let objects = objects(&terms_at(&bucket, &parrot.address()));
    (parrot, objects)
}

#[tokio::test]
async fn whatever_fails_is_unavailable_and_asked_for_once() {
    for status in [
        "301 Moved Permanently",
        "307 Temporary Redirect",
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "409 Conflict",
        "429 Too Many Requests",
        "500 Internal Server Error",
        "503 Slow Down",
    ] {
        let elsewhere = Parrot::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let location = format!("Location: http://{}/\r\n", elsewhere.address());
        let (parrot, objects) = parrot(status, &location, "<Error><Code>Any</Code></Error>");
        nothing_works(&objects).await;
        assert_eq!(parrot.heard().len(), 8, "{status}");
        assert_eq!(elsewhere.heard(), Vec::<String>::new(), "{status}");
    }
}

#[tokio::test]
async fn a_put_is_conditional_and_summed_up_and_says_what_it_is() {
    let (parrot, objects) = parrot("412 Precondition Failed", "", "");
    let refused = put(&objects, &key(1), PIXELS).await;
    assert!(
        matches!(refused, Err(PutObjectError::AlreadyExists)),
        "{refused:?}"
    );
    let heard = parrot.heard();
    // `sha256sum` of the pixels, in hexadecimal and, in lower case, in Base64.
    for said in [
        "if-none-match: *",
        "content-type: image/jpeg",
        "content-length: 6",
        "x-amz-content-sha256: 6ec9c2b0eb14010746c8bce8939303b382344b296206612eb8a907a37b2b2f37",
        "x-amz-checksum-sha256: bsncsosuaqdgylzok5mds4i0sylibmeuukkho3srlzc=",
    ] {
        assert!(heard[0].contains(said), "{said} is not in {}", heard[0]);
    }
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_an_error_and_no_picture() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"1\"\r\n\
                Last-Modified: Sat, 21 Nov 2026 17:00:00 GMT\r\nConnection: close\r\n\r\npixel";
    let parrot = Parrot::saying(head);
    let objects = objects(&terms_at(&S3::start().bucket(), &parrot.address()));
    let found = objects.get(&key(1), None).await.expect("begins well");
    let found = found.expect("is there");
    assert_eq!(found.size, 10);
    let pieces: Result<Vec<Bytes>, _> = found.body.try_collect().await;
    assert!(pieces.is_err(), "{pieces:?}");
    assert_eq!(parrot.heard().len(), 1);
}
