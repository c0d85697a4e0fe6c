//! What the document says of operations and their parameters as data, for tools that show it, such as a command line.

use keyapi_spec::Diagnostic;
use keyapi_spec::document::envelope::Envelope;
use keyapi_spec::document::extension;
use keyapi_spec::value_names::list;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::operation_docs::response;
use super::pagination;
use crate::model::{self, Body, Operation, Parameter, RustType};
use crate::property_examples::PropertyExamples;

/// The table of all operations. No client refers to it, so that only programs have it that ask for it.
pub(crate) fn table(
    resolved: &Value,
    operations: &[Operation],
    examples: &PropertyExamples<'_>,
) -> Result<TokenStream, Vec<Diagnostic>> {
    let data = Envelope::of(resolved).and_then(|envelope| envelope.data);
    let rows: Vec<TokenStream> = operations
        .iter()
        .map(|operation| row(operation, data.as_deref(), response(resolved, examples, operation)))
        .collect::<Result<_, _>>()
        .map_err(|found| vec![found])?;
    Ok(quote! {
        /// What the document says of each operation, in document order.
        #[doc(hidden)]
        pub static DESCRIPTIONS: &[::keyapi_runtime::codegen::Description] = &[#(#rows),*];
    })
}

fn row(operation: &Operation, data: Option<&str>, shape: Option<String>) -> Result<TokenStream, Diagnostic> {
    let former = operation.former_names();
    let (name, method, path) = (operation.id(), operation.http_method(), &operation.key.path);
    let [summary, description] = ["summary", "description"].map(|key| option(text(&operation.document, key)));
    let deprecated = option(operation.deprecated());
    let credits = option(operation.credits());
    let parameters = operation.parameters.iter().map(|one| parameter(operation, one));
    let body = option(operation.body.as_ref().map(|content| body(operation, content)));
    let has_data = operation.response.envelope.as_ref().is_some_and(|envelope| envelope.data.is_some());
    let data = option(data.filter(|_| has_data));
    let response = option(match &operation.response.ty {
        RustType::Named(name) => Some(name),
        _ => None,
    });
    let shape = option(shape);
    let pagination = option(pagination::constant(operation)?);
    Ok(quote! {
        ::keyapi_runtime::codegen::Description {
            name: #name,
            former: &[#(#former),*],
            method: #method,
            path: #path,
            summary: #summary,
            description: #description,
            deprecated: #deprecated,
            credits: #credits,
            parameters: &[#(#parameters),*],
            body: #body,
            data: #data,
            response: #response,
            shape: #shape,
            pagination: #pagination,
        }
    })
}

fn parameter(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let document = &parameter.document;
    let schema = document.get("schema").unwrap_or(&Value::Null);
    let (name, key, place) = (&parameter.name, operation.parameter_key(parameter), parameter.place());
    let required = parameter.is_required();
    let (element, is_list) = match &parameter.ty {
        RustType::Vec(element) => (&**element, true),
        ty => (ty, false),
    };
    let ty = value_type(element);
    let of_values = if is_list { schema.get("items").unwrap_or(&Value::Null) } else { schema };
    let (values, is_open) = (values(of_values), is_open(of_values));
    let description = option(text(document, "description"));
    let example = option(model::example(document).map(shown));
    let default = option(schema.get("default").map(shown));
    let deprecated = option(parameter.deprecated());
    quote! {
        ::keyapi_runtime::codegen::ParameterDescription {
            name: #name,
            key: #key,
            place: #place,
            required: #required,
            ty: ::keyapi_runtime::codegen::ValueType::#ty,
            is_list: #is_list,
            values: &[#(#values),*],
            is_open: #is_open,
            description: #description,
            example: #example,
            default: #default,
            deprecated: #deprecated,
        }
    }
}

fn value_type(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Bool => quote!(Boolean),
        RustType::I64 | RustType::U64 => quote!(Integer),
        RustType::F64 => quote!(Number),
        RustType::String => quote!(Text),
        _ => quote!(Json),
    }
}

fn values(schema: &Value) -> Vec<TokenStream> {
    let described = |(value, description): (String, Option<&str>)| {
        let description = option(description);
        quote!(::keyapi_runtime::codegen::ValueDescription { value: #value, description: #description })
    };
    legal(schema).into_iter().map(described).collect()
}

/// Whether a schema names values and takes others.
fn is_open(schema: &Value) -> bool {
    let is_closed = schema.get("enum").and_then(Value::as_array).is_some_and(|values| !values.is_empty());
    !is_closed && !list(schema).is_empty()
}

/// The values that a schema names, of whatever type they are, and what they mean.
pub(super) fn legal(schema: &Value) -> Vec<(String, Option<&str>)> {
    let descriptions = schema.get(extension::ENUM_DESCRIPTIONS).and_then(Value::as_array);
    let described =
        |(index, value): (usize, &Value)| (shown(value), descriptions.and_then(|texts| texts.get(index)?.as_str()));
    list(schema).iter().enumerate().filter(|(_, value)| !value.is_null()).map(described).collect()
}

fn body(operation: &Operation, body: &Body) -> TokenStream {
    let required = operation.requires_body();
    let media_type = option(body.content_type());
    let content = operation.document.pointer("/requestBody/content").and_then(Value::as_object);
    let media = content.and_then(|content| content.values().next()).unwrap_or(&Value::Null);
    let example = option(model::example(media).map(shown));
    quote!(::keyapi_runtime::codegen::BodyDescription { required: #required, media_type: #media_type, example: #example })
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// A value as it is sent: a text as it is, anything else as JSON.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

#[cfg(test)]
mod tests {
    use keyapi_rust_names::RustNames;
    use keyapi_spec::Input;
    use serde_json::json;

    #[test]
    fn what_the_document_says_is_in_the_table() {
        let document = json!({
            "openapi": "3.0.1",
            "info": {"title": "t", "version": "1"},
            "paths": {"/things/{id}": {"post": {
                "operationId": "things",
                "deprecated": true,
                "x-former-names": ["older", "oldest"],
                "x-sunset": "2027-01-01",
                "x-pagination": {"style": "cursor", "cursor": "page", "next": "/next"},
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "id", "in": "query", "schema": {"type": "string"}},
                    {"name": "page", "in": "query", "schema": {"type": "string"}},
                    {"name": "n[]", "in": "query", "schema": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}}},
                ],
                "requestBody": {"required": true, "content": {"text/plain": {"schema": {"type": "string"}, "example": "e"}}},
                "responses": {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "object"}}}}},
            }}},
        });
        let resolved = Input::new("spec", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
        let source = crate::sdk(&resolved.document, "test").unwrap().dispatch;
        let source: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
        for expected in [
            "name: \"things\", former: &[\"older\", \"oldest\"]",
            "deprecated: Some(\"the document deprecates it (sunset: 2027-01-01)\")",
            "Pagination::Cursor { cursor: \"page\", next: \"/next\", has_more: None",
            "name: \"id\", key: \"path:id\", place: \"path\", required: true",
            "name: \"id\", key: \"query:id\", place: \"query\", required: false",
            "name: \"n[]\", key: \"n[]\"",
            "ValueType::Integer, is_list: true",
            "value: \"2\"",
            "required: true, media_type: Some(\"text/plain\"), example: Some(\"e\")",
            // What the dispatcher knows them by.
            "\"path:id\" => request = request.id(*value)",
            "\"query:id\" => request = request.id_",
        ] {
            assert!(source.contains(expected), "{expected}: {source}");
        }
    }
}
