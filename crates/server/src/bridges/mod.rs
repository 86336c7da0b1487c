//! What the chassis wants to know, shown over our ports: one file each.

pub mod cache_counts;
pub mod leases;
pub mod probes;
