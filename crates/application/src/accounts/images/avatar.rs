//! Chooses which photo stands for a person.

use super::access::{Denied, changeable};
use crate::{Forbidden, Request};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::{ImageId, UserId};
use ports::accounts::{ImageRepository, SetAvatarError, UserRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Makes any photo of the history the avatar.
pub struct SetAvatar {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the history.
    pub images: Arc<dyn ImageRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why the avatar stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChooseAvatarError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person, or the caller may not know that there is.
    #[error("there is no such person")]
    Missing,
    /// The person has no such photo.
    #[error("there is no such photo")]
    NoSuchImage,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for ChooseAvatarError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Forbidden(forbidden) => Self::Forbidden(forbidden),
            Denied::Missing => Self::Missing,
            Denied::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<SetAvatarError> for ChooseAvatarError {
    fn from(error: SetAvatarError) -> Self {
        match error {
            SetAvatarError::Missing => Self::NoSuchImage,
            SetAvatarError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl SetAvatar {
    /// Chooses the avatar.
    ///
    /// # Errors
    /// [`ChooseAvatarError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        user: UserId,
        id: ImageId,
    ) -> Result<(), ChooseAvatarError> {
        changeable(&*self.users, request, user).await?;
        let audit = Audit::of(Action::AvatarChosen, user).about(id.uuid());
        let event = Event::object(EventKind::UserChanged, user, id.uuid());
        Ok(self
            .images
            .set_avatar(
                user,
                id,
                &request.commit(self.clock.now(), vec![audit], vec![event]),
            )
            .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChooseAvatarError, SetAvatar};
    use crate::fixtures::{by, by_nobody, clock, fault, image_id, user, user_id};
    use domain::accounts::Role;
    use domain::audit::Action;
    use ports::accounts::{MockImageRepository, MockUserRepository, SetAvatarError};
    use std::sync::Arc;

    fn with(outcome: Result<(), SetAvatarError>, there: bool) -> SetAvatar {
        let (mut users, mut images) = (MockUserRepository::new(), MockImageRepository::new());
        users
            .expect_find()
            .returning(move |_| Ok(there.then(|| Arc::new(user(1, Role::Member)))));
        images
            .expect_set_avatar()
            .withf(|_, _, commit| commit.audit[0].action == Action::AvatarChosen)
            .return_once(move |_, _, _| outcome);
        SetAvatar {
            users: Arc::new(users),
            images: Arc::new(images),
            clock: clock(),
        }
    }

    #[tokio::test]
    async fn people_choose_among_their_own_photos() {
        assert!(
            with(Ok(()), true)
                .run(&by(Role::Member), user_id(1), image_id(1))
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn refusals_have_their_own_names() {
        let missing = with(Err(SetAvatarError::Missing), true)
            .run(&by(Role::Member), user_id(1), image_id(1))
            .await;
        assert!(matches!(missing, Err(ChooseAvatarError::NoSuchImage)));
        let broken = with(Err(fault().into()), true)
            .run(&by(Role::Member), user_id(1), image_id(1))
            .await;
        assert!(matches!(broken, Err(ChooseAvatarError::Fault(_))));
        let nobody = with(Ok(()), false)
            .run(&by(Role::Admin), user_id(2), image_id(1))
            .await;
        assert!(matches!(nobody, Err(ChooseAvatarError::Missing)));
        let anonymous = with(Ok(()), true)
            .run(&by_nobody(), user_id(1), image_id(1))
            .await;
        assert!(matches!(anonymous, Err(ChooseAvatarError::Forbidden(_))));
    }
}
