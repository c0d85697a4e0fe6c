//! A server on hyper inside the process, for tests that need what httpmock cannot do: latency, resets, cut and slow
//! bodies.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::document::Document;
use crate::engine::{Engine, Options};
use crate::server::access_log::AccessLog;
use crate::server::{Limits, serve};

/// A server on a free loopback port and a thread of its own. It stops when dropped.
///
/// All of [`Engine`]'s methods can be called on it.
#[derive(Debug)]
pub struct HttpServer {
    engine: Arc<Engine>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl HttpServer {
    /// Starts a server for a document.
    pub fn start_with(document: Arc<Document>, options: Options) -> io::Result<Self> {
        Self::start_limited(document, options, Limits::default())
    }

    /// Starts a server that takes only so much from clients.
    pub fn start_limited(document: Arc<Document>, options: Options, limits: Limits) -> io::Result<Self> {
        let engine = Arc::new(Engine::new(document, options));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = Arc::clone(&engine);
        let thread = std::thread::Builder::new().name("mock-server".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                // A dropped server stops as one that is told to.
                let stopped = async { _ = stopped.await };
                serve(listener, served, limits, AccessLog::Off, stopped).await;
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
}

impl Deref for HttpServer {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}
