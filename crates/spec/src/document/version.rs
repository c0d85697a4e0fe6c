//! Tells an OpenAPI document from anything else, and one version from another.

use serde_json::Value;

use crate::Diagnostic;

/// The versions of OpenAPI that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V3_0,
    V3_1,
}

impl Version {
    /// The version of a document; nothing of another one, or of none.
    pub(crate) fn of(document: &Value) -> Option<Self> {
        Self::named(&spelled(document.get("openapi")?))
    }

    fn named(version: &str) -> Option<Self> {
        let is = |known: &str| version.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        match () {
            () if is("3.0") => Some(Self::V3_0),
            () if is("3.1") => Some(Self::V3_1),
            () => None,
        }
    }
}

/// Without quotes `3.0` is a number in YAML, and can mean nothing else.
fn spelled(version: &Value) -> String {
    version.as_str().map_or_else(|| version.to_string(), str::to_owned)
}

/// Whether conditions beside a `$ref` count in a document: from OpenAPI 3.1 on they do.
pub fn reads_beside_references(document: &Value) -> bool {
    Version::of(document) == Some(Version::V3_1)
}

/// Whether a document stands without paths: one of OpenAPI 3.1 with webhooks or components.
pub fn may_lack_paths(document: &Value) -> bool {
    let describes_more = ["webhooks", "components"].iter().any(|part| document.get(part).is_some());
    describes_more && Version::of(document) == Some(Version::V3_1)
}

/// Refuses what is not an OpenAPI 3.0 or 3.1 document with at least an object of paths, or what may stand without one.
pub(crate) fn check(document: &Value) -> Vec<Diagnostic> {
    let refuse = |pointer: &str, message: String, help: &str| {
        vec![Diagnostic::error("not-openapi", pointer, message).help(help)]
    };
    let Some(version) = document.get("openapi") else {
        return if document.get("swagger").is_some() {
            let help = "convert it to OpenAPI 3.0, for instance with `npx swagger2openapi FILE`";
            refuse("/swagger", "the document is Swagger 2.0".to_owned(), help)
        } else {
            let help = "give an OpenAPI document, which starts with `openapi: 3.0.x` or `openapi: 3.1.x`";
            refuse("", "the file is not an OpenAPI document".to_owned(), help)
        };
    };
    let version = spelled(version);
    if Version::named(&version).is_none() {
        let message = format!("OpenAPI {version} is not supported");
        return refuse("/openapi", message, "give a document of OpenAPI 3.0 or 3.1");
    }
    match document.get("paths") {
        Some(Value::Object(_)) => Vec::new(),
        Some(_) => refuse("/paths", "`paths` is not an object".to_owned(), "list the paths as properties of an object"),
        None if may_lack_paths(document) => Vec::new(),
        None => refuse("", "the document has no `paths`".to_owned(), "add `paths: {}` at least"),
    }
}
