//! The only wall clock of the chassis, so that log lines and health reports cannot disagree about the time.

use std::time::SystemTime;

use jiff::Timestamp;

/// The present instant. A clock before the year -9999 or after 9999 counts as the Unix epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the chassis' own clock, used for logs and health only"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
