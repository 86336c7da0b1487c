//! Everybody who keeps something about people, in the order in which they answer an erasure: a context joins here.

use super::{Parts, Repositories};
use crate::wire::Wire;
use application::accounts::{
    CarryOutErasures, PersonalParts, RememberedPeople, StoredPhotos, TrailOfPeople,
};
use port_decorators::{CachedErasures, UserEntries};
use ports::erasures::ErasureRepository;
use ports::personal_data::PersonalData;
use std::sync::Arc;

/// What the database has for exports and erasures.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port that its type names")]
pub struct Erasing {
    pub erasures: Arc<dyn ErasureRepository>,
    pub records: Arc<dyn PersonalData>,
    pub remains: Arc<dyn PersonalData>,
}

impl Erasing {
    pub(super) fn new(of: &Repositories, wire: &Wire, entries: Arc<UserEntries>) -> Self {
        let erasures = CachedErasures::new(wire.erasures(of.erasures.clone()), entries);
        Self {
            erasures: Arc::new(erasures),
            records: of.records.clone(),
            remains: of.remains.clone(),
        }
    }
}

/// Every part. What the database leaves of deleted rows comes last: nothing is deleted after it.
#[must_use]
pub fn personal_parts(parts: &Parts) -> PersonalParts {
    let photos = StoredPhotos {
        images: parts.images.clone(),
        janitor: parts.janitor.clone(),
        objects: parts.objects.clone(),
    };
    let trail = TrailOfPeople {
        trail: parts.trail.clone(),
    };
    let memory = RememberedPeople {
        cache: parts.memory.users(),
    };
    Arc::new([
        parts.erasing.records.clone(),
        Arc::new(trail),
        Arc::new(photos),
        Arc::new(memory),
        parts.erasing.remains.clone(),
    ])
}

/// Carries erasures out.
#[must_use]
pub fn carry_out(parts: &Parts) -> CarryOutErasures {
    CarryOutErasures {
        erasures: parts.erasing.erasures.clone(),
        parts: personal_parts(parts),
        clock: parts.clock.clone(),
    }
}
