//! What requests cost. Documentation pages say it, the documents on them do not, so it is kept beside the document.

mod compare;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) use compare::compare;

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::{OperationKey, operations};

/// The code of what is said about prices that differ; the same that say so twice are [`REDUNDANT`].
pub const CONFLICT: &str = "credits-conflict";

/// The code of what is said about a price that another input gives already.
pub const REDUNDANT: &str = "credits-redundant";

/// Where the prices for a document are kept: `NAME.credits.json` beside `NAME.openapi.json`.
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
    let keys = keys(document);
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
        let key = keys.get(operation);
        match key.and_then(|key| document.pointer_mut(&key.pointer)).and_then(Value::as_object_mut) {
            Some(properties) => {
                // A published document may mean something else by it.
                if !properties.get(extension::CREDITS).is_some_and(Value::is_u64) {
                    properties.insert(extension::CREDITS.to_owned(), price.clone());
                }
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

/// The operations by the names that they have in the file of prices.
fn keys(document: &Value) -> BTreeMap<String, OperationKey> {
    operations(document).into_iter().map(|key| (key.to_string(), key)).collect()
}

#[cfg(test)]
mod tests;
