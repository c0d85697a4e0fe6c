//! Queries inside path templates, such as `/items?kind={kind}` or `/items?x=1`.
//!
//! OpenAPI has no such paths, yet documents do: the operation is for the requests whose query has all that is written
//! there.

use percent_encoding::percent_decode_str;

use super::segment::{Given, Segment};

/// What the query of a request must have.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, Wanted)>);

#[derive(Debug)]
enum Wanted {
    Text(String),
    Template(Segment),
}

/// A path template without the query in it, and that query.
///
/// `/items{?kind}`, as RFC 6570 writes it, asks for nothing: its parameters may be left out.
pub(super) fn split(path: &str) -> (&str, Query) {
    match (path.find('?'), path.find("{?")) {
        (_, Some(start)) => (&path[..start], Query::default()),
        (Some(start), None) => (&path[..start], Query::parse(&path[start + 1..])),
        (None, None) => (path, Query::default()),
    }
}

/// The names of the parameters in the query of a path template.
pub(crate) fn names(path: &str) -> impl Iterator<Item = String> {
    let (_, query) = path.split_once('?').unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned())
}

impl Query {
    fn parse(text: &str) -> Self {
        let wanted = |value: &str| match Segment::parse(value) {
            Some(segment) => Wanted::Template(segment),
            None => Wanted::Text(value.to_owned()),
        };
        Self(form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.to_string(), wanted(&value))).collect())
    }

    /// How much it asks for.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The names of its templates.
    pub(super) fn template_names(&self) -> impl Iterator<Item = &str> {
        let segments = self.0.iter().filter_map(|(_, wanted)| match wanted {
            Wanted::Template(segment) => Some(segment),
            Wanted::Text(_) => None,
        });
        segments.flat_map(Segment::names)
    }

    /// What a query has for its templates, as it stands there; nothing where it has not all that is asked for.
    pub(super) fn capture<'q>(&self, query: &'q str) -> Option<Vec<&'q str>> {
        let mut values = Vec::new();
        for (name, wanted) in &self.0 {
            let fields = query.split('&').map(|field| field.split_once('=').unwrap_or((field, "")));
            let mut given = fields.filter(|(known, _)| decode(known) == *name).map(|(_, value)| value);
            match wanted {
                Wanted::Text(text) => _ = given.find(|value| decode(value) == *text)?,
                Wanted::Template(segment) => {
                    values.extend(given.find_map(|value| segment.capture(&Given::new(value)))?)
                }
            }
        }
        Some(values)
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
