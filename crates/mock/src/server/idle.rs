//! Connections that wait for a request, and give way to new ones where there is no more room.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Waker;
use std::time::Instant;

use crate::lock;

/// All connections of a server. Each tells for itself whether it waits, and nothing here changes with a request, so that those
/// of several connections do not meet: the one that has waited longest is only looked for where there is no more room.
#[derive(Debug)]
pub(crate) struct IdleConnections {
    connections: Mutex<BTreeMap<u64, Arc<Wait>>>,
    /// Numbers the connections.
    last: AtomicU64,
    /// What the moments are counted from at which connections begin to wait.
    start: Instant,
    /// Whether a new connection waits for room.
    crowded: AtomicBool,
}

/// Whether a connection waits for a request.
#[derive(Debug, Default)]
struct Wait {
    /// The nanosecond since which it waits, at least 1; 0 where it does not.
    since: AtomicU64,
    /// Wakes the task that the connection is part of from its beginning to its end.
    waker: OnceLock<Waker>,
}

impl IdleConnections {
    /// No connection.
    pub(crate) fn new() -> Self {
        Self {
            connections: Mutex::default(),
            last: AtomicU64::new(0),
            start: Instant::now(),
            crowded: AtomicBool::new(false),
        }
    }

    /// Lets the connection that has waited longest give way, or else the next that begins to wait.
    pub(crate) fn make_room(&self) {
        self.crowded.store(true, Ordering::SeqCst);
        self.wake_longest();
    }

    /// Lets connections wait again, as there is room.
    pub(crate) fn keep(&self) {
        self.crowded.store(false, Ordering::SeqCst);
    }

    fn is_crowded(&self) -> bool {
        self.crowded.load(Ordering::SeqCst)
    }

    fn wake_longest(&self) {
        let longest = self.longest();
        if let Some(waker) = longest.as_ref().and_then(|longest| longest.waker.get()) {
            waker.wake_by_ref();
        }
    }

    /// The connection that has waited longest.
    fn longest(&self) -> Option<Arc<Wait>> {
        let connections = lock(&self.connections);
        let waiting = connections.values().filter_map(|wait| Some((wait.since()?, wait)));
        waiting.min_by_key(|(since, _)| *since).map(|(_, wait)| Arc::clone(wait))
    }
}

impl Wait {
    fn since(&self) -> Option<u64> {
        Some(self.since.load(Ordering::SeqCst)).filter(|since| *since != 0)
    }
}

/// What one connection is doing. Everything that tells of it is part of one task.
#[derive(Debug)]
pub(crate) struct Activity {
    idle: Arc<IdleConnections>,
    number: u64,
    wait: Arc<Wait>,
    /// From the first byte of a request to the last of its response.
    busy: AtomicBool,
    /// Whether it ends with a reset.
    reset: AtomicBool,
}

impl Activity {
    pub(crate) fn new(idle: Arc<IdleConnections>) -> Self {
        let (number, wait) = (idle.last.fetch_add(1, Ordering::Relaxed), Arc::default());
        lock(&idle.connections).insert(number, Arc::clone(&wait));
        Self { idle, number, wait, busy: AtomicBool::new(false), reset: AtomicBool::new(false) }
    }

    /// A request has begun.
    pub(crate) fn begin(&self) {
        self.busy.store(true, Ordering::Relaxed);
        self.leave();
    }

    /// The response to a request that was read to its end has been made.
    pub(crate) fn end(&self) {
        self.busy.store(false, Ordering::Relaxed);
    }

    /// The connection ends with a reset.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_reset(&self) -> bool {
        self.reset.load(Ordering::Relaxed)
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    /// Everything has been sent: if nothing is going on any more, the connection waits from now on.
    pub(crate) fn wait(&self, waker: &Waker) {
        if self.is_busy() || self.wait.since().is_some() {
            return;
        }
        self.wait.waker.get_or_init(|| waker.clone());
        let nanoseconds = u64::try_from(self.idle.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.wait.since.store(nanoseconds.max(1), Ordering::SeqCst);
        // Whoever makes room meanwhile sees it wait, or it sees that there is none.
        if self.idle.is_crowded() {
            self.idle.wake_longest();
        }
    }

    /// Whether the connection waits, and has to give way: it then waits no more, and there is room.
    pub(crate) fn gives_way(&self) -> bool {
        let gives_way = self.idle.is_crowded()
            && self.idle.longest().is_some_and(|longest| Arc::ptr_eq(&longest, &self.wait))
            && self.idle.crowded.swap(false, Ordering::SeqCst);
        if gives_way {
            self.wait.since.store(0, Ordering::SeqCst);
        }
        gives_way
    }

    fn leave(&self) {
        if self.wait.since().is_some() && self.wait.since.swap(0, Ordering::SeqCst) != 0 && self.idle.is_crowded() {
            self.idle.wake_longest();
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        lock(&self.idle.connections).remove(&self.number);
        self.leave();
    }
}
