//! Scripts: what happens to the next requests for an operation, one step for each.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::engine::mask::Mask;
use crate::engine::step::Step;
use crate::lock;

/// Longer scripts are taken for a mistake.
pub(crate) const MOST_STEPS: usize = 100_000;

/// The scripts of all operations.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    steps: Mutex<HashMap<Option<String>, VecDeque<Step>>>,
    /// How many steps there are, so that servers without scripts take no lock.
    waiting: AtomicUsize,
}

/// The script has too many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there are more than {MOST_STEPS} steps; reset the scripts first")
    }
}

impl std::error::Error for TooLong {}

/// Why a script is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScriptError {
    /// There is no operation of that name.
    NoOperation(String),
    /// No operation that the script is for has the example of a step.
    NoExample(String),
    /// There are too many steps.
    TooLong(TooLong),
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOperation(name) => write!(f, "there is no operation {name}; /__mock/operations lists them all"),
            Self::NoExample(step) => {
                write!(f, "the document has no example for \"{step}\" there; name one that it has")
            }
            Self::TooLong(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ScriptError {}

impl Scripts {
    /// Adds steps for the operation of a name, or for whichever is called next.
    pub(crate) fn add(&self, operation: Option<&str>, steps: impl IntoIterator<Item = Step>) -> Result<(), TooLong> {
        let steps: Vec<Step> = steps.into_iter().take(MOST_STEPS + 1).collect();
        let mut queues = lock(&self.steps);
        // The room is known for as long as nobody else adds any.
        if steps.len() > MOST_STEPS.saturating_sub(self.waiting.load(Ordering::Relaxed)) {
            return Err(TooLong);
        }
        self.waiting.fetch_add(steps.len(), Ordering::Relaxed);
        queues.entry(operation.map(str::to_owned)).or_default().extend(steps);
        Ok(())
    }

    /// Takes the next step for an operation: its own first, then one that is for any.
    pub(crate) fn take(&self, operation: &str) -> Option<Step> {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut queues = lock(&self.steps);
        let own = queues.get_mut(&Some(operation.to_owned())).and_then(VecDeque::pop_front);
        let step = own.or_else(|| queues.get_mut(&None).and_then(VecDeque::pop_front))?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(step)
    }

    /// The steps that still wait, by operation; the empty name stands for any.
    pub(crate) fn waiting(&self, mask: &Mask<'_>) -> Vec<(String, Vec<String>)> {
        let queues = lock(&self.steps);
        let mut all: Vec<_> = queues
            .iter()
            .filter(|(_, steps)| !steps.is_empty())
            .map(|(name, steps)| {
                (name.clone().unwrap_or_default(), steps.iter().map(|step| step.masked(mask).to_string()).collect())
            })
            .collect();
        all.sort();
        all
    }

    /// Forgets all steps.
    pub(crate) fn reset(&self) {
        let mut queues = lock(&self.steps);
        queues.clear();
        self.waiting.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_an_operation_come_before_those_of_any() {
        let scripts = Scripts::default();
        scripts.add(None, [Step::from(500)]).unwrap();
        scripts.add(Some("a"), [Step::from(429)]).unwrap();
        assert_eq!(scripts.take("a"), Some(429.into()));
        assert_eq!(scripts.take("a"), Some(500.into()));
        assert_eq!(scripts.take("a"), None);
        assert!(scripts.add(None, vec![Step::from(500); MOST_STEPS + 1]).is_err());
    }

    #[test]
    fn steps_that_others_add_meanwhile_count_for_the_limit() {
        let scripts = Scripts::default();
        let late = std::iter::once_with(|| {
            scripts.add(Some("a"), vec![Step::from(429); MOST_STEPS]).unwrap();
            Step::from(500)
        });
        assert_eq!(scripts.add(None, late), Err(TooLong));
        assert_eq!(scripts.take("a"), Some(429.into()));
        assert_eq!(scripts.add(None, [Step::from(500)]), Ok(()));
        assert_eq!(scripts.add(None, [Step::from(500)]), Err(TooLong));
    }
}
