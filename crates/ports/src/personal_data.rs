//! What an installation keeps about one person, asked of every context in the same words.

use crate::Fault;
use async_trait::async_trait;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;

/// One part of the installation that keeps something about people, or might. A context has one or several; the
/// binary lists them all, in the order in which they are asked.
///
/// Over a database it passes `testkit::personal_data_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PersonalData: Send + Sync {
    /// What the part is called in exports and receipts.
    fn name(&self) -> &'static str;

    /// Everything it keeps about a person, with the names under which an export shows it; whether the person is there
    /// or not. What is secret is left out: whoever has the export could be somebody else.
    ///
    /// # Errors
    /// [`Fault`] when something cannot be read; nothing is told then.
    async fn export(&self, user: UserId) -> Result<Vec<(String, Fact)>, Fault>;

    /// Keeps no more about a person than it must, and answers what went and what stayed and why. `None`: not all of it
    /// is gone yet, ask again. Asked until it has answered, perhaps more often and by several at once: whenever it
    /// answers, the answer is the same. Everybody listed before it has answered already.
    ///
    /// # Errors
    /// [`Fault`] when something cannot be written; it is asked again.
    async fn erase(&self, erasure: &Erasure) -> Result<Option<PartAnswer>, Fault>;
}
