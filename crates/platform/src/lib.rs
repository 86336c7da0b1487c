//! The chassis every part of the product stands on, and which knows nothing of what the product is about.
//!
//! A room holds one concern: [`config`] decides what the process is told, [`telemetry`] what it says,
//! [`lifecycle`] when it lives, [`health`] how it feels, [`jobs`] what it does by itself, [`flight`] what it refuses to do
//! twice at a time, [`resilience`] how it calls what may be down, and [`panics`] what happens when a part of it falls over.
//! No port, no domain type, no HTTP framework.
#![warn(missing_docs)]

pub mod config;
pub mod flight;
pub mod health;
pub mod jobs;
pub mod lifecycle;
mod now;
pub mod panics;
pub mod resilience;
pub mod telemetry;
