//! Logging is started once per process, so this test has a process of its own.

use std::time::Duration;

use platform::telemetry::{InitError, LogFormat, init};

#[test]
fn logging_starts_once_and_its_filter_can_be_changed() {
    let logging = init("info", LogFormat::Json).expect("the first start");
    assert!(matches!(
        init("info", LogFormat::Json),
        Err(InitError::Twice(_))
    ));
    assert!(matches!(
        init("a=nonsense", LogFormat::Json),
        Err(InitError::Filter(_))
    ));
    logging.filter().set("debug").expect("a filter");
    tracing::debug!("written to stderr");
    logging.flush(Duration::from_secs(2));
    assert_eq!(logging.filter().get(), "debug");
}
