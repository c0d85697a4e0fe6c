//! Tokens of OAuth 2 that a client asks for with credentials of its own (RFC 6749, section 4.4).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::{Request, Response, Url};
use serde_json::Value;

use super::key_provider::{Answer, Provider};
use super::no_key::NoKey;
use crate::call::cause;
use crate::call::pause;
use crate::call::retry::retry_after;
use crate::client::base_url::{BaseUrl, PlainHttp, is_loopback};
use crate::transport::http_clients::HttpClients;
use crate::{Environment, Error, Platform, security};

/// The most that is read of an answer with a token.
const LIMIT: usize = 64 * 1024;

/// How long an endpoint that refuses the client is not asked again: what was wrong is rarely right a moment later.
const AFTER_REFUSAL: Duration = Duration::from_secs(30);

/// What a client proves with who it is to the token endpoint of the document, in place of an API key.
///
/// The token is asked for before the first call and shared by all clones. It is asked for again before it ends, and when
/// the API refuses it, and is sent to operations whose scheme names the endpoint.
///
/// Its errors are those of a key provider: [`Error::oauth2_error`] has the code of the endpoint (`invalid_client`, …), and
/// [`Error::retry_after`] how long the client does not ask again. That is a second after a failure, twice as long after each
/// further one in a row, up to a minute; half a minute at least where the endpoint refuses the client; and as long as the
/// endpoint itself asks for (`Retry-After`), up to an hour. Calls go on with a token that is still good, and otherwise end at
/// once with the same error. A question takes no longer than an attempt of a call may.
///
/// ```
/// use keyapi_runtime::{Client, ClientCredentials, Error, Platform};
///
/// fn client(platform: &'static Platform) -> Result<Client, Error> {
///     let credentials = ClientCredentials::new("my-service", "the secret of the client").scope("read");
///     Client::builder(platform).client_credentials(credentials).build()
/// }
/// ```
#[derive(Clone)]
pub struct ClientCredentials {
    id: String,
    secret: String,
    scopes: Vec<String>,
    token_url: Option<String>,
}

impl ClientCredentials {
    /// The id and the secret that the provider has given to the client.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), scopes: Vec::new(), token_url: None }
    }

    /// What the token is to be good for, with one call for each scope. Without any, the endpoint decides, which is mostly all
    /// that the client was granted.
    ///
    /// The scopes that operations ask for in the document are not taken: the one token is for all operations, and an endpoint
    /// refuses a client that asks for more than it was granted (`invalid_scope`).
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Another token endpoint than that of the document. It is called as it stands, whatever the
    /// [base URL](crate::ClientBuilder::base_url) is.
    #[must_use]
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// What must not be shown.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Where the token is asked for.
    pub(crate) fn endpoint(
        &self,
        platform: &Platform,
        base_url: &BaseUrl,
        plain_http: PlainHttp,
    ) -> Result<Url, Error> {
        let wrong = |what: &str| Err(Error::configuration(format!("the token endpoint {what}")));
        let Some(text) = self.token_url.as_deref().or_else(|| security::endpoint(platform)) else {
            return wrong("is not in the document: say where it is with `token_url`");
        };
        let Ok(url) = Url::parse(text) else { return wrong("is no URL") };
        // What the caller gave is meant as it is.
        let url = if self.token_url.is_some() { url } else { base_url.in_place_of(url) };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("must not contain a user name or password");
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if is_loopback(&url) || plain_http == PlainHttp::Anywhere => Ok(url),
            _ => wrong("is not https, so the secret would be readable on the way"),
        }
    }

    /// Asks the endpoint, each time that it is called, and gives it so much time for an answer.
    pub(crate) fn provider(
        self,
        endpoint: Url,
        clients: Arc<HttpClients>,
        timeout: Duration,
        environment: Arc<dyn Environment>,
    ) -> Provider {
        Box::new(move || {
            let mut request = self.request(endpoint.clone());
            *request.timeout_mut() = Some(timeout);
            let sent = clients.current().map(|client| client.execute(request));
            let environment = Arc::clone(&environment);
            Box::pin(async move {
                let sent = sent.map_err(|error| NoKey::new(error.message().unwrap_or_default()))?;
                read(sent.await.map_err(unanswered)?, &*environment).await
            })
        })
    }

    fn request(&self, endpoint: Url) -> Request {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if !self.scopes.is_empty() {
            form.append_pair("scope", &self.scopes.join(" "));
        }
        // Both are encoded first (RFC 6749, section 2.3.1).
        let basic = STANDARD.encode(format!("{}:{}", encoded(&self.id), encoded(&self.secret)));
        let mut request = Request::new(http::Method::POST, endpoint);
        *request.body_mut() = Some(form.finish().into());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Ok(mut basic) = HeaderValue::try_from(format!("Basic {basic}")) {
            basic.set_sensitive(true);
            headers.insert(AUTHORIZATION, basic);
        }
        request
    }
}

