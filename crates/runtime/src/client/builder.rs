//! Configures a client.

mod build;

use std::env;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::advancing_environment::AdvancingEnvironment;
use super::base_url::{self, PlainHttp};
#[cfg(feature = "oauth2")]
use crate::ClientCredentials;
use crate::error::display_text::DisplayText;
use crate::security::ClientKey;
use crate::security::credentials;
use crate::security::key_provider::{self, Provider};
use crate::security::secrets::Secrets;
use crate::{
    Client, Environment, Error, KeyProvider, Observer, Platform, RetryPolicy, Server, SystemEnvironment, security,
};

/// Configures a client of a platform.
///
/// ```
/// # fn f(platform: &'static keyapi_runtime::Platform) -> Result<(), keyapi_runtime::Error> {
/// use std::time::Duration;
///
/// let client = keyapi_runtime::Client::builder(platform)
///     .api_key("…")
///     .application("my-app/1.2")
///     .requests_per_second(5)
///     .timeout(Duration::from_secs(30))
///     .build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct ClientBuilder<C> {
    platform: &'static Platform,
    wrap: fn(Client) -> Result<C, Error>,
    api_key: Option<String>,
    /// By the names of the schemes.
    credentials: Vec<(String, String)>,
    key_provider: Option<Provider>,
    without_key: bool,
    #[cfg(feature = "oauth2")]
    client_credentials: Option<ClientCredentials>,
    base_url: Option<String>,
    server: Option<Server>,
    plain_http: PlainHttp,
    application: Option<String>,
    headers: HeaderMap,
    timeout: Duration,
    attempt_timeout: Duration,
    body_limit: usize,
    retry: RetryPolicy,
    retry_budget: u32,
    requests_per_second: Option<u32>,
    credit_budget: Option<u64>,
    unpriced: Option<u64>,
    http_client: Option<reqwest::Client>,
    environment: Arc<dyn Environment>,
    trace_queries: bool,
    observers: Vec<Box<dyn Observer>>,
}

impl<C> ClientBuilder<C> {
    /// A builder of what a platform's crate wraps a client in.
    #[doc(hidden)]
    pub fn new(platform: &'static Platform, wrap: fn(Client) -> Result<C, Error>) -> Self {
        Self {
            platform,
            wrap,
            api_key: None,
            credentials: Vec::new(),
            key_provider: None,
            without_key: false,
            #[cfg(feature = "oauth2")]
            client_credentials: None,
            base_url: None,
            server: None,
            plain_http: PlainHttp::LoopbackOnly,
            application: None,
            headers: HeaderMap::new(),
            timeout: Duration::from_secs(60),
            attempt_timeout: Duration::from_secs(20),
            body_limit: 16 * 1024 * 1024,
            retry: RetryPolicy::default(),
            retry_budget: 10,
            requests_per_second: None,
            credit_budget: None,
            unpriced: None,
            http_client: None,
            environment: Arc::new(SystemEnvironment),
            trace_queries: false,
            observers: Vec::new(),
        }
    }

    /// The API key. Without it, `build` reads the platform's variable of the environment. Where every operation is called
    /// with a [`credential`](Self::credential) of its own or with none, there is no need of a key.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The credential of one of the document's security schemes, by its name. Schemes without one are sent the API key,
    /// where the document says; an operation that asks for several schemes at once is called with that of each. A scheme of
    /// the kind `basic` takes a name and a password with a colon between them.
    ///
    /// Without it, `build` looks for a variable of the environment that is called as that of the key, with an underscore and
    /// the name of the scheme behind.
    pub fn credential(mut self, scheme: impl Into<String>, credential: impl Into<String>) -> Self {
        let scheme = scheme.into();
        self.credentials.retain(|(other, _)| *other != scheme);
        self.credentials.push((scheme, credential.into()));
        self
    }

    /// A function that gives the key, in place of [`api_key`](Self::api_key): it is asked before the first call, and again
    /// when the API refuses the key that it gave (401), so that keys rotate without a restart. If another key comes back, the
    /// call is repeated with it, once; otherwise it ends with the 401. Calls at the same time ask once.
    ///
    /// A function that fails, panics or gives no key when it is first asked ends the call with
    /// [`ErrorKind::KeyProvider`](crate::ErrorKind::KeyProvider) before anything is sent, and one that does not answer before
    /// the call's deadline with a timeout; after a 401, the call ends with the 401 then, too. [`KeyProvider`] shows both kinds of
    /// functions. One that is not async must not block.
    pub fn key_provider<Kind>(mut self, provider: impl KeyProvider<Kind>) -> Self {
        self.key_provider = Some(key_provider::of_function(provider));
        self
    }

