//! How operations cut their results into pages, and what a page says of the one after it.

use serde_json::{Number, Value};

use crate::decode::mismatch::kind;
use crate::decode::number::exact_integer;

/// How an operation cuts its result into pages. Places in a response are JSON pointers.
///
/// A parameter whose name begins with `/` is a JSON pointer, too: to a property of the request's JSON body.
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
        /// Where the items are, if they are anywhere.
        items: Option<&'static str>,
    },
    /// The response says what to ask for next.
    Cursor {
        /// The parameter with the cursor.
        cursor: &'static str,
        /// Where the response has the next cursor.
        next: &'static str,
        /// Where the response says whether there are more, as in [`Announced`](Self::Announced); without it, the last
        /// page is the one without a cursor, or with one that has been asked for.
        has_more: Option<&'static str>,
        /// Where the items are, if they are anywhere.
        items: Option<&'static str>,
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

    /// Where the items are.
    #[must_use]
    pub fn items(&self) -> Option<&'static str> {
        match self {
            Self::Counted { items, .. } => Some(items),
            Self::Announced { items, .. } | Self::Cursor { items, .. } => *items,
        }
    }

    /// Whether a response says by itself that there are more pages, so that a cursor that comes back is no end.
    pub(crate) fn says_whether_there_are_more(&self) -> bool {
        matches!(self, Self::Announced { .. } | Self::Cursor { has_more: Some(_), .. })
    }

    /// What to ask for after this page, or `None` after the last. Nothing is asked for at a position that no other follows.
    pub(crate) fn next(
        &self,
        position: Option<&Value>,
        size: Option<usize>,
        page: &Value,
    ) -> Result<Option<Value>, Unreadable> {
        let items = self.items().map(|items| count(page, items)).transpose()?;
        let has_more = match self {
            Self::Counted { .. } => items.is_some_and(|items| items > 0 && size.is_none_or(|size| items >= size)),
            Self::Announced { has_more, .. } | Self::Cursor { has_more: Some(has_more), .. } => flag(page, has_more)?,
            Self::Cursor { next, has_more: None, .. } => return cursor(page, next),
        };
        match self {
            _ if !has_more => Ok(None),
            Self::Cursor { next, .. } => {
                let expected = "a cursor, since there are more pages";
                let missing = Unreadable { place: next, expected, found: "none" };
                cursor(page, next)?.ok_or(missing).map(Some)
            }
            _ => Ok(following(position)),
        }
    }

    /// Whether there can be a page after the one at this position: one of pages that the caller counts has to be a number.
    pub(crate) fn goes_on_after(&self, position: Option<&Value>) -> bool {
        matches!(self, Self::Cursor { .. }) || following(position).is_some()
    }
}

/// A cursor or the number of a page as text.
pub fn text(position: &Value) -> String {
    position.as_str().map_or_else(|| position.to_string(), str::to_owned)
}

/// The number of the page after this one, written as that one was.
fn following(position: Option<&Value>) -> Option<Value> {
    let page: u64 = position.map_or(Some(1), |position| text(position).parse().ok())?;
    let next = page.checked_add(1)?;
    let is_text = position.is_some_and(Value::is_string);
    Some(if is_text { next.to_string().into() } else { Number::from(next).into() })
}

/// A place in a page that does not say what it should: where the pages go on.
pub(crate) struct Unreadable {
    pub(crate) place: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) found: &'static str,
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
fn cursor(page: &Value, place: &'static str) -> Result<Option<Value>, Unreadable> {
    match page.pointer(place).unwrap_or(&Value::Null) {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::String(text) => Ok(Some(text.clone().into()).filter(|_| !text.is_empty())),
        // A number that did not fit has lost its last digits, and would lead elsewhere.
        other => match other.as_number().and_then(exact_integer) {
            Some(number) => Ok(Some(number.into())),
            None => Err(Unreadable { place, expected: "a cursor (a string or an integer)", found: kind(other) }),
        },
    }
}
