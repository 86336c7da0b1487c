//! Lists in pages: what comes next is a place in the order, never a count of what was skipped.

use ports::sealing::Sealer;
use std::sync::Arc;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one starts; `None` on the last page.
    pub next: Option<C>,
}

impl<T, C> Page<T, C> {
    /// Makes a page of at most `size` out of up to `size + 1` rows: the extra one says that there is more.
    pub fn cut(mut rows: Vec<T>, size: u32, place: impl Fn(&T) -> C) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(place) } else { None };
        Self { items: rows, next }
    }
}

/// How many rows to ask a port for, so that [`Page::cut`] can tell whether there are more.
pub(crate) const fn one_more(size: u32) -> u32 {
    size.saturating_add(1)
}

/// Seals places in a list into tokens that clients carry without being able to read or change them.
#[derive(Clone)]
pub struct PageTokens {
    sealer: Arc<dyn Sealer>,
}

impl PageTokens {
    /// Seals with this sealer.
    #[must_use]
    pub fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self { sealer }
    }

    /// Seals a place in the list that `scope` describes (which list, which filters, whose).
    #[must_use]
    pub fn seal(&self, scope: &str, place: &str) -> String {
        self.sealer.seal(format!("{scope}\n{place}").as_bytes())
    }

    /// Opens a token of the same list; `None` for one that is not ours or belongs to another list.
    #[must_use]
    pub fn open(&self, scope: &str, token: &str) -> Option<String> {
        let plain = String::from_utf8(self.sealer.open(token)?).ok()?;
        plain
            .strip_prefix(scope)?
            .strip_prefix('\n')
            .map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, PageTokens};
    use ports::sealing::MockSealer;
    use std::sync::Arc;

    #[test]
    fn a_page_says_where_the_next_one_starts_only_when_there_is_one() {
        assert_eq!(
            Page::cut(vec![1, 2, 3], 2, |row| *row),
            Page {
                items: vec![1, 2],
                next: Some(2)
            }
        );
        assert_eq!(
            Page::cut(vec![1, 2], 2, |row| *row),
            Page {
                items: vec![1, 2],
                next: None
            }
        );
        assert_eq!(
            Page::<i32, i32>::cut(vec![], 2, |row| *row),
            Page {
                items: vec![],
                next: None
            }
        );
    }

    #[test]
    fn a_token_opens_only_for_the_list_it_was_made_for() {
        let mut sealer = MockSealer::new();
        sealer
            .expect_seal()
            .returning(|plain| String::from_utf8_lossy(plain).into_owned());
        sealer
            .expect_open()
            .returning(|sealed| Some(sealed.as_bytes().to_vec()));
        let tokens = PageTokens::new(Arc::new(sealer));
        let token = tokens.seal("users?role=admin", "17");
        assert_eq!(
            tokens.open("users?role=admin", &token).as_deref(),
            Some("17")
        );
        assert_eq!(tokens.open("users?role=member", &token), None);
        assert_eq!(tokens.open("users?role=adm", &token), None);
    }
}
