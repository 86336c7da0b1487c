//! How many requests whoever asks may make.

use crate::Caller;
use domain::actors::Principal;
use domain::limits::{Bucket, Rate, Scope, Source, Verdict};
use ports::limits::RateLimiter;
use ports::pseudonyms::Pseudonyms;
use std::sync::Arc;

/// What all requests of a person count against.
const USER: Scope = Scope::new("user");
/// What all requests with a key count against.
const KEY: Scope = Scope::new("key");
/// What all requests of nobody from one source count against, failed sign-ins among them.
const SOURCE: Scope = Scope::new("source");
/// What uploads count against besides.
const UPLOADS: Scope = Scope::new("uploads");

/// The rates that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRules {
    /// Of each person, and of each source of requests that nobody is signed in for.
    pub requests: Rate,
    /// Of each key.
    pub keys: Rate,
    /// Of each person's uploads, and each key's.
    pub uploads: Rate,
}

/// What a request is besides a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// Nothing special.
    Plain,
    /// A picture, which costs the machine more than anything else.
    Upload,
}

/// Counts requests: those with a good token against whoever it stands for, since many may share an address; all others
/// against where they come from.
pub struct LimitRequests {
    /// Counts.
    pub limiter: Arc<dyn RateLimiter>,
    /// Names sources.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// How many are allowed.
    pub rules: RateRules,
}

/// A request that was counted under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The rule's name, for the client.
    pub rule: &'static str,
    /// The rule.
    pub rate: Rate,
    /// What remains, and whether the request may be carried out.
    pub verdict: Verdict,
}

impl LimitRequests {
    /// Counts a request. The rule that refuses it, else the one that leaves fewest; `None` when nobody can count: then it is
    /// carried out, since a limit protects a service and must not end it.
    pub async fn run(&self, caller: &Caller, source: Source, kind: RequestKind) -> Option<Counted> {
        let (scope, id, rate) = match caller.principal {
            Principal::User(id) => (USER, Some(id.uuid()), self.rules.requests),
            Principal::Key(id) => (KEY, Some(id.uuid()), self.rules.keys),
            Principal::Anonymous | Principal::System => (SOURCE, None, self.rules.requests),
        };
        let bucket = |scope| match id {
            Some(id) => Bucket::of(scope, id),
            None => Bucket::hashed(scope, self.pseudonyms.of("source", &source.bytes())),
        };
        let all = self.count("default", &bucket(scope), rate).await;
        if kind == RequestKind::Plain || all.is_some_and(|all| !all.verdict.is_allowed()) {
            return all;
        }
        let uploads = bucket(UPLOADS);
        let uploads = self.count("uploads", &uploads, self.rules.uploads).await;
        uploads.or(all)
    }

    async fn count(&self, rule: &'static str, bucket: &Bucket, rate: Rate) -> Option<Counted> {
        match self.limiter.admit(bucket, rate, 1).await {
            Ok(verdict) => Some(Counted {
                rule,
                rate,
                verdict,
            }),
            Err(fault) => {
                let error: &dyn std::error::Error = &fault;
                tracing::warn!(error, "a request was not counted");
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
