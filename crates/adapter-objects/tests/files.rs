//! What only files can do wrong: leftovers of a killed process, empty folders, rights, races.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_objects::FileObjects;
use bytes::Bytes;
use domain::accounts::images::{ObjectKey, Variant};
use domain::ids::{ImageId, UserId};
use futures::TryStreamExt as _;
use ports::Fault;
use ports::accounts::ObjectStore as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use testkit::contracts::object_store::rendition;
use uuid::Uuid;

fn shelf() -> (TempDir, PathBuf, FileObjects) {
    let folder = tempfile::tempdir().expect("there is room");
    let root = folder.path().join("data/objects");
    let objects = FileObjects::new(&root).expect("can be made");
    (folder, root, objects)
}

fn key(user: u128, image: u128, variant: Variant) -> ObjectKey {
    let (user, image) = (Uuid::from_u128(user), Uuid::from_u128(image));
    ObjectKey::of(UserId::new(user), ImageId::new(image), variant)
}

async fn put(objects: &FileObjects, key: &ObjectKey) {
    let body = Bytes::from_static(b"pixels");
    objects
        .put(key, &rendition(&body), body)
        .await
        .expect("is free");
}

async fn listed(objects: &FileObjects) -> Vec<String> {
    let all: Vec<_> = objects.list(None).try_collect().await.expect("can be read");
    let mut keys: Vec<_> = all.into_iter().map(|object| object.key).collect();
    keys.sort_unstable();
    keys
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn deletion_takes_the_leftovers_of_a_killed_put_along_and_nothing_else() {
    let (_folder, root, objects) = shelf();
    let (full, large) = (key(1, 2, Variant::Full), key(1, 2, Variant::Large));
    put(&objects, &full).await;
    put(&objects, &large).await;
    for leftover in ["#1", "#27"] {
        std::fs::write(root.join(format!("{full}{leftover}")), "half").expect("there is room");
    }
    std::fs::write(root.join(format!("{full}#note")), "foreign").expect("there is room");
    objects.delete(&full).await.expect("can be deleted");
    assert_eq!(
        listed(&objects).await,
        [large.to_string(), format!("{full}#note")]
    );
}

#[tokio::test]
async fn a_listing_shows_leftovers_and_what_is_not_ours_but_nothing_beside_the_pictures() {
    let (_folder, root, objects) = shelf();
    let full = key(1, 2, Variant::Full);
    put(&objects, &full).await;
    std::fs::write(root.join(format!("{full}#1")), "half").expect("there is room");
    std::fs::write(root.join("images/readme"), "foreign").expect("there is room");
    std::fs::write(root.join("elsewhere"), "foreign").expect("there is room");
    let expected = [
        full.to_string(),
        format!("{full}#1"),
        "images/readme".to_owned(),
    ];
    assert_eq!(listed(&objects).await, expected);
}

#[tokio::test]
async fn empty_folders_go_with_the_last_object() {
    let (_folder, root, objects) = shelf();
    let (one, other) = (key(1, 2, Variant::Full), key(1, 3, Variant::Full));
    put(&objects, &one).await;
    put(&objects, &other).await;
    objects.delete(&one).await.expect("can be deleted");
    assert!(objects.exists(&other).await.expect("can be read"));
    assert_eq!(
        entries(&root.join("images").join(Uuid::from_u128(1).to_string())),
        1
    );
    objects.delete(&other).await.expect("can be deleted");
    assert!(root.is_dir());
    assert_eq!(entries(&root), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deletions_that_prune_do_not_make_puts_fail() {
    let (_folder, root, objects) = shelf();
    let objects = Arc::new(objects);
    let workers = (0..4).map(|image| {
        let objects = Arc::clone(&objects);
        tokio::spawn(async move {
            let key = key(1, image, Variant::Full);
            for _ in 0..60 {
                put(&objects, &key).await;
                objects.delete(&key).await.expect("can be deleted");
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("no PUT fails");
    }
    assert_eq!(entries(&root), 0);
}

#[cfg(unix)]
#[test]
fn the_root_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, root, _objects) = shelf();
    let mode = std::fs::metadata(root)
        .expect("is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn a_root_that_is_gone_is_unavailable_and_not_empty() {
    let (_folder, root, objects) = shelf();
    objects.probe().await.expect("is writable");
    assert_eq!(entries(&root), 0);
    std::fs::remove_dir(&root).expect("is empty");
    let probed = objects.probe().await;
    assert!(
        matches!(probed, Err(Fault::Unavailable { .. })),
        "{probed:?}"
    );
}

#[tokio::test]
async fn a_file_in_the_way_of_a_folder_is_a_fault_and_not_an_absence() {
    let (_folder, root, objects) = shelf();
    std::fs::write(root.join("images"), "in the way").expect("there is room");
    let body = Bytes::from_static(b"pixels");
    let refused = objects
        .put(&key(1, 2, Variant::Full), &rendition(&body), body)
        .await;
    assert!(refused.is_err());
    let deleted = objects.delete(&key(1, 2, Variant::Full)).await;
    assert!(
        matches!(deleted, Err(Fault::Unavailable { .. })),
        "{deleted:?}"
    );
}
