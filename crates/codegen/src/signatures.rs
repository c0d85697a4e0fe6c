//! Reads from progenitor's output what the facade is built on: the types of parameters, bodies and replies.
//!
//! They are read, not computed a second time, so that the facade agrees with the client by construction.

use std::collections::{HashMap, HashSet};

use crate::lower::rust_name;
use keyapi_spec::Diagnostic;
use keyapi_spec::document::{operation_id, operations, resolve};
use keyapi_spec::rust_names;
use keyapi_spec::server::{of_document, of_operation};
use serde_json::Value;
use syn::{Field, Ident, ImplItem, Item, ItemImpl, ItemStruct, Type};

/// One operation of the generated client.
pub(crate) struct Signature {
    /// The name of the method.
    pub(crate) method: Ident,
    /// The name of the request builder.
    pub(crate) builder: Ident,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) success: Type,
    /// Where the reply's envelope members are, where it has them.
    pub(crate) envelope: Option<Envelope>,
    /// The operation in the resolved document.
    pub(crate) operation: Value,
    pub(crate) http_method: String,
    pub(crate) path: String,
    /// Where it is served, if not where the document is.
    pub(crate) server: Option<String>,
}

/// What a request sends.
pub(crate) enum Body {
    /// A value that is sent as JSON or as a form.
    Typed(Box<Type>),
    /// Text that is sent as it is.
    Text,
    /// Bytes that are sent as they are.
    Bytes,
}

impl Body {
    /// The type that callers give.
    pub(crate) fn ty(&self) -> Type {
        match self {
            Self::Typed(ty) => (**ty).clone(),
            Self::Text => syn::parse_quote!(String),
            Self::Bytes => syn::parse_quote!(crate::Bytes),
        }
    }
}

/// One parameter of an operation.
pub(crate) struct Parameter {
    /// The name of the setter.
    pub(crate) setter: Ident,
    /// The name on the wire.
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// The parameter in the resolved document.
    pub(crate) document: Value,
}

impl Signature {
    /// The id by which other programs know the operation; the method is called after it.
    pub(crate) fn id(&self) -> &str {
        operation_id(&self.operation)
    }

    /// Whether the reply may be any JSON, which is a type that the runtime knows already.
    pub(crate) fn is_untyped(&self) -> bool {
        first_segment(&self.success).is_some_and(|name| name == "serde_json")
            && last_segment(&self.success).is_some_and(|name| name == "Value")
    }

    /// Whether the reply is not JSON, so that its bytes are all there is.
    pub(crate) fn is_raw(&self) -> bool {
        first_segment(&self.success).is_some_and(|name| name == "crate")
    }
}

impl Parameter {
    pub(crate) fn is_required(&self) -> bool {
        self.document.get("required") == Some(&Value::Bool(true))
    }
}

/// The members of a reply type that make the envelope.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) success: i64,
    pub(crate) code: Option<Member>,
    pub(crate) message: Option<Member>,
    pub(crate) request_id: Option<Member>,
    pub(crate) data: Option<Member>,
}

/// One field of a reply type.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) field: Ident,
    /// The type without the `Option` around it.
    pub(crate) ty: Type,
    pub(crate) optional: bool,
}

/// What signatures are read from.
#[derive(Default)]
pub(crate) struct Outline {
    /// The request builders.
    builders: HashMap<String, ItemStruct>,
    /// What the calls of the builders give.
    successes: HashMap<String, Type>,
    /// The builders whose bodies are text.
    text_bodies: HashSet<String>,
    /// The types of the document.
    types: HashMap<String, ItemStruct>,
}

impl Outline {
    /// Takes from an item of the generated client what is of interest.
    pub(crate) fn add(&mut self, modules: &[String], item: &Item) {
        match (modules, item) {
            ([module], Item::Struct(item)) if module == "builder" => {
                self.builders.insert(item.ident.to_string(), item.clone());
            }
            ([module], Item::Impl(item)) if module == "builder" => {
                self.successes.extend(success_type(item));
                self.text_bodies
                    .extend(takes_text(item).then(|| last_segment(&item.self_ty)).flatten().map(Ident::to_string));
            }
            ([module], Item::Struct(item)) if module == "types" => {
                self.types.insert(item.ident.to_string(), item.clone());
            }
            _ => {}
        }
    }
}

/// Reads the signatures of all operations in document order.
pub(crate) fn read(resolved: &Value, outline: &Outline) -> Result<Vec<Signature>, Vec<Diagnostic>> {
    let mut signatures = Vec::new();
    let mut diagnostics = Vec::new();
    let base_url = of_document(resolved);
    for key in operations(resolved) {
        let Some(operation) = resolved.pointer(&key.pointer) else { continue };
        match signature(resolved, outline, operation) {
            Ok(signature) => {
                let server = Some(of_operation(resolved, &key)).filter(|server| *server != base_url);
                let http_method = key.method.to_uppercase();
                signatures.push(Signature { http_method, path: key.path, server, ..signature });
            }
            Err(what) => diagnostics.push(missing(&key.pointer, &what)),
        }
    }
    if diagnostics.is_empty() { Ok(signatures) } else { Err(diagnostics) }
}

fn missing(pointer: &str, what: &str) -> Diagnostic {
    Diagnostic::error("generator", pointer, format!("the generated client lacks {what}"))
        .help("this is a defect of the generator: report the operation that it names")
}

