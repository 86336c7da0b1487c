//! Erases a person: begun at once, carried out by a job, and shown until it is done and after.

use super::recognise::subjects;
use crate::{Forbidden, Request};
use domain::audit::{Action, Audit};
use domain::erasures::Erasure;
use domain::events::{Event, EventKind};
use domain::ids::{ErasureId, UserId};
use ports::accounts::UserRepository;
use ports::erasures::{BeginErasureError, ErasureRepository};
use ports::personal_data::PersonalData;
use ports::pseudonyms::Pseudonyms;
use ports::{Clock, Fault, Ids};
use std::sync::Arc;

/// Every part that keeps something about people, in the order in which they are asked.
pub type PersonalParts = Arc<[Arc<dyn PersonalData>]>;

/// An erasure, and which parts have not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureProgress {
    /// The erasure.
    pub erasure: Erasure,
    /// The parts it waits for, in the order in which they are asked.
    pub waiting: Vec<&'static str>,
}

impl ErasureProgress {
    fn of(erasure: Erasure, parts: &PersonalParts) -> Self {
        let names = parts.iter().map(|part| part.name());
        let waiting = match erasure.finished_at {
            Some(_) => Vec::new(),
            None => names.filter(|name| !erasure.has_answer_of(name)).collect(),
        };
        Self { erasure, waiting }
    }
}

/// Begins to erase people, for admins.
pub struct EraseUser {
    /// Knows people.
    pub users: Arc<dyn UserRepository>,
    /// Keeps erasures.
    pub erasures: Arc<dyn ErasureRepository>,
    /// Who is going to answer.
    pub parts: PersonalParts,
    /// Names whom others know the person by.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// Names erasures.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why a person is not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseUserError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person.
    #[error("there is no such person")]
    Missing,
    /// Nobody would be left to administer the installation.
    #[error("the last active admin must stay one")]
    LastAdmin,
    /// Others kept changing the person meanwhile; the same request may succeed.
    #[error("the person is being changed by others")]
    Contended,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How often it is tried on the newest row.
const ATTEMPTS: u32 = 5;

impl EraseUser {
    /// Takes every access away, frees email and subject, blanks the row and makes the photos unreadable; the rest is for
    /// [`CarryOutErasures`](super::CarryOutErasures). Whom others knew them as is kept under another name, so that nobody
    /// is entered by their word alone. Somebody who is erased already has that erasure.
    ///
    /// # Errors
    /// [`EraseUserError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        id: UserId,
    ) -> Result<ErasureProgress, EraseUserError> {
        request.caller.must_be_admin()?;
        for _ in 0..ATTEMPTS {
            let user = self.users.find(id).await?.ok_or(EraseUserError::Missing)?;
            let at = self.clock.now();
            let (blank, changes) = user.erased(at);
            let audit = Audit::of(Action::UserErased, id).with(changes);
            let event = Event::user(EventKind::UserErased, id, blank.version);
            let commit = request.commit(at, vec![audit], vec![event]);
            let erasure = ErasureId::new(self.ids.next());
            let subject = user.profile.external_subject.as_ref();
            let subject = subject.map(|it| subjects::pseudonym(&*self.pseudonyms, it));
            let begun = self
                .erasures
                .begin(erasure, &blank, user.version, subject, &commit);
            match begun.await {
                Ok(erasure) => return Ok(ErasureProgress::of(erasure, &self.parts)),
                Err(BeginErasureError::Outdated(_)) => {}
                Err(BeginErasureError::Missing) => return Err(EraseUserError::Missing),
                Err(BeginErasureError::LastAdmin) => return Err(EraseUserError::LastAdmin),
                Err(BeginErasureError::Fault(fault)) => return Err(fault.into()),
            }
        }
        Err(EraseUserError::Contended)
    }
}

/// Shows erasures, to admins.
pub struct FindErasure {
    /// Keeps erasures.
    pub erasures: Arc<dyn ErasureRepository>,
    /// Who is going to answer.
    pub parts: PersonalParts,
}

/// Why an erasure is not shown.
#[derive(Debug, thiserror::Error)]
pub enum FindErasureError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such erasure.
    #[error("there is no such erasure")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl FindErasure {
    /// Looks an erasure up.
    ///
    /// # Errors
    /// [`FindErasureError`].
    pub async fn run(
        &self,
        request: &Request,
        id: ErasureId,
    ) -> Result<ErasureProgress, FindErasureError> {
        request.caller.must_be_admin()?;
        let found = self.erasures.find(id).await?;
        let erasure = found.ok_or(FindErasureError::Missing)?;
        Ok(ErasureProgress::of(erasure, &self.parts))
    }
}

#[cfg(test)]
#[path = "erase_user_tests.rs"]
mod tests;
