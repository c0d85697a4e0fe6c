//! `x-pagination`: how an operation cuts its result into pages, as an overlay says it.

use keyapi_spec::Diagnostic;
use keyapi_spec::diagnostic::join;
use keyapi_spec::document::extension;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::Names;
use super::example::{Ending, example};
use crate::model::{Body, List, Operation, Parameter, Property, RustType, list_at};

/// The methods that stream the pages of an operation and their items; none for an operation without `x-pagination`.
///
/// The extension is one of
///
/// - `{style: counted, page: PARAMETER, size: PARAMETER, items: POINTER}`
/// - `{style: announced, page: PARAMETER, has-more: POINTER}`, and `items: POINTER` if there are any
/// - `{style: cursor, cursor: PARAMETER, next: POINTER}`, `has-more: POINTER` if the last page has a cursor too, and
///   `items: POINTER`
///
/// where a pointer is a JSON pointer into the response, and a parameter one that the operation has, or a JSON pointer into
/// its JSON body.
pub(crate) fn methods(operation: &Operation, prepared: &Value, names: &Names) -> Result<TokenStream, Diagnostic> {
    let Some(Declared { pagination, position, size }) = declared(operation)? else { return Ok(TokenStream::new()) };
    let (begin, turn, check) = (position.read(), position.write(), position.check(operation));
    let size = size.map_or_else(
        || quote!(None),
        |size| {
            let value = size.read();
            quote!(#value.and_then(|size| ::keyapi_runtime::codegen::text(&size).parse().ok()))
        },
    );
    let docs = format!(
        "Streams the pages, from the one that is asked for or from the first. Every page is a request of its own.\n\n{}",
        example(operation, names, Ending::Pages)
    );
    let success = &operation.response.ty;
    let items = list(operation, prepared).map(|list| items(&list, operation, names));
    Ok(quote! {
        #[doc = #docs]
        #[inline]
        pub fn pages(self) -> crate::Pages<#success> {
            let (position, size) = (#begin, #size);
            let pagination = crate::Pagination::#pagination;
            ::keyapi_runtime::codegen::pages(Self::OPERATION.name, pagination, position, size, move |position| {
                let request = self.clone();
                async move {
                    #check
                    let request = match position {
                        Some(position) => { #turn }
                        None => request,
                    };
                    request.send().await
                }
            })
        }

        #items
    })
}

/// How an operation cuts its result into pages, as an expression; nothing where it does not.
pub(crate) fn constant(operation: &Operation) -> Result<Option<TokenStream>, Diagnostic> {
    let declared = declared(operation)?.map(|declared| declared.pagination);
    Ok(declared.map(|pagination| quote!(::keyapi_runtime::Pagination::#pagination)))
}

/// What `x-pagination` says of an operation.
struct Declared<'a> {
    /// A variant of the runtime's `Pagination`.
    pagination: TokenStream,
    position: Place<'a>,
    size: Option<Place<'a>>,
}

fn declared(operation: &Operation) -> Result<Option<Declared<'_>>, Diagnostic> {
    let Some(declared) = operation.document.get(extension::PAGINATION) else { return Ok(None) };
    let reader = Reader { operation, declared };
    let (pagination, position, size) = match declared.get("style").and_then(Value::as_str) {
        Some("counted") => {
            let (page, size, items) = (reader.place("page")?, reader.place("size")?, reader.pointer("items")?);
            let (page_name, size_name) = (page.name(), size.name());
            (quote!(Counted { page: #page_name, size: #size_name, items: #items }), page, Some(size))
        }
        Some("announced") => {
            let (page, has_more, items) =
                (reader.place("page")?, reader.pointer("has-more")?, reader.optional("items")?);
            let name = page.name();
            (quote!(Announced { page: #name, has_more: #has_more, items: #items }), page, None)
        }
        Some("cursor") => {
            let (cursor, next) = (reader.place("cursor")?, reader.pointer("next")?);
            let (name, has_more, items) = (cursor.name(), reader.optional("has-more")?, reader.optional("items")?);
            (quote!(Cursor { cursor: #name, next: #next, has_more: #has_more, items: #items }), cursor, None)
        }
        _ => return Err(reader.invalid("style", "`style` is none of `counted`, `announced` and `cursor`")),
    };
    Ok(Some(Declared { pagination, position, size }))
}

/// The list that the pages of an operation are of, if its types say so.
pub(crate) fn list(operation: &Operation, prepared: &Value) -> Option<List> {
    let items = operation.document.get(extension::PAGINATION)?.get("items")?.as_str()?;
    list_at(prepared, &operation.response.ty, items)
}

/// The method that streams the items of all pages.
fn items(list: &List, operation: &Operation, names: &Names) -> TokenStream {
    let List { path, item } = list;
    let steps = path.iter().map(|Property { field, optional, .. }| match optional {
        true => quote!(.and_then(|value| value.#field)),
        false => quote!(.map(|value| value.#field)),
    });
    let docs = format!(
        "Streams the items of all pages, which are asked for when their items are.\n\n{}",
        example(operation, names, Ending::Items)
    );
    quote! {
        #[doc = #docs]
        #[inline]
        pub fn items(self) -> crate::Items<#item> {
            self.pages().items_by(|page| Some(page) #(#steps)* .unwrap_or_default())
        }
    }
}

/// Where a request says which page it wants.
enum Place<'a> {
    Parameter(&'a Parameter),
    /// A JSON pointer into the body.
    Body(&'a str),
}

impl Place<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Parameter(parameter) => &parameter.name,
            Self::Body(pointer) => pointer,
        }
    }

    /// What `self`, a request, has there.
    fn read(&self) -> TokenStream {
        match self {
            Self::Parameter(parameter) => {
                let field = &parameter.setter;
                quote!(self.#field.as_ref().map(|value| ::serde_json::Value::from(value.to_string())))
            }
            Self::Body(pointer) => quote!(::keyapi_runtime::codegen::in_body(self.body.as_ref(), #pointer)),
        }
    }

    /// Refuses a request whose next page could not be asked for, before its first one is paid for.
    fn check(&self, operation: &Operation) -> Option<TokenStream> {
        let has_others = !operation.other_media_types().is_empty();
        let is_in_body = matches!(self, Self::Body(_));
        let message = "the pages go on in the JSON body, which another body stands in for: call `body` in its place";
        (is_in_body && has_others).then(|| {
            quote! {
                if request.body_as.is_some() {
                    return Err(request.client.runtime.invalid_request(Self::OPERATION.name, #message));
                }
            }
        })
    }

    /// The request with `position` there.
    fn write(&self) -> TokenStream {
        let failed = |message: TokenStream| quote!(return Err(request.client.runtime.invalid_request(Self::OPERATION.name, #message)));
        match self {
            Self::Parameter(Parameter { setter, ty: RustType::String, .. }) => {
                quote!(request.#setter(::keyapi_runtime::codegen::text(&position)))
            }
            Self::Parameter(Parameter { setter, ty, name, .. }) => {
                let message = format!("what the response says to ask for next is no value of `{name}`");
                let failed = failed(quote!(#message));
                quote! {
                    match ::keyapi_runtime::codegen::text(&position).parse::<#ty>() {
                        Ok(position) => request.#setter(position),
                        Err(_) => #failed,
                    }
                }
            }
            Self::Body(pointer) => {
                let failed = failed(quote!(message));
                quote! {
                    match ::keyapi_runtime::codegen::with_in_body(request.body.as_ref(), #pointer, &position) {
                        Ok(body) => request.body(body),
                        Err(message) => #failed,
                    }
                }
            }
        }
    }
}

struct Reader<'a> {
    operation: &'a Operation,
    declared: &'a Value,
}

impl<'a> Reader<'a> {
    fn text(&self, key: &str) -> Result<&'a str, Diagnostic> {
        self.declared.get(key).and_then(Value::as_str).ok_or_else(|| self.invalid("", &format!("`{key}` is missing")))
    }

    fn place(&self, key: &str) -> Result<Place<'a>, Diagnostic> {
        let name = self.text(key)?;
        if name.starts_with('/') {
            return match &self.operation.body {
                Some(Body::Typed(RustType::Named(_) | RustType::Object | RustType::Value)) => Ok(Place::Body(name)),
                _ => Err(self.invalid(key, "the operation has no JSON body of properties")),
            };
        }
        let known = self.operation.parameters.iter().find(|parameter| parameter.name == name);
        let known = known.map(Place::Parameter);
        known.ok_or_else(|| self.invalid(key, &format!("the operation has no parameter `{name}`")))
    }

    fn pointer(&self, key: &str) -> Result<&'a str, Diagnostic> {
        let pointer = self.text(key)?;
        let valid = pointer.starts_with('/');
        valid.then_some(pointer).ok_or_else(|| self.invalid(key, &format!("`{pointer}` is not a JSON pointer")))
    }

    /// A pointer that may be left out, as an expression.
    fn optional(&self, key: &str) -> Result<TokenStream, Diagnostic> {
        match self.declared.get(key) {
            Some(_) => self.pointer(key).map(|pointer| quote!(Some(#pointer))),
            None => Ok(quote!(None)),
        }
    }

    fn invalid(&self, key: &str, message: &str) -> Diagnostic {
        let extension = join(&self.operation.key.pointer, extension::PAGINATION);
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
            "paths": {"/things": {"post": {
                "operationId": "things",
                "x-pagination": pagination,
                "parameters": [parameter("page"), parameter("limit")],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}},
                "responses": {"200": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}}},
            }}},
            "components": {"schemas": {"T": {"type": "object", "properties": {
                "a": {"type": "string"},
                "b~c": {"type": "array", "items": {"type": "string"}},
                "t": {"$ref": "#/components/schemas/T"},
            }}}},
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
    fn a_list_in_the_types_of_a_response_is_streamed_item_by_item() {
        let requests = |items: &str| {
            sdk(&json!({"style": "announced", "page": "page", "has-more": "/m", "items": items})).unwrap()
        };
        for items in ["/b~0c", "/t/b~0c"] {
            let requests = requests(items);
            assert!(requests.contains("pub fn items(self) -> crate::Items<::std::string::String>"), "{requests}");
            assert!(requests.contains(&format!("items: Some(\"{items}\")")), "{requests}");
        }
        for items in ["/a", "/t", "/x", "/a/b", "/b~0c/0"] {
            let requests = requests(items);
            assert!(
                requests.contains("pub fn pages(self)") && !requests.contains("pub fn items"),
                "{items}: {requests}"
            );
        }
    }

    #[test]
    fn a_cursor_may_be_in_the_body() {
        let requests = sdk(&json!({"style": "cursor", "cursor": "/t/a", "next": "/a"})).unwrap();
        assert!(requests.contains("in_body(self.body.as_ref(), \"/t/a\")"), "{requests}");
        assert!(requests.contains("with_in_body("), "{requests}");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (pagination, expected) in [
            (json!({}), "`style` is none of"),
            (json!({"style": "cursor", "cursor": "offset", "next": "/x"}), "no parameter `offset`"),
            (
                json!({"style": "announced", "page": "page", "has-more": "/m", "items": "b"}),
                "`b` is not a JSON pointer",
            ),
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
