//! Checks a request's parameters.

use serde_json::Value;

use super::coercion::{Coercion, Written};
use super::fields::{Escaping, Field, Text};
use super::outline::Outline;
use super::style::Serialization;
use crate::document::Operation;
use crate::document::parameter::{Explode, Location, Parameter, Presence, Style};
use crate::document::router;
use crate::document::schema::Schema;
use crate::document::security::Scheme;
use crate::document::values::{self, Place};
use crate::document::violation::Violation;
use crate::engine::preferences;
use crate::engine::request::Incoming;

/// All violations of an operation's parameters in one place of the request: what is missing before what is wrong.
pub(crate) fn check(operation: &Operation, request: &Incoming<'_>, location: Location, found: &mut Vec<Violation>) {
    let mut wrong = Vec::new();
    for parameter in operation.parameters().iter().filter(|parameter| parameter.location == location) {
        if is_plainly_right(parameter, request) {
            continue;
        }
        match read(operation, parameter, request) {
            Reading::Missing => found.extend(missing(parameter)),
            Reading::Misspelt => wrong.push(misspelt(parameter)),
            Reading::NotUtf8 => wrong.push(not_utf8(location, &parameter.name)),
            Reading::Value(value) => {
                wrong.extend(parameter.deprecated.then(|| deprecated(parameter)));
                let schema = parameter.schema.as_ref().filter(|schema| !schema.accepts(&value));
                let place = Place::Parameter(location, &parameter.name);
                wrong.extend(schema.map(|schema| values::check(&value, schema, place)).unwrap_or_default());
            }
            Reading::Empty => wrong.extend(parameter.deprecated.then(|| deprecated(parameter))),
        }
    }
    // A warning never comes before the errors of its place.
    wrong.sort_by_key(|violation| !violation.is_error());
    found.extend(wrong);
}

/// Query parameters that the document does not know.
pub(crate) fn unknown<'r>(operation: &'r Operation, request: &'r Incoming<'_>) -> impl Iterator<Item = &'r str> {
    let names = request.query_fields().iter().map(|field| field.name.as_ref());
    names.filter(|name| !is_known(operation, name) && !preferences::is_query_name(name))
}

/// What is in the query and is not UTF-8.
pub(crate) fn not_text(request: &Incoming<'_>) -> impl Iterator<Item = Violation> {
    let broken = request.query_fields().iter().filter(|field| !field.is_utf8());
    broken.map(|field| not_utf8(Location::Query, &field.name))
}

fn is_known(operation: &Operation, name: &str) -> bool {
    let in_path = || router::query::names(&operation.path).any(|known| known == name);
    is_named(operation, Location::Query, None, name)
        || others(operation, Location::Query, None).any(|known| has_property(known, name))
        || in_path()
}

/// The parameters in a place, the given one aside.
fn others<'o>(
    operation: &'o Operation,
    location: Location,
    aside: Option<&'o Parameter>,
) -> impl Iterator<Item = &'o Parameter> {
    let in_place = operation.parameters().iter().filter(move |parameter| parameter.location == location);
    in_place.filter(move |other| aside.is_none_or(|aside| !std::ptr::eq(*other, aside)))
}

/// Whether a parameter in the query or in cookies, the given one aside, or a credential goes by a name.
fn is_named(operation: &Operation, location: Location, aside: Option<&Parameter>, name: &str) -> bool {
    let is_own = |known: &Parameter| {
        let rest = name.strip_prefix(known.name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || known.style == Style::DeepObject && rest.starts_with('['))
    };
    let key = |scheme: &Scheme| match (location, scheme) {
        (Location::Query, Scheme::QueryKey(key)) | (Location::Cookie, Scheme::CookieKey(key)) => key == name,
        _ => false,
    };
    others(operation, location, aside).any(is_own) || operation.security.iter().flatten().any(key)
}

/// Whether a name may be a property of a parameter that is an object, written among the parameters.
fn has_property(parameter: &Parameter, name: &str) -> bool {
    spread(parameter).iter().any(|outline| outline.is_free_form() || outline.describes(name))
}

/// What a parameter may be whose properties are written among the parameters; nothing for any other one.
fn spread(parameter: &Parameter) -> Vec<Outline<'_>> {
    match &parameter.schema {
        Some(schema)
            if parameter.style == Style::Form && parameter.explode == Explode::Yes && schema.may_be_object() =>
        {
            Outline::alternatives(schema.source(), &[schema.raw()])
        }
        _ => Vec::new(),
    }
}

