//! How much of what this machine has may be used at once.

/// Pictures decoded at once: as many as there are cores, and as fit into a quarter of the memory.
pub fn decodes(cores: usize) -> usize {
    let fitting =
        memory_bytes().map_or(1, |bytes| bytes / 4 / adapter_media::processor::PEAK_BYTES);
    cores
        .min(usize::try_from(fitting).unwrap_or(usize::MAX))
        .max(1)
}

/// The machine's memory (proc(5): `MemTotal` of `meminfo`, in KiB).
fn memory_bytes() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = told
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(total.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
