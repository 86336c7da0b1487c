//! Shows photos: the history, one of them, and the bytes of one of its pictures.

use super::access::{Denied, recognisable, visible, visible_with};
use crate::paging::one_more;
use crate::{Forbidden, Page, Request};
use core::ops::Range;
use domain::accounts::images::{Image, ObjectKey, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use ports::Fault;
use ports::accounts::{ImageRepository, ObjectRead, ObjectStore, UserRepository};
use std::sync::Arc;

/// Why a photo is not shown.
#[derive(Debug, thiserror::Error)]
pub enum FindImageError {
    /// The caller has not signed in.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person or photo, or the caller may not know that there is.
    #[error("there is no such photo")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for FindImageError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Forbidden(forbidden) => Self::Forbidden(forbidden),
            Denied::Missing => Self::Missing,
            Denied::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Lists a person's photos, newest first.
pub struct ListImages {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the history.
    pub images: Arc<dyn ImageRepository>,
}

impl ListImages {
    /// One page of the history.
    ///
    /// # Errors
    /// [`FindImageError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        user: UserId,
        before: Option<u64>,
        size: u32,
    ) -> Result<Page<Image, u64>, FindImageError> {
        visible(&*self.users, request, user).await?;
        let rows = self.images.history(user, before, one_more(size)).await?;
        Ok(Page::cut(rows, size, |image| image.seq))
    }
}

/// Looks one photo up.
pub struct FindImage {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the history.
    pub images: Arc<dyn ImageRepository>,
}

impl FindImage {
    /// Looks a photo up.
    ///
    /// # Errors
    /// [`FindImageError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        user: UserId,
        id: ImageId,
    ) -> Result<Image, FindImageError> {
        visible(&*self.users, request, user).await?;
        self.images
            .find(user, id)
            .await?
            .ok_or(FindImageError::Missing)
    }

    /// Looks a photo up for whoever sees its pictures: an avatar those do who work at the same site.
    ///
    /// # Errors
    /// [`FindImageError`].
    pub async fn to_look_at(
        &self,
        request: &Request,
        user: UserId,
        id: ImageId,
    ) -> Result<Image, FindImageError> {
        visible_with(&*self.users, request, user, id).await?;
        self.images
            .find(user, id)
            .await?
            .ok_or(FindImageError::Missing)
    }

    /// Looks up the photo that stands for a person.
    ///
    /// # Errors
    /// [`FindImageError::Missing`] also when they have none.
    pub async fn avatar(&self, request: &Request, user: UserId) -> Result<ImageId, FindImageError> {
        recognisable(&*self.users, request, user)
            .await?
            .avatar
            .ok_or(FindImageError::Missing)
    }
}

/// Reads the bytes of one picture.
pub struct ReadVariant {
    /// Looks photos up.
    pub find: Arc<FindImage>,
    /// Keeps the bytes.
    pub objects: Arc<dyn ObjectStore>,
}

/// The bytes of a picture and what they are.
#[derive(Debug)]
pub struct VariantBody {
    /// What they are.
    pub rendition: Rendition,
    /// The bytes that were asked for.
    pub read: ObjectRead,
}

/// Why bytes are not shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadVariantError {
    /// The photo is not shown.
    #[error(transparent)]
    Image(#[from] FindImageError),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ReadVariant {
    /// What a picture is, without reading it: enough to answer a conditional request.
    ///
    /// # Errors
    /// [`FindImageError`].
    pub async fn describe(
        &self,
        request: &Request,
        user: UserId,
        id: ImageId,
        variant: Variant,
    ) -> Result<Rendition, FindImageError> {
        let image = self.find.to_look_at(request, user, id).await?;
        image
            .rendition(variant)
            .cloned()
            .ok_or(FindImageError::Missing)
    }

    /// Reads a picture that was described, or the bytes `range` of it.
    ///
    /// # Errors
    /// [`ReadVariantError`]. A photo that was deleted since is [`FindImageError::Missing`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        user: UserId,
        id: ImageId,
        rendition: Rendition,
        range: Option<Range<u64>>,
    ) -> Result<VariantBody, ReadVariantError> {
        let key = ObjectKey::of(user, id, rendition.variant);
        let read = self
            .objects
            .get(&key, range)
            .await?
            .ok_or(FindImageError::Missing)?;
        Ok(VariantBody { rendition, read })
    }
}

#[cfg(test)]
mod tests {
    use super::{FindImage, FindImageError, ListImages, ReadVariant, ReadVariantError};
    use crate::Request;
    use crate::fixtures::{by, by_nobody, fault, image, image_id, rendition, user, user_id};
    use domain::accounts::images::Variant;
    use domain::accounts::{Role, Status, User};
    use futures::StreamExt;
    use ports::accounts::{MockImageRepository, MockObjectStore, MockUserRepository, ObjectRead};
    use std::sync::Arc;

