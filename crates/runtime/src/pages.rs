//! Streams of pages.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::Value;

use crate::decode::kind;
use crate::display_text::DisplayText;
use crate::error::Inner;
use crate::secrets::Secrets;
use crate::{DecodeError, Error, ErrorKind, Response, tolerant};

/// How an operation cuts its result into pages. Places in a response are JSON pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// The caller counts pages from one, and the response says whether there are more.
    Announced {
        /// The parameter with the number of the page.
        page: &'static str,
        /// Where the response says whether there are more: `true` or 1 if so; `false`, 0, null or nothing if not. All
        /// of them may be strings.
        has_more: &'static str,
    },
    /// The response says what to ask for next.
    Cursor {
        /// The parameter with the cursor.
        cursor: &'static str,
        /// Where the response has the next cursor.
        next: &'static str,
        /// Where the response says whether there are more, as in [`Announced`](Self::Announced); without it, the last
        /// page is the one without a cursor.
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
    fn next(&self, position: Option<&str>, size: Option<usize>, page: &Value) -> Result<Option<String>, Broken> {
        let following = || {
            let page: u64 = position.unwrap_or("1").parse().ok()?;
            Some(page.checked_add(1)?.to_string())
        };
        let has_more = match self {
            Self::Counted { items, .. } => {
                let items = count(page, items)?;
                items > 0 && size.is_none_or(|size| items >= size)
            }
            Self::Announced { has_more, .. } | Self::Cursor { has_more: Some(has_more), .. } => flag(page, has_more)?,
            Self::Cursor { next, has_more: None, .. } => return Ok(cursor(page, next)?),
        };
        match self {
            _ if !has_more => Ok(None),
            Self::Cursor { next, .. } => {
                let expected = "a cursor, since there are more pages";
                let missing = Unreadable { place: next, expected, found: "none" };
                cursor(page, next)?.ok_or(Broken::Response(missing)).map(Some)
            }
            _ => following().ok_or(Broken::Request).map(Some),
        }
    }
}

/// What keeps the pages from going on.
enum Broken {
    Response(Unreadable),
    /// The page that the caller began with has no number that another follows.
    Request,
}

impl From<Unreadable> for Broken {
    fn from(unreadable: Unreadable) -> Self {
        Self::Response(unreadable)
    }
}

/// A place in a page that does not say what it should: where the pages go on.
struct Unreadable {
    place: &'static str,
    expected: &'static str,
    found: &'static str,
}

/// How many items a page has. Nothing is no item.
fn count(page: &Value, place: &'static str) -> Result<usize, Unreadable> {
    match page.pointer(place).unwrap_or(&Value::Null) {
        Value::Null => Ok(0),
        Value::Array(items) => Ok(items.len()),
        other => Err(Unreadable { place, expected: "an array of items", found: kind(other) }),
    }
}

/// Whether there are more pages. Flags are 0 and 1 in some operations, and texts in others.
fn flag(page: &Value, place: &'static str) -> Result<bool, Unreadable> {
    let value = page.pointer(place).unwrap_or(&Value::Null);
    let number = value.as_f64();
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text == "true" || text == "1" => Ok(true),
        Value::String(text) if text == "false" || text == "0" => Ok(false),
        Value::Number(_) if number == Some(1.0) => Ok(true),
        Value::Number(_) if number == Some(0.0) => Ok(false),
        other => {
            Err(Unreadable { place, expected: "a flag (true, false, 1 or 0, also as a string)", found: kind(other) })
        }
    }
}

/// The cursor of the next page. Null, `false` and an empty string say that there is none.
fn cursor(page: &Value, place: &'static str) -> Result<Option<String>, Unreadable> {
    match page.pointer(place).unwrap_or(&Value::Null) {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        // A number that did not fit has lost its last digits, and would lead elsewhere.
        Value::Number(number) if !number.is_f64() => Ok(Some(number.to_string())),
        other => Err(Unreadable { place, expected: "a cursor (a string or an integer)", found: kind(other) }),
    }
}

/// What comes next.
enum Turn {
    /// The page at a position, unless it is one of those that were seen.
    Ask(Option<String>, HashSet<String>),
    /// The page before was paid for and is the caller's; what it says of the pages after it cannot be read.
    Fail(Error),
}

fn following<T>(
    pagination: Pagination,
    position: Option<&str>,
    size: Option<usize>,
    page: &Response<T>,
) -> Result<Option<String>, Error> {
    let unreadable = |Unreadable { place, expected, found }| {
        let source = DecodeError::at_pointer(place, expected, found);
        let message = DisplayText::new(&format!("where the pages go on: {source}"), Secrets::default());
        Inner { message: Some(message), source: Some(source.into()), ..page.context.fail(ErrorKind::Decode) }.into()
    };
    let not_json = |_| unreadable(Unreadable { place: "", expected: "JSON", found: "something else" });
    let body = tolerant::without_lone_surrogates(page.body());
    let value = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    let value = value.map_err(not_json)?;
    pagination.next(position, size, &value).map_err(|broken| match broken {
        Broken::Response(place) => unreadable(place),
        Broken::Request => {
            let message =
                "there are more pages, and the one that the call began with is no number that another follows";
            let message = Some(DisplayText::from_static(message));
            Inner { message, ..page.context.fail(ErrorKind::InvalidRequest) }.into()
        }
    })
}

/// The pages of a result. It ends after the last page or the first error. A page that came is always given to the
/// caller; if it does not say whether there are more, the error comes after it.
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Pages::next).
#[must_use = "pages are asked for one by one"]
pub struct Pages<T> {
    stream: BoxStream<'static, Result<Response<T>, Error>>,
}

impl<T: 'static> Pages<T> {
    /// The pages from `position`, or from the first. `fetch` asks for the page at a position; `size` is the size of a
    /// page, if the caller chose one.
    pub fn new<F, R>(pagination: Pagination, position: Option<String>, size: Option<usize>, mut fetch: F) -> Self
    where
        F: FnMut(Option<String>) -> R + Send + 'static,
        R: Future<Output = Result<Response<T>, Error>> + Send + 'static,
    {
        let first = Some(Turn::Ask(position, HashSet::new()));
        let stream = stream::unfold(first, move |turn| {
            let turn = turn.map(|turn| match turn {
                Turn::Ask(position, seen) => Ok((fetch(position.clone()), position, seen)),
                Turn::Fail(error) => Err(error),
            });
            async move {
                let (page, position, mut seen) = match turn? {
                    Ok(asked) => asked,
                    Err(error) => return Some((Err(error), None)),
                };
                let page = page.await;
                let next =
                    page.as_ref().map_or(Ok(None), |page| following(pagination, position.as_deref(), size, page));
                seen.extend(position);
                let turn = match next {
                    // Some servers send the caller back to the first page after the last, and every round costs credits.
                    Ok(next) => next.filter(|next| !seen.contains(next)).map(|next| Turn::Ask(Some(next), seen)),
                    Err(error) => Some(Turn::Fail(error)),
                };
                Some((page, turn))
            }
        });
        Self { stream: stream.fuse().boxed() }
    }

    /// The next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of the call; after an error there are no more pages.
    pub async fn next(&mut self) -> Option<Result<Response<T>, Error>> {
        self.stream.next().await
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Response<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}
