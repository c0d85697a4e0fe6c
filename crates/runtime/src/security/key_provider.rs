//! Keys that come from a function, so that they rotate without a restart.

use std::error::Error as StdError;
use std::future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::ClientKey;
use super::credentials::Credentials;
use super::key::{ApiKey, KeySource};
use super::no_key::{Failures, NoKey};
use crate::{Environment, Platform, security};

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

/// A key, and how long it is good for if whoever gave it says so.
pub(crate) struct Answer {
    pub(crate) key: String,
    pub(crate) lifetime: Option<Duration>,
}

/// What whoever gives keys answers with.
pub(crate) type Answered = Pin<Box<dyn Future<Output = Result<Answer, NoKey>> + Send>>;

pub(crate) type Provider = Box<dyn Fn() -> Answered + Send + Sync>;

/// Asks a function of the caller's, whose keys are good until the API refuses them.
pub(crate) fn of_function<Kind>(provider: impl KeyProvider<Kind>) -> Provider {
    Box::new(move || {
        let asked = provider.ask();
        Box::pin(async move {
            let key = asked.await.map_err(|error| NoKey::new(format!("the key provider failed: {error}")))?;
            Ok(Answer { key, lifetime: None })
        })
    })
}

/// The longest time before the end of a key in which another one is asked for.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);

/// The key of a client and its clones.
pub(crate) struct Keys {
    platform: &'static Platform,
    state: Mutex<State>,
    provider: Option<Provider>,
    source: KeySource,
    /// Whether there is no key, and nobody to ask.
    are_missing: bool,
    /// What its keys are bought with, which is masked like them.
    secret: String,
    /// Those of schemes that have a credential of their own.
    credentials: Credentials,
    /// CurrentKey by whoever asks, so that those who need the answer wait for it and do not ask too.
    asking: tokio::sync::Mutex<()>,
}

struct State {
    /// Without a key in it until the provider was asked.
    key: Arc<ApiKey>,
    /// How often the provider has answered.
    answers: u64,
    /// What went wrong since it gave a key.
    failures: Failures,
    /// When another key is to be asked for, and when this one ends.
    validity: Option<(Instant, Instant)>,
}

/// A key as a call uses it.
#[derive(Clone)]
pub(crate) struct CurrentKey {
    pub(crate) key: Arc<ApiKey>,
    /// How often the provider had answered by then.
    answers: u64,
}

impl Keys {
    /// The key that never changes.
    pub(crate) fn fixed(platform: &'static Platform, key: ApiKey, credentials: Credentials) -> Self {
        Self::new(platform, key, None, KeySource::Builder, credentials, String::new())
    }

    /// Whatever the provider says.
    pub(crate) fn provided(platform: &'static Platform, provider: Provider, credentials: Credentials) -> Self {
        let (key, source) = (ApiKey::unknown(platform), KeySource::Provider);
        Self::new(platform, key, Some(provider), source, credentials, String::new())
    }

    /// Tokens, which a secret is shown for.
    #[cfg(feature = "oauth2")]
    pub(crate) fn tokens(
        platform: &'static Platform,
        provider: Provider,
        credentials: Credentials,
        secret: String,
    ) -> Self {
        Self::new(platform, ApiKey::unknown(platform), Some(provider), KeySource::Token, credentials, secret)
    }

    fn new(
        platform: &'static Platform,
        key: ApiKey,
        provider: Option<Provider>,
        source: KeySource,
        credentials: Credentials,
        secret: String,
    ) -> Self {
        let are_missing = provider.is_none() && key.is_unknown();
        let key = key.beside(&credentials).masking(&secret).into();
        let state = Mutex::new(State { key, answers: 0, failures: Failures::default(), validity: None });
        let asking = tokio::sync::Mutex::default();
        Self { platform, state, provider, source, are_missing, secret, credentials, asking }
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

    /// What they are, which decides which schemes they are for.
    pub(crate) fn kind(&self) -> ClientKey<'static> {
        match self.source {
            KeySource::Token => ClientKey::Token(security::endpoint(self.platform).unwrap_or_default()),
            _ if self.are_missing => ClientKey::Missing,
            _ => ClientKey::ApiKey,
        }
    }

    /// The key as it is, for a call that has no use for it.
    pub(crate) fn present(&self) -> CurrentKey {
        let state = self.state();
        CurrentKey { key: Arc::clone(&state.key), answers: state.answers }
    }

    /// The key that a call begins with, if it is there.
    pub(crate) fn held(&self, environment: &dyn Environment) -> Result<CurrentKey, NotAsked> {
        let state = self.state();
        let held = CurrentKey { key: Arc::clone(&state.key), answers: state.answers };
        match state.validity {
            _ if self.provider.is_none() => Ok(held),
            _ if state.key.is_unknown() => Err(NotAsked::Missing(held)),
            Some((_, end)) if end <= environment.now() => Err(NotAsked::Missing(held)),
            Some((due, _)) if due <= environment.now() => Err(NotAsked::Due(held)),
            _ => Ok(held),
        }
    }

    /// Another key than the one that the API refuses, or `None` if there is no other; and why nobody knows.
    pub(crate) async fn another(
        &self,
        refused: &CurrentKey,
        environment: &dyn Environment,
    ) -> Result<Option<CurrentKey>, NoKey> {
        let held = self.ask(refused, environment).await?;
        Ok((held.key.header() != refused.key.header()).then_some(held))
    }

