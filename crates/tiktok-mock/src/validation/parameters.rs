//! Checks a request's parameters.

use serde_json::Value;

use super::style::Writing;
use super::values::{self, Place};
use super::violation::Violation;
use crate::document::Operation;
use crate::document::parameter::{Explode, Location, Parameter, Presence, Style};
use crate::document::security::Scheme;
use crate::prefer;
use crate::request::Incoming;

/// All violations of an operation's parameters in one place of the request: what is missing before what is wrong.
pub fn check(operation: &Operation, request: &Incoming<'_>, location: Location, found: &mut Vec<Violation>) {
    let mut wrong = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.location == location) {
        if is_plainly_right(parameter, request) {
            continue;
        }
        match read(parameter, request) {
            Reading::Missing => found.extend(missing(parameter)),
            Reading::Misspelt => wrong.push(misspelt(parameter)),
            Reading::Value(value) => {
                if parameter.deprecated {
                    wrong.push(deprecated(parameter));
                }
                if let Some(schema) = &parameter.schema {
                    let value = parameter.coercion.apply(value);
                    if !schema.accepts(&value) {
                        wrong.extend(values::check(&value, schema, Place::Parameter(location, &parameter.name)));
                    }
                }
            }
        }
    }
    // A warning never comes before the errors of its place.
    wrong.sort_by_key(|violation| !violation.is_error());
    found.extend(wrong);
}

/// Query parameters that the document does not know.
pub fn unknown<'r>(operation: &'r Operation, request: &'r Incoming<'_>) -> impl Iterator<Item = &'r str> {
    let names = request.query().iter().map(|(name, _)| name.as_ref());
    names.filter(|name| !is_known(operation, name) && !prefer::is_query_name(name))
}

fn is_known(operation: &Operation, name: &str) -> bool {
    let declared = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query).any(|known| {
        known.name == name
            || known.style == Style::DeepObject
                && name.strip_prefix(&known.name).is_some_and(|rest| rest.starts_with('['))
            || known.style == Style::Form
                && known.explode == Explode::Yes
                && known.coercion.member_names().any(|member| member == name)
    });
    let key = |scheme: &Scheme| matches!(scheme, Scheme::QueryKey(key) if key == name);
    declared || operation.security.iter().flatten().any(key)
}

/// A text in the query that may be what it likes, as most parameters are, needs no value made of it.
fn is_plainly_right(parameter: &Parameter, request: &Incoming<'_>) -> bool {
    let Some(schema) = &parameter.schema else { return false };
    if parameter.location != Location::Query || parameter.style != Style::Form || parameter.deprecated {
        return false;
    }
    let mut values = request.query().iter().filter(|(name, _)| *name == parameter.name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => !value.is_empty() && schema.plainly_accepts(value),
        _ => false,
    }
}

enum Reading {
    Missing,
    Misspelt,
    Value(Value),
}

fn read(parameter: &Parameter, request: &Incoming<'_>) -> Reading {
    let writing = Writing {
        name: &parameter.name,
        style: parameter.style,
        explode: parameter.explode,
        coercion: &parameter.coercion,
    };
    let text = match parameter.location {
        Location::Query => return read_pairs(parameter, writing.read_pairs(request.query())),
        Location::Cookie => return read_pairs(parameter, writing.read_pairs(request.cookies())),
        Location::Header => request.header(&parameter.name),
        Location::Path => request
            .path_values
            .iter()
            .find(|(name, _)| *name == parameter.name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty()),
    };
    match text {
        None => Reading::Missing,
        Some(text) => writing.read_text(text).map_or(Reading::Misspelt, Reading::Value),
    }
}

/// An empty value of a parameter that a request needs is no value, unless the document allows it.
fn read_pairs(parameter: &Parameter, value: Option<Value>) -> Reading {
    let Some(value) = value else { return Reading::Missing };
    let empty = value.as_str() == Some("");
    if empty && parameter.allows_empty {
        return Reading::Value(Value::String(String::new()));
    }
    if empty && parameter.presence == Presence::Required { Reading::Missing } else { Reading::Value(value) }
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
