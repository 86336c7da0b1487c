//! Ids from the machine's clock and randomness, in the order in which they were asked for.

use ports::Ids;
use uuid::Uuid;

/// Makes UUIDv7s (RFC 9562) that rise within this process, also within one millisecond.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the source of ids that everybody else asks"
    )]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::SystemIds;
    use ports::Ids as _;

    #[test]
    fn ids_are_of_version_7_and_rise() {
        let ids: Vec<_> = std::iter::repeat_with(|| SystemIds.next())
            .take(10_000)
            .collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn ids_of_many_threads_are_all_different() {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(|| (0..5_000).map(|_| SystemIds.next()).collect::<Vec<_>>())
            })
            .collect();
        let mut ids: Vec<_> = threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("does not panic"))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 20_000);
    }
}
