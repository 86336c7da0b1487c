//! Events as they come out of a database, those passed over that nobody here can read.

use core::error::Error;
use ports::Fault;
use ports::outbox::Delivery;

/// Those that can be read, oldest first. One that cannot (a newer version wrote it, perhaps) is logged and stays leased
/// like the others: it is in nobody's way, and comes again when the lease is over.
pub fn readable<Row>(rows: impl IntoIterator<Item = Row>) -> Vec<Delivery>
where
    Delivery: TryFrom<Row, Error = Fault>,
{
    let read = rows.into_iter().map(Delivery::try_from);
    let mut deliveries: Vec<Delivery> = read
        .filter_map(|delivery| {
            delivery
                .inspect_err(|fault| {
                    tracing::error!(
                        error = fault as &dyn Error,
                        "an event cannot be read and is passed over"
                    )
                })
                .ok()
        })
        .collect();
    deliveries.sort_unstable_by_key(|delivery| delivery.seq);
    deliveries
}
