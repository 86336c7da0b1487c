//! People as caches remember them.

use async_trait::async_trait;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::UserCache;
use ports::personal_data::PersonalData;
use std::sync::Arc;

/// What is remembered of people, here and in other processes.
pub struct RememberedPeople {
    /// Remembers them.
    pub cache: Arc<dyn UserCache>,
}

#[async_trait]
impl PersonalData for RememberedPeople {
    fn name(&self) -> &'static str {
        "cache"
    }

    /// Nothing that the rows do not say.
    async fn export(&self, _user: UserId) -> Result<Vec<(String, Fact)>, Fault> {
        Ok(Vec::new())
    }

    /// The entry goes, and with it the right of anybody who has read the old row to fill it again.
    async fn erase(&self, erasure: &Erasure) -> Result<Option<PartAnswer>, Fault> {
        self.cache.kill(erasure.user).await?;
        Ok(Some(PartAnswer::of(self.name()).without("cached people")))
    }
}

#[cfg(test)]
mod tests {
    use super::RememberedPeople;
    use crate::fixtures::{fault, now, user_id};
    use domain::actors::Principal;
    use domain::erasures::Erasure;
    use domain::ids::ErasureId;
    use ports::accounts::MockUserCache;
    use ports::personal_data::PersonalData as _;
    use std::sync::Arc;
    use uuid::Uuid;

    #[tokio::test]
    async fn it_answers_once_the_entry_is_gone() {
        let erasure = Erasure::begin(
            ErasureId::new(Uuid::nil()),
            user_id(2),
            Principal::System,
            now(),
        );
        let over = |down: bool| {
            let mut cache = MockUserCache::new();
            let kill = cache.expect_kill().times(1);
            kill.withf(|id| *id == user_id(2))
                .returning(move |_| if down { Err(fault()) } else { Ok(()) });
            RememberedPeople {
                cache: Arc::new(cache),
            }
        };
        assert!(over(true).erase(&erasure).await.is_err());
        assert!(over(false).erase(&erasure).await.unwrap().is_some());
        let nothing = RememberedPeople {
            cache: Arc::new(MockUserCache::new()),
        };
        assert!(nothing.export(user_id(2)).await.unwrap().is_empty());
    }
}
