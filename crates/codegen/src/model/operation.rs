//! One operation.

use std::collections::HashMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::document::body::others;
use keyapi_spec::document::extension;
use keyapi_spec::document::security::{Place, Scheme, alternatives};
use keyapi_spec::document::server::{of_document, of_operation};
use keyapi_spec::document::{self, OperationKey, operation_id, resolve};
use keyapi_spec::{Diagnostic, Naming};
use serde_json::Value;
use syn::Ident;

use super::{Body, Parameter, Response, XmlBody};
use crate::deprecated;
use crate::prepare::CONTENT_TYPE;

/// One operation of a document.
pub(crate) struct Operation {
    /// Where it stands in the resolved document.
    pub(crate) key: OperationKey,
    /// The name of the method.
    pub(crate) method: Ident,
    /// The name of the request type.
    pub(crate) request: Ident,
    /// In the order of the document.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) xml_body: Option<XmlBody>,
    pub(crate) response: Response,
    /// The operation in the resolved document.
    pub(crate) document: Value,
    /// How callers are let in, if the document says so.
    security: Option<Vec<Vec<Scheme>>>,
    /// Where it is served, if not where the document is.
    pub(crate) server: Option<String>,
}

impl Operation {
    /// The id by which other programs know the operation; the method is called after it.
    pub(crate) fn id(&self) -> &str {
        operation_id(&self.document)
    }

    /// The HTTP method in capitals.
    pub(crate) fn http_method(&self) -> String {
        self.key.method.to_uppercase()
    }

    /// Why it is not to be called any more, if the document deprecates it.
    pub(crate) fn deprecated(&self) -> Option<String> {
        deprecated::note(&self.document)
    }

    /// What it was called in releases before a person renamed it.
    pub(crate) fn former_names(&self) -> impl Iterator<Item = &str> {
        deprecated::former(&self.document)
    }

    /// The methods and the request types that it had in releases before a person renamed it.
    pub(crate) fn former(&self) -> impl Iterator<Item = (Ident, Ident)> {
        self.former_names()
            .filter_map(|name| Some((ident(&RustNames.method(name))?, ident(&RustNames.request_type(name))?)))
    }

    /// The name by which a dispatcher knows a parameter: that on the wire, with the place before it where parameters of
    /// several places have one name.
    pub(crate) fn parameter_key(&self, parameter: &Parameter) -> String {
        let same = self.parameters.iter().filter(|other| other.name == parameter.name).count();
        if same > 1 { format!("{}:{}", parameter.place(), parameter.name) } else { parameter.name.clone() }
    }

    /// What a request costs, if the document says so.
    pub(crate) fn credits(&self) -> Option<u64> {
        self.document.get(extension::CREDITS).and_then(Value::as_u64)
    }

    /// How callers are let in, where that is not by a bearer token alone.
    pub(crate) fn security(&self) -> Option<&[Vec<Scheme>]> {
        self.security.as_deref().filter(
            |all| !matches!(all, [schemes] if matches!(schemes.as_slice(), [Scheme { place: Place::Bearer, .. }])),
        )
    }

    /// Whether a request without a body is none.
    pub(crate) fn requires_body(&self) -> bool {
        self.document.pointer("/requestBody/required") == Some(&Value::Bool(true))
    }

    /// The media types of a body beside the one that callers give as a type.
    pub(crate) fn other_media_types(&self) -> Vec<&str> {
        self.document.get("requestBody").map(others).unwrap_or_default()
    }

    /// The parameters in the order in which the generator's method takes them, before the body.
    pub(crate) fn arguments(&self) -> Vec<&Parameter> {
        let mut arguments: Vec<&Parameter> = self.parameters.iter().collect();
        arguments.sort_by_key(|parameter| parameter.argument_order(&self.key.path));
        arguments
    }

    /// Where among the [arguments](Self::arguments) the media type of a body is that tells it itself: it is a header.
    pub(crate) fn content_type_argument(&self) -> usize {
        let order = (2, 0, CONTENT_TYPE);
        self.arguments().iter().filter(|argument| argument.argument_order(&self.key.path) < order).count()
    }
}