    /// A client without a key, whatever the environment has: it calls operations that can be called without one, as they ask
    /// for nothing, or leave the choice, or have credentials of their own. All others end before anything is sent, with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    pub fn without_key(mut self) -> Self {
        self.without_key = true;
        self
    }

    /// Credentials for the token endpoint of OAuth 2, in place of a key: the client asks for a token before its first call,
    /// and for another one before that ends.
    #[cfg(feature = "oauth2")]
    pub fn client_credentials(mut self, credentials: ClientCredentials) -> Self {
        self.client_credentials = Some(credentials);
        self
    }

    /// Another server of the document than the first one. Operations that have a server of their own keep that.
    pub fn server(mut self, server: impl Into<Server>) -> Self {
        self.server = Some(server.into());
        self
    }

    /// Another server than the provider's, such as a mock server. A trailing slash makes no difference.
    ///
    /// It stands in for scheme and host of every server of the document, and each server keeps its path, below the path
    /// of the URL that is given here. If that ends with the path of the document's first server, it is not repeated. Of the
    /// document's token endpoint it is the same, so that a secret meant for a mock server goes nowhere else.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Accepts a plain-http base URL that is not loopback. Everyone on the way can then read the key.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Puts an application's name before the SDK's in `User-Agent`.
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// Adds a header to every request. `Authorization` and `User-Agent` stay the client's.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Limits a whole call: every attempt, and the waits before and between them. One minute by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits each attempt, up to the last byte of its body. 20 seconds by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Limits the size of a body. 16 MiB by default.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// How failed attempts are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many retries this client and its clones may make while nothing succeeds, so that an outage does not multiply
    /// their traffic. Ten successful calls earn one retry back. 10 by default. A retry after a 429 with `Retry-After` takes
    /// none of them.
    pub fn retry_budget(mut self, retries: u32) -> Self {
        self.retry_budget = retries;
        self
    }

    /// Spaces requests, those of all clones together, so that the account's limit is not hit. Without a limit by
    /// default.
    pub fn requests_per_second(mut self, requests: u32) -> Self {
        self.requests_per_second = Some(requests);
        self
    }

    /// What this client and its clones may spend. The price of an attempt is set aside before it is sent, so that callers
    /// at the same time cannot pass the budget together; [`Credits`](crate::Credits) says what becomes of it.
    ///
    /// A call for which too little is left ends with [`ErrorKind::CreditBudget`](crate::ErrorKind::CreditBudget), and nothing
    /// is sent; so does one of an operation without a price, unless [`unpriced`](Self::unpriced) says what it counts. A call
    /// that failed and has too little left for another attempt ends with its own error, and
    /// [`retry_limit`](Error::retry_limit) says why. Without a budget by default.
    pub fn credit_budget(mut self, credits: u64) -> Self {
        self.credit_budget = Some(credits);
        self
    }

    /// What an attempt counts of an operation to which the document gives no price, and of a path that the document does not
    /// have and that is not given [`credits`](crate::Request::credits).
    pub fn unpriced(mut self, credits: u64) -> Self {
        self.unpriced = Some(credits);
        self
    }

    /// Sends through the caller's own HTTP client, with its proxies, certificates and redirect policy. The redirects
    /// that it follows are not counted, and take no permit of [`requests_per_second`](Self::requests_per_second).
    ///
    /// Its timeouts hold beside those of this builder, so that the shorter one counts, and it says by itself which
    /// encodings it accepts.
    ///
    /// A client that is used from several async runtimes has a pool of connections for each of them, except this one,
    /// whose only pool is the caller's: use it from one runtime.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Tells an observer of every call and every attempt, as [`Observer`] says. Without one, a call does nothing for it; of
    /// several, all are told.
    ///
    /// To ask the observer for something afterwards, pass an [`Arc`] of it.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// Shows the values of query parameters in spans and to observers, and not only their names.
    #[cfg(feature = "tracing")]
    pub fn trace_query_values(mut self) -> Self {
        self.trace_queries = true;
        self
    }

    /// Takes time and randomness from elsewhere, for tests.
    pub fn environment(mut self, environment: impl Environment + 'static) -> Self {
        self.environment = Arc::new(AdvancingEnvironment::new(environment));
        self
    }

    /// Whether [`build`](Self::build) needs a key that neither the caller nor the environment has given.
    pub fn lacks_key(&self) -> bool {
        let given = credentials::with_those_of(self.platform, self.credentials.clone(), |name| env::var(name).ok());
        let is_given = self.api_key.is_some() || self.key_provider.is_some() || self.without_key;
        #[cfg(feature = "oauth2")]
        let is_given = is_given || self.client_credentials.is_some();
        !is_given
            && env::var_os(self.platform.key.variable).is_none_or(|key| key.is_empty())
            && security::takes_the_key(self.platform, &given.into())
    }

    /// Whether a call of this operation needs such a key: one that asks for none, or leaves the choice, is called without.
    #[doc(hidden)]
    pub fn lacks_key_for(&self, operation: &str) -> bool {
        let given = credentials::with_those_of(self.platform, self.credentials.clone(), |name| env::var(name).ok());
        let operation = self.platform.operations.iter().find(|known| known.name == operation);
        let needs = |security| security::chosen(security, &given.into(), ClientKey::Missing).is_err();
        self.lacks_key() && operation.map(|operation| operation.security).is_none_or(needs)
    }
}

/// Shows everything but the key, the values of headers, and what a base URL must not contain.
impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials: Vec<String> = self.credentials.iter().map(|(_, credential)| credential.clone()).collect();
        let secrets = Secrets { others: &credentials, ..self.platform.secrets(self.api_key.as_deref()) };
        let shown = |text: &str| DisplayText::new(text, secrets);
        let chosen = self.server.as_ref().and_then(|server| server.url.as_deref().ok());
        let base_url = self.base_url.as_deref().or(chosen).unwrap_or(self.platform.base_url);
        let headers = format!("{:?}", self.headers.keys().collect::<Vec<_>>());
        f.debug_struct("ClientBuilder")
            .field("base_url", &shown(&base_url::without_secrets(base_url)))
            .field("application", &self.application.as_deref().map(shown))
            .field("headers", &format_args!("{}", shown(&headers)))
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("body_limit", &self.body_limit)
            .field("retry", &self.retry)
            .field("retry_budget", &self.retry_budget)
            .field("requests_per_second", &self.requests_per_second)
            .field("credit_budget", &self.credit_budget)
            .field("unpriced", &self.unpriced)
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
