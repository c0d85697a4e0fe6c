//! The HTTP clients behind a client: one for each async runtime.
//!
//! A pooled connection is driven by a task of the runtime that opened it. Another runtime that took it from the pool
//! would wait for a task that nobody polls, so that every runtime has a pool of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http::HeaderValue;
use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

use super::content_coding;
use super::proxies::Proxies;
use super::tls::{Tls, Trust};
use crate::client::base_url::BaseUrl;
use crate::{Error, Platform};

/// Makes an HTTP client. All that it makes are alike.
type Factory = Box<dyn Fn() -> Result<reqwest::Client, Error> + Send + Sync>;

pub(crate) struct HttpClients {
    /// For requests that are yet to be sent. It sends them only if it is the caller's own.
    template: reqwest::Client,
    /// Absent where the caller passed a client, whose pool is the caller's affair.
    factory: Option<Factory>,
    pools: Arc<Mutex<Pools>>,
}

type Pools = HashMap<Id, Pool>;

struct Pool {
    client: reqwest::Client,
    /// Ends the task that waits for the end of the runtime.
    _watched: oneshot::Sender<()>,
}

impl HttpClients {
    /// The caller's own client, for every runtime.
    pub(crate) fn of_caller(client: reqwest::Client) -> Self {
        Self { template: client, factory: None, pools: Arc::default() }
    }

    pub(crate) fn new(
        factory: impl Fn() -> Result<reqwest::Client, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Ok(Self { template: factory()?, factory: Some(Box::new(factory)), pools: Arc::default() })
    }

    /// The client that requests are built with.
    pub(crate) fn template(&self) -> &reqwest::Client {
        &self.template
    }

    /// How a body may be encoded; without a word, a server may choose. `None` if the caller's client decides.
    pub(crate) fn accept_encoding(&self) -> Option<HeaderValue> {
        self.factory.as_ref().map(|_| HeaderValue::from_static(content_coding::ACCEPTED))
    }

    /// The client of the runtime that this is called in.
    pub(crate) fn current(&self) -> Result<reqwest::Client, Error> {
        let Some(factory) = &self.factory else { return Ok(self.template.clone()) };
        let Ok(runtime) = Handle::try_current() else {
            return Err(Error::configuration(
                "a call outside of a tokio runtime: await it inside of one, or use the blocking client",
            ));
        };
        let mut pools = lock(&self.pools);
        if let Some(pool) = pools.get(&runtime.id()) {
            return Ok(pool.client.clone());
        }
        let client = factory()?;
        let (watched, forgotten) = oneshot::channel();
        pools.insert(runtime.id(), Pool { client: client.clone(), _watched: watched });
        drop(pools);
        let entry = Entry { pools: Arc::downgrade(&self.pools), runtime: runtime.id() };
        // A runtime drops its tasks when it ends, and this one takes the pool with it. The lock is free here, since a
        // runtime that is ending drops the task at once.
        drop(runtime.spawn(async move {
            // This is an error when the pool is dropped, and that is the news.
            _ = forgotten.await;
            drop(entry);
        }));
        Ok(client)
    }
}

/// Removes a runtime's pool when it is dropped.
struct Entry {
    pools: Weak<Mutex<Pools>>,
    runtime: Id,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Some(pools) = self.pools.upgrade() else { return };
        let pool = lock(&pools).remove(&self.runtime);
        drop(pool);
    }
}

fn lock(pools: &Mutex<Pools>) -> MutexGuard<'_, Pools> {
    pools.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The client's own HTTP clients, with the proxies that they use.
pub(crate) fn own(
    platform: &Platform,
    base_url: &BaseUrl,
    attempt_timeout: Duration,
) -> Result<(HttpClients, Option<Proxies>), Error> {
    // A call of an operation whose server is refused says so itself.
    let servers = platform.operations.iter().filter_map(|operation| base_url.of(operation.server).ok());
    let servers: Vec<_> = servers.collect();
    let servers = || servers.iter().map(|server| &**server).chain([base_url]);
    let trust = if servers().any(BaseUrl::is_https) { Trust::Platform } else { Trust::Nothing };
    let tls = Tls::new(trust).map_err(Error::configuration)?;
    // Proxies from the environment are for the world outside; a mock server on this machine is not behind one.
    let (source, proxies) = match servers().all(BaseUrl::is_loopback) {
        true => (ProxySource::None, None),
        false => (ProxySource::Environment, Some(Proxies::from_environment(servers())?)),
    };
    Ok((HttpClients::new(move || http_client(&tls, source, attempt_timeout))?, proxies))
}

#[derive(Clone, Copy)]
enum ProxySource {
    Environment,
    None,
}

fn http_client(tls: &Tls, proxies: ProxySource, attempt_timeout: Duration) -> Result<reqwest::Client, Error> {
    let builder = tls
        .apply(reqwest::Client::builder())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        // Who has no connection just before the attempt ends is told so.
        .connect_timeout(attempt_timeout / 10 * 9)
        // A client has to put a folded line together (RFC 9112, section 5.2).
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        // Codings are undone in one place, whatever features another package has turned on.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .referer(false);
    let builder = match proxies {
        ProxySource::Environment => builder,
        ProxySource::None => builder.no_proxy(),
    };
    builder.build().map_err(|error| Error::configuration(format!("the HTTP client cannot be built: {error}")))
}

#[cfg(test)]
mod tests {
    use tokio::runtime::{Builder, Runtime};

    use super::{HttpClients, lock};
    use crate::test_platform;

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn a_runtime_has_one_pool_until_it_ends() {
        let client = test_platform::client();
        let clients = &client.shared.http;
        let (one, other) = (runtime(), runtime());
        for runtime in [&one, &other, &one] {
            runtime.block_on(async { clients.current() }).unwrap();
        }
        assert_eq!(lock(&clients.pools).len(), 2);
        drop(one);
        assert_eq!(lock(&clients.pools).len(), 1);
        let pools = clients.pools.clone();
        drop(client);
        assert_eq!(lock(&pools).len(), 1);
        drop(other);
        assert_eq!(lock(&pools).len(), 0);
    }

    #[test]
    fn a_runtime_that_outlives_the_client_keeps_no_task_of_it() {
        let client = test_platform::client();
        let runtime = runtime();
        runtime.block_on(async { client.shared.http.current() }).unwrap();
        drop(client);
        runtime.block_on(async {
            while runtime.metrics().num_alive_tasks() > 0 {
                tokio::task::yield_now().await;
            }
        });
    }

    #[test]
    fn without_a_runtime_there_is_an_error_and_no_panic() {
        let client = test_platform::client();
        let call = client.request(http::Method::GET, "/v1/x").send();
        let error = futures_util::FutureExt::now_or_never(call).unwrap().unwrap_err();
        assert!(error.to_string().contains("outside of a tokio runtime"), "{error}");
        assert_eq!(error.attempts(), 0);
        let own = HttpClients::of_caller(client.shared.http.template().clone());
        own.current().unwrap();
    }
}
