//! Bodies in XML: what cannot be typed of them, and which of them have the type of another body.

use std::collections::HashMap;

use serde_json::Value;

use super::hoist::body;
use super::merge::essence;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body::{is_utf8, schema_pointer, xml_body, xml_contents};
use crate::document::response::{Responses, xml_successes};
use crate::document::{OperationKey, operations};

/// Reports XML that the client cannot decode as a type, or write of one.
pub(super) fn check(document: &Value) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let slots = successes(document, &key, operation);
        let mut schemas = slots.iter().filter_map(|slot| Some((slot, essence(document.pointer(slot)?))));
        if let Some((_, first)) = schemas.next()
            && let Some((other, _)) = schemas.find(|(_, schema)| *schema != first)
        {
            let message = "the successes in XML have different schemas: callers get the text, and no type for it";
            let warning = Diagnostic::warning("xml-schemas-differ", other, message);
            diagnostics.push(warning.help("give them one schema in the overlay"));
        }
        let Some(sent) = operation.get("requestBody").filter(|sent| xml_body(document, sent).is_none()) else {
            continue;
        };
        if let Some((label, ..)) = xml_contents(document, sent).find(|(_, known, _)| !is_utf8(known)) {
            let pointer = join(&join(&join(&key.pointer, "requestBody"), "content"), label);
            let message = format!("XML is written in UTF-8, and `{label}` says another one: callers make the body");
            let warning = Diagnostic::warning("xml-charset", pointer, message);
            diagnostics.push(warning.help("remove the parameter in the overlay, if the API takes UTF-8, too"));
        }
    }
    diagnostics
}

/// Pointers to the schemas of the successes that are XML, where none is JSON.
fn successes(document: &Value, key: &OperationKey, operation: &Value) -> Vec<String> {
    let responses = join(&key.pointer, "responses");
    let documented = Responses::of(&key.method, operation);
    let found = xml_successes(document, &documented, operation);
    found.map(|(status, media_type, _)| schema_pointer(&join(&responses, status), media_type)).collect()
}

/// Schemas that are of the type of another one, as the XML of a body whose JSON has the same schema: pointers, and those to
/// the other ones.
pub(super) struct SharedSchemas(HashMap<String, String>);

impl SharedSchemas {
    pub(super) fn of(document: &Value) -> Self {
        let mut twins = HashMap::new();
        let is_same = |one: &str, other: &str| {
            let schema = |pointer: &str| document.pointer(pointer).map(essence);
            one != other && schema(one) == schema(other)
        };
        let shared = document.pointer("/components/requestBodies").and_then(Value::as_object).into_iter().flatten();
        let shared = shared.map(|(key, _)| join("/components/requestBodies", key));
        let own = operations(document).into_iter().map(|key| join(&key.pointer, "requestBody"));
        for pointer in shared.chain(own) {
            let Some(sent) = document.pointer(&pointer) else { continue };
            let given = body(sent, &pointer, None).map(|(given, _)| given);
            let xml = xml_body(document, sent);
            let xml = xml.map(|(label, _)| schema_pointer(&pointer, label));
            twins.extend(xml.zip(given).filter(|(xml, given)| is_same(xml, given)));
        }
        for key in operations(document) {
            let Some(operation) = document.pointer(&key.pointer) else { continue };
            let mut slots = successes(document, &key, operation).into_iter();
            let Some(first) = slots.next() else { continue };
            twins.extend(slots.filter(|slot| is_same(slot, &first)).map(|slot| (slot, first.clone())));
        }
        Self(twins)
    }

    /// Adds some.
    pub(super) fn add(&mut self, others: &[(String, String)]) {
        self.0.extend(others.iter().cloned());
    }

    /// Whether a schema is of the type of another one.
    pub(super) fn has(&self, pointer: &str) -> bool {
        self.0.contains_key(pointer)
    }

    /// Puts in the place of each what is in that of the other one by now.
    pub(super) fn share(self, document: &mut Value) {
        for (pointer, other) in self.0 {
            let Some(other) = document.pointer(&other).cloned() else { continue };
            if let Some(slot) = document.pointer_mut(&pointer) {
                *slot = other;
            }
        }
    }
}
