//! Tells an OpenAPI 3.0 document from anything else.

use serde_json::Value;

use crate::Diagnostic;

/// Refuses what is not an OpenAPI 3.0 document with at least an object of paths.
pub(crate) fn check(document: &Value) -> Vec<Diagnostic> {
    let refuse = |pointer: &str, message: String, help: &str| {
        vec![Diagnostic::error("not-openapi", pointer, message).help(help)]
    };
    let Some(version) = document.get("openapi") else {
        let swagger = document.get("swagger").is_some();
        let pointer = if swagger { "/swagger" } else { "" };
        let what = if swagger { "the document is Swagger 2.0" } else { "the file is not an OpenAPI document" };
        return refuse(pointer, what.to_owned(), "give an OpenAPI 3.0 document, which starts with `openapi: 3.0.x`");
    };
    // Without quotes `3.0` is a number in YAML, and can mean nothing else.
    let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
    if version != "3.0" && !version.starts_with("3.0.") {
        return refuse(
            "/openapi",
            format!("OpenAPI {version} is not supported"),
            "convert the document to OpenAPI 3.0, which is what the generator reads",
        );
    }
    match document.get("paths") {
        Some(Value::Object(_)) => Vec::new(),
        Some(_) => refuse("/paths", "`paths` is not an object".to_owned(), "list the paths as members of an object"),
        None => refuse("", "the document has no `paths`".to_owned(), "add `paths: {}` at least"),
    }
}