    fn people(found: Option<User>) -> Arc<MockUserRepository> {
        let mut users = MockUserRepository::new();
        users
            .expect_find()
            .returning(move |_| Ok(found.clone().map(Arc::new)));
        Arc::new(users)
    }

    fn holding(found: bool) -> Arc<MockImageRepository> {
        let mut images = MockImageRepository::new();
        images
            .expect_find()
            .returning(move |user, _| Ok(found.then(|| image(1, user))));
        images
            .expect_history()
            .withf(|_, before, limit| (*before, *limit) == (Some(9), 3))
            .returning(|user, _, _| Ok([8, 7, 6].map(|seq| image(seq, user)).into()));
        Arc::new(images)
    }

    fn find(found: bool) -> FindImage {
        FindImage {
            users: people(Some(user(1, Role::Member))),
            images: holding(found),
        }
    }

    #[tokio::test]
    async fn the_history_comes_page_by_page_and_newest_first() {
        let list = ListImages {
            users: people(Some(user(1, Role::Member))),
            images: holding(true),
        };
        let page = list
            .run(&by(Role::Member), user_id(1), Some(9), 2)
            .await
            .unwrap();
        assert_eq!((page.items.len(), page.next), (2, Some(7)));
    }

    #[tokio::test]
    async fn photos_of_strangers_deleted_people_and_of_nobody_are_missing() {
        let deleted = User {
            status: Status::Deleted,
            ..user(1, Role::Member)
        };
        let gone = FindImage {
            users: people(Some(deleted)),
            images: holding(true),
        };
        assert!(matches!(
            gone.run(&by(Role::Admin), user_id(1), image_id(1)).await,
            Err(FindImageError::Missing)
        ));
        assert!(matches!(
            find(true)
                .run(&by(Role::Member), user_id(2), image_id(1))
                .await,
            Err(FindImageError::Missing)
        ));
        assert!(matches!(
            find(false)
                .run(&by(Role::Member), user_id(1), image_id(1))
                .await,
            Err(FindImageError::Missing)
        ));
        assert!(matches!(
            find(true).run(&by_nobody(), user_id(1), image_id(1)).await,
            Err(FindImageError::Forbidden(_))
        ));
    }

    #[tokio::test]
    async fn a_fault_below_stays_a_fault() {
        let mut users = MockUserRepository::new();
        users.expect_find().returning(|_| Err(fault()));
        let find = FindImage {
            users: Arc::new(users),
            images: holding(true),
        };
        assert!(matches!(
            find.run(&by(Role::Admin), user_id(1), image_id(1)).await,
            Err(FindImageError::Fault(_))
        ));
    }

    #[tokio::test]
    async fn a_person_without_photos_has_no_avatar() {
        assert!(matches!(
            find(true).avatar(&by(Role::Member), user_id(1)).await,
            Err(FindImageError::Missing)
        ));
        let chosen = User {
            avatar: Some(image_id(4)),
            ..user(1, Role::Member)
        };
        let find = FindImage {
            users: people(Some(chosen)),
            images: holding(true),
        };
        assert_eq!(
            find.avatar(&by(Role::Member), user_id(1)).await.unwrap(),
            image_id(4)
        );
    }

    #[tokio::test]
    async fn a_picture_is_described_first_and_then_read_in_part() {
        let mut objects = MockObjectStore::new();
        objects
            .expect_get()
            .withf(|key, range| key.as_str().ends_with("/256") && *range == Some(1..2))
            .returning(|_, _| {
                Ok(Some(ObjectRead {
                    size: 3,
                    body: futures::stream::empty().boxed(),
                }))
            });
        let read = ReadVariant {
            find: Arc::new(find(true)),
            objects: Arc::new(objects),
        };
        let request: Request = by(Role::Member);
        let described = read
            .describe(&request, user_id(1), image_id(1), Variant::Medium)
            .await
            .unwrap();
        let body = read
            .run(user_id(1), image_id(1), described, Some(1..2))
            .await
            .unwrap();
        assert_eq!(body.read.size, 3);
    }

    #[tokio::test]
    async fn a_picture_whose_object_went_meanwhile_is_missing() {
        let mut objects = MockObjectStore::new();
        objects.expect_get().returning(|_, _| Ok(None));
        let read = ReadVariant {
            find: Arc::new(find(true)),
            objects: Arc::new(objects),
        };
        let outcome = read
            .run(user_id(1), image_id(1), rendition(Variant::Full), None)
            .await;
        assert!(matches!(
            outcome,
            Err(ReadVariantError::Image(FindImageError::Missing))
        ));
    }
}
