//! Makes numbers.

use serde_json::{Number, Value, json};

use super::Style;
use super::maker::Node;
use super::parts::{format, usable};
use crate::document::format;

/// A random number is at most so far from the nearest bound.
const SPREAD: i128 = 999;

/// Makes a whole number between the bounds of its schemas.
pub(super) fn integer(node: &mut Node<'_, '_>, style: Style) -> Value {
    let bounds = Bounds::of(&node.parts);
    let (mut low, mut high) = (bounds.low.map(lowest), bounds.high.map(highest));
    if let Some(range) = format(&node.parts).and_then(format::integers) {
        low = low.map(|low| low.max(*range.start())).or(Some(*range.start()).filter(|start| *start == 0));
        high = Some(high.unwrap_or(*range.end()).min(*range.end()));
    }
    let step = bounds.steps.iter().fold(1, |step, each| common_multiple(step, whole_step(*each)));
    let up = |value: i128| value.saturating_add((-value).rem_euclid(step));
    let (first, last) = match style {
        Style::Plain => (low.unwrap_or_else(|| plain(high, bounds.steps.first().map(|_| step))), high),
        Style::Random(_) => {
            let first = low.unwrap_or_else(|| high.unwrap_or(SPREAD + 1).min(SPREAD + 1) - SPREAD);
            let far = first.saturating_add(SPREAD.saturating_mul(step));
            (first, Some(high.unwrap_or(far).min(far)))
        }
    };
    let first = up(first);
    let count = last.map(|last| (last.saturating_sub(first) / step).saturating_add(1).max(1));
    let drawn = match style {
        Style::Plain => 0,
        Style::Random(_) => i128::from(node.rng.u64(..u64::try_from(count.unwrap_or(1)).unwrap_or(1))),
    };
    let offset = drawn.saturating_add(offset(node));
    if let Some(high) = high.filter(|_| low.is_none() && node.draw() > 0) {
        // Without a lower bound there is more below.
        let below = high.min(first).saturating_sub(offset.saturating_mul(step));
        return whole(below.saturating_sub(below.rem_euclid(step)));
    }
    whole(first.saturating_add(count.map_or(offset, |count| offset % count).saturating_mul(step)))
}

/// How far the number is from the first. The steps get longer where values do not fit.
fn offset(node: &Node<'_, '_>) -> i128 {
    let turn = node.turn.0.min(64);
    let turned = if turn < 3 { i128::from(turn) } else { 1_i128 << (turn - 1) };
    turned + i128::from(node.variant)
}

/// The plain number is 0 or what it is a multiple of.
fn plain(high: Option<i128>, step: Option<i128>) -> i128 {
    let usual = step.unwrap_or(0);
    high.map_or(usual, |high| high.min(usual))
}

/// Makes a number between the bounds of its schemas.
pub(super) fn number(node: &mut Node<'_, '_>, style: Style) -> Value {
    if format(&node.parts).is_some_and(|name| format::integers(name).is_some()) {
        return integer(node, style);
    }
    let bounds = Bounds::of(&node.parts);
    if let Some(step) = bounds.steps.first() {
        return multiple(&bounds, *step, node, style);
    }
    let (low, high) = (bounds.low.map(|low| low.value), bounds.high.map(|high| high.value));
    let draw = f64::from(node.draw());
    let middle = |low: f64, high: f64| low + (high - low) * (draw + 1.0) / (draw + 2.0);
    let round = match (low, high) {
        (Some(low), _) => low.ceil(),
        (None, Some(high)) => high.floor().min(0.0),
        (None, None) => 0.0,
    };
    let mut candidates = match style {
        // Every other number has a fraction, which tells it from an integer.
        Style::Plain => vec![low.unwrap_or(round) + draw / 2.0, round + draw / 2.0, round + 1.0 + draw / 2.0],
        Style::Random(_) => {
            let start = low.unwrap_or_else(|| high.map_or(1.0, |high| high.min(1_000.0) - 999.0));
            let end = high.unwrap_or(start + 999.0).min(start + 999.0);
            let value = start + node.rng.f64() * (end - start);
            vec![(value * 100.0).round() / 100.0, value]
        }
    };
    if let (Some(low), Some(high)) = (low, high) {
        candidates.extend([middle(low, high), low, high]);
    } else if let Some(high) = high {
        candidates.extend([high.floor(), high.floor() - 1.0].map(|start| start - draw));
    }
    let value = candidates.iter().copied().find(|value| bounds.allow(*value)).or(candidates.first().copied());
    written(value.unwrap_or(0.0))
}

