//! The client.

mod advancing_environment;
pub(crate) mod base_url;
pub(crate) mod builder;
pub(crate) mod environment;
pub(crate) mod options;
pub(crate) mod platform;
pub(crate) mod server;

use std::any::TypeId;
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use progenitor_client::ClientInfo;

use crate::call::credits::Ledger;
use crate::call::pause::Pause;
use crate::call::rate_limit::RateLimit;
use crate::call::retry::RetryBudget;
use crate::call::started::Started;
use crate::call::{Call, Target};
use crate::error::display_text::DisplayText;
use crate::security::key::ApiKey;
use crate::security::key_provider::Keys;
use crate::transport::Received;
use crate::transport::http_clients::HttpClients;
use crate::transport::proxies::Proxies;
use crate::transport::redirect::Redirects;
use crate::{
    CallOptions, ClientBuilder, Credits, Envelope, Environment, Error, Observer, Operation, Platform, RetryPolicy,
};
use base_url::BaseUrl;

/// A client of a platform's API, which that of the platform's crate is built on. Clones are cheap and share connections,
/// retry budget, rate limit and credits.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

/// What all clones and calls share.
pub(crate) struct Shared {
    pub(crate) platform: &'static Platform,
    pub(crate) http: Arc<HttpClients>,
    /// Those of the environment, if the HTTP clients are some that ask it.
    pub(crate) proxies: Option<Proxies>,
    pub(crate) redirects: Redirects,
    pub(crate) base_url: BaseUrl,
    pub(crate) keys: Keys,
    pub(crate) user_agent: HeaderValue,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) body_limit: usize,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) pause: Pause,
    pub(crate) requests_per_second: Option<u32>,
    pub(crate) credits: Arc<Ledger>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) trace_queries: bool,
    pub(crate) observers: Vec<Box<dyn Observer>>,
    /// The operations of which it was said that they are deprecated.
    pub(crate) deprecated: Mutex<HashSet<String>>,
}

/// Of how many operations it is said that they are deprecated; paths of the caller's choice could be any number.
const MAX_DEPRECATED: usize = 1_000;

impl Shared {
    /// The key that texts are masked with.
    pub(crate) fn key(&self) -> Arc<ApiKey> {
        self.keys.known()
    }

    /// Whether it is the first time that this operation is found to be deprecated.
    pub(crate) fn is_news(&self, operation: &str) -> bool {
        let mut known = self.deprecated.lock().unwrap_or_else(PoisonError::into_inner);
        known.len() < MAX_DEPRECATED && !known.contains(operation) && known.insert(operation.to_owned())
    }
}

impl Client {
    /// Starts to configure a client.
    pub fn builder(platform: &'static Platform) -> ClientBuilder<Self> {
        ClientBuilder::new(platform, Ok)
    }

    /// What this client and its clones have spent, and what is left of their budget.
    #[must_use]
    pub fn credits(&self) -> Credits {
        self.shared.credits.credits()
    }

    /// What this client and its clones have spent, by the document: the cost of every request that was answered with
    /// a success that decodes. [`credits`](Self::credits) has the rest.
    #[must_use]
    pub fn credits_spent(&self) -> u64 {
        self.credits().spent()
    }

    /// The error for a call that its caller asked for in a way that no request can be made of.
    #[doc(hidden)]
    pub fn invalid_request(&self, operation: &str, message: impl AsRef<str>) -> Error {
        let key = self.shared.key();
        Error::invalid_request(key.display_text(operation), key.display_text(message.as_ref()))
    }

    /// Begins a call of a documented operation through a generated client, which `new` makes.
    #[doc(hidden)]
    pub fn start<T: Envelope, C: ClientInfo<Call>>(
        &self,
        operation: &'static Operation,
        options: CallOptions,
        new: impl FnOnce(&str, reqwest::Client, Call) -> C,
    ) -> Result<Started<T, C>, Error> {
        let [name, path] = [operation.name, operation.path].map(DisplayText::from_static);
        let Operation { credits, accept, security, statuses, without_details, .. } = *operation;
        let documents = |class: u16| statuses.iter().any(|status| status / 100 == class);
        let is_redirect = TypeId::of::<T>() == TypeId::of::<()>() && documents(3) && !documents(2);
        let asks_for_another = options.overrides().representation.as_ref().is_some_and(|asked| asked.accept.is_some());
        let read_code = if asks_for_another { Received::read_code_of_json } else { Received::read_code_in::<T> };
        let target = Target { name, path, credits, read_code, is_redirect, accept, security, without_details };
        let base_url = self.shared.base_url.of(operation.server)?;
        let call = Call::new(Arc::clone(&self.shared), target, options);
        Ok(Started::new(new(base_url.as_str(), self.shared.http.template().clone(), call)))
    }
}

/// Shows everything but the key and the values of headers.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shared, key) = (&self.shared, self.shared.key());
        let shown = |value: &dyn fmt::Debug| key.display_text(&format!("{value:?}"));
        f.debug_struct("Client")
            .field("base_url", &key.display_text(shared.base_url.as_str()))
            .field("key", &key)
            .field("user_agent", &format_args!("{}", shown(&shared.user_agent)))
            .field("headers", &format_args!("{}", shown(&shared.headers.keys().collect::<Vec<_>>())))
            .field("timeout", &shared.timeout)
            .field("attempt_timeout", &shared.attempt_timeout)
            .field("body_limit", &shared.body_limit)
            .field("retry", &shared.retry)
            .field("requests_per_second", &shared.requests_per_second)
            .field("credits", &shared.credits.credits())
            .field("observers", &shared.observers.len())
            .field("environment", &format_args!("{}", shown(&shared.environment)))
            .finish_non_exhaustive()
    }
}
