//! Trends: lists of numbers with the time of each. Numbers without times may be anything, and nothing says that they follow
//! each other.

use crate::json::Json;

/// So many bars are drawn at most; of more points, each bar is the mean of those that it stands for.
const WIDTH: usize = 60;

/// What the time of a point is called.
const TIMES: [&str; 9] = ["date", "datetime", "day", "hour", "month", "time", "timestamp", "week", "year"];

/// A number that a bar can stand for, and how it is written.
type Point<'a> = (f64, &'a str);

/// A trend as bars from its lowest to its highest value, with those values; nothing where a list is no trend.
pub(crate) fn draw(list: &[Json]) -> Option<String> {
    let points: Vec<Point<'_>> = list.iter().map(point).collect::<Option<_>>()?;
    let [first, .., (_, last)] = *points.as_slice() else { return None };
    let ((low, lowest), (high, highest)) = points.iter().fold((first, first), |(low, high), &point| {
        (if point.0 < low.0 { point } else { low }, if point.0 > high.0 { point } else { high })
    });
    let bars: String = means(&points).into_iter().map(|value| bar(value, low, high)).collect();
    Some(format!("{bars}  {lowest} to {highest}, last {last}"))
}

/// The value of a point: an object of a time and a number.
fn point(value: &Json) -> Option<Point<'_>> {
    let Json::Object(properties) = value else { return None };
    let is_time = |name: &str| TIMES.iter().any(|time| name == *time || name.ends_with(&format!("_{time}")));
    let mut values = properties.iter().filter(|(name, _)| !is_time(name));
    let (name, value) = values.next()?;
    let is_id = name == "id" || name.ends_with("_id");
    // What has no time, or more than one value, is a row and no point.
    if properties.len() != 2 || is_id || values.next().is_some() { None } else { number(value) }
}

/// Integers that a float does not hold are ids, which no bar stands for.
fn number(value: &Json) -> Option<Point<'_>> {
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    let Json::Scalar(raw) = value else { return None };
    let value: f64 = raw.get().parse().ok()?;
    let is_whole = !raw.get().contains(['.', 'e', 'E']);
    if is_whole && value.abs() >= EXACT { None } else { Some((value, raw.get())) }
}

fn means(points: &[Point<'_>]) -> Vec<f64> {
    let bars = points.len().min(WIDTH);
    let begin = |bar: usize| bar * points.len() / bars;
    let slices = (0..bars).map(|bar| &points[begin(bar)..begin(bar + 1)]);
    slices.map(|slice| slice.iter().map(|(value, _)| value / slice.len() as f64).sum()).collect()
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

    use super::{Json, draw};

    fn drawn(list: &Value) -> Option<String> {
        let Ok(Json::List(list)) = Json::read(list.to_string().as_bytes()) else { return None };
        draw(&list)
    }

    #[track_caller]
    fn check(list: &Value, expected: Option<&str>) {
        assert_eq!(drawn(list).as_deref(), expected, "{list}");
    }

    #[test]
    fn numbers_are_drawn_with_their_times() {
        check(
            &json!([{"time": 1, "value": 0}, {"time": 2, "value": 7}, {"time": 3, "value": 3.5}]),
            Some("▁█▅  0 to 7, last 3.5"),
        );
        let steps: Value = (0..8).map(|step| json!({"time": step, "value": step})).collect();
        check(&steps, Some("▁▂▃▄▅▆▇█  0 to 7, last 7"));
        check(&json!([{"time": 1, "value": 2}, {"time": 2, "value": 1}]), Some("█▁  1 to 2, last 1"));
        check(&json!([{"stat_date": "a", "n": 2}, {"stat_date": "b", "n": 2}]), Some("▁▁  2 to 2, last 2"));
        check(&json!([{"day": 1, "n": -1e308}, {"day": 2, "n": 1e308}]), Some("▁█  -1e+308 to 1e+308, last 1e+308"));
    }

    #[test]
    fn other_lists_are_no_trend() {
        for list in [
            json!([]),
            json!([1, 2, 3, 4, 5, 6, 7, 8, 9]),
            json!([{"time": 1, "value": 2}]),
            json!([{"time": 1, "value": 2}, {"time": 2, "value": "1"}]),
            json!([{"time": 1, "value": 2}, {"time": 2, "value": null}]),
            json!([{"time": 1, "value": 2}, {"time": 2, "value": true}]),
            json!([{"time": 1, "value": 2}, 3]),
            json!([{"time": 1, "n": 6_703_723_351_497_508_865_u64}, {"time": 2, "n": 6_703_723_351_497_508_866_u64}]),
            json!([{"time": 1, "n": 1}, {"time": 2, "n": i64::MIN}]),
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
        let many: Value = (0..100_000).map(|number| json!({"time": number, "value": number})).collect();
        let drawn = drawn(&many).unwrap();
        assert_eq!(drawn.chars().take_while(|bar| *bar != ' ').count(), 60);
        assert!(drawn.starts_with('▁') && drawn.contains('█'), "{drawn}");
    }
}
