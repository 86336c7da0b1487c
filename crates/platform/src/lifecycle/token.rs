//! A flag that is raised once and can be waited for: all of a cancellation token that we use.

use std::future::Future;

use tokio::sync::watch;

/// Raised once, by anybody; seen by every clone.
#[derive(Debug, Clone)]
pub struct Token(watch::Sender<bool>);

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl Token {
    /// A token that is not raised.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Raises it.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was raised.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is raised; dropping the future loses nothing.
    pub async fn cancelled(&self) {
        let mut raised = self.0.subscribe();
        // We hold a sender, so the channel cannot close meanwhile.
        let _ = raised.wait_for(|raised| *raised).await;
    }

    /// Runs a future until it is done, or `None` as soon as the token is raised.
    pub async fn unless<F: Future>(&self, future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            () = self.cancelled() => None,
            value = future => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_clone_sees_it_raised_early_or_late() {
        let token = Token::new();
        let waiting = tokio::spawn({
            let token = token.clone();
            async move { token.cancelled().await }
        });
        tokio::task::yield_now().await;
        assert_eq!(token.unless(async { 1 }).await, Some(1));
        token.cancel();
        waiting.await.expect("it ends");
        token.cancelled().await;
        assert_eq!(token.unless(std::future::pending::<()>()).await, None);
    }
}
