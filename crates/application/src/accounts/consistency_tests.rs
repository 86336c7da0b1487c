//! What a scan finds, and what it leaves alone.

use super::{CheckConsistency, CheckConsistencyError, ScanObjects, Sweeps};
use crate::accounts::reap_images::Reaped;
use crate::fixtures::{by, image_id, now, user_id};
use domain::accounts::Role;
use domain::accounts::images::{ObjectKey, Variant};
use futures::StreamExt;
use ports::accounts::{ImageCount, MockImageCensus, MockObjectStore, StoredObject};
use std::collections::BTreeSet;
use std::sync::Arc;

fn key(image: u64) -> ObjectKey {
    ObjectKey::of(user_id(1), image_id(image), Variant::Full)
}

/// A store with the object of photo 1, an orphan (2) and a foreign file; photos 1 and 3 are ready, 3 lacks its object.
fn scan(deletions: usize) -> ScanObjects {
    let (mut census, mut objects) = (MockImageCensus::new(), MockObjectStore::new());
    objects.expect_list().returning(|_| {
        let stored = [
            key(1).to_string(),
            key(2).to_string(),
            "images/readme.txt".to_owned(),
        ];
        futures::stream::iter(stored.map(|key| Ok(StoredObject { key, size: 3 }))).boxed()
    });
    objects
        .expect_exists()
        .returning(|wanted| Ok(*wanted == key(1)));
    objects
        .expect_delete()
        .withf(|doomed| *doomed == key(2))
        .times(deletions)
        .returning(|_| Ok(()));
    census.expect_known().returning(|keys| {
        Ok(keys
            .into_iter()
            .filter(|wanted| *wanted != key(2))
            .collect::<BTreeSet<_>>())
    });
    census
        .expect_ready_among()
        .returning(|images| Ok(images.into_iter().collect()));
    census.expect_ready().returning(|after, _| {
        Ok(if after.is_some() {
            vec![]
        } else {
            [1, 3]
                .map(|image| (image_id(image), vec![key(image)]))
                .into()
        })
    });
    ScanObjects {
        census: Arc::new(census),
        objects: Arc::new(objects),
    }
}

#[tokio::test]
async fn a_dry_run_names_orphans_and_what_is_missing_and_deletes_nothing() {
    let found = scan(0).run(&by(Role::Admin), true).await.unwrap();
    assert_eq!(
        (
            found.objects,
            found.images,
            found.foreign_count,
            found.deleted
        ),
        (3, 2, 1, 0)
    );
    assert_eq!((found.orphans, found.orphan_count), (vec![key(2)], 1));
    assert_eq!((found.missing, found.missing_count), (vec![key(3)], 1));
}

#[tokio::test]
async fn a_real_run_deletes_orphans_and_nothing_else() {
    assert_eq!(
        scan(1).run(&by(Role::Admin), false).await.unwrap().deleted,
        1
    );
}

#[tokio::test]
async fn only_admins_look_behind_the_scenes() {
    assert!(matches!(
        scan(0).run(&by(Role::Manager), true).await,
        Err(CheckConsistencyError::Forbidden(_))
    ));
    let mut census = MockImageCensus::new();
    census
        .expect_count()
        .returning(|| Ok(ImageCount::default()));
    let sweeps = Arc::new(Sweeps::default());
    sweeps.note(
        now(),
        Reaped {
            aborted: 1,
            ..Reaped::default()
        },
    );
    let check = CheckConsistency {
        census: Arc::new(census),
        sweeps,
    };
    assert!(matches!(
        check.run(&by(Role::Manager)).await,
        Err(CheckConsistencyError::Forbidden(_))
    ));
    assert_eq!(
        check
            .run(&by(Role::Admin))
            .await
            .unwrap()
            .last_sweep
            .map(|(at, _)| at),
        Some(now())
    );
}
