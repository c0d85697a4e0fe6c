//! Why there is no key, and how long nobody asks for one again.

use std::time::{Duration, Instant};

/// The pause after a failure. Each further one in a row doubles it.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause that nobody has asked for.
const LONGEST: Duration = Duration::from_secs(60);

/// Why whoever is asked for a key gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NoKey {
    /// In words.
    pub(crate) why: String,
    /// The code of a token endpoint (RFC 6749, section 5.2).
    pub(crate) code: Option<String>,
    /// How long nobody asks again, at least; nothing where everybody may, at any time.
    pub(crate) pause: Option<Duration>,
}

impl NoKey {
    /// A failure after which anybody may ask again.
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), ..Self::default() }
    }
}

/// Failures in a row.
#[derive(Default)]
pub(crate) struct Failures {
    last: Option<NoKey>,
    count: u32,
    /// When the next one may ask.
    until: Option<Instant>,
}

impl Failures {
    /// Adds one, and says it as it is for whoever has asked.
    pub(crate) fn add(&mut self, failure: NoKey, now: Instant) -> NoKey {
        let backoff = FIRST.saturating_mul(2_u32.saturating_pow(self.count)).min(LONGEST);
        self.count = self.count.saturating_add(1);
        let pause = failure.pause.map(|least| least.max(backoff));
        self.until = pause.and_then(|pause| now.checked_add(pause));
        self.last.insert(NoKey { pause, ..failure }).clone()
    }

    /// There is a key.
    pub(crate) fn end(&mut self) {
        *self = Self::default();
    }

    /// The last one, with what is left of its pause.
    pub(crate) fn last(&self, now: Instant) -> Option<NoKey> {
        let last = self.last.clone()?;
        Some(NoKey { pause: self.until.map(|until| until.saturating_duration_since(now)), ..last })
    }

    /// The last one while its pause lasts.
    pub(crate) fn kept(&self, now: Instant) -> Option<NoKey> {
        let last = self.last(now).filter(|last| last.pause.is_some_and(|left| !left.is_zero()))?;
        let why = format!("{}, and is not asked again for a while (`retry_after`)", last.why);
        Some(NoKey { why, ..last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_are_as_long_as_was_asked_for() {
        let (mut failures, mut now) = (Failures::default(), Instant::now());
        for (least, expected) in [(0, 1), (0, 2), (0, 4), (30, 30), (0, 16), (0, 32), (0, 60), (3600, 3600), (0, 60)] {
            let (pause, expected) = (Some(Duration::from_secs(least)), Duration::from_secs(expected));
            assert_eq!(failures.add(NoKey { pause, ..NoKey::new("down") }, now).pause, Some(expected));
            assert_eq!(failures.kept(now).unwrap().pause, Some(expected));
            now += expected;
            assert_eq!(failures.kept(now), None);
            assert_eq!(failures.last(now).unwrap().pause, Some(Duration::ZERO));
        }
        failures.end();
        assert_eq!((failures.last(now), failures.add(NoKey::new("x"), now).pause), (None, None));
        assert_eq!((failures.kept(now), failures.last(now)), (None, Some(NoKey::new("x"))));
    }
}
