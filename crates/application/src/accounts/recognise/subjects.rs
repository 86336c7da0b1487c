//! From the name that others know somebody by to the person in the directory, and what they may do.

use super::outside_roles::OutsideRoles;
use crate::accounts::AuthenticateError;
use crate::{Caller, Request};
use domain::Digest;
use domain::accounts::{ExternalSubject, NewUser, Role, Status, User};
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use ports::accounts::{AddUserError, Described, SubjectIndex, UserRepository};
use ports::pseudonyms::Pseudonyms;
use ports::{Clock, Fault, Ids};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// As many names are remembered by a process, so that the index is asked once for each.
const REMEMBERED: usize = 10_000;

/// Knows people by the names that others gave them.
pub struct KnownSubjects {
    /// Finds whom nobody remembers.
    pub index: Arc<dyn SubjectIndex>,
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Names newcomers.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Names those who were erased.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// Whether somebody whom nobody knows is entered.
    pub provision: bool,
    roles: OutsideRoles,
    remembered: Mutex<HashMap<String, UserId>>,
}

impl KnownSubjects {
    /// Knows nobody yet.
    #[must_use]
    pub fn new(
        index: Arc<dyn SubjectIndex>,
        users: Arc<dyn UserRepository>,
        ids: Arc<dyn Ids>,
        clock: Arc<dyn Clock>,
        pseudonyms: Arc<dyn Pseudonyms>,
        provision: bool,
    ) -> Self {
        Self {
            roles: OutsideRoles::new(Arc::clone(&users), Arc::clone(&clock)),
            index,
            users,
            ids,
            clock,
            pseudonyms,
            provision,
            remembered: Mutex::default(),
        }
    }

    /// The caller that this name stands for. What they may do is what `roles` say, the most of it, or `member` if none of
    /// them is ours, and the row is made to say the same; where nobody says anything of roles, what the row says. The row says
    /// whether they may do anything at all.
    ///
    /// # Errors
    /// [`AuthenticateError::Unknown`] for a name that nobody has, [`AuthenticateError::Invalid`] for somebody who is
    /// suspended.
    pub(super) async fn caller(
        &self,
        subject: &ExternalSubject,
        roles: Option<&[String]>,
        described: Option<&Described>,
    ) -> Result<Caller, AuthenticateError> {
        let role = roles.map(greatest);
        let user = match self.known(subject).await? {
            Some(user) => user,
            None => self.enter(subject, role, described).await?,
        };
        let user = match role {
            Some(role) => self.roles.follow(user, role).await?,
            None => user,
        };
        // Whoever is read again may be somebody else by now.
        if !is_known_as(&user, subject) {
            return Err(AuthenticateError::Unknown);
        }
        if user.status != Status::Active {
            return Err(AuthenticateError::Invalid);
        }
        let role = role.unwrap_or(user.profile.role);
        Ok(Caller::signed_in(user.id, role).at(user.profile.site_ids.clone()))
    }

    async fn known(&self, subject: &ExternalSubject) -> Result<Option<Arc<User>>, Fault> {
        let remembered = self.remembered().get(subject.reveal()).copied();
        if let Some(id) = remembered
            && let Some(user) = self.users.find(id).await?
            && is_known_as(&user, subject)
        {
            return Ok(Some(user));
        }
        let Some(id) = self.index.find(subject).await? else {
            return Ok(None);
        };
        // What is cached of the person may be older than the index, for a second: they are found with the next request.
        let user = self.users.find(id).await?;
        let user = user.filter(|user| is_known_as(user, subject));
        if user.is_some() {
            self.remember(subject, id);
        }
        Ok(user)
    }

    /// Enters somebody whom the issuer describes. An email that somebody has is no proof of being that person, and whoever
    /// was deleted or erased here comes back by an admin's word and not by the issuer's.
    async fn enter(
        &self,
        subject: &ExternalSubject,
        role: Option<Role>,
        described: Option<&Described>,
    ) -> Result<Arc<User>, AuthenticateError> {
        let described = described.filter(|_| self.provision);
        let described = described.ok_or(AuthenticateError::Unknown)?;
        let pseudonym = pseudonym(&*self.pseudonyms, subject);
        if self.index.is_spent(subject, pseudonym).await? {
            return Err(AuthenticateError::Unknown);
        }
        let new = NewUser {
            given_name: described.given_name.clone(),
            family_name: described.family_name.clone(),
            email: described.email.clone(),
            phone: None,
            address: None,
            external_subject: Some(subject.clone()),
            role: role.unwrap_or(Role::Member),
            site_ids: Default::default(),
        };
        let at = self.clock.now();
        let user = User::register(UserId::new(self.ids.next()), new, at);
        let commit = Request::by_system("auth.provision").commit(
            at,
            vec![Audit::of(Action::UserRegistered, user.id)],
            vec![Event::user(
                EventKind::UserRegistered,
                user.id,
                user.version,
            )],
        );
        match self.users.add(&user, &commit).await {
            Ok(_) => Ok(Arc::new(user)),
            // Of several first requests at once one enters them, and the others run into their own email.
            Err(AddUserError::SubjectTaken | AddUserError::EmailTaken(_)) => {
                self.known(subject).await?.ok_or(AuthenticateError::Unknown)
            }
            Err(AddUserError::Claim(_)) => Err(AuthenticateError::Unknown),
            Err(AddUserError::Fault(fault)) => Err(fault.into()),
        }
    }

    fn remember(&self, subject: &ExternalSubject, id: UserId) {
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(subject.reveal().to_owned(), id);
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<String, UserId>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_known_as(user: &User, subject: &ExternalSubject) -> bool {
    user.status != Status::Deleted && user.profile.external_subject.as_ref() == Some(subject)
}

/// What is kept of the name that others knew an erased person by.
pub fn pseudonym(pseudonyms: &dyn Pseudonyms, subject: &ExternalSubject) -> Digest {
    pseudonyms.of("external subject", subject.reveal().as_bytes())
}

/// The role that may most, of those with a name of ours.
fn greatest(roles: &[String]) -> Role {
    let ours = roles.iter().filter_map(|name| Role::parse(name));
    ours.max().unwrap_or(Role::Member)
}

#[cfg(test)]
#[path = "subjects_tests.rs"]
pub mod tests;
