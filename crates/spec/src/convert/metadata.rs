//! What a document says of itself, and how callers prove who they are.

use serde_json::{Value, json};

use super::annotations::{DIALECT_HELP, is_known_dialect};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::security::MUTUAL_TLS;

/// The pages of licences by their identifiers.
const LICENCES: &str = "https://spdx.org/licenses";

/// Converts the root of a document.
pub(super) fn convert(document: &mut Value) -> Vec<Diagnostic> {
    info(document);
    let mut found: Vec<Diagnostic> = dialect(document).into_iter().collect();
    found.extend(mutual_tls(document));
    found
}

/// A summary becomes the beginning of the description, and the identifier of a licence the address of its text.
fn info(document: &mut Value) {
    let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) else { return };
    if let Some(Value::String(summary)) = info.get("summary") {
        let description = info.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let text = description.map_or_else(|| summary.clone(), |description| format!("{summary}\n\n{description}"));
        info.shift_remove("summary");
        info.insert("description".to_owned(), json!(text));
    }
    if let Some(licence) = info.get_mut("license").and_then(Value::as_object_mut)
        && let Some(Value::String(identifier)) = licence.shift_remove("identifier")
    {
        let is_one = identifier.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
        if is_one && !licence.contains_key("url") {
            licence.insert("url".to_owned(), json!(format!("{LICENCES}/{identifier}.html")));
        }
    }
}

fn dialect(document: &mut Value) -> Option<Diagnostic> {
    let Value::String(dialect) = document.as_object_mut()?.shift_remove("jsonSchemaDialect")? else { return None };
    if is_known_dialect(&dialect) {
        return None;
    }
    let message = format!("`{dialect}` is read as JSON Schema 2020-12");
    Some(Diagnostic::warning("schema-dialect", "/jsonSchemaDialect", message).help(DIALECT_HELP))
}

/// A certificate is shown where the connection is made: nothing of it is in a request. What asks for it goes on to do so, for
/// whoever compares documents.
fn mutual_tls(document: &mut Value) -> Vec<Diagnostic> {
    let schemes = document.pointer_mut("/components/securitySchemes").and_then(Value::as_object_mut);
    let mut found = Vec::new();
    for (name, scheme) in schemes.into_iter().flatten() {
        if scheme.get("type").is_none_or(|kind| kind != "mutualTLS") {
            continue;
        }
        let mut converted = json!({"type": "http", "scheme": "mutualTLS", MUTUAL_TLS: true});
        if let Some(description) = scheme.get("description") {
            converted["description"] = description.clone();
        }
        *scheme = converted;
        let message =
            format!("OpenAPI 3.0 has no certificates of clients: requests do not say that they need `{name}`");
        let pointer = join("/components/securitySchemes", name);
        let warning = Diagnostic::warning("mutual-tls", pointer, message);
        found.push(warning.help("give the client's connections their certificate"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_still_asked_for() {
        let mut document = json!({
            "security": [{"mtls": [], "key": []}],
            "paths": {"/a": {"get": {"security": [{"mtls": []}]}}},
            "components": {"securitySchemes": {"mtls": {"type": "mutualTLS"}, "key": {"type": "http", "scheme": "bearer"}}},
        });
        let mut expected = document.clone();
        expected["components"]["securitySchemes"]["mtls"] =
            json!({"type": "http", "scheme": "mutualTLS", "x-mutual-tls": true});
        let found = convert(&mut document);
        assert_eq!((found.len(), found[0].code, document), (1, "mutual-tls", expected));
    }
}