/// A multiple of a number that need not be whole, with no more digits than that has.
fn multiple(bounds: &Bounds, step: f64, node: &mut Node<'_, '_>, style: Style) -> Value {
    let step = bounds.steps.iter().copied().fold(step, f64::max);
    let digits = format!("{step}").split_once('.').map_or(0, |(_, digits)| digits.len());
    let times = |count: f64| format!("{:.digits$}", count * step).parse::<f64>().unwrap_or(0.0);
    let draw = f64::from(node.draw());
    let offset = match style {
        Style::Plain => draw,
        Style::Random(_) => draw + f64::from(node.rng.u32(..1_000)),
    };
    // How often the number goes into the first and the last multiple that are allowed.
    let allowed = |count: f64, next: f64| if bounds.allow(times(count)) { count } else { next };
    let low = bounds.low.map(|low| (low.value / step).ceil()).map(|count| allowed(count, count + 1.0));
    let high = bounds.high.map(|high| (high.value / step).floor()).map(|count| allowed(count, count - 1.0));
    written(times(match (low, high) {
        (Some(low), Some(high)) => low + offset % (high - low + 1.0).max(1.0),
        (Some(low), None) => low + offset,
        // Without a lower bound there is more below.
        (None, Some(high)) => high.min(1.0) - offset,
        (None, None) => 1.0 + offset,
    }))
}

/// A bound, and whether it is none of the allowed numbers.
#[derive(Clone, Copy)]
struct Bound {
    value: f64,
    exact: Option<i128>,
    exclusive: bool,
}

struct Bounds {
    low: Option<Bound>,
    high: Option<Bound>,
    steps: Vec<f64>,
}

impl Bounds {
    fn of(parts: &[&serde_json::Value]) -> Self {
        let bounds = |keyword: &'static str, exclusive: &'static str| {
            parts.iter().flat_map(move |part| {
                let limit = usable(part, keyword).and_then(Value::as_number);
                let flag = usable(part, exclusive) == Some(&Value::Bool(true));
                let own = usable(part, exclusive).and_then(Value::as_number);
                let bound = |number: &Number, exclusive| {
                    Some(Bound {
                        value: number.as_f64()?,
                        exact: keyapi_spec::schema::number::integer(number),
                        exclusive,
                    })
                };
                let limit = limit.and_then(|limit| bound(limit, flag));
                limit.into_iter().chain(own.and_then(|own| bound(own, true)))
            })
        };
        let order = |one: &Bound, other: &Bound| one.value.total_cmp(&other.value);
        let low = bounds("minimum", "exclusiveMinimum")
            .max_by(|one, other| order(one, other).then(one.exclusive.cmp(&other.exclusive)));
        let high = bounds("maximum", "exclusiveMaximum")
            .min_by(|one, other| order(one, other).then(other.exclusive.cmp(&one.exclusive)));
        let steps = parts.iter().filter_map(|part| usable(part, "multipleOf")?.as_f64()).collect();
        Self { low, high, steps }
    }

    fn allow(&self, value: f64) -> bool {
        let above = self.low.is_none_or(|low| value > low.value || !low.exclusive && value >= low.value);
        let below = self.high.is_none_or(|high| value < high.value || !high.exclusive && value <= high.value);
        above && below
    }
}

/// The lowest integer that a bound allows.
fn lowest(bound: Bound) -> i128 {
    match bound.exact {
        Some(exact) => exact + i128::from(bound.exclusive),
        None => nearest(bound.value.ceil()),
    }
}

/// The highest integer that a bound allows.
fn highest(bound: Bound) -> i128 {
    match bound.exact {
        Some(exact) => exact - i128::from(bound.exclusive),
        None => nearest(bound.value.floor()),
    }
}

fn nearest(value: f64) -> i128 {
    format!("{value:.0}").parse().unwrap_or(if value > 0.0 { i128::MAX } else { i128::MIN })
}

/// The smallest whole multiple of a number that need not be whole.
fn whole_step(step: f64) -> i128 {
    let multiples = (1..=1_000_u32).map(|count| step * f64::from(count));
    let whole = multiples
        .map(|multiple| (multiple, multiple.round()))
        .find(|(multiple, round)| (multiple - round).abs() < 1e-9 && *round > 0.0);
    whole.map_or(1, |(_, round)| nearest(round)).max(1)
}

fn common_multiple(one: i128, other: i128) -> i128 {
    let (mut divisor, mut rest) = (one, other);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (one / divisor).saturating_mul(other)
}

fn whole(value: i128) -> Value {
    let integer = i64::try_from(value).map(Number::from).or_else(|_| u64::try_from(value).map(Number::from));
    match integer {
        Ok(number) => Value::Number(number),
        Err(_) => format!("{value}").parse::<f64>().map_or(Value::Null, |value| json!(value)),
    }
}

/// A number without a fraction is written as an integer.
fn written(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { whole(nearest(value)) } else { json!(value) }
}
