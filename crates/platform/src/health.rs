//! How the process feels: parts are sampled in the background, and whoever asks reads the last result.
//!
//! No endpoint ever touches a dependency, so that a probe is as cheap when the database is dead as when it lives.

mod board;
mod component;
mod probe;
mod view;

pub use board::HealthBoard;
pub use component::{Component, Criticality};
pub use probe::{Probe, ProbeReport, Status};
pub use view::{ComponentView, DetailedView, HealthView, Overall, ReadyView};
