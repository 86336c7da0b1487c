//! Photos change people's rows, so each of their writes makes the cache forget the person.

use super::CachedImages;
use crate::caching::UserEntries;
use domain::accounts::images::Image;
use domain::audit::{Action, Audit};
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{
    AddedImage, DeleteImageError, ImageRepository, MockImageRepository, MockUserCache,
    PublishImageError,
};
use std::sync::Arc;
use testkit::builders::{CommitWith as _, a_commit, a_pending_image, a_user};
use testkit::parts::NothingHeard;

fn forgetting(inner: MockImageRepository, id: UserId, times: usize) -> CachedImages {
    let mut cache = MockUserCache::new();
    let killed = cache.expect_kill().times(times);
    killed
        .withf(move |killed| *killed == id)
        .returning(|_| Ok(()));
    let entries = UserEntries::new(Arc::new(cache), Arc::new(NothingHeard), |_| {});
    CachedImages::new(Arc::new(inner), Arc::new(entries))
}

fn lost() -> Fault {
    Fault::uncertain("database", "connection reset")
}

#[tokio::test]
async fn every_write_forgets_the_person() {
    let ada = a_user().build().id;
    let pending = a_pending_image(ada).build();
    let image = Image {
        id: pending.id,
        user: ada,
        seq: 1,
        taken_at: None,
        created_at: pending.created_at,
        renditions: pending.renditions,
    };
    let mut inner = MockImageRepository::new();
    let added = AddedImage {
        image,
        deduplicated: false,
    };
    inner
        .expect_publish()
        .returning(move |_, _| Ok(added.clone()));
    inner.expect_set_avatar().returning(|_, _, _| Ok(()));
    inner.expect_delete().returning(|_, _, _| Ok(()));
    inner.expect_delete_all().returning(|_, _| Ok(3));
    let images = forgetting(inner, ada, 4);
    let (id, commit) = (pending.id, a_commit());
    images.publish(id, &commit).await.expect("is in time");
    images.set_avatar(ada, id, &commit).await.expect("is there");
    images.delete(ada, id, &commit).await.expect("is there");
    images.delete_all(ada, &commit).await.expect("are there");
}

#[tokio::test]
async fn a_write_whose_outcome_is_unknown_forgets_whom_it_is_about() {
    let ada = a_user().build().id;
    let id = a_pending_image(ada).build().id;
    let mut inner = MockImageRepository::new();
    inner.expect_publish().returning(|_, _| Err(lost().into()));
    inner
        .expect_set_avatar()
        .returning(|_, _, _| Err(lost().into()));
    inner
        .expect_delete()
        .returning(|_, _, _| Err(lost().into()));
    inner.expect_delete_all().returning(|_, _| Err(lost()));
    let images = forgetting(inner, ada, 4);
    let commit = a_commit().saying(Audit::of(Action::ImageAdded, ada));
    assert!(images.publish(id, &commit).await.is_err());
    assert!(images.set_avatar(ada, id, &commit).await.is_err());
    assert!(images.delete(ada, id, &commit).await.is_err());
    assert!(images.delete_all(ada, &commit).await.is_err());
}

#[tokio::test]
async fn a_write_that_was_refused_leaves_the_cache_alone() {
    let ada = a_user().build().id;
    let id = a_pending_image(ada).build().id;
    let mut inner = MockImageRepository::new();
    inner
        .expect_publish()
        .returning(|_, _| Err(PublishImageError::Expired));
    inner
        .expect_delete()
        .returning(|_, _, _| Err(DeleteImageError::Missing));
    let images = forgetting(inner, ada, 0);
    assert!(images.publish(id, &a_commit()).await.is_err());
    assert!(images.delete(ada, id, &a_commit()).await.is_err());
}
