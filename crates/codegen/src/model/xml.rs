//! What is XML to a server and a type to callers.

use serde_json::Value;

use super::RustType;

/// A body in XML.
pub(crate) struct Xml {
    /// The media type.
    pub(crate) media_type: String,
    /// What callers have it as.
    pub(crate) ty: RustType,
    /// How it is written, as JSON.
    pub(crate) schema: String,
}

impl Xml {
    /// `schema` is the one of the document, and `prepared` the same as the generator gets it.
    pub(super) fn new(document: &Value, media_type: &str, schema: &Value, prepared: &Value) -> Option<Self> {
        let schema = serde_json::to_string(&keyapi_spec::schema::xml::schema(document, schema)).ok()?;
        Some(Self { media_type: media_type.to_owned(), ty: RustType::of(prepared), schema })
    }
}
