//! Carries erasures out: asks one part after another until each has answered.

use super::deliver::Chain;
use super::erase_user::PersonalParts;
use domain::erasures::Erasure;
use ports::erasures::ErasureRepository;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Asks the parts what they have done. Each answer is stored at once, so that whoever goes on after a crash goes on there;
/// everything that parts do can be done twice.
pub struct CarryOutErasures {
    /// Keeps erasures.
    pub erasures: Arc<dyn ErasureRepository>,
    /// Who has to answer.
    pub parts: PersonalParts,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// What one turn came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CarriedOut {
    /// Erasures that are finished now.
    pub finished: u32,
    /// Erasures that wait for a part.
    pub waiting: u32,
}

impl CarryOutErasures {
    /// Erasures in one turn.
    const BATCH: u32 = 100;

    /// One turn.
    ///
    /// # Errors
    /// [`Fault`] when erasures cannot be read or written; a part that fails only keeps its own erasure waiting.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self) -> Result<CarriedOut, Fault> {
        let mut carried = CarriedOut::default();
        for erasure in self.erasures.unfinished(Self::BATCH).await? {
            if self.carry_out(erasure).await? {
                carried.finished += 1;
            } else {
                carried.waiting += 1;
            }
        }
        Ok(carried)
    }

    async fn carry_out(&self, mut erasure: Erasure) -> Result<bool, Fault> {
        for part in self.parts.iter() {
            if erasure.has_answer_of(part.name()) {
                continue;
            }
            match part.erase(&erasure).await {
                Ok(Some(answer)) => {
                    self.erasures.answer(erasure.id, &answer).await?;
                    erasure.take(answer);
                }
                Ok(None) => return Ok(false),
                Err(fault) => {
                    tracing::warn!(error = %Chain(&fault), user.id = %erasure.user, "a part could not erase a person and will be asked again");
                    return Ok(false);
                }
            }
        }
        self.erasures.finish(erasure.id, self.clock.now()).await?;
        tracing::info!(user.id = %erasure.user, "a person is erased");
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::{CarriedOut, CarryOutErasures};
    use crate::fixtures::{clock, fault, now, user_id};
    use domain::actors::Principal;
    use domain::erasures::{Erasure, PartAnswer};
    use domain::ids::ErasureId;
    use mockall::Sequence;
    use ports::Fault;
    use ports::erasures::MockErasureRepository;
    use ports::personal_data::{MockPersonalData, PersonalData};
    use std::sync::Arc;
    use uuid::Uuid;

    const ERASURE: ErasureId = ErasureId::new(Uuid::max());

    type Answer = fn() -> Result<Option<PartAnswer>, Fault>;

    fn part(name: &'static str, answer: Answer, times: usize) -> Arc<dyn PersonalData> {
        let mut part = MockPersonalData::new();
        part.expect_name().return_const(name);
        part.expect_erase()
            .times(times)
            .returning(move |_| answer());
        Arc::new(part)
    }

    fn unfinished(answered: &[&str]) -> MockErasureRepository {
        let mut erasure = Erasure::begin(ERASURE, user_id(2), Principal::System, now());
        for part in answered {
            erasure.take(PartAnswer::of(part));
        }
        let mut erasures = MockErasureRepository::new();
        erasures
            .expect_unfinished()
            .returning(move |_| Ok(vec![erasure.clone()]));
        erasures
    }

    async fn turn(
        erasures: MockErasureRepository,
        parts: [Arc<dyn PersonalData>; 2],
    ) -> CarriedOut {
        let carry_out = CarryOutErasures {
            erasures: Arc::new(erasures),
            parts: Arc::new(parts),
            clock: clock(),
        };
        carry_out.run().await.unwrap()
    }

    #[tokio::test]
    async fn it_is_finished_when_each_part_has_answered_in_its_turn() {
        let (mut erasures, mut order) = (unfinished(&[]), Sequence::new());
        for name in ["records", "photos"] {
            erasures
                .expect_answer()
                .withf(move |id, answer| *id == ERASURE && answer.part == name)
                .times(1)
                .in_sequence(&mut order)
                .returning(|_, _| Ok(()));
        }
        erasures
            .expect_finish()
            .withf(|id, at| (*id, *at) == (ERASURE, now()))
            .times(1)
            .in_sequence(&mut order)
            .returning(|_, _| Ok(()));
        let parts = [
            part("records", || Ok(Some(PartAnswer::of("records"))), 1),
            part("photos", || Ok(Some(PartAnswer::of("photos"))), 1),
        ];
        assert_eq!(turn(erasures, parts).await.finished, 1);
    }

    #[tokio::test]
    async fn a_part_that_has_answered_is_not_asked_again() {
        let mut erasures = unfinished(&["records", "photos"]);
        erasures.expect_finish().times(1).returning(|_, _| Ok(()));
        let parts = [
            part("records", || Ok(None), 0),
            part("photos", || Ok(None), 0),
        ];
        assert_eq!(turn(erasures, parts).await.finished, 1);
    }

    #[tokio::test]
    async fn nobody_is_asked_before_the_parts_listed_earlier_have_answered() {
        let waits: [Answer; 2] = [|| Ok(None), || Err(fault())];
        for answer in waits {
            let parts = [part("records", answer, 1), part("photos", || Ok(None), 0)];
            let carried = turn(unfinished(&[]), parts).await;
            assert_eq!((carried.finished, carried.waiting), (0, 1));
        }
    }
}
