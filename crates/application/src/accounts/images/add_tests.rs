//! The order of an upload's steps, and what is left when one of them fails.

use super::{AddImage, AddImageError};
use crate::accounts::images::UploadPart;
use crate::fixtures::{by, claim, clock, fault, ids, image, now, rendition, user, user_id};
use crate::{ClaimError, Committed, Request};
use bytes::Bytes;
use domain::Digest;
use domain::accounts::images::Variant;
use domain::accounts::{Role, User};
use futures::StreamExt;
use ports::accounts::{
    AddedImage, DecodeBusy, DecodePermit, MockImageProcessor, MockImageRepository, MockObjectStore,
    MockSpool, MockUserRepository, ProcessImageError, Processed, PublishImageError, PutObjectError,
    ReceiveError, Rendered, ReserveImageError, Reserved, Spooled, SpooledFile,
};
use ports::{BoxError, Fingerprint};
use std::path::Path;
use std::sync::Arc;

struct Nowhere;

impl SpooledFile for Nowhere {
    fn path(&self) -> &Path {
        Path::new("/nowhere")
    }
}

fn processed() -> Processed {
    let render = |variant| Rendered {
        rendition: rendition(variant),
        body: Bytes::from_static(b"abc"),
    };
    Processed {
        renditions: Variant::ALL.into_iter().map(render).collect(),
    }
}

/// The parts of an upload that goes well; a test spoils the one it is about.
struct Parts {
    target: Option<User>,
    images: MockImageRepository,
    objects: MockObjectStore,
    spool: MockSpool,
    processor: MockImageProcessor,
}

impl Parts {
    fn new() -> Self {
        Self {
            target: Some(user(1, Role::Member)),
            images: MockImageRepository::new(),
            objects: MockObjectStore::new(),
            spool: MockSpool::new(),
            processor: MockImageProcessor::new(),
        }
    }

    fn received(mut self) -> Self {
        self.processor
            .expect_admit()
            .returning(|| Ok(DecodePermit::new(())));
        self.spool.expect_receive().returning(|body, _| {
            // Reads the body as a spool does, so that what stands beside the bytes is seen.
            let read = futures::executor::block_on_stream(body).collect::<Vec<_>>();
            assert_eq!(read.len(), 1);
            Ok(Spooled {
                digest: Digest::new([9; 32]),
                bytes: 3,
                file: Box::new(Nowhere),
            })
        });
        self
    }

    fn decoded(mut self) -> Self {
        self = self.received();
        self.processor
            .expect_process()
            .returning(|_, _| Ok(processed()));
        self
    }

    fn reserved(mut self, outcome: Result<Reserved, ReserveImageError>) -> Self {
        self = self.decoded();
        self.images
            .expect_reserve()
            .return_once(move |_, _, _| outcome);
        self
    }

    async fn run(self, request: Request) -> Result<Committed<AddedImage>, AddImageError> {
        let (mut users, target) = (MockUserRepository::new(), self.target);
        users
            .expect_find()
            .returning(move |_| Ok(target.clone().map(Arc::new)));
        let add = AddImage {
            users: Arc::new(users),
            images: Arc::new(self.images),
            objects: Arc::new(self.objects),
            spool: Arc::new(self.spool),
            processor: Arc::new(self.processor),
            ids: ids(),
            clock: clock(),
        };
        let parts = [
            Ok(UploadPart::Bytes(Bytes::from_static(b"abc"))),
            Ok(UploadPart::TakenAt(now())),
        ];
        add.run(&request, user_id(1), futures::stream::iter(parts).boxed())
            .await
    }
}

fn added(deduplicated: bool) -> AddedImage {
    AddedImage {
        image: image(1, user_id(1)),
        deduplicated,
    }
}

#[tokio::test]
async fn a_photo_is_reserved_stored_in_four_objects_and_published() {
    let mut parts = Parts::new().decoded();
    parts
        .images
        .expect_reserve()
        .withf(|pending, _, commit| {
            pending.taken_at == Some(now())
                && pending.source == Digest::new([9; 32])
                && pending.bytes() == 12
                && pending.deadline > commit.at
        })
        .returning(|_, _, _| Ok(Reserved::Pending));
    parts
        .objects
        .expect_put()
        .times(4)
        .returning(|_, _, _| Ok(()));
    parts
        .images
        .expect_publish()
        .returning(|_, _| Ok(added(false)));
    assert_eq!(
        parts.run(by(Role::Member)).await.unwrap(),
        Committed::Fresh(added(false))
    );
}

#[tokio::test]
async fn what_is_asked_for_under_a_key_is_this_picture_for_this_person() {
    let mut parts = Parts::new().decoded();
    let expected = format!(
        "POST /v1/things {} {} {}",
        user_id(1),
        Digest::new([9; 32]),
        now()
    );
    parts
        .images
        .expect_reserve()
        .withf(move |_, _, commit| {
            commit
                .claim
                .as_ref()
                .is_some_and(|claim| claim.fingerprint == Fingerprint::new(expected.clone()))
        })
        .returning(|_, _, _| Ok(Reserved::Replayed(added(false))));
    let outcome = parts
        .run(by(Role::Member).keyed(Some(claim())))
        .await
        .unwrap();
    assert_eq!(outcome, Committed::Replayed(added(false)));
}

#[tokio::test]
async fn the_same_bytes_again_are_the_photo_that_is_there_and_nothing_is_stored() {
    let parts = Parts::new().reserved(Ok(Reserved::Duplicate(image(1, user_id(1)))));
    assert_eq!(
        parts.run(by(Role::Member)).await.unwrap(),
        Committed::Fresh(added(true))
    );
}

