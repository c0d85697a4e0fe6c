//! OpenAPI 3.1 said in the words of OpenAPI 3.0, which is what the following stages read.
//!
//! What 3.0 can say, it says afterwards. A condition on values that it cannot say is kept in the extension [`BEYOND`], where
//! a comparison of two documents finds it, and a warning says so: a reader of 3.0 accepts more. Where the messages themselves
//! would be others, an error says so.
//!
//! Overlays are written against what was published, so they come before; the places of all that moves are kept in
//! [`Origins`], so that diagnostics lead into what a person wrote.

mod alternatives;
mod annotations;
mod arrays;
mod bounds;
mod conditions;
mod content;
mod definitions;
mod identifiers;
mod metadata;
mod objects;
mod origins;
mod paths;
mod positions;
mod references;
mod schema;
mod types;

pub(crate) use annotations::EXAMPLES;
pub(crate) use origins::Origins;
pub(crate) use paths::WEBHOOKS;
use serde_json::{Value, json};

use crate::Diagnostic;
use crate::document::version::Version;

/// The extension of a schema that holds what JSON Schema says of values and OpenAPI 3.0 cannot.
pub(crate) const BEYOND: &str = "x-json-schema";

/// What stands for the `oneOf` in there of a schema whose alternatives accept more than was published: they are in its
/// `anyOf`, and yet exactly one of those that were published has to fit.
const LOOSENED: &str = "anyOf";

/// Whether the `anyOf` of a schema was published as `oneOf`.
pub(crate) fn is_loosened(schema: &Value) -> bool {
    schema.get(BEYOND).and_then(|beyond| beyond.get("oneOf")).is_some_and(|choice| choice == LOOSENED)
}

/// The version that a document has afterwards.
const CONVERTED: &str = "3.0.3";

/// Makes an OpenAPI 3.0 document of one of 3.1, and notes where all of it comes from. One of 3.0 stays as it is, but for
/// lists of types, which can mean nothing else.
pub(crate) fn convert(document: &mut Value, origins: &mut Origins) -> Vec<Diagnostic> {
    let version = Version::of(document);
    let mut found = outline(document, origins);
    match version {
        Some(Version::V3_1) => {
            found.extend(metadata::convert(document));
            definitions::hoist(document, origins);
            found.extend(schema::convert(document, Version::V3_1, origins));
            document["openapi"] = json!(CONVERTED);
        }
        Some(Version::V3_0) => found.extend(schema::convert(document, Version::V3_0, origins)),
        None => {}
    }
    found
}

/// The same of what is around the schemas: which operations there are, and what references lead to. Whoever judges values by
/// the schemas of 3.1 goes on with this.
pub(crate) fn outline(document: &mut Value, origins: &mut Origins) -> Vec<Diagnostic> {
    match Version::of(document) {
        Some(Version::V3_1) => {
            let mut found = paths::convert(document, origins);
            found.extend(identifiers::resolve(document));
            found
        }
        _ => Vec::new(),
    }
}
