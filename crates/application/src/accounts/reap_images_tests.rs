//! What the reaper clears away, and where it stops.

use super::{ReapImages, Reaped};
use crate::fixtures::{clock, fault, image_id, user_id};
use domain::accounts::images::{ImageState, ObjectKey, Variant};
use domain::ids::ImageId;
use ports::accounts::{ImageCount, MockImageCensus, MockImageJanitor, MockObjectStore};
use std::sync::Arc;

fn keys(image: ImageId) -> Vec<ObjectKey> {
    Variant::ALL
        .into_iter()
        .map(|variant| ObjectKey::of(user_id(1), image, variant))
        .collect()
}

fn reaper(doomed: u64, photos: u64, janitor: Option<MockImageJanitor>) -> ReapImages {
    let (mut census, mut objects) = (MockImageCensus::new(), MockObjectStore::new());
    let mut janitor = janitor.unwrap_or_default();
    janitor.expect_abort_expired().returning(|_| Ok(2));
    janitor
        .expect_reapable()
        .returning(move |_, _| Ok((1..=doomed).map(image_id).collect()));
    janitor
        .expect_doomed()
        .returning(|image, _| Ok(Some(keys(image))));
    janitor.expect_bury().returning(|_| Ok(()));
    census.expect_count().returning(move || {
        Ok(ImageCount {
            by_state: vec![(ImageState::Ready, photos)],
            ..ImageCount::default()
        })
    });
    objects.expect_delete().returning(|_| Ok(()));
    ReapImages {
        janitor: Arc::new(janitor),
        census: Arc::new(census),
        objects: Arc::new(objects),
        clock: clock(),
    }
}

#[tokio::test]
async fn expired_uploads_are_aborted_and_old_aborted_ones_cleared() {
    let reaped = reaper(3, 10, None).run().await.unwrap();
    assert_eq!(
        reaped,
        Reaped {
            aborted: 2,
            cleared: 3,
            objects: 12,
            stopped: false
        }
    );
    assert_eq!(
        reaper(0, 10, None).run().await.unwrap(),
        Reaped {
            aborted: 2,
            ..Reaped::default()
        }
    );
}

#[tokio::test]
async fn a_turn_stops_at_a_hundred_objects_or_one_in_a_hundred() {
    let few = reaper(40, 10, None).run().await.unwrap();
    assert_eq!((few.objects, few.stopped), (100, true));
    let many = reaper(40, 100_000, None).run().await.unwrap();
    assert_eq!((many.objects, many.stopped), (160, false));
}

#[tokio::test]
async fn a_photo_that_is_not_doomed_any_more_is_left_alone() {
    let mut janitor = MockImageJanitor::new();
    janitor.expect_doomed().returning(|_, _| Ok(None));
    let reaped = reaper(1, 10, Some(janitor)).run().await.unwrap();
    assert_eq!((reaped.objects, reaped.cleared), (0, 1));
}

#[tokio::test]
async fn the_first_fault_ends_the_turn() {
    let mut janitor = MockImageJanitor::new();
    janitor.expect_doomed().returning(|_, _| Err(fault()));
    assert!(reaper(1, 10, Some(janitor)).run().await.is_err());
}
