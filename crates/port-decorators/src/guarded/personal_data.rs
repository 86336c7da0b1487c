//! What a part keeps about people, where it may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;
use ports::Fault;
use ports::personal_data::PersonalData;

#[async_trait]
impl<P: PersonalData + ?Sized> PersonalData for Guarded<P> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    async fn export(&self, user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        self.read(|part| part.export(user)).await
    }

    async fn erase(&self, erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        self.repeatable(|part| part.erase(erasure)).await
    }
}
