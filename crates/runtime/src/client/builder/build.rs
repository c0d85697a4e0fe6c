//! Makes a client of what its builder was told.

use std::collections::HashSet;
use std::env::{self, VarError};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use http::HeaderValue;

use super::ClientBuilder;
use crate::call::credits::Ledger;
use crate::call::pause::Pause;
use crate::call::rate_limit::RateLimit;
use crate::call::retry::RetryBudget;
use crate::client::Shared;
use crate::client::base_url::BaseUrl;
use crate::security::credentials::{self, Credentials};
use crate::security::key::{ApiKey, KeySource};
use crate::security::key_provider::{Keys, Provider};
use crate::transport::http_clients::{self, HttpClients};
use crate::transport::redirect::Redirects;
use crate::{Client, Error, Platform, security};

impl<C> ClientBuilder<C> {
    /// Makes the client. No connection is made yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) says what is wrong.
    pub fn build(self) -> Result<C, Error> {
        let variable = env::var(self.platform.key.variable);
        let credentials = credentials::with_those_of(self.platform, self.credentials, |name| env::var(name).ok());
        Self { credentials, ..self }.build_with(variable)
    }

    fn build_with(self, variable: Result<String, VarError>) -> Result<C, Error> {
        let platform = self.platform;
        let credentials = credentials::checked(platform, self.credentials)?;
        let base_url = match (&self.base_url, self.server) {
            (Some(_), Some(_)) => {
                return Err(Error::configuration("both `base_url` and `server` are called: leave one of them out"));
            }
            (Some(url), None) => BaseUrl::given(url, platform.base_url, self.plain_http)?,
            (None, Some(server)) => {
                let url = server.url.map_err(Error::configuration)?;
                BaseUrl::chosen(&url, platform.base_url, self.plain_http)?
            }
            (None, None) => BaseUrl::chosen(platform.base_url, platform.base_url, self.plain_http)?,
        };
        let rate_limit = match self.requests_per_second.map(NonZeroU32::new) {
            Some(None) => return Err(Error::configuration("a limit of 0 requests per second would wait forever")),
            Some(Some(requests)) => Some(RateLimit::per_second(requests)),
            None => None,
        };
        let redirects = if self.http_client.is_some() { Redirects::ByHttpClient } else { Redirects::ByCall };
        let (http, proxies) = match self.http_client {
            Some(client) => (HttpClients::of_caller(client), None),
            None => http_clients::own(platform, &base_url, self.attempt_timeout)?,
        };
        let http = Arc::new(http);
        #[cfg(feature = "oauth2")]
        let tokens = match self.client_credentials {
            Some(_) if self.api_key.is_some() || self.key_provider.is_some() => {
                let message = "both a key and `client_credentials` are given: leave one of them out";
                return Err(Error::configuration(message));
            }
            Some(client) => {
                let endpoint = client.endpoint(platform, &base_url, self.plain_http)?;
                let secret = client.secret().to_owned();
                let (timeout, environment) = (self.attempt_timeout, Arc::clone(&self.environment));
                let provider = client.provider(endpoint, Arc::clone(&http), timeout, environment);
                Some(Keys::tokens(platform, provider, Arc::clone(&credentials), secret))
            }
            None => None,
        };
        #[cfg(not(feature = "oauth2"))]
        let tokens = None;
        let has_key = self.api_key.is_some() || self.key_provider.is_some() || tokens.is_some();
        let keys = match tokens {
            _ if self.without_key && has_key => {
                return Err(Error::configuration("both a key and `without_key` are called: leave one of them out"));
            }
            _ if self.without_key => Keys::fixed(platform, ApiKey::unknown(platform), credentials),
            Some(tokens) => tokens,
            None => keys(platform, self.api_key, self.key_provider, variable, credentials)?,
        };
        let user_agent = user_agent(platform, self.application.as_deref(), &keys.known())?;
        (self.wrap)(Client {
            shared: Arc::new(Shared {
                platform,
                http,
                proxies,
                redirects,
                base_url,
                keys,
                user_agent,
                headers: self.headers,
                timeout: self.timeout,
                attempt_timeout: self.attempt_timeout,
                body_limit: self.body_limit,
                retry: self.retry,
                budget: RetryBudget::new(self.retry_budget),
                rate_limit,
                pause: Pause::default(),
                requests_per_second: self.requests_per_second,
                credits: Arc::new(Ledger::new(self.credit_budget, self.unpriced)),
                environment: self.environment,
                trace_queries: self.trace_queries,
                observers: self.observers,
                deprecated: Mutex::new(HashSet::new()),
            }),
        })
    }
}

