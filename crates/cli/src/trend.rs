//! Trends: lists of numbers, or of numbers with the time of each.

use serde_json::Value;

/// So many bars are drawn at most; of more points, each bar is the mean of those that it stands for.
const WIDTH: usize = 60;

/// What the time of a point is called.
const TIMES: [&str; 9] = ["date", "datetime", "day", "hour", "month", "time", "timestamp", "week", "year"];

/// A trend as bars from its lowest to its highest value, with those values; nothing where a list is no trend.
pub(crate) fn draw(list: &[Value]) -> Option<String> {
    let points: Vec<f64> = list.iter().map(point).collect::<Option<_>>()?;
    if points.len() < 2 {
        return None;
    }
    let (low, high) = range(&points);
    let bars: String = means(&points).into_iter().map(|value| bar(value, low, high)).collect();
    Some(format!("{bars}  {low} to {high}, last {}", points[points.len() - 1]))
}

/// The value of a point.
fn point(value: &Value) -> Option<f64> {
    let Value::Object(members) = value else { return number(value) };
    let is_time = |name: &str| TIMES.iter().any(|time| name == *time || name.ends_with(&format!("_{time}")));
    let mut values = members.iter().filter(|(name, _)| !is_time(name));
    let (name, value) = values.next()?;
    let is_id = name == "id" || name.ends_with("_id");
    // What has no time, or more than one value, is a row and no point.
    if members.len() != 2 || is_id || values.next().is_some() { None } else { number(value) }
}

/// A number that a bar can stand for. Integers that a float does not hold are ids, which nobody may round.
fn number(value: &Value) -> Option<f64> {
    const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
    let size = value.as_u64().or_else(|| value.as_i64().map(i64::unsigned_abs));
    if size.is_some_and(|size| size > EXACT) { None } else { value.as_f64() }
}

fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

fn means(points: &[f64]) -> Vec<f64> {
    let bars = points.len().min(WIDTH);
    let begin = |bar: usize| bar * points.len() / bars;
    let slices = (0..bars).map(|bar| &points[begin(bar)..begin(bar + 1)]);
    slices.map(|slice| slice.iter().map(|value| value / slice.len() as f64).sum()).collect()
}

fn bar(value: f64, low: f64, high: f64) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    // Halves, since the difference of two numbers may be too large for one.
    let part = if high > low { (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0) } else { 0.0 };
    let step = (part * (BARS.len() - 1) as f64).round() as usize;
    BARS[step.min(BARS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::draw;

    #[track_caller]
    fn check(list: &Value, expected: Option<&str>) {
        assert_eq!(draw(list.as_array().unwrap()).as_deref(), expected, "{list}");
    }

    #[test]
    fn numbers_are_drawn_with_and_without_their_times() {
        check(&json!([0, 7, 3.5]), Some("▁█▅  0 to 7, last 3.5"));
        check(&json!([{"time": 1, "value": 2}, {"time": 2, "value": 1}]), Some("█▁  1 to 2, last 1"));
        check(&json!([{"stat_date": "a", "n": 2}, {"stat_date": "b", "n": 2}]), Some("▁▁  2 to 2, last 2"));
        check(&json!([-1e308, 1e308]), Some(&format!("▁█  {} to {1}, last {1}", -1e308, 1e308)));
    }

    #[test]
    fn other_lists_are_no_trend() {
        for list in [
            json!([]),
            json!([1]),
            json!([1, "2"]),
            json!([1, null]),
            json!([6_703_723_351_497_508_865_u64, 6_703_723_351_497_508_866_u64]),
            json!([1, i64::MIN]),
            json!([{"year": 2020, "id": 7}, {"year": 2021, "id": 9}]),
            json!([{"year": 2020, "clip_id": 7}, {"year": 2021, "clip_id": 9}]),
            json!([{"value": 1}, {"value": 2}]),
            json!([{"id": 1, "value": 1}, {"id": 2, "value": 2}]),
            json!([{"time": 1, "value": 1, "b": 1}, {"time": 2, "value": 2, "b": 1}]),
            json!([{"time": 1, "day": 1}, {"time": 2, "day": 1}]),
        ] {
            check(&list, None);
        }
    }

    #[test]
    fn a_long_trend_is_as_wide_as_a_terminal() {
        let many: Vec<Value> = (0..100_000).map(Value::from).collect();
        let drawn = draw(&many).unwrap();
        assert_eq!(drawn.chars().take_while(|bar| *bar != ' ').count(), 60);
        assert!(drawn.starts_with('▁') && drawn.contains('█'), "{drawn}");
    }
}
