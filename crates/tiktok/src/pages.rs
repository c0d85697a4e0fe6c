//! Streams of pages.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::Value;

use crate::{Error, Reply};

/// How an operation cuts its result into pages. Places in a reply are JSON pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pagination {
    /// The caller counts pages from one, and the last one is the one that is not full.
    Counted {
        /// The parameter with the number of the page.
        page: &'static str,
        /// The parameter with the size of a page.
        size: &'static str,
        /// Where the items are.
        items: &'static str,
    },
    /// The caller counts pages from one, and the reply says whether there are more.
    Announced {
        /// The parameter with the number of the page.
        page: &'static str,
        /// Where the reply says `true` if there are more.
        has_more: &'static str,
    },
    /// The reply says what to ask for next.
    Cursor {
        /// The parameter with the cursor.
        cursor: &'static str,
        /// Where the reply has the next cursor.
        next: &'static str,
        /// Where the reply says `true` if there are more; without it, the last page is the one without a cursor.
        has_more: Option<&'static str>,
    },
}

impl Pagination {
    /// The parameter that tells one page from another.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Counted { page, .. } | Self::Announced { page, .. } => page,
            Self::Cursor { cursor, .. } => cursor,
        }
    }

    /// The parameter with the size of a page, where it decides which page is the last.
    #[must_use]
    pub fn size_parameter(&self) -> Option<&'static str> {
        match self {
            Self::Counted { size, .. } => Some(size),
            _ => None,
        }
    }

    /// What to ask for after this page, or `None` after the last.
    fn next(&self, position: Option<&str>, size: Option<usize>, page: &Value) -> Option<String> {
        let following = || position.unwrap_or("1").parse().ok().and_then(|page: u64| page.checked_add(1));
        match self {
            Self::Counted { items, .. } => {
                let items = page.pointer(items)?.as_array()?.len();
                (items > 0 && size.is_none_or(|size| items >= size)).then(following)?.map(|page| page.to_string())
            }
            Self::Announced { has_more, .. } => says_yes(page, has_more).then(following)?.map(|page| page.to_string()),
            Self::Cursor { has_more: Some(has_more), .. } if !says_yes(page, has_more) => None,
            Self::Cursor { next, .. } => match page.pointer(next)? {
                Value::String(text) if !text.is_empty() => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            },
        }
    }
}

/// Flags are 0 and 1 in some operations.
fn says_yes(page: &Value, flag: &str) -> bool {
    page.pointer(flag).is_some_and(|value| value == &Value::Bool(true) || value == 1)
}

/// The pages of a result. It ends after the last page or the first error.
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Pages::next).
#[must_use = "pages are asked for one by one"]
pub struct Pages<'a, T> {
    stream: BoxStream<'a, Result<Reply<T>, Error>>,
}

impl<'a, T: 'a> Pages<'a, T> {
    /// The pages from `position`, or from the first. `fetch` asks for the page at a position; `size` is the size of a
    /// page, if the caller chose one.
    pub fn new<F, R>(pagination: Pagination, position: Option<String>, size: Option<usize>, mut fetch: F) -> Self
    where
        F: FnMut(Option<String>) -> R + Send + 'a,
        R: Future<Output = Result<Reply<T>, Error>> + Send + 'a,
    {
        let first = Some((position, HashSet::new()));
        let stream = stream::unfold(first, move |turn| {
            let page = turn.map(|(position, seen)| (fetch(position.clone()), position, seen));
            async move {
                let (page, position, mut seen) = page?;
                let page = page.await;
                let next = page.as_ref().ok().and_then(|page| {
                    let value = serde_json::from_slice(page.body()).ok()?;
                    pagination.next(position.as_deref(), size, &value)
                });
                seen.extend(position);
                // Some servers send the caller back to the first page after the last, and every round costs credits.
                let next = next.filter(|next| !seen.contains(next));
                Some((page, next.map(|next| (Some(next), seen))))
            }
        });
        Self { stream: stream.fuse().boxed() }
    }

    /// The next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of the call; after an error there are no more pages.
    pub async fn next(&mut self) -> Option<Result<Reply<T>, Error>> {
        self.stream.next().await
    }
}

impl<T> Stream for Pages<'_, T> {
    type Item = Result<Reply<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}
