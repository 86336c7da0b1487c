//! Shares one allocation per route pattern between all its observations, and bounds how many patterns there are.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// More patterns than any version of the interface has; what comes beyond is a mistake of the caller.
const MOST: usize = 1_000;

#[derive(Debug)]
pub(super) struct Routes {
    known: RwLock<HashSet<Arc<str>>>,
    unmatched: Arc<str>,
}

impl Default for Routes {
    fn default() -> Self {
        Self {
            known: RwLock::default(),
            unmatched: Arc::from("unmatched"),
        }
    }
}

impl Routes {
    /// The label of a pattern; `unmatched` without one.
    pub(super) fn label(&self, pattern: Option<&str>) -> Arc<str> {
        let Some(pattern) = pattern else {
            return Arc::clone(&self.unmatched);
        };
        if let Some(known) = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(pattern)
        {
            return Arc::clone(known);
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            return Arc::clone(&self.unmatched);
        }
        let label: Arc<str> = Arc::from(pattern);
        known.insert(Arc::clone(&label));
        label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_beyond_the_limit_share_one_label() {
        let routes = Routes::default();
        for number in 0..MOST {
            routes.label(Some(&number.to_string()));
        }
        assert_eq!(&*routes.label(Some("one more")), "unmatched");
        assert_eq!(&*routes.label(Some("7")), "7");
        assert_eq!(&*routes.label(None), "unmatched");
    }
}
