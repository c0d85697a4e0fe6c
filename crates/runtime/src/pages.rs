//! Streams of pages.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::display_text::DisplayText;
use crate::error::Inner;
use crate::pagination::{Broken, Unreadable, text};
use crate::secrets::Secrets;
use crate::{DecodeError, Error, ErrorKind, Items, Pagination, Position, Response, tolerant};

/// What asks for the page at a position.
type Fetch<T> = Box<dyn FnMut(Option<Value>) -> BoxFuture<'static, Result<Response<T>, Error>> + Send>;

/// The pages of a result. It ends after the last page or the first error. A page that came is given to the caller; if it
/// does not say whether there are more, the error comes after it.
///
/// A page without items is not the end as long as the response says how to go on. Pages that do not move on are an error,
/// [`ErrorKind::NoProgress`], since each of them costs credits: a page with the items of the page before it (then it is not
/// given to the caller, and [`Error::body`] has it), and a cursor that has been asked for although the response says that
/// there are more pages. Where the response says nothing of more pages, such a cursor is the end.
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Pages::next).
#[must_use = "pages are asked for one by one"]
pub struct Pages<T> {
    operation: DisplayText,
    pagination: Pagination,
    size: Option<usize>,
    fetch: Fetch<T>,
    /// Where the next page is; `None` after the last one.
    next: Option<Option<Value>>,
    /// The page that was asked for.
    asked: Option<BoxFuture<'static, Result<Response<T>, Error>>>,
    /// What the page before said of those after it, if that is an error.
    failure: Option<Error>,
    is_over: bool,
    /// How many more pages the caller wants.
    wanted: Option<usize>,
    /// What was asked for.
    seen: HashSet<String>,
    /// What the page before had, if it had anything.
    last: Option<u64>,
}