/// Reads a token, or why there is none.
async fn read(mut response: Response, environment: &dyn Environment) -> Result<Answer, NoKey> {
    let (status, mut body) = (response.status(), Vec::new());
    let asked = asked_pause(response.headers(), environment);
    while let Some(chunk) = response.chunk().await.map_err(unanswered)? {
        body.extend_from_slice(&chunk);
        if body.len() > LIMIT {
            return Err(NoKey::new(format!("the token endpoint answers with more than {LIMIT} bytes")));
        }
    }
    token(status, &serde_json::from_slice(&body).unwrap_or_default())
        .map_err(|failure| NoKey { pause: failure.pause.max(Some(asked)), ..failure })
}

/// How long the endpoint wants nobody to come.
fn asked_pause(headers: &HeaderMap, environment: &dyn Environment) -> Duration {
    retry_after(headers, environment.wall_clock()).unwrap_or_default().min(pause::LONGEST)
}

fn token(status: StatusCode, body: &Value) -> Result<Answer, NoKey> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    // Some say no with a status that says yes.
    if let Some(code) = text("error") {
        let description = text("error_description").map(|text| format!(", {text}")).unwrap_or_default();
        let why = format!("the token endpoint refuses the client: {code}{description}");
        return Err(NoKey { code: Some(code.to_owned()), pause: Some(least_pause(status)), ..NoKey::new(why) });
    }
    if !status.is_success() {
        let why = format!("the token endpoint answers with HTTP {}", status.as_u16());
        return Err(NoKey { pause: Some(least_pause(status)), ..NoKey::new(why) });
    }
    let Some(token) = text("access_token") else {
        return Err(NoKey::new("the token endpoint answers without an `access_token`"));
    };
    if let Some(other) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let why = format!("the token endpoint gives a token of the type `{other}`, which this client cannot send");
        return Err(NoKey::new(why));
    }
    Ok(Answer { key: token.to_owned(), lifetime: body.get("expires_in").and_then(lifetime) })
}

/// A number of seconds, which some write with a fraction or as text. What is none says nothing.
fn lifetime(seconds: &Value) -> Option<Duration> {
    let seconds = seconds.as_f64().or_else(|| seconds.as_str()?.trim().parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// How long nobody asks again after an answer of this status, whatever the endpoint asks for itself.
fn least_pause(status: StatusCode) -> Duration {
    let may_pass = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    if status.is_server_error() || may_pass { Duration::ZERO } else { AFTER_REFUSAL }
}

fn unanswered(error: reqwest::Error) -> NoKey {
    NoKey::new(format!("the token endpoint does not answer: {}", cause::message(&error.without_url())))
}

/// Shows everything but the secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("id", &self.id)
            .field("scopes", &self.scopes)
            .field("token_url", &self.token_url)
            .finish_non_exhaustive()
    }
}
