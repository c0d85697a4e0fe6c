//! The thread that drives the connections and timers of a blocking client.

use std::pin::pin;
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::unconstrained;

use crate::Error;

/// A thread with an async runtime. It ends when this is dropped, and takes the connections with it.
#[derive(Debug)]
pub(super) struct Thread {
    runtime: Handle,
    /// A child process has a copy of this, and no thread.
    process: u32,
    _ends: oneshot::Sender<()>,
}

/// Why nobody waits for a call any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unserved {
    /// The call did not end in time, although it should have ended itself.
    Late,
    /// The thread belongs to the process that this one was forked from.
    Forked,
    /// The thread that calls is ending.
    Ending,
}

impl Thread {
    pub(super) fn start() -> Result<Self, Error> {
        let failed = |error| Error::configuration(format!("no thread for blocking calls: {error}"));
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (ends, ended) = oneshot::channel();
        // Whoever drops the client waits for nothing: the runtime is dropped on its own thread, where it may take its time.
        let serve = move || drop(runtime.block_on(ended));
        std::thread::Builder::new().name("keyapi-blocking".to_owned()).spawn(serve).map_err(failed)?;
        Ok(Self { runtime: handle, process: process::id(), _ends: ends })
    }

    /// Parks this thread until the future is ready, or has taken longer than it may.
    ///
    /// Nothing here asks whether the thread belongs to another async runtime. What the future opens and starts belongs to the
    /// runtime of this thread; and what counts how often a task may go on without a break has to be switched off, since no
    /// break will come.
    pub(super) fn wait<T>(&self, future: impl Future<Output = T>, limit: Option<Duration>) -> Result<T, Unserved> {
        if self.process != process::id() {
            return Err(Unserved::Forked);
        }
        if Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
            return Err(Unserved::Ending);
        }
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        let _entered = self.runtime.enter();
        let mut future = pin!(unconstrained(future));
        let signal = Arc::new(Signal::default());
        let waker = Waker::from(Arc::clone(&signal));
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return Ok(output);
            }
            if !signal.wait(end) {
                return Err(Unserved::Late);
            }
        }
    }
}

/// Wakes one thread. Parking it by the standard library could take a wake-up from somebody else who parks it.
#[derive(Default)]
struct Signal {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    /// Whether the signal came before the end.
    fn wait(&self, end: Option<Instant>) -> bool {
        let mut is_set = self.is_set();
        while !*is_set {
            is_set = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return false,
                Some(left) => self.changed.wait_timeout(is_set, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(is_set).unwrap_or_else(PoisonError::into_inner),
            };
        }
        *is_set = false;
        true
    }

    fn is_set(&self) -> MutexGuard<'_, bool> {
        self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *self.is_set() = true;
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::future;
    use std::time::Duration;

    use super::{Thread, Unserved};

    #[test]
    fn a_future_that_nobody_wakes_is_given_up() {
        let thread = Thread::start().unwrap();
        assert_eq!(thread.wait(future::pending::<()>(), Some(Duration::ZERO)), Err(Unserved::Late));
        assert_eq!(thread.wait(future::ready(1), Some(Duration::ZERO)), Ok(1));
    }

    #[test]
    fn another_process_has_no_thread() {
        let thread = Thread { process: std::process::id() + 1, ..Thread::start().unwrap() };
        assert_eq!(thread.wait(future::ready(()), None), Err(Unserved::Forked));
    }

    /// Inside of a task, tokio lets a future go on only so often before the task takes a break, which never comes here.
    #[tokio::test]
    async fn a_future_may_go_on_as_often_as_it_likes() {
        let thread = Thread::start().unwrap();
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        (0..1_000).for_each(|number| sender.send(number).unwrap());
        let sum = thread.wait(
            async {
                for _ in 0..1_000 {
                    receiver.recv().await.unwrap();
                }
            },
            Some(Duration::from_secs(20)),
        );
        assert_eq!(sum, Ok(()));
    }

    #[test]
    fn wakes_from_other_threads_arrive() {
        let thread = Thread::start().unwrap();
        for _ in 0..100 {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            std::thread::spawn(move || sender.send(7).unwrap());
            assert_eq!(thread.wait(receiver, None), Ok(Ok(7)));
        }
    }
}
