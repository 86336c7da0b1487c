//! A person's photos: where they can be fetched, and whether the last of their objects is gone.

use async_trait::async_trait;
use domain::accounts::images::{Image, ObjectKey};
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;
use futures::TryStreamExt as _;
use ports::Fault;
use ports::accounts::{ImageJanitor, ImageRepository, ObjectStore, StoredObject};
use ports::personal_data::PersonalData;
use std::sync::Arc;

/// The photos of people, in the database and in the object store.
pub struct StoredPhotos {
    /// Keeps the history.
    pub images: Arc<dyn ImageRepository>,
    /// Knows which objects have not gone yet.
    pub janitor: Arc<dyn ImageJanitor>,
    /// Keeps the objects.
    pub objects: Arc<dyn ObjectStore>,
}

/// Photos that are read at one go.
const PAGE: u32 = 200;

#[async_trait]
impl PersonalData for StoredPhotos {
    fn name(&self) -> &'static str {
        "photos"
    }

    /// The pictures that can be fetched. What the rows say is told with the other rows.
    async fn export(&self, user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        let (mut photos, mut before) = (Vec::new(), None);
        loop {
            let page = self.images.history(user, before, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(vec![("pictures".to_owned(), Fact::List(photos))]);
            };
            before = Some(last.seq);
            photos.extend(page.iter().map(photo));
        }
    }

    /// Waits for the outbox and the reaper, who clear the objects of every photo away; then reads the store again, and
    /// forgets the rows only when there is nothing under the person's keys. An object that no row knows is deleted on the
    /// way, and looked for again.
    async fn erase(&self, erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        if self.janitor.left_of(erasure.user).await? > 0 {
            return Ok(None);
        }
        let mut foreign = 0_u64;
        let mut found = self.objects.list(Some(erasure.user));
        let mut strays = Vec::new();
        while let Some(object) = found.try_next().await? {
            match key_of(&object) {
                Some(key) => strays.push(key),
                None => foreign += 1,
            }
        }
        for key in &strays {
            self.objects.delete(key).await?;
        }
        if !strays.is_empty() {
            return Ok(None);
        }
        self.janitor.forget(erasure.user).await?;
        let answer = PartAnswer::of(self.name())
            .without("image_objects")
            .without("images")
            .without("objects in the store, which was read again and has none");
        Ok(Some(match foreign {
            0 => answer,
            _ => answer.keeping(
                format!("{foreign} files in the person's folder that are not Muster's"),
                "only what Muster has put there is deleted",
            ),
        }))
    }
}

/// The key of an object, or of the object that a broken-off PUT has left something of.
fn key_of(object: &StoredObject) -> Option<ObjectKey> {
    let whole = object.key.split('#').next()?;
    ObjectKey::parse(whole).ok()
}

fn photo(image: &Image) -> Fact {
    let pictures = image.renditions.iter().map(|rendition| {
        let picture = Fact::Picture(image.user, image.id, rendition.variant);
        (rendition.variant.name().to_owned(), picture)
    });
    Fact::record([
        ("image_id", image.id.uuid().into()),
        ("created_at", image.created_at.into()),
        ("taken_at", image.taken_at.into()),
        ("urls", Fact::Record(pictures.collect())),
    ])
}

#[cfg(test)]
mod tests {
    use super::StoredPhotos;
    use crate::fixtures::{image, image_id, now, user_id};
    use domain::accounts::images::{ObjectKey, Variant};
    use domain::actors::Principal;
    use domain::erasures::Erasure;
    use domain::facts::Fact;
    use domain::ids::ErasureId;
    use futures::{StreamExt as _, stream};
    use ports::accounts::{MockImageJanitor, MockImageRepository, MockObjectStore, StoredObject};
    use ports::personal_data::PersonalData as _;
    use std::sync::Arc;
    use uuid::Uuid;

    fn erasure() -> Erasure {
        let id = ErasureId::new(Uuid::nil());
        Erasure::begin(id, user_id(2), Principal::System, now())
    }

    fn a_key() -> String {
        ObjectKey::of(user_id(2), image_id(1), Variant::Full).to_string()
    }

    /// So many photos are not gone, and the store lists these keys.
    fn over(left: u64, keys: Vec<String>) -> (MockImageJanitor, MockObjectStore) {
        let (mut janitor, mut objects) = (MockImageJanitor::new(), MockObjectStore::new());
        janitor.expect_left_of().returning(move |_| Ok(left));
        objects
            .expect_list()
            .withf(|whose| *whose == Some(user_id(2)))
            .returning(move |_| {
                let found = keys.clone().into_iter();
                stream::iter(found.map(|key| Ok(StoredObject { key, size: 1 }))).boxed()
            });
        (janitor, objects)
    }

    fn part((janitor, objects): (MockImageJanitor, MockObjectStore)) -> StoredPhotos {
        StoredPhotos {
            images: Arc::new(MockImageRepository::new()),
            janitor: Arc::new(janitor),
            objects: Arc::new(objects),
        }
    }

    #[tokio::test]
    async fn it_waits_until_every_photo_is_gone() {
        let (janitor, objects) = (over(1, Vec::new()).0, MockObjectStore::new());
        assert_eq!(
            part((janitor, objects)).erase(&erasure()).await.unwrap(),
            None
        );
    }

    #[tokio::test]
    async fn rows_are_forgotten_when_the_store_was_read_and_has_nothing() {
        let (mut janitor, objects) = over(0, Vec::new());
        let forget = janitor.expect_forget().times(1);
        forget.returning(|_| Ok(1));
        let answer = part((janitor, objects)).erase(&erasure()).await.unwrap();
        assert!(answer.unwrap().stayed.is_empty());
    }

    #[tokio::test]
    async fn what_no_row_knows_is_deleted_and_looked_for_again() {
        for key in [a_key(), format!("{}#1", a_key())] {
            let (janitor, mut objects) = over(0, vec![key]);
            let delete = objects.expect_delete().times(1);
            delete
                .withf(|key| key.to_string() == a_key())
                .returning(|_| Ok(()));
            assert_eq!(
                part((janitor, objects)).erase(&erasure()).await.unwrap(),
                None
            );
        }
    }

    #[tokio::test]
    async fn what_is_not_ours_is_named_and_left_alone() {
        let (mut janitor, objects) = over(0, vec!["images/notes.txt".to_owned()]);
        janitor.expect_forget().returning(|_| Ok(0));
        let answer = part((janitor, objects)).erase(&erasure()).await.unwrap();
        assert_eq!(answer.unwrap().stayed.len(), 1);
    }

    #[tokio::test]
    async fn every_photo_is_told_with_its_pictures() {
        let mut images = MockImageRepository::new();
        images.expect_history().returning(|user, before, _| {
            Ok(match before {
                None => vec![image(7, user)],
                Some(_) => Vec::new(),
            })
        });
        let part = StoredPhotos {
            images: Arc::new(images),
            janitor: Arc::new(MockImageJanitor::new()),
            objects: Arc::new(MockObjectStore::new()),
        };
        let told = part.export(user_id(2)).await.unwrap();
        let full = Fact::Picture(user_id(2), image_id(7), Variant::Full);
        assert!(format!("{told:?}").contains(&format!("{full:?}")));
    }
}
