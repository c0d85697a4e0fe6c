//! The server, on hyper.

pub(crate) mod access_log;
mod connection;
mod host;
mod idle;
pub(crate) mod limits;
pub(crate) mod mock_server;
#[cfg(feature = "overrides")]
mod overrides;
#[cfg(feature = "program")]
pub(crate) mod reload;
#[cfg(test)]
#[cfg(feature = "overrides")]
mod tests;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};

use crate::admin;
use crate::engine::Engine;
use crate::engine::outcome::{Action, Ending, Outcome, Response};
use crate::engine::problem::{Kind, Problem};
use crate::engine::request::Request;

use access_log::AccessLog;
use connection::{Connection, Faulty};
use idle::{Activity, IdleConnections};
pub use limits::Limits;

/// hyper refuses heads of this many times the size that is allowed, by itself and without a body; smaller ones reach the
/// service, which says what is wrong.
const HEAD_ROOM: usize = 10;

/// How long open requests may take to finish once the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// What a server is made of.
#[derive(Debug)]
pub(crate) struct Server {
    /// What answers its requests.
    pub engine: Arc<Engine>,
    /// What it takes from clients.
    pub limits: Limits,
    /// What it writes about requests.
    pub log: AccessLog,
}

impl Server {
    /// A server with the usual limits and without a log.
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, limits: Limits::default(), log: AccessLog::Off }
    }

    /// Serves until the future ends, then lets open requests finish.
    pub(crate) async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let (running, stopped) = watch::channel(());
        let service = Arc::new(Service { server: self, idle: Arc::new(IdleConnections::new()), stopped });
        let stop = async {
            stop.await;
            drop(running);
        };
        serve(service, listener, stop).await;
    }

    /// What becomes of a request that is let in.
    async fn answer(&self, request: &Request) -> Outcome {
        if admin::is_for_admin(&self.engine, request) {
            return admin::handle(&self.engine, request);
        }
        #[cfg(feature = "overrides")]
        match overrides::response(&self.engine, request).await {
            Ok(None) => {}
            Ok(Some(response)) => return self.engine.override_with(request, response),
            Err(problem) => return self.engine.refuse(request, problem),
        }
        self.engine.handle(request)
    }
}

