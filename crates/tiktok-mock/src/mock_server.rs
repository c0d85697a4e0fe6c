//! The server, which serves the vendored document unless it is given another.

use std::io;
use std::ops::Deref;
use std::sync::Arc;

use keyapi_mock::options::Limits;
use keyapi_mock::{Document, Options};

use crate::load;

/// A [`keyapi_mock::MockServer`] that knows the vendored document.
#[derive(Debug)]
pub struct MockServer(keyapi_mock::MockServer);

impl MockServer {
    /// Starts a server for the vendored document.
    ///
    /// # Panics
    ///
    /// Where the vendored document cannot be served, which the crate's own tests rule out.
    #[track_caller]
    #[allow(clippy::expect_used, reason = "a test that cannot start its server has nothing better to do")]
    pub fn start() -> Self {
        Self::start_with(load::vendored().expect("the vendored document can be served"), Options::default())
    }

    /// Starts a server for a document.
    pub fn start_with(document: Arc<Document>, options: Options) -> Self {
        Self(keyapi_mock::MockServer::start_with(document, options))
    }

    /// Starts a server that takes only so much from clients.
    pub fn try_start(document: Arc<Document>, options: Options, limits: Limits) -> io::Result<Self> {
        keyapi_mock::MockServer::try_start(document, options, limits).map(Self)
    }
}

impl Deref for MockServer {
    type Target = keyapi_mock::MockServer;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
