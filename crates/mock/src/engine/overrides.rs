//! Responses that a test registers itself, which win over the document.

use std::fmt;
use std::net::SocketAddr;
use std::sync::OnceLock;

use httpmock::MockServer;

/// An httpmock server, which is started for the first mock and asked by the server of this engine alone.
#[derive(Default)]
pub(crate) struct Overrides {
    httpmock: OnceLock<MockServer>,
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides").finish_non_exhaustive()
    }
}

impl Overrides {
    /// Registers mocks.
    pub(crate) fn register<'s, T>(&'s self, register: impl FnOnce(&'s MockServer) -> T) -> T {
        register(self.httpmock.get_or_init(MockServer::start))
    }

    /// Where the mocks are asked; nowhere before there was one.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.httpmock.get().map(|httpmock| *httpmock.address())
    }

    /// Forgets all mocks.
    pub(crate) fn reset(&self) {
        if let Some(httpmock) = self.httpmock.get() {
            httpmock.reset();
        }
    }
}
