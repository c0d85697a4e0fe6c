//! Tokens of OAuth 2 that a client asks for with credentials of its own (RFC 6749, section 4.4).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use reqwest::{Request, Response, Url};
use serde_json::Value;

use crate::base_url::{PlainHttp, is_loopback};
use crate::http_clients::HttpClients;
use crate::key_provider::{Answer, Provider};
use crate::{Error, Platform, cause, security};

/// The most that is read of an answer with a token.
const LIMIT: usize = 64 * 1024;

/// What a client proves with who it is to the token endpoint of the document, in place of an API key.
///
/// The token is asked for before the first call and shared by all clones. It is asked for again before it ends, and when
/// the API refuses it, and is sent to operations whose scheme names the endpoint. Its errors are those of a key provider, with the code of the endpoint (`invalid_client`, …).
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

    /// What the token is to be good for. Without any, the endpoint decides.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Another token endpoint than that of the document.
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
    pub(crate) fn endpoint(&self, platform: &Platform, plain_http: PlainHttp) -> Result<Url, Error> {
        let wrong = |what: &str| Err(Error::configuration(format!("the token endpoint {what}")));
        let Some(text) = self.token_url.as_deref().or_else(|| security::endpoint(platform)) else {
            return wrong("is not in the document: say where it is with `token_url`");
        };
        let Ok(url) = Url::parse(text) else { return wrong("is no URL") };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("must not contain a user name or password");
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if is_loopback(&url) || plain_http == PlainHttp::Anywhere => Ok(url),
            _ => wrong("is not https, so the secret would be readable on the way"),
        }
    }

    /// Asks the endpoint, each time that it is called.
    pub(crate) fn provider(self, endpoint: Url, clients: Arc<HttpClients>) -> Provider {
        Box::new(move || {
            let sent = clients.current().map(|client| client.execute(self.request(endpoint.clone())));
            Box::pin(async move {
                let response = sent?.await.map_err(|error| cause::message(&error.without_url()))?;
                Ok(read(response).await?)
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
async fn read(mut response: Response) -> Result<Answer, String> {
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| cause::message(&error.without_url()))? {
        body.extend_from_slice(&chunk);
        if body.len() > LIMIT {
            return Err(format!("the token endpoint answers with more than {LIMIT} bytes"));
        }
    }
    token(status, &serde_json::from_slice(&body).unwrap_or_default())
}

fn token(status: StatusCode, body: &Value) -> Result<Answer, String> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(code) = text("error").filter(|_| !status.is_success()) {
        let description = text("error_description").map(|text| format!(", {text}")).unwrap_or_default();
        return Err(format!("the token endpoint refuses the client: {code}{description}"));
    }
    if !status.is_success() {
        return Err(format!("the token endpoint answers with HTTP {}", status.as_u16()));
    }
    let Some(token) = text("access_token") else {
        return Err("the token endpoint answers without an `access_token`".to_owned());
    };
    if let Some(other) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(format!("the token endpoint gives a token of the type `{other}`, which this client cannot send"));
    }
    let seconds = body.get("expires_in").and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
    Ok(Answer { key: token.to_owned(), lifetime: seconds.map(Duration::from_secs) })
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
