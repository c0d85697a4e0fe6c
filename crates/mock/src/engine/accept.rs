//! What a client accepts (RFC 9110, section 12.5.1).

use std::cmp::Reverse;
use std::fmt;

use http::{HeaderMap, header};
use keyapi_spec::message::media_type::{MediaType, Precision};

/// The `Accept` header of a request.
#[derive(Clone, Debug)]
pub(crate) struct Accept {
    text: String,
    ranges: Vec<Range>,
}

/// One alternative of the header.
#[derive(Clone, Debug)]
struct Range {
    media_type: MediaType,
    /// The weight in thousandths, which is as precise as it can be written.
    quality: u16,
}

/// How welcome a media type is: the smallest is the most welcome. Types that only fit with other parameters come last,
/// then the weight counts, then how precisely the type is named, then the client's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Preference(bool, Reverse<u16>, Reverse<Precision>, usize);

impl Accept {
    /// Reads the header, all its lines together; nothing where the client does not say what it accepts.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::ACCEPT).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
        let text = lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(", ");
        (!text.is_empty()).then(|| Self::parse(text))
    }

    /// Reads the header's value; entries that are no media range are left out.
    pub(crate) fn parse(text: impl Into<String>) -> Self {
        let text = text.into();
        let ranges = MediaType::list(&text).map(|media_type| Range { quality: quality(&media_type), media_type });
        Self { ranges: ranges.collect(), text }
    }

    /// How welcome a media type is; nothing where it is not accepted. The most precise range counts.
    pub(crate) fn preference(&self, offered: &MediaType) -> Option<Preference> {
        let ranges = self.ranges.iter().enumerate();
        let fitting =
            ranges.filter_map(|(order, range)| Some((range.media_type.covers(offered)?, order, range.quality)));
        let (precision, order, quality) = fitting.max_by_key(|(precision, order, _)| (*precision, Reverse(*order)))?;
        let loose = precision == Precision::OtherParameters;
        (quality > 0).then_some(Preference(loose, Reverse(quality), Reverse(precision), order))
    }

    /// The media types that are accepted by their names, as opposed to ranges.
    pub(crate) fn named(&self) -> impl Iterator<Item = &MediaType> {
        self.ranges.iter().map(|range| &range.media_type).filter(|media_type| !media_type.is_range())
    }
}

impl Preference {
    /// The preference of a client that does not state one: JSON, then whatever comes first.
    pub(crate) fn unstated(offered: &MediaType) -> Self {
        let order = usize::from(!offered.is("application", "json"));
        Self(false, Reverse(1000), Reverse(Precision::Any), order)
    }
}

impl fmt::Display for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The weight of an alternative; the whole one where none is given, or none that can be understood.
fn quality(media_type: &MediaType) -> u16 {
    let given = media_type.parameter("q").and_then(|weight| weight.parse::<f32>().ok());
    let thousandths =
        given.filter(|weight| (0.0..=1.0).contains(weight)).map(|weight| format!("{:.0}", weight * 1000.0));
    thousandths.and_then(|text| text.parse().ok()).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, offered: &[&str], expected: Option<&str>) {
        let accept = Accept::parse(accept);
        let preferences = offered.iter().filter_map(|text| Some((accept.preference(&MediaType::parse(text)?)?, text)));
        let best = preferences.min_by_key(|(preference, _)| *preference).map(|(_, text)| *text);
        assert_eq!(best, expected, "{accept} of {offered:?}");
    }

    #[test]
    fn the_best_offer_wins() {
        check("application/json", &["text/plain", "application/json"], Some("application/json"));
        check(
            "application/json;q=0.8, application/xml;q=0.9",
            &["application/json", "application/xml"],
            Some("application/xml"),
        );
        check("application/xml, application/json", &["application/json"], Some("application/json"));
        check("application/*", &["text/plain", "application/json"], Some("application/json"));
        check("*/*", &["text/plain", "application/json"], Some("text/plain"));
        check("text/plain;q=0, */*", &["text/plain"], None);
        check("application/vnd.a+json; version=1", &["application/vnd.a+json"], Some("application/vnd.a+json"));
        check("image/png", &["text/plain"], None);
        check("nonsense", &["text/plain"], None);
    }

    #[test]
    fn weights_and_parameters_are_read_as_they_are_meant() {
        check("*/*;q=0", &["application/json"], None);
        check("*/*; Q=0.000", &["application/json"], None);
        check("a/b;q=0, */*;q=0.001", &["a/b", "a/c"], Some("a/c"));
        check("a/b;q=nan, a/c;q=0.9", &["a/c", "a/b"], Some("a/b"));
        check("a/b;q=-1", &["a/b"], Some("a/b"));
        check("a/b;v=1;q=0.1, */*;q=0.2", &["a/b", "a/c"], Some("a/b"));
        check("a/b;v=1;q=0, */*", &["a/b"], Some("a/b"));
        check("a/b;charset=utf-8, */*;q=0.1", &["a/c", "a/b"], Some("a/b"));
        check("a/b;x=\"y,z\", a/c;q=0.1", &["a/c", "a/b;x=\"y,z\""], Some("a/b;x=\"y,z\""));
        check("text/html, *; q=.2, */*; q=.2", &["a/b"], Some("a/b"));
    }
}
