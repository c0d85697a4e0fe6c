//! Asks whether a test has a response for a request itself.

use std::net::SocketAddr;

use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::engine::Engine;
use crate::engine::outcome::Response;
use crate::engine::problem::{Kind, Problem};
use crate::engine::request::Request;

/// What httpmock answers with 404 where no mock is for the request. A mock of this very response counts as none.
const NONE: &[u8] = br#"{"message":"Request did not match any route or mock"}"#;

/// Headers of one connection, which mean nothing on another.
const OF_THE_CONNECTION: [HeaderName; 4] =
    [header::CONNECTION, header::EXPECT, header::TRANSFER_ENCODING, header::UPGRADE];

/// The response of the mock that is for a request, where there is one.
pub(super) async fn response(engine: &Engine, request: &Request) -> Result<Option<Response>, Problem> {
    let Some(address) = engine.state().overrides.address() else { return Ok(None) };
    let failed = |error| Problem::new(Kind::BadOverride, format!("The override gave no response: {error}"));
    // Few requests are asked about, and the others need no room for it.
    Box::pin(ask(address, request)).await.map_err(failed)
}

async fn ask(
    address: SocketAddr,
    request: &Request,
) -> Result<Option<Response>, Box<dyn std::error::Error + Send + Sync>> {
    // A tunnel has no path.
    let Some(target) = request.uri().path_and_query() else { return Ok(None) };
    let mut asked = request.clone().map(Full::new);
    *asked.uri_mut() = Uri::from(target.clone());
    *asked.version_mut() = http::Version::HTTP_11;
    OF_THE_CONNECTION.iter().for_each(|name| _ = asked.headers_mut().remove(name));
    // HTTP/1.0 has requests without one.
    let host = HeaderValue::try_from(address.to_string())?;
    asked.headers_mut().entry(header::HOST).or_insert(host);

    let stream = TcpStream::connect(address).await?;
    // Each request has a connection of its own, whose port is free again at once.
    stream.set_zero_linger()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let response = async {
        let (head, body) = sender.send_request(asked).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        drop(sender);
        Ok::<_, hyper::Error>((head, body))
    };
    let (response, _) = tokio::join!(response, connection);
    let (mut head, body) = response?;
    OF_THE_CONNECTION.iter().for_each(|name| _ = head.headers.remove(name));
    let is_none = head.status == StatusCode::NOT_FOUND && body == NONE;
    Ok((!is_none).then_some(Response { status: head.status, headers: head.headers, body, documented: false }))
}
