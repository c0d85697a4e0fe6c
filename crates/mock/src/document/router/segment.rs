//! Path segments with templates in them, and what requests have there.

use percent_encoding::percent_decode_str;

/// A path segment with templates in it, such as `{id}` or `{name}.json`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment(Vec<Part>);

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

impl Segment {
    /// Reads a segment; nothing where it has no template.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Name(name.to_owned()));
            rest = after;
        }
        if parts.is_empty() {
            return None;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Some(Self(parts))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    pub(super) fn literal_length(&self) -> usize {
        self.0.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 }).sum()
    }

    /// Whether two segments match the same texts, their names aside.
    pub(super) fn same_shape(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|pair| match pair {
                (Part::Text(left), Part::Text(right)) => left == right,
                (Part::Name(_), Part::Name(_)) => true,
                _ => false,
            })
    }

    /// The values of the templates in a text; nothing where the text does not match.
    ///
    /// The earlier template takes as much as it can, as `(.*)` for every template would: so texts are looked for from the
    /// end, which costs no more than reading the text. Where no text parts two templates, the later one takes one
    /// character.
    pub(super) fn capture<'p>(&self, given: &Given<'p>) -> Option<Vec<&'p str>> {
        let text = given.decoded.as_slice();
        let (start, mut parts) = match self.0.as_slice() {
            [Part::Text(first), parts @ ..] if text.starts_with(first.as_bytes()) => (first.len(), parts),
            [Part::Text(_), ..] => return None,
            parts => (0, parts),
        };
        let (mut values, mut end) = (Vec::new(), text.len());
        while let Some((last, before)) = parts.split_last() {
            let rest = &text[start..end];
            let from = match (last, before.last()) {
                (Part::Text(last), _) => end - rest.ends_with(last.as_bytes()).then_some(last.len())?,
                (Part::Name(_), None) => start,
                (Part::Name(_), Some(Part::Text(before))) => start + rposition(rest, before.as_bytes())? + before.len(),
                (Part::Name(_), Some(Part::Name(_))) => start + rest.iter().rposition(is_first_byte).unwrap_or(0),
            };
            if matches!(last, Part::Name(_)) {
                values.push(given.raw(from, end)?);
            }
            (end, parts) = (from, before);
        }
        values.reverse();
        (end == start).then_some(values)
    }
}

fn rposition(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).rposition(|window| window == wanted)
}

/// Whether a byte begins a character.
fn is_first_byte(byte: &u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// A segment of a request's path: decoded, as literals are compared, and as it stands, for the values of templates, which
/// are split before they are decoded.
pub(super) struct Given<'p> {
    raw: &'p str,
    decoded: Vec<u8>,
    /// Where each decoded byte stands, and where the segment ends.
    places: Vec<usize>,
}

impl<'p> Given<'p> {
    pub(super) fn new(raw: &'p str) -> Self {
        let (mut decoded, mut places, mut place) =
            (Vec::with_capacity(raw.len()), Vec::with_capacity(raw.len() + 1), 0);
        while let Some(&byte) = raw.as_bytes().get(place) {
            let escape = raw.get(place..place + 3).filter(|_| byte == b'%');
            let escaped = escape.and_then(|escape| {
                percent_decode_str(escape).next().filter(|_| percent_decode_str(escape).count() == 1)
            });
            decoded.push(escaped.unwrap_or(byte));
            places.push(place);
            place += if escaped.is_some() { 3 } else { 1 };
        }
        places.push(place);
        Self { raw, decoded, places }
    }

    pub(super) fn decoded(&self) -> Option<&str> {
        std::str::from_utf8(&self.decoded).ok()
    }

    /// What stands between two decoded bytes; nothing where that cuts a character.
    fn raw(&self, from: usize, to: usize) -> Option<&'p str> {
        self.raw.get(*self.places.get(from)?..*self.places.get(to)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(segment: &str, text: &str, expected: Option<&[&str]>) {
        let segment = Segment::parse(segment).unwrap();
        assert_eq!(segment.capture(&Given::new(text)).as_deref(), expected, "{segment:?} {text}");
    }

    #[test]
    fn the_first_template_takes_as_much_as_it_can() {
        check("{id}", "", Some(&[""]));
        check("{id}.{format}", "7.1.csv", Some(&["7.1", "csv"]));
        check("{id}.{format}", "7", None);
        check("a{b}a", "aa", Some(&[""]));
        check("a{b}a", "a", None);
        check("{a}-{b}-{c}", "1-2-3-4", Some(&["1-2", "3", "4"]));
        check("v{a}:{b}ü", "v1:x:2ü", Some(&["1:x", "2"]));
        check("v{a}:{b}ü", "v1:2", None);
        check("{a}.{b}", "%2E%2e%FF.c", Some(&["%2E%2e%FF", "c"]));
    }

    #[test]
    fn templates_that_no_text_parts_take_one_character_each_but_for_the_first() {
        check("{a}{b}", "xyz", Some(&["xy", "z"]));
        check("{a}{b}{c}.json", "xüz.json", Some(&["x", "ü", "z"]));
        check("{a}{b}", "x%C3%BC", Some(&["x", "%C3%BC"]));
        check("{a}{b}", "x", Some(&["", "x"]));
        check("{a}{b}", "", Some(&["", ""]));
    }
}
