//! `muster audit verify`: whether the audit trail is as it was sealed. Only reads, so it takes nothing that a running
//! service holds.

use super::print;
use crate::cli::Audit;
use crate::wiring;
use crate::wiring::Store;
use crate::{Failure, Kind};
use application::seals::{Verified, VerifyTrailError};
use platform::config::{DatabaseUrl, Settings};
use ports::seals::Protection;
use std::process::ExitCode;

/// Prints what was found to stdout, and what to make of it to stderr.
pub(super) async fn run(action: Audit, settings: &Settings) -> Result<ExitCode, Failure> {
    let Audit::Verify = action;
    let store = opened(&settings.database_url).await?;
    store.schema().verify().await?;
    let seals = store.repositories().seals;
    eprintln!("{}", said(seals.protection().await?));
    match wiring::verify(seals).run().await {
        Ok(verified) => {
            eprintln!("the audit trail is as it was sealed; of unsealed rows nothing is known");
            print(&lines(&verified))
        }
        Err(VerifyTrailError::Breach(breach)) => {
            print(&format!("first breach: {breach}\n"))?;
            Err(Failure {
                kind: Kind::Internal,
                message: "the audit trail is not as it was sealed".to_owned(),
            })
        }
        Err(VerifyTrailError::Fault(fault)) => Err(fault.into()),
    }
}

/// A file that is not there has no trail; opening it would make one.
async fn opened(url: &DatabaseUrl) -> Result<Store, Failure> {
    if let DatabaseUrl::Sqlite(path) = url
        && !path.try_exists()?
    {
        let missing = format!("there is no database at {}", path.display());
        return Err(Failure::unavailable(missing));
    }
    Store::open(url).await
}

fn said(protection: Protection) -> &'static str {
    match protection {
        Protection::Rights => {
            "this user of the database has no right to change or delete rows of the trail"
        }
        Protection::Triggers => {
            "this user of the database owns the trail: triggers stand in for the missing right to change and delete rows"
        }
        Protection::Nothing => {
            "warning: this user of the database could change and delete rows of the trail: the triggers against it are \
             missing or turned off"
        }
    }
}

fn lines(verified: &Verified) -> String {
    let Verified { newest, rows, tail } = verified;
    let newest = newest.as_ref();
    let newest = newest.map_or("none".to_owned(), |seal| {
        format!("{} {}", seal.number, seal.digest)
    });
    let tail = tail.as_ref();
    let tail = tail.map_or("0".to_owned(), |tail| {
        let (rows, first, last) = (tail.row_count, tail.first_seq, tail.last_seq);
        format!("{rows}, from {first} to {last}")
    });
    format!("newest seal: {newest}\nsealed rows: {rows}\nunsealed rows: {tail}\n")
}

#[cfg(test)]
mod tests {
    use super::lines;
    use application::seals::Verified;
    use domain::Digest;
    use domain::seals::Seal;
    use ports::seals::Tail;

    #[test]
    fn the_newest_seal_and_the_tail_are_told_in_a_line_each() {
        let none = Verified {
            newest: None,
            rows: 0,
            tail: None,
        };
        let told = "newest seal: none\nsealed rows: 0\nunsealed rows: 0\n";
        assert_eq!(lines(&none), told);
        let seal = Seal {
            number: 2,
            encoding: Seal::ENCODING,
            first_seq: 4,
            last_seq: 9,
            row_count: 5,
            sealed_at_us: 0,
            rows_digest: Digest::new([1; 32]),
            digest: Digest::new([0xab; 32]),
        };
        let tail = Tail {
            row_count: 2,
            first_seq: 11,
            last_seq: 14,
        };
        let some = Verified {
            newest: Some(seal),
            rows: 8,
            tail: Some(tail),
        };
        let digest = "ab".repeat(32);
        let told =
            format!("newest seal: 2 {digest}\nsealed rows: 8\nunsealed rows: 2, from 11 to 14\n");
        assert_eq!(lines(&some), told);
    }
}