async fn serve(service: Arc<Service>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let limits = service.server.limits;
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    let accept = async {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) if is_of_client(&error) => continue,
                Err(_) => {
                    // Out of file descriptors, most often: connections that end make room.
                    service.idle.make_room();
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            };
            // Nobody closes the semaphore; were it closed, there would be nothing left to serve.
            let Ok(permit) = service.admit(&room).await else { return };
            let (service, watcher) = (Arc::clone(&service), graceful.watcher());
            tokio::spawn(async move {
                service.connection(stream, watcher).await;
                drop(permit);
            });
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop(listener);
    // Slow clients do not keep the server from stopping.
    _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// Whether a connection could not be accepted because the client has ended it already.
fn is_of_client(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// A server that runs.
struct Service {
    server: Server,
    idle: Arc<IdleConnections>,
    /// Changes when the server stops.
    stopped: watch::Receiver<()>,
}

impl Service {
    /// Waits for room, which a connection that waits for a request makes at once.
    async fn admit(&self, room: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, AcquireError> {
        if let Ok(permit) = Arc::clone(room).try_acquire_owned() {
            return Ok(permit);
        }
        self.idle.make_room();
        let permit = Arc::clone(room).acquire_owned().await;
        self.idle.keep();
        permit
    }

    async fn connection(&self, stream: TcpStream, watcher: Watcher) {
        // Responses are small and whole; waiting to fill packets would only delay them.
        _ = stream.set_nodelay(true);
        let activity = Arc::new(Activity::new(Arc::clone(&self.idle)));
        let io = TokioIo::new(Connection::new(stream, Arc::clone(&activity)));
        let service = service_fn(|request| self.exchange(request, &activity));
        let head_bytes = HEAD_ROOM * (self.server.limits.target_bytes + self.server.limits.header_bytes);
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            // A client may say that it sends no more, and still reads.
            .half_close(true)
            .header_read_timeout(self.server.limits.patience)
            // The buffer has a least size of its own.
            .max_buf_size(head_bytes.max(8 * 1024))
            .serve_connection(io, service);
        // Errors are the client's, or scripted.
        _ = watcher.watch(connection).await;
    }

    async fn exchange(
        &self,
        request: http::Request<Incoming>,
        activity: &Arc<Activity>,
    ) -> Result<http::Response<Faulty>, io::Error> {
        let start = Instant::now();
        activity.begin();
        let allowed = self.server.limits.check(&request, request.body().size_hint().lower());
        let (parts, body) = request.into_parts();
        let mut read = body.is_end_stream();
        let body = match allowed {
            Ok(()) if read => Ok(Bytes::new()),
            Ok(()) => self.read(body).await.inspect(|_| read = true),
            Err(problem) => Err(problem),
        };
        let (body, refused) = body.map_or_else(|problem| (Bytes::new(), Some(problem)), |body| (body, None));
        let request = Request::from_parts(parts, body);
        let outcome = match refused {
            None => self.server.answer(&request).await,
            Some(problem) => admin::refuse(&self.server.engine, &request, problem),
        };
        if !outcome.delay.is_zero() {
            wait(outcome.delay, self.stopped.clone()).await?;
        }
        self.server.log.write(&request, &outcome, &self.server.engine, start);
        let response = respond(outcome.action, activity)?;
        Ok(if read { response.map(|body| body.ending(Arc::clone(activity))) } else { response })
    }

    async fn read(&self, mut body: Incoming) -> Result<Bytes, Problem> {
        let broken = "The body ends too early, or its chunks are malformed";
        let whole = async {
            // One buffer: parts are as small as the client likes, and each would keep a buffer of its own.
            let mut whole = BytesMut::new();
            while let Some(frame) = body.frame().await {
                let Ok(data) = frame.map_err(|_| Problem::new(Kind::BrokenBody, broken))?.into_data() else { continue };
                if data.len() > self.server.limits.body_bytes - whole.len() {
                    return Err(self.server.limits.too_large());
                }
                whole.extend_from_slice(&data);
            }
            Ok(whole.freeze())
        };
        let slow = || Problem::new(Kind::TooSlow, format!("Bodies may take {:?}", self.server.limits.patience));
        tokio::time::timeout(self.server.limits.patience, whole).await.unwrap_or_else(|_| Err(slow()))
    }
}

/// Waits before a response. One whose time would come after the server has stopped does not keep it from stopping.
async fn wait(delay: Duration, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    let mut waiting = pin!(tokio::time::sleep(delay));
    tokio::select! {
        () = &mut waiting => return Ok(()),
        _ = stopped.changed() => {}
    }
    if waiting.deadline() > tokio::time::Instant::now() + GRACE {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    waiting.await;
    Ok(())
}

fn respond(action: Action, activity: &Arc<Activity>) -> Result<http::Response<Faulty>, io::Error> {
    match action {
        Action::Respond(response) => Ok(with_body(response, Faulty::whole)),
        Action::Cut { response, after, ending } => {
            let reset = (ending == Ending::Reset).then(|| Arc::clone(activity));
            Ok(with_body(response, |body| Faulty::cut(body, after, reset)))
        }
        Action::Drip { response, chunk, pause } => Ok(with_body(response, |body| Faulty::drip(body, chunk, pause))),
        Action::Reset => {
            activity.reset();
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Action::Close => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

fn with_body(response: Response, body: impl FnOnce(Bytes) -> Faulty) -> http::Response<Faulty> {
    let mut sent = http::Response::new(body(response.body));
    *sent.status_mut() = response.status;
    *sent.headers_mut() = response.headers;
    sent
}
