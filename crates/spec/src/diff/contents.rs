//! Bodies by their media types.

use serde_json::{Map, Value};

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison, Draft};
use super::operations::Operation;
use super::place::{Place, Scope};
use super::spelling;
use crate::message::media_type::{MediaType, Precision};
use crate::schema::xml;

/// A body of one media type.
pub(super) struct Media<'a> {
    label: &'a str,
    parsed: Option<MediaType>,
    pub(super) node: &'a Value,
}

impl<'a> Media<'a> {
    fn all(content: Option<&'a Value>) -> Vec<Self> {
        let content = content.and_then(Value::as_object).into_iter().flat_map(Map::iter);
        content.map(|(label, node)| Self { label, parsed: MediaType::parse(label), node }).collect()
    }

    /// How closely a range fits a media type; nothing where it does not, or where either cannot be read.
    fn covers(&self, other: &Self) -> Option<Precision> {
        self.parsed.as_ref()?.describes(other.parsed.as_ref()?)
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same =
            self.covers(other) == Some(Precision::Parameters) && other.covers(self) == Some(Precision::Parameters);
        is_same || self.label.eq_ignore_ascii_case(other.label)
    }

    /// Whether only parameters differ, such as `charset`.
    fn is_variant(&self, other: &Self) -> bool {
        let essence = |media: &Self| media.parsed.as_ref().map(MediaType::essence);
        essence(self).is_some() && essence(self) == essence(other)
    }

    /// Whether one of them is a range that the other is in.
    fn overlaps(&self, other: &Self) -> bool {
        self.is_range() && self.covers(other).is_some() || other.is_range() && other.covers(self).is_some()
    }

    fn is_range(&self) -> bool {
        self.parsed.as_ref().is_some_and(MediaType::is_range)
    }

    pub(super) fn is_form(&self) -> bool {
        self.parsed.as_ref().is_some_and(MediaType::is_form)
    }

    /// Whether it has parts, each with headers of its own.
    pub(super) fn is_multipart(&self) -> bool {
        self.parsed.as_ref().is_some_and(|media| media.essence().starts_with("multipart/"))
    }

    fn is_xml(&self) -> bool {
        self.parsed.as_ref().is_some_and(MediaType::is_xml)
    }

    fn is_json(&self) -> bool {
        self.parsed.as_ref().is_some_and(MediaType::is_json)
    }
}

impl<'a> Comparison<'a> {
    /// Compares what two bodies may be. `words` say which they are.
    pub(super) fn contents(
        &mut self,
        operation: &Operation<'a>,
        direction: Direction,
        words: &str,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
    ) {
        let (mut gone, mut come) = (Media::all(old), Media::all(new));
        let closest: [fn(&Media<'a>, &Media<'a>) -> bool; 3] = [Media::is_same, Media::is_variant, Media::overlaps];
        for belong in closest {
            let mut rest = Vec::new();
            for other in come {
                match gone.iter().position(|one| belong(one, &other)).map(|at| gone.remove(at)) {
                    Some(one) => self.media(operation, direction, words, &one, &other),
                    None => rest.push(other),
                }
            }
            come = rest;
        }
        for (media, at, verb, effect) in come
            .iter()
            .map(|media| (media, At::New(media.node), "added", Effect::Widens))
            .chain(gone.iter().map(|media| (media, At::Old(media.node), "removed", Effect::Narrows)))
        {
            let (id, guard) = match direction {
                Direction::Request => (format!("request-body-media-type-{verb}"), None),
                // Clients choose among the types that are offered.
                Direction::Response => (format!("response-media-type-{verb}"), Some(Guard::Selected)),
            };
            let message = format!("{words}: the media type `{}` was {verb}", media.label);
            let draft = Draft::wire(Some(&operation.key), direction, id, effect, message);
            self.add(at, draft.place(words).guard(guard).subject(media.label).change());
        }
    }

    fn media(
        &mut self,
        operation: &Operation<'a>,
        direction: Direction,
        words: &str,
        old: &Media<'a>,
        new: &Media<'a>,
    ) {
        let key = &operation.key;
        let words = format!("{words} {}", spelling::label(new.label));
        if !old.is_same(new) {
            let (verb, effect) = match (old.is_range(), new.is_range()) {
                (false, true) => ("generalized", Effect::Widens),
                (true, false) => ("specialized", Effect::Narrows),
                // JSON defines no parameters, so they mean nothing.
                _ if new.is_json() => ("changed", Effect::None),
                _ => ("changed", Effect::Unknown),
            };
            let prefix = if direction == Direction::Request { "request-body" } else { "response" };
            let id = format!("{prefix}-media-type-name-{verb}");
            let message = format!("{words}: the media type was `{}`", old.label);
            let draft = Draft::wire(Some(key), direction, id, effect, message);
            self.add(At::New(new.node), draft.place(&words).subject(old.label).change());
        }
        self.examples(Some(key), &words, old.node, new.node);
        self.encoding(operation, direction, &words, old, new);
        let (one, other) = (old.node.get("schema"), new.node.get("schema"));
        let (verb, effect, at) = match (one, other) {
            (None, None) => return,
            (None, Some(schema)) => ("added", Effect::Narrows, At::New(schema)),
            (Some(schema), None) => ("removed", Effect::Widens, At::Old(schema)),
            (Some(one_schema), Some(other_schema)) => {
                if old.is_xml() && new.is_xml() {
                    self.xml(operation, direction, &words, one_schema, other_schema);
                }
                let mut place = Place::new(key, direction, Scope::Body, &words);
                place.is_text = !new.is_json();
                return self.message(place, one, other);
            }
        };
        let id = format!("{direction}-body-media-type-schema-{verb}");
        let message = format!("{words}: the schema was {verb}");
        self.add(at, Draft::wire(Some(key), direction, id, effect, message).place(&words).change());
    }

    /// Compares how values are written as XML, which says nothing of values themselves.
    fn xml(&mut self, operation: &Operation<'a>, direction: Direction, words: &str, old: &'a Value, new: &'a Value) {
        if xml::schema(self.old, old).is_written_as(&xml::schema(self.new, new)) {
            return;
        }
        let id = format!("{direction}-body-xml-changed");
        let message = format!("{words}: elements or attributes have other names");
        let draft = Draft::wire(Some(&operation.key), direction, id, Effect::Incomparable, message);
        self.add(At::New(new), draft.place(words).change());
    }
}
