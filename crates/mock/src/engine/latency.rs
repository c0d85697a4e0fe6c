//! How long a response takes: always the same, or drawn from a distribution.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use fastrand::Rng;

/// Longer delays are taken for a mistake.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How long a response takes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Latency {
    /// Always as long.
    Fixed(Duration),
    /// Anything between two durations, all as likely.
    Uniform(Duration, Duration),
    /// Mostly near the median, sometimes much longer, as real services are.
    LogNormal {
        /// Half of the responses take longer.
        median: Duration,
        /// How much they vary; 0.5 is common.
        sigma: f64,
    },
}

impl Default for Latency {
    fn default() -> Self {
        Self::Fixed(Duration::ZERO)
    }
}

impl From<Duration> for Latency {
    fn from(duration: Duration) -> Self {
        Self::Fixed(duration)
    }
}

impl Latency {
    /// Whether responses are never delayed.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Draws a duration.
    pub fn draw(&self, rng: &mut Rng) -> Duration {
        match *self {
            Self::Fixed(duration) => duration,
            Self::Uniform(low, high) => low + high.saturating_sub(low).mul_f64(rng.f64()),
            Self::LogNormal { median, sigma } => {
                let seconds = median.as_secs_f64() * (sigma * normal(rng)).exp();
                Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64()))
            }
        }
    }
}

impl FromStr for Latency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((low, high)) = text.split_once("..") {
            let (low, high) = (duration(low)?, duration(high)?);
            return if low <= high { Ok(Self::Uniform(low, high)) } else { Err(format!("{text} is an empty range")) };
        }
        if let Some((median, sigma)) = text.split_once('~') {
            let sigma: f64 = sigma.parse().map_err(|_| format!("{sigma} is no number"))?;
            if !(0.0..=10.0).contains(&sigma) {
                return Err(format!("{sigma} is not between 0 and 10"));
            }
            return Ok(Self::LogNormal { median: duration(median)?, sigma });
        }
        duration(text).map(Self::Fixed)
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(duration) => write!(f, "{duration:?}"),
            Self::Uniform(low, high) => write!(f, "{low:?}..{high:?}"),
            Self::LogNormal { median, sigma } => write!(f, "{median:?}~{sigma}"),
        }
    }
}

/// Reads `250ms`, `1.5s`, `2m` or `80us`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let duration =
        humantime::parse_duration(text).map_err(|_| format!("\"{text}\" is no duration; write 250ms, 1.5s or 2m"))?;
    if duration > LONGEST { Err(format!("{text} is longer than an hour")) } else { Ok(duration) }
}

/// A draw from the standard normal distribution (Box and Muller's method).
fn normal(rng: &mut Rng) -> f64 {
    let (first, second) = (rng.f64().max(f64::MIN_POSITIVE), rng.f64());
    (-2.0 * first.ln()).sqrt() * (std::f64::consts::TAU * second).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_read_and_written() {
        for text in ["0ns", "250ms", "1.5s", "80µs", "1.25µs", "50ms..2s", "100ms~0.5"] {
            let latency: Latency = text.parse().unwrap();
            assert_eq!(latency.to_string(), text);
        }
        for text in ["", "250", "ms", "-1s", "1..2s", "2s..1s", "1s~x", "1s~11", "2h", "60m 1ms"] {
            assert!(text.parse::<Latency>().is_err(), "{text}");
        }
        let minutes = |text: &str| text.parse::<Latency>().unwrap();
        assert_eq!(
            (minutes("2m"), minutes("80us")),
            (Latency::Fixed(Duration::from_secs(120)), "80µs".parse().unwrap())
        );
        assert_eq!(minutes(" 60 m "), minutes("1h"));
    }

    #[test]
    fn draws_are_repeatable_and_in_range() {
        let uniform: Latency = "10ms..20ms".parse().unwrap();
        let draw = |seed| uniform.draw(&mut Rng::with_seed(seed));
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert!((1..100).all(|seed| (Duration::from_millis(10)..=Duration::from_millis(20)).contains(&draw(seed))));
    }

    #[test]
    fn a_median_is_that_of_a_normal_distribution_of_logarithms() {
        let latency: Latency = "100ms~0.5".parse().unwrap();
        let mut rng = Rng::with_seed(1);
        let draws: Vec<f64> = (0..10_000).map(|_| (latency.draw(&mut rng).as_secs_f64() / 0.1).ln() / 0.5).collect();
        let mean = |of: fn(f64) -> f64| draws.iter().map(|draw| of(*draw)).sum::<f64>() / draws.len() as f64;
        assert!(mean(|draw| draw).abs() < 0.05, "{}", mean(|draw| draw));
        assert!((mean(|draw| draw * draw) - 1.0).abs() < 0.05, "{}", mean(|draw| draw * draw));
        // Two of three are no further away than the deviation.
        assert!((mean(|draw| f64::from(u8::from(draw.abs() < 1.0))) - 0.683).abs() < 0.02);
    }
}
