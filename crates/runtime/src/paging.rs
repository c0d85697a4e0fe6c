//! Where the pages of a result go on: what is known of those that came, and what is wanted of those that come.

pub(crate) mod items;
pub(crate) mod pages;
pub(crate) mod pagination;
pub(crate) mod position;

use std::collections::HashSet;

use serde_json::Value;

use crate::decode::same_json;
use crate::decode::tolerant;
use crate::error::Inner;
use crate::error::display_text::DisplayText;
use crate::response::Context;
use crate::security::secrets::Secrets;
use crate::{DecodeError, Error, ErrorKind, Pagination, Position, Response};
use pagination::{Unreadable, text};

/// All that pages know but how to ask for one, whatever they are decoded into. Items take it over as it is.
pub(crate) struct Paging {
    operation: DisplayText,
    pagination: Pagination,
    size: Option<usize>,
    /// Where the next page is; `None` after the last one. A page that does not say how to go on keeps its place, so that
    /// what comes after it is not taken for the end.
    next: Option<Option<Value>>,
    /// What the page before said of those after it, if that is an error.
    failure: Option<Error>,
    is_over: bool,
    /// How many more pages the caller wants.
    pub(crate) wanted: Option<usize>,
    /// What was asked for.
    seen: HashSet<String>,
    /// What the page before had, if it had anything.
    last: Option<u64>,
}

impl Paging {
    pub(crate) fn new(
        operation: DisplayText,
        pagination: Pagination,
        position: Option<Value>,
        size: Option<usize>,
    ) -> Self {
        Self {
            operation,
            pagination,
            size,
            next: Some(position),
            failure: None,
            is_over: false,
            wanted: None,
            seen: HashSet::new(),
            last: None,
        }
    }

    pub(crate) fn operation(&self) -> &DisplayText {
        &self.operation
    }

    pub(crate) fn pagination(&self) -> &Pagination {
        &self.pagination
    }

    /// Whether nothing comes any more, because of an error or because no more pages are wanted.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over || self.wanted == Some(0)
    }

    /// The place of the page to ask for now, or the error that comes in its stead. Nothing after the last page.
    pub(crate) fn step(&mut self) -> Option<Result<Option<Value>, Error>> {
        if let Some(error) = self.failure.take() {
            self.is_over = true;
            return Some(Err(error));
        }
        let at = self.next.clone()?;
        // Told before it is paid for, since the pages could not go on after it.
        if !self.pagination.goes_on_after(at.as_ref()) {
            self.is_over = true;
            let message =
                "the page to begin with is no number that another follows: pass the number of a page, such as 1";
            let message = DisplayText::from_static(message);
            return Some(Err(Error::invalid_request(self.operation.clone(), message)));
        }
        Some(Ok(at))
    }

    /// Goes on at a position of the same operation. What came of the pages before is of another place.
    pub(crate) fn resume(&mut self, position: &Position) -> Result<(), Error> {
        position.check(&self.operation)?;
        self.next = Some(position.at.clone());
        (self.failure, self.is_over) = (None, false);
        (self.seen, self.last) = (HashSet::new(), None);
        Ok(())
    }

    pub(crate) fn position(&self) -> Option<Position> {
        let at = self.next.clone()?;
        Some(Position { operation: self.operation.as_str().to_owned(), at, skipped: 0 })
    }

    /// The cursor or number of the next page.
    pub(crate) fn at(&self) -> Option<Value> {
        self.next.clone().flatten()
    }

    /// Whether the next page is the one with this cursor or number.
    pub(crate) fn is_at(&self, at: Option<&Value>) -> bool {
        self.next.as_ref().is_some_and(|next| next.as_ref() == at)
    }

    /// Takes a page that came, or the error that came in its place and ends the pages.
    pub(crate) fn turn<T>(&mut self, page: Result<Response<T>, Error>) -> Result<Response<T>, Error> {
        let page = page.and_then(|page| self.go_on(&page.context).map(|()| page));
        self.is_over = page.is_err();
        self.wanted = self.wanted.map(|wanted| wanted.saturating_sub(1));
        page
    }

    /// Works out where the pages go on after this one.
    fn go_on(&mut self, page: &Context) -> Result<(), Error> {
        let position = self.at();
        let body = match json(page) {
            Ok(body) => body,
            Err(unreadable) => {
                self.failure = Some(broken(unreadable, page));
                return Ok(());
            }
        };
        let content = self.content(page, &body);
        if content.is_some() && content == self.last {
            return Err(no_progress(page, "the page has the items of the page before it"));
        }
        self.last = content;
        self.seen.extend(position.as_ref().map(text));
        match self.pagination.next(position.as_ref(), self.size, &body) {
            // Some servers send the caller back to the first page after the last, and every round costs credits.
            Ok(Some(next)) if self.seen.contains(&text(&next)) => {
                if self.pagination.says_whether_there_are_more() {
                    let message = "there are more pages, and the cursor for them has been asked for already";
                    self.failure = Some(no_progress(page, message));
                } else {
                    self.next = None;
                }
            }
            Ok(next) => self.next = next.map(Some),
            Err(why) => self.failure = Some(broken(why, page)),
        }
        Ok(())
    }

    /// What tells a page from another one: its items, or its data where nobody knows which part of them items are. Nothing
    /// for a page without any.
    fn content(&self, page: &Context, body: &Value) -> Option<u64> {
        let content = match (self.pagination.items(), page.properties.data) {
            (Some(items), _) => body.pointer(items)?,
            (None, Some(data)) => body.get(data)?,
            (None, None) => body,
        };
        let is_empty = match content {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(properties) => properties.is_empty(),
            _ => false,
        };
        (!is_empty).then(|| same_json::digest(content))
    }
}

/// The error that comes after a page which does not say how to go on.
fn broken(Unreadable { place, expected, found }: Unreadable, page: &Context) -> Error {
    let source = DecodeError::at_pointer(place, expected, found);
    let message = DisplayText::new(&format!("where the pages go on: {source}"), Secrets::default());
    let inner = page.fail(ErrorKind::Decode);
    Inner { message: Some(message), source: Some(source.into()), ..inner }.into()
}

fn json(page: &Context) -> Result<Value, Unreadable> {
    let body = tolerant::without_lone_surrogates(&page.received.body);
    let value = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    value.map_err(|_| Unreadable { place: "", expected: "JSON", found: "something else" })
}

fn no_progress(page: &Context, message: &'static str) -> Error {
    Inner { message: Some(DisplayText::from_static(message)), ..page.fail(ErrorKind::NoProgress) }.into()
}
