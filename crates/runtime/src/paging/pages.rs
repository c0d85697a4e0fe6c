//! Streams of pages.

use std::fmt;
use std::future::{Future, poll_fn, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::Paging;
use crate::error::display_text::DisplayText;
use crate::{Error, Items, Pagination, Position, Response};

/// A page that was asked for.
type Asked<T> = BoxFuture<'static, Result<Response<T>, Error>>;

/// What asks for the page at a position.
type Fetch<T> = Box<dyn FnMut(Option<Value>) -> Asked<T> + Send>;

/// The pages of a result. It ends after the last page or the first error. A page that came is given to the caller; if it
/// does not say whether there are more, the error comes after it. Whoever wants no more pages is not told of that error, and
/// sees by the [`position`](Pages::position) that the page was not the last one.
///
/// A page without items is not the end as long as the response says how to go on. Pages that do not move on are an error,
/// [`ErrorKind::NoProgress`](crate::ErrorKind::NoProgress), since each of them costs credits: a page with the items of the
/// page before it (then it is not given to the caller, and [`Error::body`] has it), and a cursor that has been asked for
/// although the response says that there are more pages. Where the response says nothing of more pages, such a cursor is
/// the end.
///
/// A request that could not ask for a second page is refused before the first is paid for, as
/// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest): one that begins with a page which is no number, or whose
/// pages go on in a JSON body and that has another one.
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Pages::next).
#[must_use = "pages are asked for one by one"]
pub struct Pages<T> {
    paging: Paging,
    fetch: Fetch<T>,
    /// The page that is under way.
    asked: Option<Asked<T>>,
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
        let paging = Paging::new(operation, pagination, position, size);
        Self { paging, fetch: Box::new(move |position| Box::pin(fetch(position))), asked: None }
    }

    /// Ends after so many pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.paging.wanted = Some(pages);
        self
    }

    /// Goes on where other pages of the same operation have stopped, with the page that was to come next. A position of
    /// items begins with the page that the next item is on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a position of another operation.
    pub fn resume(mut self, position: &Position) -> Result<Self, Error> {
        self.paging.resume(position)?;
        // A page that is under way is of another place, too.
        self.asked = None;
        Ok(self)
    }

    /// Where the next page is, for [`resume`](Self::resume); `None` after the last page, and only then. If a page could not
    /// be had, it is where that page is. If a page does not say how to go on, which is an error after it, it is still where
    /// that page is, which is asked for again then: only it can say where the next one is.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.paging.position()
    }

    /// The next page, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of the call; after an error there are no more pages.
    pub async fn next(&mut self) -> Option<Result<Response<T>, Error>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    /// The items of the pages that are left, in the state that these are in; `rows` gives those of a page.
    #[doc(hidden)]
    pub fn items_by<I: Send + 'static>(self, rows: impl Fn(T) -> Vec<I> + Send + Sync + 'static) -> Items<I>
    where
        T: Send,
    {
        let rows = Arc::new(rows);
        let of_page = move |page: Asked<T>| -> Asked<Vec<I>> {
            let rows = Arc::clone(&rows);
            page.map(move |page| Ok(page?.map(|page| rows(page)))).boxed()
        };
        let Self { paging, mut fetch, asked } = self;
        let asked = asked.map(&of_page);
        Items::new(Pages { paging, asked, fetch: Box::new(move |position| of_page(fetch(position))) })
    }

    /// What is known of the pages.
    pub(crate) fn paging(&self) -> &Paging {
        &self.paging
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Response<T>, Error>>> {
        if self.paging.is_over() {
            return Poll::Ready(None);
        }
        let asked = match &mut self.asked {
            Some(asked) => asked,
            none => match self.paging.step() {
                Some(Ok(position)) => none.insert((self.fetch)(position)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            },
        };
        let page = ready!(asked.as_mut().poll(context));
        self.asked = None;
        Poll::Ready(Some(self.paging.turn(page)))
    }
}

impl Pages<Value> {
    /// The items of all pages, where the pagination says that they are.
    pub fn items(mut self) -> Items<Value> {
        let place = self.paging.pagination().items();
        if place.is_none() {
            let operation = self.paging.operation().clone();
            let refuse = move |_| -> Asked<Value> {
                let message = "the pagination does not say where the items are: set its `items`";
                let error = Error::invalid_request(operation.clone(), DisplayText::from_static(message));
                ready(Err(error)).boxed()
            };
            self.asked = self.asked.map(|_| refuse(None));
            self.fetch = Box::new(refuse);
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
        f.debug_struct("Pages").field("operation", self.paging.operation()).finish_non_exhaustive()
    }
}
