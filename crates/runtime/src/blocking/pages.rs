//! Pages that are waited for.

use std::fmt;

use super::Client;
use crate::{CallOptions, Error, Response};

/// The pages of a result, as an iterator. It ends after the last page or the first error.
#[must_use = "pages are asked for one by one"]
pub struct Pages<T> {
    client: Client,
    options: CallOptions,
    pages: crate::Pages<T>,
    is_over: bool,
}

impl<T> Pages<T> {
    /// The pages of an asynchronous client, each of which may take as long as a call with these options.
    #[doc(hidden)]
    pub fn new(client: Client, options: CallOptions, pages: crate::Pages<T>) -> Self {
        Self { client, options, pages, is_over: false }
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
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}
