//! Whether anything of a request was sent: until a connection asks for its body, nothing was.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use reqwest::{Body, Request};

/// No connection has asked for the request.
const PENDING: u8 = 0;
/// One writes it.
const BEGUN: u8 = 1;
/// Nobody waits for it any more, and none shall write it.
const WITHDRAWN: u8 = 2;

/// How far one request has come. Whoever sends it and whoever gives it up agree on it, also at the same time.
#[derive(Debug, Default)]
pub(crate) struct Transmission(AtomicU8);

impl Transmission {
    /// Takes note of what becomes of a request.
    pub(crate) fn watch(self: &Arc<Self>, request: &mut Request) {
        let body = request.body_mut();
        *body = Some(Body::wrap(Watched { body: body.take().unwrap_or_default(), transmission: Arc::clone(self) }));
    }

    /// Takes note of a request of which nobody says when it is sent.
    pub(crate) fn begin(&self) -> bool {
        match self.0.compare_exchange(PENDING, BEGUN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == BEGUN,
        }
    }

    /// Keeps the request from being sent, unless that has begun, and says whether it has.
    pub(crate) fn withdraw(&self) -> bool {
        let withdrawn = self.0.compare_exchange(PENDING, WITHDRAWN, Ordering::AcqRel, Ordering::Acquire);
        withdrawn == Err(BEGUN)
    }
}

/// A body whose first look is taken by the connection that writes the head of the request: it has to know whether a body
/// follows.
struct Watched {
    body: Body,
    transmission: Arc<Transmission>,
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.transmission.begin() {
            return Poll::Ready(Some(Err(io::Error::other("nobody waits for the response").into())));
        }
        Pin::new(&mut self.body).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        // What is withdrawn does not end, but breaks.
        self.transmission.begin() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.transmission.0.load(Ordering::Acquire) {
            // Of a request without a body, a head that announces none would be all of it, and the API would answer.
            WITHDRAWN => SizeHint::with_exact(1),
            _ => self.body.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use hyper::body::Body as _;
    use reqwest::{Method, Request};
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::Transmission;
    use crate::test_platform;

    /// A request that is watched, and what is known of it.
    fn watched(body: Option<&'static str>) -> (Request, Arc<Transmission>) {
        let transmission = Arc::<Transmission>::default();
        let mut request = Request::new(Method::GET, "http://localhost".parse().unwrap());
        *request.body_mut() = body.map(Into::into);
        transmission.watch(&mut request);
        (request, transmission)
    }

    #[test]
    fn what_no_connection_has_asked_for_can_be_withdrawn() {
        for text in [None, Some("{}")] {
            let (mut request, transmission) = watched(text);
            let length = request.body().unwrap().size_hint().exact();
            assert_eq!(length, Some(text.map_or(0, str::len) as u64), "{text:?}");
            assert!(!transmission.withdraw(), "{text:?}: nobody has asked for more than its length");
            let mut body = request.body_mut().take().unwrap();
            assert!(!body.is_end_stream(), "{text:?}");
            let frame = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(frame, Poll::Ready(Some(Err(_)))), "{text:?}: {frame:?}");
            assert!(!transmission.withdraw(), "{text:?}");
        }
    }

    #[test]
    fn what_a_connection_has_asked_for_cannot_be_withdrawn() {
        for text in [None, Some("{}")] {
            let (mut request, transmission) = watched(text);
            let mut body = request.body_mut().take().unwrap();
            assert_eq!(body.is_end_stream(), text.is_none());
            assert!(transmission.withdraw(), "{text:?}");
            let frame = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
            let Poll::Ready(frame) = frame else { panic!("{text:?}") };
            let data = frame.map(|frame| frame.unwrap().into_data().unwrap());
            assert_eq!(data.as_deref(), text.map(str::as_bytes));
        }
    }

    /// The call is given up after the connection has taken its request, and before it asks for the body.
    #[tokio::test]
    async fn no_connection_writes_all_of_what_is_withdrawn() {
        for (method, text) in [(Method::GET, None), (Method::POST, None), (Method::POST, Some("{}"))] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let (mut request, transmission) = watched(text);
            *request.method_mut() = method.clone();
            *request.url_mut() = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
            assert!(!transmission.withdraw());
            let received = async {
                let (mut connection, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                while !is_whole(&bytes) && connection.read_buf(&mut bytes).await.unwrap() > 0 {}
                bytes
            };
            let client = test_platform::client().shared.http.current().unwrap();
            let (sent, received) = tokio::join!(client.execute(request), received);
            assert!(sent.is_err(), "{method} {text:?}");
            assert!(!is_whole(&received), "{method} {text:?}: {}", String::from_utf8_lossy(&received));
        }
    }

    /// Whether a request may be answered: its head is there, and the body that this announces.
    fn is_whole(bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        body.len() >= length.map_or(0, |length| length.parse().unwrap())
    }
}
