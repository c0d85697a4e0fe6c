//! The front door on hyper: for the binary, and for tests that need faults of the connection.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Response, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::access_log::AccessLog;
use crate::connection::{Connection, Faulty};
use crate::engine::Engine;
use crate::outcome::{Action, Ending, Outcome, Reply};
use crate::problem::{Kind, Problem};
use crate::request::Request;

/// What a server takes from clients.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the request line and headers.
    pub header_bytes: usize,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Connections at a time; more wait until one of them ends.
    pub connections: usize,
    /// How long a client may take for the headers, and as long again for the body.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { header_bytes: 16 * 1024, body_bytes: 1024 * 1024, connections: 1_024, patience: Duration::from_secs(30) }
    }
}

/// Serves an engine until the future ends, then lets open requests finish.
pub async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    limits: Limits,
    log: AccessLog,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(());
    let room = Arc::new(Semaphore::new(limits.connections));
    let door = Arc::new(Door { engine, limits, log, stopping: AtomicBool::new(false) });
    let accept = async {
        loop {
            // Nobody closes the semaphore; were it closed, there would be nothing left to serve.
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file descriptors, most often: connections that end make room.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let (door, mut stopped) = (Arc::clone(&door), stopped.clone());
            tokio::spawn(async move {
                door.connection(stream, async move { _ = stopped.changed().await }).await;
                drop(permit);
            });
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop(listener);
    door.stopping.store(true, Ordering::Relaxed);
    drop(stopping);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    // Slow clients do not keep the server from stopping.
    _ = tokio::time::timeout(Duration::from_secs(5), room.acquire_many(all)).await;
}

struct Door {
    engine: Arc<Engine>,
    limits: Limits,
    log: AccessLog,
    stopping: AtomicBool,
}

impl Door {
    async fn connection(&self, stream: TcpStream, stop: impl Future<Output = ()>) {
        // Replies are small and whole; waiting to fill packets would only delay them.
        _ = stream.set_nodelay(true);
        let reset = Arc::new(AtomicBool::new(false));
        let io = TokioIo::new(Connection::new(stream, Arc::clone(&reset)));
        let service = service_fn(|request| self.answer(request, &reset));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.patience)
            .max_header_size(self.limits.header_bytes)
            .max_buf_size(self.limits.header_bytes.max(8 * 1024) + 8 * 1024)
            .serve_connection(io, service);
        tokio::pin!(connection);
        let mut stop = Some(Box::pin(stop));
        let mut asked = false;
        // Errors are the client's, or scripted.
        _ = std::future::poll_fn(|cx| {
            // The stop is asked after once, which leaves a waker with it, and again only when it has come: asking takes
            // a lock that all connections share.
            if let Some(waiting) = &mut stop
                && (!std::mem::replace(&mut asked, true) || self.stopping.load(Ordering::Relaxed))
                && waiting.as_mut().poll(cx).is_ready()
            {
                stop = None;
                connection.as_mut().graceful_shutdown();
            }
            connection.as_mut().poll(cx)
        })
        .await;
    }

    async fn answer(
        &self,
        request: http::Request<Incoming>,
        reset: &Arc<AtomicBool>,
    ) -> Result<Response<Faulty>, io::Error> {
        let start = Instant::now();
        let (parts, body) = request.into_parts();
        let body = if body.is_end_stream() { Ok(Bytes::new()) } else { self.read(body).await };
        let (request, outcome) = match body {
            Ok(body) => {
                let request = Request::from_parts(parts, body);
                let outcome = self.engine.handle(&request);
                (request, outcome)
            }
            Err(kind) => {
                let document = &self.engine.loaded().document;
                let problem = Problem::new(kind, self.explain(kind));
                let reply = problem.header(header::CONNECTION, "close").reply(document, None);
                (Request::from_parts(parts, Bytes::new()), Outcome::reply(reply))
            }
        };
        if !outcome.delay.is_zero() {
            tokio::time::sleep(outcome.delay).await;
        }
        self.log.write(&request, &outcome, &self.engine, start);
        respond(outcome.action, reset)
    }

    fn explain(&self, kind: Kind) -> String {
        match kind {
            Kind::TooLarge => format!("Bodies may have {} bytes", self.limits.body_bytes),
            Kind::TooSlow => format!("Bodies may take {:?}", self.limits.patience),
            _ => "The body ends too early, or its chunks are malformed".to_owned(),
        }
    }

    async fn read(&self, body: Incoming) -> Result<Bytes, Kind> {
        let limited = Limited::new(body, self.limits.body_bytes).collect();
        match tokio::time::timeout(self.limits.patience, limited).await {
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Kind::TooLarge),
            Ok(Err(_)) => Err(Kind::BrokenBody),
            Err(_) => Err(Kind::TooSlow),
        }
    }
}

fn respond(action: Action, reset: &Arc<AtomicBool>) -> Result<Response<Faulty>, io::Error> {
    match action {
        Action::Reply(reply) => Ok(response(reply, Faulty::whole)),
        Action::Cut { reply, after, ending } => {
            let reset = (ending == Ending::Reset).then(|| Arc::clone(reset));
            Ok(response(reply, |body| Faulty::cut(body, after, reset)))
        }
        Action::Drip { reply, chunk, pause } => Ok(response(reply, |body| Faulty::drip(body, chunk, pause))),
        Action::Reset => {
            reset.store(true, Ordering::Relaxed);
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Action::Close => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

fn response(reply: Reply, body: impl FnOnce(Bytes) -> Faulty) -> Response<Faulty> {
    let mut response = Response::new(body(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

/// Binds an address for [`serve`].
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
