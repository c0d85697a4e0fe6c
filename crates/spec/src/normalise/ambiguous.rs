//! Finds what is written under one name in a request, so that nobody can tell it apart: properties of exploded objects,
//! parameters, fields of forms and credentials.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body::choose;
use crate::document::parameter::{Serialization, Style, kind};
use crate::document::security::{Place, alternatives};
use crate::document::{operations, resolve, schema_of};
use crate::message::media_type::MediaType;
use crate::schema::all_of::flatten;

/// What is written, and under which name.
struct Written {
    name: String,
    what: String,
}

/// Reports what a server cannot tell apart.
pub(super) fn check(document: &Value) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for place in ["query", "cookie", "header"] {
            let parameters = parameters.into_iter().flatten().filter(|parameter| parameter["in"] == place);
            let written = parameters.flat_map(|parameter| of_parameter(document, parameter));
            let written = written.chain(credentials(document, operation, place)).collect();
            let at = join(&key.pointer, "parameters");
            diagnostics.extend(clashes(written, place == "header").into_iter().map(|message| warning(&at, message)));
        }
        let Some(body) = operation.get("requestBody").and_then(|body| resolve(document, body)) else { continue };
        let fields =
            choose(body).map(|chosen| fields(document, &body["content"][chosen.media_type], chosen.media_type));
        let at = join(&key.pointer, "requestBody");
        diagnostics.extend(clashes(fields.unwrap_or_default(), false).into_iter().map(|message| warning(&at, message)));
    }
    diagnostics
}

fn warning(at: &str, message: String) -> Diagnostic {
    let help = "give one of them another name, or a style that keeps it apart, in the overlay";
    Diagnostic::warning("ambiguous-parameter", at, message).help(help)
}

/// What has the name of something before it.
fn clashes(written: Vec<Written>, ignores_case: bool) -> Vec<String> {
    let mut first: HashMap<String, String> = HashMap::new();
    let mut clashes = Vec::new();
    for Written { name, what } in written {
        let key = if ignores_case { name.to_ascii_lowercase() } else { name.clone() };
        match first.entry(key) {
            Entry::Occupied(earlier) if *earlier.get() != what => {
                let earlier = earlier.get();
                clashes.push(format!("{earlier} and {what} are both written as `{name}`: nobody can tell them apart"));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => _ = free.insert(what),
        }
    }
    clashes
}

fn of_parameter(document: &Value, parameter: &Value) -> Vec<Written> {
    let name = parameter["name"].as_str().unwrap_or_default();
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    of_value(document, name, &format!("parameter `{name}`"), schema, Some(Serialization::of(parameter)))
}

/// An exploded object is written as its properties, of which those that the document names are known.
fn of_value(
    document: &Value,
    name: &str,
    what: &str,
    schema: &Value,
    serialization: Option<Serialization>,
) -> Vec<Written> {
    let flat = schema_of(document, schema).map(|schema| flatten(document, schema).schema).unwrap_or_default();
    let is_exploded = serialization == Some(Serialization { style: Style::Form, explode: true });
    if !is_exploded || kind(&flat) != "object" {
        return vec![Written { name: name.to_owned(), what: what.to_owned() }];
    }
    let properties = flat.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(|(name, _)| Written { name: name.clone(), what: format!("`{name}` of {what}") }).collect()
}

fn credentials(document: &Value, operation: &Value, place: &str) -> Vec<Written> {
    let schemes = alternatives(document, operation).into_iter().flatten().flatten();
    let written = schemes.filter_map(|scheme| {
        let name = match (scheme.place, place) {
            (Place::Query(name), "query") | (Place::Cookie(name), "cookie") | (Place::Header(name), "header") => name,
            _ => return None,
        };
        Some(Written { name, what: format!("the credential of `{}`", scheme.name) })
    });
    written.collect()
}

/// The fields of a form in one part.
fn fields(document: &Value, content: &Value, media_type: &str) -> Vec<Written> {
    if !MediaType::parse(media_type).is_some_and(|media_type| media_type.is_form()) {
        return Vec::new();
    }
    let schema = schema_of(document, content.get("schema").unwrap_or(&Value::Null));
    let flat = schema.map(|schema| flatten(document, schema).schema).unwrap_or_default();
    let properties = flat.get("properties").and_then(Value::as_object).into_iter().flatten();
    let written = properties.flat_map(|(name, property)| {
        let serialization = Serialization::of_encoding(&content["encoding"][name.as_str()]);
        of_value(document, name, &format!("field `{name}`"), property, serialization)
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_under_one_name_is_told() {
        let object = json!({"type": "object", "properties": {"page": {"type": "integer"}, "q": {"type": "string"}}});
        let (filter, query) = (
            json!({"name": "filter", "in": "query", "schema": object}),
            |name| json!({"name": name, "in": "query", "schema": {"type": "string"}}),
        );
        let mut deep = filter.clone();
        deep["style"] = json!("deepObject");
        let mut joined = filter.clone();
        joined["explode"] = json!(false);
        let mut other = filter.clone();
        other["name"] = json!("other");
        let header = json!({"name": "x-key", "in": "header", "schema": {"type": "string"}});
        let form = |explode: bool| {
            json!({"application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"q": {"type": "string"}, "filter": object}},
                "encoding": {"filter": {"explode": explode}},
            }})
        };
        for (parameters, content, expected) in [
            (json!([filter, query("page")]), json!({}), vec!["`page` of parameter `filter` and parameter `page`"]),
            (json!([deep, query("page")]), json!({}), vec![]),
            (json!([joined, query("page")]), json!({}), vec![]),
            (json!([filter, query("filter")]), json!({}), vec![]),
            (json!([filter, other]), json!({}), vec!["`page` of parameter `filter`", "`q` of parameter `filter`"]),
            (json!([query("key"), header]), json!({}), vec!["the credential of `query`", "the credential of `header`"]),
            (json!([]), form(true), vec!["field `q` and `q` of field `filter`"]),
            (json!([]), form(false), vec![]),
        ] {
            let document = json!({
                "paths": {"/a": {"post": {"parameters": parameters, "requestBody": {"content": content}}}},
                "security": [{"query": [], "header": []}],
                "components": {"securitySchemes": {
                    "query": {"type": "apiKey", "in": "query", "name": "key"},
                    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
                }},
            });
            let found = check(&document);
            let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
            assert_eq!(messages.len(), expected.len(), "{parameters}: {messages:?}");
            for (message, expected) in messages.iter().zip(expected) {
                assert!(message.contains(expected), "{message}");
            }
        }
    }
}