/// The key, or who is asked for it.
fn keys(
    platform: &'static Platform,
    key: Option<String>,
    provider: Option<Provider>,
    variable: Result<String, VarError>,
    credentials: Credentials,
) -> Result<Keys, Error> {
    let name = platform.key.variable;
    let is_given = key.is_some() || provider.is_some() || variable.as_ref().is_ok_and(|key| !key.is_empty());
    if !is_given && !security::takes_the_key(platform, &credentials) {
        return Ok(Keys::fixed(platform, ApiKey::unknown(platform), credentials));
    }
    let (key, source) = match (key, provider, variable) {
        (Some(_), Some(_), _) => {
            return Err(Error::configuration("both `api_key` and `key_provider` are called: leave one of them out"));
        }
        (None, Some(provider), _) => return Ok(Keys::provided(platform, provider, credentials)),
        (Some(key), None, _) => (key, KeySource::Builder),
        (None, None, Ok(key)) => (key, KeySource::Environment),
        (None, None, Err(VarError::NotPresent)) => {
            return Err(Error::configuration(format!(
                "no API key: set {name} or call `api_key`, or `without_key` for what can be called without"
            )));
        }
        (None, None, Err(VarError::NotUnicode(_))) => {
            return Err(Error::configuration(format!("no API key: {name} is not text")));
        }
    };
    Ok(Keys::fixed(platform, ApiKey::new(platform, key, source)?, credentials))
}

fn user_agent(platform: &Platform, application: Option<&str>, key: &ApiKey) -> Result<HeaderValue, Error> {
    let sdk = platform.user_agent;
    let text = application.map_or_else(|| sdk.to_owned(), |name| format!("{name} {sdk}"));
    HeaderValue::from_str(&text).map_err(|_| {
        let name = application.unwrap_or_default();
        let message = format!("the application name `{name}` contains a character that no header allows");
        Error::configuration_text(key.display_text(&message))
    })
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use crate::test_platform;

    #[test]
    fn an_explicit_key_beats_the_environment_and_none_is_an_error() {
        #[track_caller]
        fn check(explicit: Option<&str>, variable: Result<&str, VarError>, expected: Result<&str, &str>) {
            let builder = test_platform::builder();
            let builder = explicit.into_iter().fold(builder, |builder, key| builder.api_key(key));
            let client = builder.build_with(variable.map(str::to_owned));
            match (&client, expected) {
                (Ok(client), Ok(key)) => {
                    let header = client.shared.key().header();
                    assert_eq!(header, format!("Bearer {key}"));
                    assert!(header.is_sensitive());
                }
                (Err(error), Err(text)) => assert!(error.to_string().contains(text), "{error}"),
                _ => panic!("{client:?}"),
            }
        }
        let absent = Err(VarError::NotPresent);
        check(Some("ek_live_code"), Ok("ek_live_env"), Ok("ek_live_code"));
        check(Some("ek_live_code"), Ok("nonsense"), Ok("ek_live_code"));
        check(Some("ek_live_code"), absent.clone(), Ok("ek_live_code"));
        check(None, Ok("ek_live_env"), Ok("ek_live_env"));
        check(Some(""), Ok("ek_live_env"), Err("the API key is empty"));
        check(None, Ok(""), Err("the API key is empty: set EXAMPLE_KEY"));
        check(None, Ok("nonsense"), Err("the API key is malformed"));
        check(None, Ok("nonsense"), Err("(it came from EXAMPLE_KEY)"));
        check(None, Ok("ek_live_env\n"), Err("white space"));
        check(None, Ok("ek_live_env\n"), Err("(it came from EXAMPLE_KEY)"));
        check(Some("ek_live_code "), Ok("ek_live_env"), Err("(it came from the argument of `api_key`)"));
        check(None, absent, Err("no API key: set EXAMPLE_KEY or call `api_key`"));
        check(None, Err(VarError::NotUnicode("\u{fffd}".into())), Err("EXAMPLE_KEY is not text"));
    }
}
