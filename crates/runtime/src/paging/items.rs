//! Streams of items.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde_json::Value;

use crate::{Error, Pages, Position};

/// The items of all pages, which are asked for when their items are. It ends after the last item or the first error.
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Items::next).
#[must_use = "items are asked for one by one"]
pub struct Items<I> {
    pages: Pages<Vec<I>>,
    rows: vec::IntoIter<I>,
    /// Where a page is of which items are behind, and how many of them: the page of these items, or one that was resumed
    /// and has not come yet.
    at: Option<Value>,
    behind: usize,
    /// How many more items the caller wants.
    wanted: Option<usize>,
}

impl<I: Send + 'static> Items<I> {
    pub(crate) fn new(pages: Pages<Vec<I>>) -> Self {
        Self { pages, rows: Vec::new().into_iter(), at: None, behind: 0, wanted: None }
    }

    /// Ends after so many pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// Ends after so many items, and asks for no page that it does not need.
    pub fn max_items(mut self, items: usize) -> Self {
        self.wanted = Some(items);
        self
    }

    /// Goes on where other items of the same operation have stopped. The page that the next item is on is asked for again,
    /// and costs what it costs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a position of another operation.
    pub fn resume(mut self, position: &Position) -> Result<Self, Error> {
        self.pages = self.pages.resume(position)?;
        self.rows = Vec::new().into_iter();
        (self.at, self.behind) = (position.at.clone(), position.skipped);
        Ok(self)
    }

    /// Where the next item is, for [`resume`](Self::resume); `None` after the last one, and only then. If a page could not
    /// be had, it is where that page is. If a page does not say how to go on, which is an error after its items, it is
    /// behind these items, and that page is asked for again then: only it can say where the next one is.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        let paging = self.pages.paging();
        if self.rows.len() == 0 && !paging.is_at(self.at.as_ref()) {
            return paging.position();
        }
        let operation = paging.operation().as_str().to_owned();
        Some(Position { operation, at: self.at.clone(), skipped: self.behind })
    }

    /// The next item, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// Those of the call that asks for its page; after an error there are no more items.
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// The next item, or the page that it may be on, for who waits for each page by itself.
    #[cfg(feature = "blocking")]
    pub(crate) async fn next_of_page(&mut self) -> Option<Result<Step<I>, Error>> {
        poll_fn(|context| self.poll_step(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        loop {
            match ready!(self.poll_step(context)) {
                Some(Ok(Step::Item(item))) => return Poll::Ready(Some(Ok(item))),
                Some(Ok(Step::Page)) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Step<I>, Error>>> {
        if self.wanted == Some(0) {
            return Poll::Ready(None);
        }
        if let Some(row) = self.rows.next() {
            self.behind += 1;
            self.wanted = self.wanted.map(|wanted| wanted - 1);
            return Poll::Ready(Some(Ok(Step::Item(row))));
        }
        let at = self.pages.paging().at();
        Poll::Ready(ready!(Pin::new(&mut self.pages).poll_next(context)).map(|page| {
            self.rows = page?.into_value().into_iter();
            let skip = if at == self.at { self.behind } else { 0 };
            self.behind = self.rows.by_ref().take(skip).count();
            self.at = at;
            Ok(Step::Page)
        }))
    }
}

/// How far a stream of items gets at once.
pub(crate) enum Step<I> {
    Item(I),
    /// Another page came; its items are next, if it has any.
    Page,
}

impl<I: Send + 'static> Stream for Items<I> {
    type Item = Result<I, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

/// Rows are moved out of it and never pinned in it.
impl<I> Unpin for Items<I> {}

impl<I> fmt::Debug for Items<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
