//! Pages and items that are waited for.

use std::fmt;

use serde_json::Value;

use super::Client;
use crate::paging::items::Step;
use crate::{CallOptions, Error, Position, Response};

/// The pages of a result, as an iterator. It ends after the last page or the first error, as those of the
/// [asynchronous client](crate::Pages) do.
#[must_use = "pages are asked for one by one"]
pub struct Pages<T> {
    client: Client,
    options: CallOptions,
    pages: crate::Pages<T>,
    is_over: bool,
}

impl<T: 'static> Pages<T> {
    /// The pages of an asynchronous client, each of which may take as long as a call with these options.
    #[doc(hidden)]
    pub fn new(client: Client, options: CallOptions, pages: crate::Pages<T>) -> Self {
        Self { client, options, pages, is_over: false }
    }

    /// Ends after so many pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// Goes on where other pages of the same operation have stopped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a position of another operation.
    pub fn resume(mut self, position: &Position) -> Result<Self, Error> {
        self.pages = self.pages.resume(position)?;
        self.is_over = false;
        Ok(self)
    }

    /// Where the next page is; `None` after the last page, and only then, as with the
    /// [asynchronous client](crate::Pages::position).
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.pages.position()
    }
}

impl Pages<Value> {
    /// The items of all pages, where the pagination says that they are.
    pub fn items(self) -> Items<Value> {
        let Self { client, options, pages, is_over } = self;
        Items { is_over, ..Items::new(client, options, pages.items()) }
    }
}

impl<T: 'static> Iterator for Pages<T> {
    type Item = Result<Response<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let page = self.client.wait(&self.options, async { self.pages.next().await.transpose() });
        self.is_over = !matches!(page, Ok(Some(_)));
        page.transpose()
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.fmt(f)
    }
}

/// The items of all pages, as an iterator. It ends after the last item or the first error, as those of the
/// [asynchronous client](crate::Items) do.
#[must_use = "items are asked for one by one"]
pub struct Items<I> {
    client: Client,
    options: CallOptions,
    items: crate::Items<I>,
    is_over: bool,
}

impl<I: Send + 'static> Items<I> {
    /// The items of an asynchronous client, each of whose pages may take as long as a call with these options.
    #[doc(hidden)]
    pub fn new(client: Client, options: CallOptions, items: crate::Items<I>) -> Self {
        Self { client, options, items, is_over: false }
    }

    /// Ends after so many pages.
    pub fn max_pages(mut self, pages: usize) -> Self {
        self.items = self.items.max_pages(pages);
        self
    }

    /// Ends after so many items, and asks for no page that it does not need.
    pub fn max_items(mut self, items: usize) -> Self {
        self.items = self.items.max_items(items);
        self
    }

    /// Goes on where other items of the same operation have stopped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a position of another operation.
    pub fn resume(mut self, position: &Position) -> Result<Self, Error> {
        self.items = self.items.resume(position)?;
        self.is_over = false;
        Ok(self)
    }

    /// Where the next item is; `None` after the last one, and only then, as with the
    /// [asynchronous client](crate::Items::position).
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.items.position()
    }
}

impl<I: Send + 'static> Iterator for Items<I> {
    type Item = Result<I, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        // Each page has as much time as a call: many may be empty before the one that the next item is on.
        let item = loop {
            match self.client.wait(&self.options, async { self.items.next_of_page().await.transpose() }) {
                Ok(Some(Step::Item(item))) => break Some(Ok(item)),
                Ok(Some(Step::Page)) => {}
                Ok(None) => break None,
                Err(error) => break Some(Err(error)),
            }
        };
        self.is_over = !matches!(item, Some(Ok(_)));
        item
    }
}

impl<I> fmt::Debug for Items<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}
