//! `x-pagination`: how an operation cuts its result into pages, as an overlay says it.

use keyapi_spec::Diagnostic;
use keyapi_spec::diagnostic::join;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::Names;
use super::example::{Ending, example};
use crate::model::{Operation, Parameter, RustType};

/// The method that streams the pages of an operation; nothing for an operation without `x-pagination`.
///
/// The extension is one of
///
/// - `{style: counted, page: PARAMETER, size: PARAMETER, items: POINTER}`
/// - `{style: announced, page: PARAMETER, has-more: POINTER}`
/// - `{style: cursor, cursor: PARAMETER, next: POINTER}`, and `has-more: POINTER` if the last page has a cursor too
///
/// where a pointer is a JSON pointer into the response.
pub(crate) fn method(operation: &Operation, names: &Names) -> Result<TokenStream, Diagnostic> {
    let Some(declared) = operation.document.get("x-pagination") else { return Ok(TokenStream::new()) };
    let reader = Reader { operation, declared };
    let (pagination, position, size) = match declared.get("style").and_then(Value::as_str) {
        Some("counted") => {
            let (page, size) = (reader.parameter("page")?, reader.parameter("size")?);
            let (page_name, size_name, items) = (&page.name, &size.name, reader.pointer("items")?);
            (quote!(Counted { page: #page_name, size: #size_name, items: #items }), page, Some(size))
        }
        Some("announced") => {
            let page = reader.parameter("page")?;
            let (name, has_more) = (&page.name, reader.pointer("has-more")?);
            (quote!(Announced { page: #name, has_more: #has_more }), page, None)
        }
        Some("cursor") => {
            let cursor = reader.parameter("cursor")?;
            let (name, next) = (&cursor.name, reader.pointer("next")?);
            let has_more = match declared.get("has-more") {
                Some(_) => reader.pointer("has-more").map(|pointer| quote!(Some(#pointer)))?,
                None => quote!(None),
            };
            (quote!(Cursor { cursor: #name, next: #next, has_more: #has_more }), cursor, None)
        }
        _ => return Err(reader.invalid("style", "`style` is none of `counted`, `announced` and `cursor`")),
    };
    let (success, setter, ty) = (&operation.response.ty, &position.setter, &position.ty);
    let size = size.map_or_else(
        || quote!(None),
        |size| {
            let field = &size.setter;
            quote!(self.#field.as_ref().and_then(|size| size.to_string().parse().ok()))
        },
    );
    let turned = if *ty == RustType::String {
        quote!(request.#setter(position))
    } else {
        let message = format!("what the response says to ask for next is no value of `{}`", position.name);
        quote! {
            match position.parse::<#ty>() {
                Ok(position) => request.#setter(position),
                Err(_) => return Err(request.client.runtime.invalid_request(Self::OPERATION.name, #message)),
            }
        }
    };
    let docs = format!(
        "Streams the pages, from the one that is asked for or from the first. Every page is a request of its own.\n\n{}",
        example(operation, names, Ending::Pages)
    );
    Ok(quote! {
        #[doc = #docs]
        #[inline]
        pub fn pages(self) -> crate::Pages<#success> {
            let position = self.#setter.as_ref().map(ToString::to_string);
            let size = #size;
            crate::Pages::new(crate::Pagination::#pagination, position, size, move |position| {
                let request = self.clone();
                async move {
                    let request = match position {
                        Some(position) => #turned,
                        None => request,
                    };
                    request.send().await
                }
            })
        }
    })
}

struct Reader<'a> {
    operation: &'a Operation,
    declared: &'a Value,
}

impl<'a> Reader<'a> {
    fn text(&self, key: &str) -> Result<&'a str, Diagnostic> {
        self.declared.get(key).and_then(Value::as_str).ok_or_else(|| self.invalid("", &format!("`{key}` is missing")))
    }

    fn parameter(&self, key: &str) -> Result<&'a Parameter, Diagnostic> {
        let name = self.text(key)?;
        let known = self.operation.parameters.iter().find(|parameter| parameter.name == name);
        known.ok_or_else(|| self.invalid(key, &format!("the operation has no parameter `{name}`")))
    }

    fn pointer(&self, key: &str) -> Result<&'a str, Diagnostic> {
        let pointer = self.text(key)?;
        let valid = pointer.starts_with('/');
        valid.then_some(pointer).ok_or_else(|| self.invalid(key, &format!("`{pointer}` is not a JSON pointer")))
    }

    fn invalid(&self, key: &str, message: &str) -> Diagnostic {
        let extension = join(&self.operation.key.pointer, "x-pagination");
        let pointer = if key.is_empty() { extension } else { join(&extension, key) };
        Diagnostic::error("pagination-invalid", pointer, format!("the pagination cannot be read: {message}"))
            .help("correct `x-pagination` in the overlay")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[track_caller]
    fn sdk(pagination: &serde_json::Value) -> Result<String, Vec<String>> {
        let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
        let document = json!({
            "openapi": "3.0.1",
            "info": {"title": "t", "version": "1"},
            "paths": {"/things": {"get": {
                "operationId": "things",
                "x-pagination": pagination,
                "parameters": [parameter("page"), parameter("limit")],
                "responses": {"200": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}}},
            }}},
            "components": {"schemas": {"T": {"type": "object", "properties": {"a": {"type": "string"}}}}},
        });
        let sdk = crate::sdk(&document, "test")
            .map_err(|found| found.into_iter().map(|found| found.message).collect::<Vec<_>>())?;
        Ok(sdk.requests)
    }

    #[test]
    fn the_overlay_switches_pages_on() {
        let operations = sdk(&json!({"style": "counted", "page": "page", "size": "limit", "items": "/data"})).unwrap();
        assert!(operations.contains("pub fn pages(self)") && operations.contains("Counted"), "{operations}");
        let operations =
            sdk(&json!({"style": "announced", "page": "page", "has-more": "/data/pagination/has_more"})).unwrap();
        assert!(operations.contains("Announced"), "{operations}");
        let operations = sdk(&json!({"style": "cursor", "cursor": "page", "next": "/data/next"})).unwrap();
        assert!(operations.contains("has_more: None"), "{operations}");
        let cursor = json!({"style": "cursor", "cursor": "page", "next": "/data/next", "has-more": "/data/more"});
        let operations = sdk(&cursor).unwrap();
        assert!(operations.contains("has_more: Some(\"/data/more\")"), "{operations}");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (pagination, expected) in [
            (json!({}), "`style` is none of"),
            (json!({"style": "cursor", "cursor": "offset", "next": "/x"}), "no parameter `offset`"),
            (json!({"style": "cursor", "cursor": "page"}), "`next` is missing"),
            (json!({"style": "cursor", "cursor": "page", "next": "/x", "has-more": "x"}), "`x` is not a JSON pointer"),
            (json!({"style": "cursor", "cursor": "page", "next": "/x", "has-more": true}), "`has-more` is missing"),
            (json!({"style": "cursor", "cursor": "page", "next": "x"}), "`x` is not a JSON pointer"),
        ] {
            let found = sdk(&pagination).unwrap_err();
            assert!(found.iter().any(|message| message.contains(expected)), "{pagination}: {found:?}");
        }
    }
}