#[tokio::test]
async fn without_room_to_decode_nothing_of_the_body_is_read() {
    let mut parts = Parts::new();
    parts.processor.expect_admit().returning(|| Err(DecodeBusy));
    assert!(matches!(
        parts.run(by(Role::Member)).await,
        Err(AddImageError::Busy(_))
    ));
}

#[tokio::test]
async fn a_failed_put_leaves_the_reservation_to_the_reaper() {
    let mut parts = Parts::new().reserved(Ok(Reserved::Pending));
    parts
        .objects
        .expect_put()
        .returning(|_, _, _| Err(fault().into()));
    assert!(matches!(
        parts.run(by(Role::Member)).await,
        Err(AddImageError::Fault(_))
    ));
    let mut parts = Parts::new().reserved(Ok(Reserved::Pending));
    parts
        .objects
        .expect_put()
        .returning(|_, _, _| Err(PutObjectError::AlreadyExists));
    assert!(matches!(
        parts.run(by(Role::Member)).await,
        Err(AddImageError::Fault(_))
    ));
}

#[tokio::test]
async fn losing_the_race_with_the_reaper_is_an_expired_upload() {
    for expired in [true, false] {
        let mut parts = Parts::new().reserved(Ok(Reserved::Pending));
        parts.objects.expect_put().returning(|_, _, _| Ok(()));
        parts.images.expect_publish().return_once(move |_, _| {
            Err(if expired {
                PublishImageError::Expired
            } else {
                fault().into()
            })
        });
        let outcome = parts.run(by(Role::Member)).await;
        assert_eq!(
            matches!(outcome, Err(AddImageError::Expired)),
            expired,
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn photos_of_others_are_added_by_their_managers_only() {
    let nobody = Parts {
        target: None,
        ..Parts::new()
    };
    assert!(matches!(
        nobody.run(by(Role::Member)).await,
        Err(AddImageError::Missing)
    ));
    let stranger = Request {
        caller: crate::Caller::signed_in(user_id(2), Role::Member),
        ..by(Role::Member)
    };
    assert!(matches!(
        Parts::new().run(stranger).await,
        Err(AddImageError::Missing)
    ));
    let manager = Request {
        caller: crate::Caller::signed_in(user_id(2), Role::Manager),
        ..by(Role::Member)
    };
    let admin = Parts {
        target: Some(user(1, Role::Admin)),
        ..Parts::new()
    };
    assert!(matches!(
        admin.run(manager).await,
        Err(AddImageError::Forbidden(_))
    ));
}

/// What is answered when receiving fails.
async fn when_received(error: ReceiveError) -> AddImageError {
    let mut parts = Parts::new();
    parts
        .processor
        .expect_admit()
        .returning(|| Ok(DecodePermit::new(())));
    parts
        .spool
        .expect_receive()
        .return_once(move |_, _| Err(error));
    parts.run(by(Role::Member)).await.unwrap_err()
}

/// What is answered when the picture is refused.
async fn when_processed(error: ProcessImageError) -> AddImageError {
    let mut parts = Parts::new().received();
    parts
        .processor
        .expect_process()
        .return_once(move |_, _| Err(error));
    parts.run(by(Role::Member)).await.unwrap_err()
}

/// What is answered when the store has no room for it.
async fn when_reserved(error: ReserveImageError) -> AddImageError {
    let parts = Parts::new().reserved(Err(error));
    parts.run(by(Role::Member)).await.unwrap_err()
}

#[tokio::test]
async fn every_refusal_to_receive_has_its_own_name() {
    use AddImageError as Is;
    let too_large = when_received(ReceiveError::TooLarge { cap: 3 }).await;
    assert!(matches!(too_large, Is::FileTooLarge { cap: 3 }));
    let gone = ReceiveError::Interrupted(BoxError::from("gone"));
    assert!(matches!(when_received(gone).await, Is::Interrupted(_)));
    assert!(matches!(when_received(fault().into()).await, Is::Fault(_)));
}

#[tokio::test]
async fn every_refusal_of_a_picture_has_its_own_name() {
    use AddImageError as Is;
    let unsupported = when_processed(ProcessImageError::Unsupported).await;
    assert!(matches!(unsupported, Is::Unsupported));
    let large = ProcessImageError::TooLarge {
        width: 9,
        height: 9,
    };
    assert!(matches!(
        when_processed(large).await,
        Is::PictureTooLarge { .. }
    ));
    let cut = ProcessImageError::Corrupt(BoxError::from("cut"));
    assert!(matches!(when_processed(cut).await, Is::Corrupt(_)));
    assert!(matches!(when_processed(fault().into()).await, Is::Fault(_)));
}

#[tokio::test]
async fn every_refusal_to_reserve_has_its_own_name() {
    use AddImageError as Is;
    use ReserveImageError as From;
    assert!(matches!(when_reserved(From::NoSuchUser).await, Is::Missing));
    let full = From::QuotaExceeded { used: 1, limit: 2 };
    assert!(matches!(
        when_reserved(full).await,
        Is::QuotaExceeded { .. }
    ));
    let under_way = when_reserved(From::UploadInFlight).await;
    assert!(matches!(under_way, Is::UploadInFlight));
    let claimed = when_reserved(ClaimError::InFlight.into()).await;
    assert!(matches!(claimed, Is::Claim(_)));
    assert!(matches!(when_reserved(fault().into()).await, Is::Fault(_)));
}