/// A text in the query that may be what it likes, as most parameters are, needs no value made of it.
fn is_plainly_right(parameter: &Parameter, request: &Incoming<'_>) -> bool {
    let Some(schema) = &parameter.schema else { return false };
    if parameter.location != Location::Query || parameter.style != Style::Form || parameter.deprecated {
        return false;
    }
    let mut values = request.query_values(&parameter.name);
    match (values.next(), values.next()) {
        (Some(value), None) => !value.is_empty() && schema.plainly_accepts(&value),
        _ => false,
    }
}

enum Reading {
    Missing,
    Misspelt,
    NotUtf8,
    /// Nothing was given, and the document allows that.
    Empty,
    Value(Value),
}

fn read(operation: &Operation, parameter: &Parameter, request: &Incoming<'_>) -> Reading {
    let text = match parameter.location {
        Location::Query => return read_fields(operation, parameter, request.query_fields()),
        Location::Cookie => return read_fields(operation, parameter, request.cookie_fields()),
        Location::Header => request.list_header(&parameter.name).map(|line| Text::new(line, Escaping::Header)),
        Location::Path => request
            .path_values()
            .iter()
            .find(|(name, _)| *name == parameter.name)
            .map(|(_, value)| Text::new(*value, Escaping::Percent))
            .filter(|value| !value.is_empty()),
    };
    let Some(text) = text else { return Reading::Missing };
    if !text.is_utf8() {
        return Reading::NotUtf8;
    }
    value(parameter, |outline| serialization(parameter).read_text(&text, outline))
        .map_or(Reading::Misspelt, Reading::Value)
}

fn read_fields(operation: &Operation, parameter: &Parameter, fields: &[Field<'_>]) -> Reading {
    let mut own = fields.iter().filter(|field| field.name == parameter.name);
    match (own.next(), own.next()) {
        (None, _) if !is_under_other_names(parameter) => return Reading::Missing,
        (Some(field), None) if field.text.is_empty() && parameter.allows_empty => return Reading::Empty,
        _ => {}
    }
    let location = parameter.location;
    let read = |outline: &Outline<'_>| {
        let is_other = |name: &str| {
            let mut objects = others(operation, location, Some(parameter)).flat_map(spread);
            is_named(operation, location, Some(parameter), name)
                || objects.any(|other| outline.yields_to(&other, name))
                || preferences::is_query_name(name)
        };
        let written = serialization(parameter).read_fields(fields.iter(), outline, is_other)?;
        // An empty value of a parameter that a request needs is no value.
        let is_missing = parameter.presence == Presence::Required && written == Written::Text(String::new());
        (!is_missing).then_some(written)
    };
    value(parameter, read).map_or(Reading::Missing, Reading::Value)
}

/// Whether a parameter may be there without a field of its name: the properties of an object have fields of theirs.
fn is_under_other_names(parameter: &Parameter) -> bool {
    parameter.style == Style::DeepObject || parameter.schema.as_ref().is_some_and(Schema::may_be_object)
}

fn serialization(parameter: &Parameter) -> Serialization<'_> {
    Serialization { name: &parameter.name, style: parameter.style, explode: parameter.explode }
}

fn value<'a>(parameter: &'a Parameter, read: impl Fn(&Outline<'a>) -> Option<Written>) -> Option<Value> {
    let Some(schema) = &parameter.schema else { return read(&Outline::default()).map(Written::into_value) };
    let coercion = Coercion::new(schema);
    coercion.whole(|outline| read(outline).map(|written| coercion.convert(&written, outline)))
}

fn missing(parameter: &Parameter) -> Option<Violation> {
    if parameter.presence == Presence::Optional {
        return None;
    }
    let location = parameter.location.as_str();
    let message = format!("Request {location} must have required property '{}'", parameter.name);
    Some(Violation::error(&[location], "required", message).about(&parameter.name))
}

fn misspelt(parameter: &Parameter) -> Violation {
    let location = parameter.location.as_str();
    let style = match parameter.style {
        Style::Label => "label",
        Style::Matrix => "matrix",
        _ => "its",
    };
    let message = format!("Request {location} parameter {} must be written in {style} style", parameter.name);
    Violation::error(&[location, &parameter.name], "style", message).about(&parameter.name)
}

fn not_utf8(location: Location, name: &str) -> Violation {
    let location = location.as_str();
    let message = format!("Request {location} parameter {name} must be UTF-8");
    Violation::error(&[location, name], "encoding", message).about(name)
}

fn deprecated(parameter: &Parameter) -> Violation {
    let place = match parameter.location {
        Location::Query => "Query",
        Location::Header => "Header",
        Location::Path => "Path",
        Location::Cookie => "Cookie",
    };
    let message = format!("{place} param {} is deprecated", parameter.name);
    Violation::warning(&[parameter.location.as_str(), &parameter.name], "deprecated", message).about(&parameter.name)
}
