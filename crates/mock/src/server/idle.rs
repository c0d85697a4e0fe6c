//! Connections that wait for a request, and give way to new ones where there is no more room.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use crate::lock;

/// The connections that wait, those first that have waited longest.
#[derive(Debug, Default)]
pub(crate) struct IdleConnections {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    places: BTreeMap<u64, Waker>,
    last: u64,
    /// Whether a new connection waits for room.
    crowded: bool,
}

impl Queue {
    /// The connection that has to give way next, to be woken when the lock is gone.
    fn next(&self) -> Option<Waker> {
        self.places.first_key_value().filter(|_| self.crowded).map(|(_, waker)| waker.clone())
    }
}

impl IdleConnections {
    /// Lets the connection that has waited longest give way, or else the next that begins to wait.
    pub(crate) fn make_room(&self) {
        let mut queue = lock(&self.queue);
        queue.crowded = true;
        wake(queue.next(), queue);
    }

    /// Lets connections wait again, as there is room.
    pub(crate) fn keep(&self) {
        lock(&self.queue).crowded = false;
    }

    fn enter(&self, waker: &Waker) -> u64 {
        let mut queue = lock(&self.queue);
        queue.last += 1;
        let place = queue.last;
        queue.places.insert(place, waker.clone());
        wake(queue.next(), queue);
        place
    }

    fn leave(&self, place: u64) {
        let mut queue = lock(&self.queue);
        queue.places.remove(&place);
        wake(queue.next(), queue);
    }

    /// Whether the connection at a place gives way; if so, it leaves the place.
    fn gives_way(&self, place: u64) -> bool {
        let mut queue = lock(&self.queue);
        let gives_way = queue.crowded && queue.places.first_key_value().is_some_and(|(first, _)| *first == place);
        if gives_way {
            queue.places.remove(&place);
            queue.crowded = false;
        }
        gives_way
    }
}

fn wake<L>(waker: Option<Waker>, lock: L) {
    drop(lock);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// What one connection is doing. Everything that tells of it is part of one task.
#[derive(Debug)]
pub(crate) struct Activity {
    idle: Arc<IdleConnections>,
    /// From the first byte of a request to the last of its response.
    busy: AtomicBool,
    /// Whether it ends with a reset.
    reset: AtomicBool,
    /// Its place among those that wait; 0 where it does not wait.
    place: AtomicU64,
}

impl Activity {
    pub(crate) fn new(idle: Arc<IdleConnections>) -> Self {
        Self { idle, busy: AtomicBool::new(false), reset: AtomicBool::new(false), place: AtomicU64::new(0) }
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
        if !self.is_busy() && self.place.load(Ordering::Relaxed) == 0 {
            self.place.store(self.idle.enter(waker), Ordering::Relaxed);
        }
    }

    /// Whether the connection waits, and has to give way.
    pub(crate) fn gives_way(&self) -> bool {
        let place = self.place.load(Ordering::Relaxed);
        let gives_way = place != 0 && self.idle.gives_way(place);
        if gives_way {
            self.place.store(0, Ordering::Relaxed);
        }
        gives_way
    }

    fn leave(&self) {
        let place = self.place.swap(0, Ordering::Relaxed);
        if place != 0 {
            self.idle.leave(place);
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.leave();
    }
}
