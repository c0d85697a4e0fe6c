//! Keys that come from a function, so that they rotate without a restart.

use std::error::Error as StdError;
use std::future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Platform;
use crate::credentials::Credentials;
use crate::key::{ApiKey, KeySource};

/// What a provider answers with.
pub(crate) type Asked = Pin<Box<dyn Future<Output = Result<String, Box<dyn StdError + Send + Sync>>> + Send>>;

/// A function that gives the key: one that returns a `Result`, or an async one. `Kind` is which of them, and always
/// inferred.
///
/// ```
/// # fn f(platform: &'static keyapi_runtime::Platform) -> Result<(), keyapi_runtime::Error> {
/// let builder = keyapi_runtime::Client::builder(platform);
/// let client = builder.key_provider(|| std::fs::read_to_string("key").map(|key| key.trim().to_owned())).build()?;
/// # async fn secret(name: &str) -> Result<String, std::io::Error> { Ok(name.to_owned()) }
/// let builder = keyapi_runtime::Client::builder(platform);
/// let client = builder.key_provider(|| secret("production/keyapi")).build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
pub trait KeyProvider<Kind>: Send + Sync + 'static {
    /// Asks for the key.
    fn ask(&self) -> Asked;
}

/// An ordinary function.
#[derive(Debug)]
pub struct Ordinary<E>(E);

/// An async function.
#[derive(Debug)]
pub struct Async<A>(A);

impl<F, K, E> KeyProvider<Ordinary<(K, E)>> for F
where
    F: Fn() -> Result<K, E> + Send + Sync + 'static,
    K: Into<String>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn ask(&self) -> Asked {
        Box::pin(future::ready(self().map(Into::into).map_err(Into::into)))
    }
}

impl<F, A, K, E> KeyProvider<Async<(A, K, E)>> for F
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<K, E>> + Send + 'static,
    K: Into<String>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn ask(&self) -> Asked {
        let asked = self();
        Box::pin(async move { asked.await.map(Into::into).map_err(Into::into) })
    }
}

pub(crate) type Provider = Box<dyn Fn() -> Asked + Send + Sync>;

/// The key of a client and its clones.
pub(crate) struct Keys {
    platform: &'static Platform,
    state: Mutex<State>,
    provider: Option<Provider>,
    /// Those of schemes that have a credential of their own.
    credentials: Credentials,
    /// Held by whoever asks, so that those who need the answer wait for it and do not ask too.
    asking: tokio::sync::Mutex<()>,
}

struct State {
    /// Without a key in it until the provider was asked.
    key: Arc<ApiKey>,
    /// How often the provider has answered.
    answers: u64,
    /// What went wrong when it was asked last.
    failure: Option<String>,
}

/// A key as a call uses it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) key: Arc<ApiKey>,
    /// How often the provider had answered by then.
    answers: u64,
}

impl Keys {
    /// The key that never changes.
    pub(crate) fn fixed(platform: &'static Platform, key: ApiKey, credentials: Credentials) -> Self {
        Self::new(platform, key, None, credentials)
    }

    /// Whatever the provider says.
    pub(crate) fn provided(platform: &'static Platform, provider: Provider, credentials: Credentials) -> Self {
        Self::new(platform, ApiKey::unknown(platform), Some(provider), credentials)
    }

    fn new(platform: &'static Platform, key: ApiKey, provider: Option<Provider>, credentials: Credentials) -> Self {
        let state = State { key: key.beside(&credentials).into(), answers: 0, failure: None };
        Self { platform, state: Mutex::new(state), provider, credentials, asking: tokio::sync::Mutex::default() }
    }

    /// The last key that is known, with which texts are masked.
    pub(crate) fn known(&self) -> Arc<ApiKey> {
        Arc::clone(&self.state().key)
    }

    /// Those of schemes that have a credential of their own, which are the same whatever the key is.
    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Whether there is anybody to ask.
    pub(crate) fn are_provided(&self) -> bool {
        self.provider.is_some()
    }

    /// The key that a call begins with, if it is there.
    pub(crate) fn held(&self) -> Result<Held, NotAsked> {
        let state = self.state();
        let held = Held { key: Arc::clone(&state.key), answers: state.answers };
        if self.provider.is_some() && state.key.is_unknown() { Err(NotAsked(held)) } else { Ok(held) }
    }

    /// Another key than the one that the API refuses, or `None` if there is no other; and why nobody knows.
    pub(crate) async fn another(&self, refused: &Held) -> Result<Option<Held>, String> {
        let held = self.ask(refused).await?;
        Ok((held.key.header() != refused.key.header()).then_some(held))
    }

    /// Asks the provider, unless it has answered since, which then is the answer for this caller, too.
    pub(crate) async fn ask(&self, since: &Held) -> Result<Held, String> {
        let Some(provider) = &self.provider else { return Ok(since.clone()) };
        let _asking = self.asking.lock().await;
        {
            let State { key, answers, failure } = &*self.state();
            if *answers != since.answers {
                return match failure {
                    Some(failure) => Err(failure.clone()),
                    None => Ok(Held { key: Arc::clone(key), answers: *answers }),
                };
            }
        }
        let answer = answer(provider).await;
        let key = answer.and_then(|text| {
            let key = ApiKey::new(self.platform, text, KeySource::Provider);
            let key = key.map(|key| key.beside(&self.credentials));
            key.map_err(|error| error.message().unwrap_or_default().to_owned())
        });
        let mut state = self.state();
        state.answers += 1;
        match key {
            Ok(key) => {
                state.failure = None;
                if key.header() != state.key.header() {
                    state.key = Arc::new(key.after(&state.key));
                }
                Ok(Held { key: Arc::clone(&state.key), answers: state.answers })
            }
            Err(failure) => Err(state.failure.insert(failure).clone()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That the provider has to be asked first.
pub(crate) struct NotAsked(pub(crate) Held);

/// What the provider says. One that panics has failed, and takes nobody with it.
async fn answer(provider: &Provider) -> Result<String, String> {
    let panicked = |_| "the key provider panicked".to_owned();
    let mut asked = catch_unwind(AssertUnwindSafe(provider)).map_err(panicked)?;
    let polled = future::poll_fn(|context| {
        let poll = catch_unwind(AssertUnwindSafe(|| asked.as_mut().poll(context)));
        poll.map_or_else(|panic| std::task::Poll::Ready(Err(panicked(panic))), |poll| poll.map(Ok))
    });
    polled.await?.map_err(|error| format!("the key provider failed: {error}"))
}
