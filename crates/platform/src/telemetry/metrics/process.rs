//! What the build and the operating system know: version, start time and memory, read when somebody scrapes.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::now::now;

pub(super) fn register(registry: &mut Registry, version: &'static str) {
    registry.register(
        "build",
        "The build that runs",
        Info::new([("version", version)]),
    );
    let started = now().as_duration().as_secs_f64();
    registry.register(
        "process_start_time_seconds",
        "When the process began, in Unix time",
        ConstGauge::new(started),
    );
    registry.register_collector(Box::new(Memory));
}

/// Resident memory; absent where there is no `/proc`.
#[derive(Debug)]
struct Memory;

impl Collector for Memory {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let Some(bytes) = fs::read_to_string("/proc/self/status")
            .ok()
            .as_deref()
            .and_then(resident_bytes)
        else {
            return Ok(());
        };
        let gauge = ConstGauge::new(bytes);
        let (name, help) = ("process_resident_memory_bytes", "Resident memory");
        gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
    }
}

/// `VmRSS` is in KiB whatever the page size, which `/proc/self/statm` would need to know.
fn resident_bytes(status: &str) -> Option<i64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim()
        .trim_end_matches("kB")
        .trim()
        .parse::<i64>()
        .ok()
        .map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(
            resident_bytes("Name:\tx\nVmRSS:\t   1234 kB\nThreads: 1\n"),
            Some(1234 * 1024)
        );
        assert_eq!(resident_bytes("Name:\tx\n"), None);
    }
}
