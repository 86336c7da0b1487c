//! The request a task works for, so that each of its log lines can say so without paying for a span.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    static CURRENT: Arc<RequestContext>;
}

/// A future whose log lines carry a request's ids.
pub type Scoped<F> = TaskLocalFuture<Arc<RequestContext>, F>;

/// What a log line says about the request it belongs to.
#[derive(Debug, Default)]
pub struct RequestContext {
    request_id: String,
    trace_id: String,
    route: OnceLock<&'static str>,
    principal: OnceLock<String>,
}

impl RequestContext {
    /// A request that has just arrived; its route and its principal are not known yet.
    #[must_use]
    pub fn new(request_id: impl Into<String>, trace_id: impl Into<String>) -> Self {
        Self {
            request_id: request_id.into(),
            trace_id: trace_id.into(),
            ..Self::default()
        }
    }

    /// The id returned to the caller.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The W3C trace id, 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// The route's pattern, once it is known.
    #[must_use]
    pub fn route(&self) -> Option<&'static str> {
        self.route.get().copied()
    }

    /// The id of whoever is calling, once that is known; never a name.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        self.principal.get().map(String::as_str)
    }

    /// Says which route matched; the first word stands.
    pub fn set_route(&self, pattern: &'static str) {
        let _ = self.route.set(pattern);
    }

    /// Says who is calling, by id; the first word stands.
    pub fn set_principal(&self, id: impl Into<String>) {
        let _ = self.principal.set(id.into());
    }
}

/// Runs a future on behalf of a request. A task spawned inside is not part of it unless it is scoped again.
pub fn scope<F: Future>(context: Arc<RequestContext>, future: F) -> Scoped<F> {
    CURRENT.scope(context, future)
}

/// Runs a closure on behalf of a request: for work moved to a blocking thread.
pub fn scope_blocking<T>(context: Arc<RequestContext>, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(context, work)
}

/// The request this task works for, if any.
#[must_use]
pub fn current() -> Option<Arc<RequestContext>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Looks at the current request without counting a reference.
pub(super) fn with_current<T>(look: impl FnOnce(Option<&RequestContext>) -> T) -> T {
    let mut look = Some(look);
    let seen = CURRENT.try_with(|context| look.take().map(|look| look(Some(context))));
    match (seen, look) {
        (Ok(Some(value)), _) => value,
        (_, Some(look)) => look(None),
        (_, None) => unreachable!("the closure is taken only to make a value"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_scope_is_seen_inside_and_gone_outside() {
        let context = Arc::new(RequestContext::new("r-1", "t-1"));
        scope(Arc::clone(&context), async {
            tokio::task::yield_now().await;
            let seen = current().expect("inside a scope");
            seen.set_route("/v1/users/{id}");
            seen.set_route("/ignored");
            assert_eq!(
                with_current(|seen| seen.map(|seen| seen.request_id().to_owned())).as_deref(),
                Some("r-1")
            );
        })
        .await;
        assert!(current().is_none());
        assert_eq!(
            (context.route(), context.principal()),
            (Some("/v1/users/{id}"), None)
        );
    }

    #[test]
    fn blocking_work_can_be_scoped_too() {
        let context = Arc::new(RequestContext::new("r-2", "t-2"));
        let seen = scope_blocking(context, || current().map(|seen| seen.trace_id().to_owned()));
        assert_eq!(seen.as_deref(), Some("t-2"));
    }
}
