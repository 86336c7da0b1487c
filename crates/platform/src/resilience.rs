//! Keeps one ailing dependency from taking the whole process with it.
//!
//! What goes out to a dependency goes through its [`Policy`], in an order that is fixed: deadline → retry → circuit breaker →
//! bulkhead → attempt timeout. The deadline bounds the whole call, however often it is tried; the circuit and the bulkhead
//! see every attempt and not only every call; and an attempt's time begins when it has a place, so that waiting for one is
//! never taken for slowness of the dependency.
//!
//! A policy knows nothing of what is called: the caller says what an error means ([`Verdict`]) and what a [`Rejection`] looks
//! like among its errors.

mod breaker;
mod budget;
mod bulkhead;
mod circuit;
mod policy;
mod retry;
mod terms;
mod verdict;
mod window;

pub use circuit::CircuitState;
pub use policy::Policy;
pub use terms::{BreakerTerms, BudgetTerms, BulkheadTerms, Terms};
pub use verdict::{Rejection, Verdict};
