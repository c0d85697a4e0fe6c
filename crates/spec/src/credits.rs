//! What requests cost. Documentation pages say it, the documents on them do not, so it is kept beside the document.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::operations;

/// The extension of an operation that holds its price in credits per request.
const EXTENSION: &str = "x-credits";

/// Where the prices for a document are kept: `tiktok.credits.json` beside `tiktok.openapi.json`.
pub fn beside(spec: &Path) -> PathBuf {
    let stem = spec.file_stem().and_then(|stem| stem.to_str()).unwrap_or("openapi");
    spec.with_file_name(format!("{}.credits.json", stem.trim_end_matches(".openapi")))
}

/// Sets the price of every operation that has none: `credits` maps `GET /v1/things` to credits per request.
///
/// The pointers of the diagnostics lead into `credits`.
pub(crate) fn apply(document: &mut Value, credits: &Value) -> Vec<Diagnostic> {
    let Some(prices) = credits.as_object() else {
        return vec![
            Diagnostic::error("credits-invalid", "", "the file is not an object of prices")
                .help("map operations such as `GET /v1/things` to credits per request, or import their pages again"),
        ];
    };
    let keys = operations(document);
    let mut diagnostics = Vec::new();
    for (operation, price) in prices {
        let pointer = join("", operation);
        if !price.is_u64() {
            diagnostics.push(
                Diagnostic::error("credits-invalid", pointer, "a price is a whole number of credits")
                    .help("import the page of the operation again"),
            );
            continue;
        }
        let key = keys.iter().find(|key| format!("{} {}", key.method.to_uppercase(), key.path) == *operation);
        match key.and_then(|key| document.pointer_mut(&key.pointer)).and_then(Value::as_object_mut) {
            Some(members) => {
                members.entry(EXTENSION).or_insert_with(|| json!(price));
            }
            None => diagnostics.push(
                Diagnostic::warning(
                    "credits-unmatched",
                    pointer,
                    format!("the document has no operation `{operation}`"),
                )
                .help("remove the price, or import the page of the operation"),
            ),
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_set_where_there_is_none() {
        let mut document = json!({"paths": {"/a": {"get": {}, "post": {"x-credits": 9}}}});
        let found = apply(&mut document, &json!({"GET /a": 2, "POST /a": 3, "GET /b": 1, "PUT /a": "1"}));
        assert_eq!(document, json!({"paths": {"/a": {"get": {"x-credits": 2}, "post": {"x-credits": 9}}}}));
        let codes: Vec<(&str, &str)> = found.iter().map(|found| (found.code, found.pointer.as_str())).collect();
        assert_eq!(codes, [("credits-unmatched", "/GET ~1b"), ("credits-invalid", "/PUT ~1a")]);
    }

    #[test]
    fn prices_are_beside_their_document() {
        assert_eq!(beside(Path::new("openapi/tiktok.openapi.json")), Path::new("openapi/tiktok.credits.json"));
        assert_eq!(beside(Path::new("/x/spec.yaml")), Path::new("/x/spec.credits.json"));
    }
}
