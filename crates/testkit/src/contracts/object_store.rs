//! What every store of objects promises.

use bytes::Bytes;
use core::any::Any;
use core::ops::Range;
use domain::Digest;
use domain::accounts::images::{Encoding, ObjectKey, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use futures::TryStreamExt as _;
use ports::accounts::{ObjectStore, PutObjectError, StoredObject};
use std::sync::Arc;
use uuid::Uuid;

/// A store that nobody else uses, and what has to live as long as it does: a folder, a server.
pub struct Shelf {
    objects: Arc<dyn ObjectStore>,
    _keeper: Box<dyn Any + Send + Sync>,
}

impl Shelf {
    /// Puts a store and its keeper together.
    pub fn new(objects: impl ObjectStore + 'static, keeper: impl Any + Send + Sync) -> Self {
        Self {
            objects: Arc::new(objects),
            _keeper: Box::new(keeper),
        }
    }
}

/// What is said of a body when it is stored.
pub fn rendition(body: &Bytes) -> Rendition {
    Rendition {
        variant: Variant::Full,
        encoding: Encoding::Jpeg,
        width: 1,
        height: 1,
        bytes: body.len() as u64,
        digest: Digest::new([0; 32]),
    }
}

fn key(image: u128, variant: Variant) -> ObjectKey {
    let user = UserId::new(Uuid::from_u128(0xada));
    ObjectKey::of(user, ImageId::new(Uuid::from_u128(image)), variant)
}

async fn put(shelf: &Shelf, key: &ObjectKey, body: &Bytes) -> Result<(), PutObjectError> {
    shelf.objects.put(key, &rendition(body), body.clone()).await
}

async fn get(shelf: &Shelf, key: &ObjectKey, range: Option<Range<u64>>) -> Option<(u64, Vec<u8>)> {
    let found = shelf.objects.get(key, range).await.expect("can be read")?;
    let pieces: Vec<Bytes> = found.body.try_collect().await.expect("can be read");
    Some((found.size, pieces.concat()))
}

async fn listed(shelf: &Shelf) -> Vec<StoredObject> {
    let all = shelf.objects.list(None).try_collect::<Vec<_>>().await;
    let mut all = all.expect("can be read");
    all.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    all
}

/// What was stored is read back, whole, whether it is empty, small or large.
pub async fn what_was_stored_is_read_back(shelf: &Shelf) {
    let large: Bytes = (0..3_000_000_u32)
        .map(|byte| byte.to_le_bytes()[0])
        .collect();
    for (image, body) in [
        (1, Bytes::new()),
        (2, Bytes::from_static(b"pixels")),
        (3, large),
    ] {
        let key = key(image, Variant::Full);
        put(shelf, &key, &body).await.expect("is free");
        let read = get(shelf, &key, None).await.expect("is there");
        assert!(
            read == (body.len() as u64, body.to_vec()),
            "{} bytes",
            body.len()
        );
        assert!(shelf.objects.exists(&key).await.expect("can be read"));
    }
}

/// What was never stored is absent, which is no error.
pub async fn what_was_never_stored_is_absent(shelf: &Shelf) {
    let key = key(1, Variant::Full);
    assert_eq!(get(shelf, &key, None).await, None);
    assert_eq!(get(shelf, &key, Some(0..9)).await, None);
    assert!(!shelf.objects.exists(&key).await.expect("can be read"));
    assert_eq!(listed(shelf).await, []);
}

/// A key is never written twice, not even with the same bytes.
pub async fn a_taken_key_is_left_as_it_is(shelf: &Shelf) {
    let (key, first) = (key(1, Variant::Full), Bytes::from_static(b"first"));
    put(shelf, &key, &first).await.expect("is free");
    for body in [first, Bytes::from_static(b"second")] {
        let refused = put(shelf, &key, &body).await;
        assert!(
            matches!(refused, Err(PutObjectError::AlreadyExists)),
            "{refused:?}"
        );
    }
    assert_eq!(get(shelf, &key, None).await, Some((5, b"first".to_vec())));
    assert_eq!(listed(shelf).await.len(), 1);
}

/// Of many who store under one key at once exactly one does, and its bytes stay.
pub async fn of_many_at_once_exactly_one_wins(shelf: &Shelf) {
    let key = key(1, Variant::Full);
    let racers = (0..8_u8).map(|racer| {
        let (objects, key) = (Arc::clone(&shelf.objects), key.clone());
        let body = Bytes::from(vec![racer; 200_000]);
        tokio::spawn(async move { objects.put(&key, &rendition(&body), body).await })
    });
    let racers: Vec<_> = racers.collect();
    let mut winners = Vec::new();
    for (racer, outcome) in (0_u8..).zip(racers) {
        match outcome.await.expect("does not panic") {
            Ok(()) => winners.push(racer),
            Err(PutObjectError::AlreadyExists) => {}
            Err(PutObjectError::Fault(fault)) => panic!("{fault:?}"),
        }
    }
    let [winner] = winners[..] else {
        panic!("{winners:?} have won")
    };
    let (_, stored) = get(shelf, &key, None).await.expect("is there");
    assert!(stored == vec![winner; 200_000]);
    assert_eq!(listed(shelf).await.len(), 1);
}

/// The variants of a picture are stored side by side.
pub async fn variants_are_stored_at_once(shelf: &Shelf) {
    let keys = Variant::ALL.map(|variant| key(1, variant));
    let body = Bytes::from_static(b"pixels");
    let puts = keys.iter().map(|key| put(shelf, key, &body));
    for outcome in futures::future::join_all(puts).await {
        outcome.expect("is free");
    }
    assert_eq!(listed(shelf).await.len(), 4);
}

/// A range gives those bytes and the size of the whole; beyond the end it is cut.
pub async fn a_range_is_cut_at_the_end(shelf: &Shelf) {
    let (key, body) = (key(1, Variant::Full), Bytes::from_static(b"0123456789"));
    put(shelf, &key, &body).await.expect("is free");
    for (range, expected) in [
        (0..10, "0123456789"),
        (0..1, "0"),
        (3..7, "3456"),
        (7..99, "789"),
        (9..u64::MAX, "9"),
        (10..11, ""),
        (99..100, ""),
        (4..4, ""),
    ] {
        let read = get(shelf, &key, Some(range.clone())).await;
        assert_eq!(read, Some((10, expected.as_bytes().to_vec())), "{range:?}");
    }
}

/// A range in the midst of a large object is exact.
pub async fn a_range_of_a_large_object_is_exact(shelf: &Shelf) {
    let body: Bytes = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
    let key = key(1, Variant::Full);
    put(shelf, &key, &body).await.expect("is free");
    let read = get(shelf, &key, Some(123_457..2_345_679)).await;
    assert!(read == Some((2_800_000, body[123_457..2_345_679].to_vec())));
}

/// A deleted object is gone, the others stay, and deleting it again is no error.
pub async fn a_deleted_object_is_gone(shelf: &Shelf) {
    let (one, other) = (key(1, Variant::Full), key(1, Variant::Large));
    let body = Bytes::from_static(b"pixels");
    put(shelf, &one, &body).await.expect("is free");
    put(shelf, &other, &body).await.expect("is free");
    for _ in 0..2 {
        shelf.objects.delete(&one).await.expect("can be deleted");
        assert!(!shelf.objects.exists(&one).await.expect("can be read"));
        assert_eq!(get(shelf, &one, None).await, None);
    }
    assert_eq!(
        get(shelf, &other, None).await,
        Some((6, b"pixels".to_vec()))
    );
}

/// Whoever is reading an object when it is deleted reads it to its end, or is told.
pub async fn a_read_that_has_begun_is_whole_or_fails(shelf: &Shelf) {
    let (key, body) = (key(1, Variant::Full), Bytes::from(vec![7; 2_000_000]));
    put(shelf, &key, &body).await.expect("is free");
    let begun = shelf.objects.get(&key, None).await.expect("can be read");
    let begun = begun.expect("is there");
    shelf.objects.delete(&key).await.expect("can be deleted");
    if let Ok(pieces) = begun.body.try_collect::<Vec<Bytes>>().await {
        assert!(pieces.concat() == body);
    }
}

/// A listing has every object with its key and size.
pub async fn a_listing_has_every_object(shelf: &Shelf) {
    let mut expected = Vec::new();
    for image in 1..=40_u8 {
        let (key, body) = (key(image.into(), Variant::Small), vec![image; image.into()]);
        put(shelf, &key, &Bytes::from(body)).await.expect("is free");
        expected.push(StoredObject {
            key: key.to_string(),
            size: image.into(),
        });
    }
    assert_eq!(listed(shelf).await, expected);
}

/// Of the one whose id begins like another's, too.
pub async fn a_listing_can_be_of_one_person(shelf: &Shelf) {
    let people = [0xada_u128, 0xadb, 0xada << 64].map(|id| UserId::new(Uuid::from_u128(id)));
    let image = ImageId::new(Uuid::from_u128(7));
    for (size, user) in people.iter().enumerate() {
        let (key, body) = (ObjectKey::of(*user, image, Variant::Small), vec![7; size]);
        put(shelf, &key, &Bytes::from(body)).await.expect("is free");
    }
    for (size, user) in people.iter().enumerate() {
        let listed: Vec<StoredObject> = shelf
            .objects
            .list(Some(*user))
            .try_collect()
            .await
            .expect("can be read");
        let key = ObjectKey::of(*user, image, Variant::Small).to_string();
        let size = size as u64;
        assert_eq!(listed, [StoredObject { key, size }]);
    }
    let nobody = UserId::new(Uuid::from_u128(9));
    let listed = shelf.objects.list(Some(nobody)).try_collect::<Vec<_>>();
    assert_eq!(listed.await.expect("is no error"), []);
}

/// Runs the contract over `$fixture`, a future that gives an empty [`Shelf`].
#[macro_export]
macro_rules! object_store_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::object_store,
            $fixture,
            [
                what_was_stored_is_read_back,
                what_was_never_stored_is_absent,
                a_taken_key_is_left_as_it_is,
                of_many_at_once_exactly_one_wins,
                variants_are_stored_at_once,
                a_range_is_cut_at_the_end,
                a_range_of_a_large_object_is_exact,
                a_deleted_object_is_gone,
                a_read_that_has_begun_is_whole_or_fails,
                a_listing_has_every_object,
                a_listing_can_be_of_one_person,
            ]
        );
    };
}
