//! One parameter of an operation.

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use serde_json::Value;
use syn::Ident;

use super::RustType;
use super::operation::ident;
use crate::deprecated;
use crate::prepare::rust_name;

/// One parameter of an operation.
pub(crate) struct Parameter {
    /// The name of the setter.
    pub(crate) setter: Ident,
    /// The name on the wire.
    pub(crate) name: String,
    pub(crate) ty: RustType,
    /// The parameter in the resolved document.
    pub(crate) document: Value,
}

impl Parameter {
    /// `prepared` is the parameter as the generator gets it.
    pub(super) fn new(document: &Value, prepared: &Value) -> Option<Self> {
        Some(Self {
            setter: ident(&RustNames.method(rust_name(document)))?,
            name: document.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            ty: RustType::of(prepared.get("schema")?),
            document: document.clone(),
        })
    }

    /// Why it is not to be set any more, if the document deprecates it.
    pub(crate) fn deprecated(&self) -> Option<String> {
        deprecated::note(&self.document)
    }

    /// The setters that it had in releases before a person renamed it.
    pub(crate) fn former(&self) -> impl Iterator<Item = Ident> {
        deprecated::former(&self.document).filter_map(|name| ident(&RustNames.method(name)))
    }

    pub(crate) fn is_required(&self) -> bool {
        self.document.get("required") == Some(&Value::Bool(true))
    }

    /// Where it is sent.
    pub(crate) fn place(&self) -> &str {
        self.document.get("in").and_then(Value::as_str).unwrap_or_default()
    }

    /// Where the generator's method takes the parameter: those of the path as the path has them, then those of the query
    /// and those of headers, each by their names.
    pub(super) fn argument_order(&self, path: &str) -> (u8, usize, &str) {
        let name = rust_name(&self.document);
        match self.place() {
            "path" => (0, path.find(&format!("{{{}}}", self.name)).unwrap_or_default(), name),
            "query" => (1, 0, name),
            _ => (2, 0, name),
        }
    }
}
