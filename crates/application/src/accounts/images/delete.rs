//! Deletes photos: unreadable at once, their bytes a little later.

use super::access::{Denied, changeable};
use crate::{Forbidden, Request};
use domain::audit::{Action, Audit};
use domain::ids::{ImageId, UserId};
use ports::accounts::{DeleteImageError, ImageRepository, UserRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Deletes one photo or all of a person's.
pub struct DeleteImages {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the history.
    pub images: Arc<dyn ImageRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing is deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteImagesError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person or photo, or the caller may not know that there is.
    #[error("there is no such photo")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for DeleteImagesError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Forbidden(forbidden) => Self::Forbidden(forbidden),
            Denied::Missing => Self::Missing,
            Denied::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<DeleteImageError> for DeleteImagesError {
    fn from(error: DeleteImageError) -> Self {
        match error {
            DeleteImageError::Missing => Self::Missing,
            DeleteImageError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl DeleteImages {
    /// Deletes one photo.
    ///
    /// # Errors
    /// [`DeleteImagesError`]; nothing is deleted then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn one(
        &self,
        request: &Request,
        user: UserId,
        id: ImageId,
    ) -> Result<(), DeleteImagesError> {
        changeable(&*self.users, request, user).await?;
        let audit = Audit::of(Action::ImageDeleted, user).about(id.uuid());
        Ok(self
            .images
            .delete(
                user,
                id,
                &request.commit(self.clock.now(), vec![audit], Vec::new()),
            )
            .await?)
    }

    /// Deletes every photo of a person; answers how many there were.
    ///
    /// # Errors
    /// [`DeleteImagesError`]; nothing is deleted then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn all(&self, request: &Request, user: UserId) -> Result<u64, DeleteImagesError> {
        changeable(&*self.users, request, user).await?;
        let audit = Audit::of(Action::ImagesDeleted, user);
        Ok(self
            .images
            .delete_all(
                user,
                &request.commit(self.clock.now(), vec![audit], Vec::new()),
            )
            .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::{DeleteImages, DeleteImagesError};
    use crate::fixtures::{by, by_nobody, clock, fault, image_id, user, user_id};
    use domain::accounts::Role;
    use domain::audit::Action;
    use ports::accounts::{DeleteImageError, MockImageRepository, MockUserRepository};
    use std::sync::Arc;

    fn with(outcome: Result<(), DeleteImageError>, there: bool) -> DeleteImages {
        let (mut users, mut images) = (MockUserRepository::new(), MockImageRepository::new());
        users
            .expect_find()
            .returning(move |_| Ok(there.then(|| Arc::new(user(1, Role::Member)))));
        images
            .expect_delete()
            .withf(|_, _, commit| commit.audit[0].action == Action::ImageDeleted)
            .return_once(move |_, _, _| outcome);
        images
            .expect_delete_all()
            .withf(|_, commit| commit.audit[0].action == Action::ImagesDeleted)
            .returning(|_, _| Ok(3));
        DeleteImages {
            users: Arc::new(users),
            images: Arc::new(images),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn people_delete_one_or_all_of_their_own() {
        assert!(
            with(Ok(()), true)
                .one(&by(Role::Member), user_id(1), image_id(1))
                .await
                .is_ok()
        );
        assert_eq!(
            with(Ok(()), true)
                .all(&by(Role::Member), user_id(1))
                .await
                .unwrap(),
            3
        );
    }

    #[tokio::test]
    async fn refusals_have_their_own_names() {
        let missing = with(Err(DeleteImageError::Missing), true)
            .one(&by(Role::Member), user_id(1), image_id(1))
            .await;
        assert!(matches!(missing, Err(DeleteImagesError::Missing)));
        let broken = with(Err(fault().into()), true)
            .one(&by(Role::Member), user_id(1), image_id(1))
            .await;
        assert!(matches!(broken, Err(DeleteImagesError::Fault(_))));
        assert!(matches!(
            with(Ok(()), false).all(&by(Role::Admin), user_id(2)).await,
            Err(DeleteImagesError::Missing)
        ));
        assert!(matches!(
            with(Ok(()), true).all(&by_nobody(), user_id(2)).await,
            Err(DeleteImagesError::Forbidden(_))
        ));
    }
}
