//! A server inside the process of a test, on which single operations can be overridden.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{Limits, Server};
use crate::document::Document;
use crate::engine::Engine;
use crate::engine::options::Options;

/// A server on a free loopback port and a thread of its own. It stops when dropped.
///
/// All of [`Engine`]'s methods can be called on it.
#[derive(Debug)]
pub struct MockServer {
    engine: Arc<Engine>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MockServer {
    /// Starts a server for a document.
    ///
    /// # Panics
    ///
    /// Where the machine has no port or no thread for it; see [`try_start`](Self::try_start).
    #[track_caller]
    #[allow(clippy::expect_used, reason = "a test that cannot start its server has nothing better to do")]
    pub fn start_with(document: Arc<Document>, options: Options) -> Self {
        Self::try_start(document, options, Limits::default()).expect("a server can be started")
    }

    /// Starts a server that takes only so much from clients.
    pub fn try_start(document: Arc<Document>, options: Options, limits: Limits) -> io::Result<Self> {
        let engine = Arc::new(Engine::new(document, options));
        let server = Server { limits, ..Server::new(Arc::clone(&engine)) };
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("mock-server".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                // A dropped server stops as one that is told to.
                server.serve(listener, async { _ = stopped.await }).await;
            });
        })?;
        Ok(Self { engine, address, stop: Some(stop), thread: Some(thread) })
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Registers mocks that win over the document.
    ///
    /// Their requests need no credentials and no documented operation. Latency and scripts hold for them, too: a fault of
    /// a script befalls their response, and a response of a script comes in its place. Once there are mocks, requests with
    /// more than 100 headers are refused by httpmock.
    ///
    /// The httpmock server may be kept, and given mocks later: `let httpmock = server.overrides(|httpmock| httpmock)`.
    /// httpmock has a pool of servers, 25 in one process unless `HTTPMOCK_MAX_SERVERS` says otherwise; who wants one more waits until
    /// another `MockServer` with overrides is dropped. A [`reset`](Engine::reset) of this server forgets all mocks, so that one that was kept has nothing to assert any more.
    #[cfg(feature = "overrides")]
    pub fn overrides<'s, T>(&'s self, register: impl FnOnce(&'s httpmock::MockServer) -> T) -> T {
        self.engine.state().overrides.register(register)
    }
}

impl Deref for MockServer {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}