fn signature(resolved: &Value, outline: &Outline, operation: &Value) -> Result<Signature, String> {
    let id = operation_id(operation);
    let builder = rust_names::request_type(id);
    let request = outline.builders.get(&builder).ok_or_else(|| format!("a request builder for `{id}`"))?;
    let success = outline.successes.get(&builder).cloned().ok_or_else(|| format!("a reply type for `{id}`"))?;

    let documented: Vec<&Value> = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|parameter| resolve(resolved, parameter))
        .collect();
    let mut parameters = Vec::new();
    let mut body = None;
    for field in &request.fields {
        let Some(name) = &field.ident else { continue };
        match (name.to_string().as_str(), argument(&field.ty, "Result")) {
            ("body", Some(ty)) if first_segment(ty).is_some_and(|name| name == "reqwest") => {
                body = Some(if outline.text_bodies.contains(&builder) { Body::Text } else { Body::Bytes });
            }
            ("body", Some(ty)) => body = Some(Body::Typed(Box::new(body_type(ty)))),
            (setter, Some(ty)) => {
                let setter = setter.trim_start_matches("r#").trim_matches('_');
                let document = documented
                    .iter()
                    .find(|parameter| rust_names::method(rust_name(parameter)).trim_matches('_') == setter)
                    .ok_or_else(|| format!("a documented parameter for the setter `{setter}` of `{id}`"))?;
                parameters.push(Parameter {
                    setter: name.clone(),
                    name: name_of(document).to_owned(),
                    ty: argument(ty, "Option").unwrap_or(ty).clone(),
                    document: (*document).clone(),
                });
            }
            _ => {}
        }
    }
    // Document order reads better than the alphabetical order of the generator.
    parameters.sort_by_key(|parameter| documented.iter().position(|document| **document == parameter.document));
    let envelope = envelope(resolved, outline, &success);
    // The generator puts an underscore behind a keyword.
    let ident = |name: &str| {
        let parsed = syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str(&format!("{name}_")));
        parsed.map_err(|_| format!("a Rust name for `{id}`"))
    };
    Ok(Signature {
        method: ident(&rust_names::method(id))?,
        builder: ident(&builder)?,
        parameters,
        body,
        success,
        envelope,
        operation: operation.clone(),
        http_method: String::new(),
        path: String::new(),
        server: None,
    })
}

fn name_of(parameter: &Value) -> &str {
    parameter.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The `T` of `Result<ResponseValue<T>, …>`, which the builder's `send` returns, and the builder's name.
fn success_type(item: &ItemImpl) -> Option<(String, Type)> {
    let output = item.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(&function.sig.output),
        _ => None,
    })?;
    let syn::ReturnType::Type(_, ty) = output else { return None };
    let success = argument(argument(ty, "Result")?, "ResponseValue")?;
    let is_stream = first_segment(success).is_some_and(|name| name == "ByteStream");
    let success = if is_stream { syn::parse_quote!(crate::Bytes) } else { success.clone() };
    Some((last_segment(&item.self_ty)?.to_string(), success))
}

/// Whether the setter of the body takes text, which the field does not tell.
fn takes_text(item: &ItemImpl) -> bool {
    let body = item.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "body" => function.sig.generics.where_clause.as_ref(),
        _ => None,
    });
    body.is_some_and(|bounds| quote::quote!(#bounds).to_string().contains("TryInto < String >"))
}

/// Where a type comes from: types of the document are in `types`.
fn first_segment(ty: &Type) -> Option<&Ident> {
    Some(&path(ty)?.segments.first()?.ident)
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    Some(&path(ty)?.segments.last()?.ident)
}

fn path(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(ty) => Some(&ty.path),
        _ => None,
    }
}

/// The first type argument of `ty` where `ty` is a `wrapper<…>`.
fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let segment = path(ty)?.segments.last().filter(|segment| segment.ident == wrapper)?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// A builder holds the builder of its body; callers give the body itself.
fn body_type(ty: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty {
        path.path.segments =
            std::mem::take(&mut path.path.segments).into_iter().filter(|segment| segment.ident != "builder").collect();
    }
    ty
}

fn envelope(resolved: &Value, outline: &Outline, success: &Type) -> Option<Envelope> {
    let declared = resolved.get("x-envelope")?;
    let reply = outline.types.get(&last_segment(success)?.to_string())?;
    let member = |role: &str| {
        let wire = declared.get(role).and_then(Value::as_str)?;
        reply.fields.iter().find(|field| wire_name(field).as_deref() == Some(wire)).and_then(member)
    };
    Some(Envelope {
        success: declared.get("success").and_then(Value::as_i64).unwrap_or_default(),
        code: member("code"),
        message: member("message"),
        request_id: member("request-id"),
        data: member("data"),
    })
}

fn member(field: &Field) -> Option<Member> {
    let inner = argument(&field.ty, "Option");
    let mut ty = inner.unwrap_or(&field.ty).clone();
    qualify(&mut ty);
    Some(Member { field: field.ident.clone()?, ty, optional: inner.is_some() })
}

/// Types that stand next to the reply type are written without a path there.
fn qualify(ty: &mut Type) {
    let Type::Path(path) = ty else { return };
    let bare = path.path.leading_colon.is_none() && path.path.segments.len() == 1;
    if let Some(segment) = path.path.segments.last_mut()
        && let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments
    {
        for argument in &mut arguments.args {
            if let syn::GenericArgument::Type(ty) = argument {
                qualify(ty);
            }
        }
    }
    let primitive = ["bool", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    if bare
        && let Some(first) = path.path.segments.first()
        && !primitive.contains(&first.ident.to_string().as_str())
    {
        let bare = &path.path;
        path.path = syn::parse_quote!(types::#bare);
    }
}

/// The name of a field on the wire.
fn wire_name(field: &Field) -> Option<String> {
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let mut renamed = None;
        // The other arguments of the attribute have nothing to say here, so an error from them does not matter.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                renamed = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
        if renamed.is_some() {
            return renamed;
        }
    }
    field.ident.as_ref().map(ToString::to_string)
}