impl<T: 'static> Pages<T> {
    /// The pages of `operation` from `position`, or from the first. `fetch` asks for the page at a position; `size` is the
    /// size of a page, if the caller chose one.
    pub(crate) fn new<F, R>(
        operation: DisplayText,
        pagination: Pagination,
        position: Option<Value>,
        size: Option<usize>,
        mut fetch: F,
    ) -> Self
    where
        F: FnMut(Option<Value>) -> R + Send + 'static,
        R: Future<Output = Result<Response<T>, Error>> + Send + 'static,
    {
        Self {
            operation,
            pagination,
            size,
            fetch: Box::new(move |position| Box::pin(fetch(position))),
            next: Some(position),
            asked: None,
            failure: None,
            is_over: false,
            wanted: None,
            seen: HashSet::new(),
            last: None,
        }
    }

    /// Ends after so many pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.wanted = Some(pages);
        self
    }

    /// Goes on where other pages of the same operation have stopped, with the page that was to come next. A position of
    /// items begins with the page that the next item is on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a position of another operation.
    pub fn resume(mut self, position: &Position) -> Result<Self, Error> {
        position.check(&self.operation)?;
        self.next = Some(position.at.clone());
        // What came of the pages before is of another place: an error that ended them, and a page that is under way.
        if self.asked.take().is_some() {
            self.wanted = self.wanted.map(|wanted| wanted + 1);
        }
        (self.failure, self.is_over) = (None, false);
        (self.seen, self.last) = (HashSet::new(), None);
        Ok(self)
    }

    /// Where the next page is, for [`resume`](Self::resume); `None` after the last page. If a page could not be fetched, it
    /// is where that page is.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        let at = self.next.clone()?;
        Some(Position { operation: self.operation.as_str().to_owned(), at, skipped: 0 })
    }

    /// The next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of the call; after an error there are no more pages.
    pub async fn next(&mut self) -> Option<Result<Response<T>, Error>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    /// The items of all pages; `rows` gives those of a page.
    #[doc(hidden)]
    pub fn items_by<I: Send + 'static>(self, rows: impl Fn(T) -> Vec<I> + Send + Sync + 'static) -> Items<I>
    where
        T: Send,
    {
        let rows = Arc::new(rows);
        let Self { operation, pagination, size, mut fetch, next, failure, wanted, .. } = self;
        let fetch = move |position| {
            let (page, rows) = (fetch(position), Arc::clone(&rows));
            async move { Ok(page.await?.map(|page| rows(page))) }
        };
        let pages = Pages::new(operation, pagination, None, size, fetch);
        Items::new(Pages { next, failure, wanted, ..pages })
    }

    pub(crate) fn operation(&self) -> &DisplayText {
        &self.operation
    }

    /// The cursor or number of the next page.
    pub(crate) fn at(&self) -> Option<Value> {
        self.next.clone().flatten()
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response<T>, Error>>> {
        if self.asked.is_none() {
            if self.is_over || self.wanted == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(error) = self.failure.take() {
                self.is_over = true;
                return Poll::Ready(Some(Err(error)));
            }
            let Some(position) = self.next.clone() else { return Poll::Ready(None) };
            self.wanted = self.wanted.map(|wanted| wanted - 1);
            self.asked = Some((self.fetch)(position));
        }
        let Some(asked) = &mut self.asked else { return Poll::Ready(None) };
        let page = ready!(asked.as_mut().poll(context));
        self.asked = None;
        let page = page.and_then(|page| self.turn(page));
        self.is_over |= page.is_err();
        Poll::Ready(Some(page))
    }

    /// Works out where the pages go on after this one.
    fn turn(&mut self, page: Response<T>) -> Result<Response<T>, Error> {
        let position = self.next.take().flatten();
        let body = match json(&page) {
            Ok(body) => body,
            Err(unreadable) => {
                self.failure = Some(self.broken(unreadable.into(), &page));
                return Ok(page);
            }
        };
        let content = self.content(&page, &body);
        if content.is_some() && content == self.last {
            return Err(no_progress(&page, "the page has the items of the page before it"));
        }
        self.last = content;
        self.seen.extend(position.as_ref().map(text));
        match self.pagination.next(position.as_ref(), self.size, &body) {
            // Some servers send the caller back to the first page after the last, and every round costs credits.
            Ok(Some(next)) if self.seen.contains(&text(&next)) => {
                if self.pagination.says_whether_there_are_more() {
                    let message = "there are more pages, and the cursor for them has been asked for already";
                    self.failure = Some(no_progress(&page, message));
                }
            }
            Ok(next) => self.next = next.map(Some),
            Err(broken) => self.failure = Some(self.broken(broken, &page)),
        }
        Ok(page)
    }

    /// What tells a page from another one: its items, or its data where nobody knows which part of them items are. Nothing
    /// for a page without any.
    fn content(&self, page: &Response<T>, body: &Value) -> Option<u64> {
        let content = match (self.pagination.items(), page.context.properties.data) {
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
        let mut hasher = DefaultHasher::new();
        content.to_string().hash(&mut hasher);
        (!is_empty).then(|| hasher.finish())
    }

    /// The error that comes after a page which does not say how to go on.
    fn broken(&self, broken: Broken, page: &Response<T>) -> Error {
        match broken {
            Broken::Response(Unreadable { place, expected, found }) => {
                let source = DecodeError::at_pointer(place, expected, found);
                let message = DisplayText::new(&format!("where the pages go on: {source}"), Secrets::default());
                let inner = page.context.fail(ErrorKind::Decode);
                Inner { message: Some(message), source: Some(source.into()), ..inner }.into()
            }
            Broken::Request => {
                let message =
                    "there are more pages, and the one that the call began with is no number that another follows";
                let message = Some(DisplayText::from_static(message));
                Inner { message, ..page.context.fail(ErrorKind::InvalidRequest) }.into()
            }
        }
    }
}

fn json<T>(page: &Response<T>) -> Result<Value, Unreadable> {
    let body = tolerant::without_lone_surrogates(page.body());
    let value = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    value.map_err(|_| Unreadable { place: "", expected: "JSON", found: "something else" })
}

fn no_progress<T>(page: &Response<T>, message: &'static str) -> Error {
    Inner { message: Some(DisplayText::from_static(message)), ..page.context.fail(ErrorKind::NoProgress) }.into()
}

impl Pages<Value> {
    /// The items of all pages, where the pagination says that they are.
    pub fn items(mut self) -> Items<Value> {
        let place = self.pagination.items();
        if place.is_none() {
            let operation = self.operation.clone();
            self.fetch = Box::new(move |_| {
                let message = "the pagination does not say where the items are: set its `items`";
                let error = Error::invalid_request(operation.clone(), DisplayText::from_static(message));
                Box::pin(std::future::ready(Err(error)))
            });
        }
        self.items_by(move |mut page| {
            match place.and_then(|place| page.pointer_mut(place)).map(Value::take) {
                Some(Value::Array(items)) => items,
                // Anything else than nothing is an error that comes after the page.
                _ => Vec::new(),
            }
        })
    }
}

/// What generated code makes pages with.
#[doc(hidden)]
pub fn pages<T: 'static, R>(
    operation: &'static str,
    pagination: Pagination,
    position: Option<Value>,
    size: Option<usize>,
    fetch: impl FnMut(Option<Value>) -> R + Send + 'static,
) -> Pages<T>
where
    R: Future<Output = Result<Response<T>, Error>> + Send + 'static,
{
    Pages::new(DisplayText::from_static(operation), pagination, position, size, fetch)
}

impl<T: 'static> Stream for Pages<T> {
    type Item = Result<Response<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(context)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &self.operation).finish_non_exhaustive()
    }
}
