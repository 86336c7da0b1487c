//! Puts tripwires around ports in builds with debug assertions, and nothing in a release.

use ports::accounts::{ImageJanitor, ImageRepository, ObjectStore};
use ports::erasures::ErasureRepository;
use ports::outbox::Outbox;
use std::sync::Arc;

/// The tripwire of this process.
pub(crate) struct Wire {
    #[cfg(debug_assertions)]
    tripwire: port_decorators::tripwire::Tripwire,
}

macro_rules! wired {
    ($($name:ident: $port:ident,)+) => {
        $(pub(crate) fn $name(&self, inner: Arc<dyn $port>) -> Arc<dyn $port> {
            #[cfg(debug_assertions)]
            let inner = Arc::new(port_decorators::tripwire::Tripped::<dyn $port>::new(inner, self.tripwire.clone()));
            inner
        })+
    };
}

impl Wire {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(debug_assertions)]
            tripwire: crate::under_test::tripwire(),
        }
    }

    wired! {
        images: ImageRepository,
        janitor: ImageJanitor,
        objects: ObjectStore,
        outbox: Outbox,
        erasures: ErasureRepository,
    }
}
