//! Media types and the choice between them (RFC 9110, sections 8.3 and 12.5.1).

/// A media type or range such as `application/json; charset=utf-8` or `text/*`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    kind: String,
    subtype: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a media type; nothing where it has no slash.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        let (kind, subtype) = parts.next()?.trim().split_once('/')?;
        if kind.is_empty() || subtype.is_empty() {
            return None;
        }
        let parameters = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
            .collect();
        Some(Self { kind: kind.to_ascii_lowercase(), subtype: subtype.to_ascii_lowercase(), parameters })
    }

    /// A parameter such as `boundary`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether bodies of this type are JSON.
    pub fn is_json(&self) -> bool {
        self.kind == "application" && (self.subtype == "json" || self.subtype.ends_with("+json"))
    }

    /// Whether bodies of this type are text.
    pub fn is_text(&self) -> bool {
        self.kind == "text"
    }

    /// Whether bodies of this type are URL-encoded forms.
    pub fn is_form(&self) -> bool {
        self.kind == "application" && self.subtype == "x-www-form-urlencoded"
    }

    /// Whether bodies of this type are multipart forms.
    pub fn is_multipart(&self) -> bool {
        self.kind == "multipart" && self.subtype == "form-data"
    }

    /// Whether this is the range of all types.
    pub fn is_any(&self) -> bool {
        self.kind == "*" && self.subtype == "*"
    }

    /// Whether a type, its parameters aside, falls into this range.
    pub fn covers(&self, other: &Self) -> bool {
        (self.kind == "*" || self.kind == other.kind)
            && (self.subtype == "*"
                || self.subtype == other.subtype
                || other.subtype.rsplit_once('+').is_some_and(|(_, suffix)| suffix == self.subtype))
    }
}

/// One alternative of an `Accept` header.
#[derive(Clone, Debug)]
struct Range {
    media_type: MediaType,
    quality: f32,
}

/// A parsed `Accept` header.
#[derive(Clone, Debug)]
pub struct Accept {
    ranges: Vec<Range>,
}

impl Accept {
    /// Reads the header's value; entries that are no media range are skipped.
    pub fn parse(header: &str) -> Self {
        let ranges = header
            .split(',')
            .filter_map(MediaType::parse)
            .map(|mut media_type| {
                let quality = media_type.parameter("q").and_then(|quality| quality.parse().ok()).unwrap_or(1.0);
                media_type.parameters.retain(|(name, _)| name != "q");
                Range { media_type, quality }
            })
            .collect();
        Self { ranges }
    }

    /// Whether the client takes anything at all.
    pub fn takes_anything(&self) -> bool {
        self.ranges.iter().any(|range| range.media_type.is_any())
    }

    /// The position of the best of the offered types: highest quality first, then the most specific range, then the
    /// client's order, then the server's. Parameters are ignored where no type matches with them.
    pub fn best<'a>(&self, offered: impl Iterator<Item = &'a MediaType> + Clone) -> Option<usize> {
        self.best_with(offered.clone(), Parameters::Compared).or_else(|| self.best_with(offered, Parameters::Ignored))
    }

    fn best_with<'a>(&self, offered: impl Iterator<Item = &'a MediaType>, parameters: Parameters) -> Option<usize> {
        offered
            .enumerate()
            .filter_map(|(index, media_type)| Some((index, self.priority(media_type, parameters)?)))
            .filter(|(_, priority)| priority.quality > 0.0)
            .min_by(|(left_index, left), (right_index, right)| {
                (right.quality.total_cmp(&left.quality))
                    .then(right.specificity.cmp(&left.specificity))
                    .then(left.order.cmp(&right.order))
                    .then(left_index.cmp(right_index))
            })
            .map(|(index, _)| index)
    }

    fn priority(&self, offered: &MediaType, parameters: Parameters) -> Option<Priority> {
        self.ranges
            .iter()
            .enumerate()
            .filter_map(|(order, range)| {
                let specificity = specificity(&range.media_type, offered, parameters)?;
                Some(Priority { specificity, quality: range.quality, order })
            })
            .max_by_key(|priority| (priority.specificity, std::cmp::Reverse(priority.order)))
    }
}

#[derive(Clone, Copy)]
enum Parameters {
    Compared,
    Ignored,
}

struct Priority {
    specificity: u8,
    quality: f32,
    order: usize,
}

fn specificity(range: &MediaType, offered: &MediaType, parameters: Parameters) -> Option<u8> {
    let mut specificity = 0;
    if range.kind == offered.kind {
        specificity |= 4;
    } else if range.kind != "*" {
        return None;
    }
    if range.subtype == offered.subtype {
        specificity |= 2;
    } else if range.subtype != "*" {
        return None;
    }
    if matches!(parameters, Parameters::Compared) && !range.parameters.is_empty() {
        let same = |(name, value): &(String, String)| offered.parameter(name) == Some(value);
        if !range.parameters.iter().all(same) {
            return None;
        }
        specificity |= 1;
    }
    Some(specificity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, offered: &[&str], expected: Option<&str>) {
        let types: Vec<MediaType> = offered.iter().filter_map(|text| MediaType::parse(text)).collect();
        let best = Accept::parse(accept).best(types.iter()).and_then(|index| offered.get(index)).copied();
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
}