    /// Asks the provider, unless it has answered since, which then is the answer for this caller, too, or wants a pause.
    pub(crate) async fn ask(&self, since: &CurrentKey, environment: &dyn Environment) -> Result<CurrentKey, NoKey> {
        let _asking = self.asking.lock().await;
        self.ask_alone(since, environment).await
    }

    /// The key that comes after one that ends soon. Only one caller asks, and all others go on with the one that there is.
    pub(crate) async fn renew(&self, since: &CurrentKey, environment: &dyn Environment) -> Result<CurrentKey, NoKey> {
        let Ok(_asking) = self.asking.try_lock() else { return Ok(since.clone()) };
        self.ask_alone(since, environment).await
    }

    /// Takes note that whoever asked for the key after one that ends soon got no answer in time.
    pub(crate) fn not_renewed(&self, environment: &dyn Environment) {
        self.state().failures.add(self.paused(NoKey::new(self.no_answer())), environment.now());
    }

    /// A failure, after which a token endpoint gets a pause. A function is its caller's, who knows how often it may be called.
    fn paused(&self, failure: NoKey) -> NoKey {
        match self.source {
            KeySource::Token => NoKey { pause: Some(failure.pause.unwrap_or_default()), ..failure },
            _ => failure,
        }
    }

    /// Why there is no key where nobody has answered.
    pub(crate) fn no_answer(&self) -> &'static str {
        match self.source {
            KeySource::Token => "the token endpoint has not answered before the deadline",
            _ => "the key provider has not answered before the deadline",
        }
    }

    async fn ask_alone(&self, since: &CurrentKey, environment: &dyn Environment) -> Result<CurrentKey, NoKey> {
        let Some(provider) = &self.provider else { return Ok(since.clone()) };
        {
            let (State { key, answers, failures, .. }, now) = (&*self.state(), environment.now());
            if *answers != since.answers {
                // One that came since may be good, whatever went wrong afterwards.
                return match failures.last(now).filter(|_| Arc::ptr_eq(key, &since.key)) {
                    Some(failure) => Err(failure),
                    None => Ok(CurrentKey { key: Arc::clone(key), answers: *answers }),
                };
            }
            if let Some(failure) = failures.kept(now) {
                return Err(failure);
            }
        }
        // A lifetime begins when its key was made, which is before it comes.
        let asked_at = environment.now();
        let answer = answer(provider).await;
        let key = answer.and_then(|Answer { key, lifetime }| {
            let key = ApiKey::new(self.platform, key, self.source);
            let key = key.map(|key| (key.beside(&self.credentials).masking(&self.secret), lifetime));
            key.map_err(|error| NoKey::new(error.message().unwrap_or_default()))
        });
        let mut state = self.state();
        state.answers += 1;
        match key {
            Ok((key, lifetime)) => {
                state.failures.end();
                state.validity = lifetime.and_then(|lifetime| {
                    let due = lifetime.saturating_sub((lifetime / 10).min(LONGEST_MARGIN));
                    Some((asked_at.checked_add(due)?, asked_at.checked_add(lifetime)?))
                });
                if key.header() != state.key.header() {
                    state.key = Arc::new(key.after(&state.key));
                }
                Ok(CurrentKey { key: Arc::clone(&state.key), answers: state.answers })
            }
            Err(failure) => Err(state.failures.add(self.paused(failure), environment.now())),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That the provider has to be asked.
pub(crate) enum NotAsked {
    /// There is no key yet, or none any more.
    Missing(CurrentKey),
    /// The key ends soon.
    Due(CurrentKey),
}

/// What the provider says. One that panics has failed, and takes nobody with it.
async fn answer(provider: &Provider) -> Result<Answer, NoKey> {
    let panicked = |_| NoKey::new("the key provider panicked");
    let mut asked = catch_unwind(AssertUnwindSafe(provider)).map_err(panicked)?;
    let polled = future::poll_fn(|context| {
        let poll = catch_unwind(AssertUnwindSafe(|| asked.as_mut().poll(context)));
        poll.map_or_else(|panic| std::task::Poll::Ready(Err(panicked(panic))), |poll| poll.map(Ok))
    });
    polled.await?
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Keys, NotAsked, of_function};
    use crate::SystemEnvironment;
    use crate::test_platform::PLATFORM;

    #[tokio::test]
    async fn who_was_refused_gets_the_key_that_came_since_whatever_failed_afterwards() {
        let asked = AtomicUsize::new(0);
        let answers = [Ok("ek_live_one"), Ok("ek_live_two"), Err("the vault is closed")];
        let provider = of_function(move || answers[asked.fetch_add(1, Ordering::Relaxed)]);
        let keys = Keys::provided(&PLATFORM, provider, [].into());
        let Err(NotAsked::Missing(nobody)) = keys.held(&SystemEnvironment) else { panic!("there is no key yet") };
        let first = keys.ask(&nobody, &SystemEnvironment).await.unwrap();
        let second = keys.another(&first, &SystemEnvironment).await.unwrap().unwrap();
        assert!(keys.another(&second, &SystemEnvironment).await.is_err());
        let late = keys.another(&first, &SystemEnvironment).await.unwrap().unwrap();
        assert_eq!(late.key.header(), second.key.header());
        assert!(keys.another(&second, &SystemEnvironment).await.is_err(), "the failure is that of all who wait");
    }
}