/// All operations in document order; `prepared` is the document as the generator gets it for typed responses.
pub(crate) fn operations(resolved: &Value, prepared: &Value) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let by_id = by_id(prepared);
    let mut operations = Vec::new();
    let mut diagnostics = Vec::new();
    for key in document::operations(resolved) {
        let Some(found) = resolved.pointer(&key.pointer) else { continue };
        let prepared_operation = by_id.get(operation_id(found));
        match prepared_operation.and_then(|of_generator| operation(resolved, prepared, &key, found, of_generator)) {
            Some(operation) => operations.push(operation),
            None => diagnostics.push(
                Diagnostic::error("generator", &key.pointer, "the operation has no Rust form")
                    .help("this is a defect of the generator: report the operation that it names"),
            ),
        }
    }
    if diagnostics.is_empty() { Ok(operations) } else { Err(diagnostics) }
}

/// The operations of a document by their ids.
pub(crate) fn by_id(document: &Value) -> HashMap<&str, &Value> {
    let operations = document::operations(document).into_iter().filter_map(|key| document.pointer(&key.pointer));
    operations.map(|operation| (operation_id(operation), operation)).collect()
}

fn operation(
    resolved: &Value,
    prepared: &Value,
    key: &OperationKey,
    document: &Value,
    of_generator: &Value,
) -> Option<Operation> {
    let id = operation_id(document);
    let parameters: Option<Vec<Parameter>> = parameters(document)
        .iter()
        .zip(self::parameters(of_generator))
        .map(|(parameter, of_generator)| Parameter::new(resolve(resolved, parameter)?, of_generator))
        .collect();
    let body = match of_generator.get("requestBody") {
        Some(body) => Some(Body::new(resolved, document.get("requestBody")?, body)?),
        None => None,
    };
    Some(Operation {
        key: key.clone(),
        method: ident(&RustNames.method(id))?,
        request: ident(&RustNames.request_type(id))?,
        parameters: parameters?,
        body,
        xml_body: document.get("requestBody").and_then(|body| XmlBody::new(resolved, body, of_generator)),
        response: Response::new(resolved, prepared, key, document, of_generator),
        document: document.clone(),
        security: alternatives(resolved, document),
        server: Some(of_operation(resolved, key)).filter(|server| *server != of_document(resolved)),
    })
}

fn parameters(operation: &Value) -> &[Value] {
    operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A name as generated code has it: the generator puts an underscore behind a keyword.
pub(crate) fn ident(name: &str) -> Option<Ident> {
    syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str(&format!("{name}_"))).ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use keyapi_spec::Input;
    use syn::{FnArg, ImplItem, Item, Pat};

    use super::*;
    use crate::generate::{Purpose, Responses, generate};
    use crate::prepare::prepare;

    /// The arguments of the methods of the generated client, by the methods.
    fn generated(client: &str) -> HashMap<String, Vec<String>> {
        let items = syn::parse_str::<syn::File>(client).unwrap().items;
        let implementations = items.into_iter().filter_map(|item| match item {
            Item::Impl(item) if item.trait_.is_none() => Some(item.items),
            _ => None,
        });
        let functions = implementations.flatten().filter_map(|item| match item {
            ImplItem::Fn(function) if function.sig.asyncness.is_some() => Some(function.sig),
            _ => None,
        });
        let name = |argument: FnArg| match argument {
            FnArg::Typed(argument) => match *argument.pat {
                Pat::Ident(name) => Some(name.ident.to_string()),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        };
        functions.map(|sig| (sig.ident.to_string(), sig.inputs.into_iter().filter_map(name).collect())).collect()
    }

    #[test]
    fn arguments_are_in_the_order_of_the_generated_methods() {
        let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/specs");
        let mut compared = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let Ok(resolved) = Input::new("spec", std::fs::read(&path)).resolve(&RustNames) else { continue };
            let Ok(files) = generate(&resolved.document, Responses::Typed, "crate", Purpose::Text) else { continue };
            let methods = generated(&files.client);
            for operation in operations(&resolved.document, &prepare(&resolved.document).document).unwrap() {
                let mut names: Vec<String> =
                    operation.arguments().iter().map(|parameter| parameter.setter.to_string()).collect();
                if operation.body.as_ref().is_some_and(Body::tells_its_media_type) {
                    names.insert(operation.content_type_argument(), "content_type".to_owned());
                }
                names.extend(operation.body.as_ref().map(|_| "body".to_owned()));
                assert_eq!(methods[&operation.method.to_string()], names, "{}", path.display());
                compared += names.len();
            }
        }
        assert!(compared > 100, "{compared}");
    }
}
