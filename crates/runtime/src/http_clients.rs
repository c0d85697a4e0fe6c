//! The HTTP clients behind a client: one for each async runtime.
//!
//! A pooled connection is driven by a task of the runtime that opened it. Another runtime that took it from the pool
//! would wait for a task that nobody polls, so that every runtime has a pool of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use http::HeaderValue;
use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

use crate::{Error, content_coding};

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
