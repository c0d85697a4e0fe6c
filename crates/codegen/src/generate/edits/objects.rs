//! Objects that keep the properties that the document does not name.
//!
//! What decodes them is `crates/runtime/src/decode/object.rs`, of which a client without a runtime has a copy.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Field, Ident, Item, ItemStruct, LitStr, Path, Token, Type, parse_quote};

use crate::generate::{Responses, copied};

/// The copy that a client without a runtime has.
pub(crate) fn support(responses: Responses<'_>) -> TokenStream {
    match responses {
        Responses::Raw { .. } => TokenStream::new(),
        Responses::Typed => {
            copied("object", include_str!("../../../../runtime/src/decode/object.rs"), TokenStream::new())
        }
    }
}

/// Decodes a type by itself that serde would decode; nothing for one that has no other properties, or about which serde is
/// told more than is known here.
pub(super) fn apply(responses: Responses<'_>, modules: &[String], item: &mut Item) -> Vec<Item> {
    let Item::Struct(item) = item else { return Vec::new() };
    let Some(properties) = Some(&*item).filter(|_| modules == ["types"]).and_then(properties) else {
        return Vec::new();
    };
    let Some(made) = decoding(responses, &item.ident, &properties) else { return Vec::new() };
    let derives = item.attrs.iter_mut().filter(|attribute| attribute.path().is_ident("derive"));
    if derives.map(without_deserialize).filter(|was_there| *was_there).count() == 1 { made } else { Vec::new() }
}

/// A field of a type, and what serde is told of it.
struct Property {
    field: Ident,
    ty: Type,
    name: String,
    has_default: bool,
    is_rest: bool,
}

fn properties(item: &ItemStruct) -> Option<Vec<Property>> {
    let is_told = item.attrs.iter().any(|attribute| attribute.path().is_ident("serde"));
    let properties: Vec<Property> = item.fields.iter().map(property).collect::<Option<_>>()?;
    let rests = properties.iter().filter(|property| property.is_rest).count();
    (!is_told && rests == 1).then_some(properties)
}

/// A field; nothing where serde is told something of it that is not known here.
fn property(field: &Field) -> Option<Property> {
    let ident = field.ident.clone()?;
    let (mut name, mut has_default, mut is_rest) =
        (ident.to_string().trim_start_matches("r#").to_owned(), false, false);
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|meta| {
            match meta.path.get_ident().map(ToString::to_string).as_deref() {
                Some("rename") => name = meta.value()?.parse::<LitStr>()?.value(),
                Some("skip_serializing_if") => drop(meta.value()?.parse::<LitStr>()?),
                Some("default") if !meta.input.peek(Token![=]) => has_default = true,
                Some("flatten") => is_rest = true,
                _ => return Err(meta.error("serde is told something else")),
            }
            Ok(())
        });
        read.ok()?;
    }
    // What is optional and missing is none.
    has_default |= last_segment(&field.ty).is_some_and(|segment| segment == "Option");
    Some(Property { field: ident, ty: field.ty.clone(), name, has_default, is_rest })
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// Takes the derive off; whether it was there.
fn without_deserialize(attribute: &mut Attribute) -> bool {
    let mut derives: Vec<Path> = Vec::new();
    let read = attribute.parse_nested_meta(|meta| {
        derives.push(meta.path);
        Ok(())
    });
    let is_deserialize = |path: &Path| path.segments.last().is_some_and(|segment| segment.ident == "Deserialize");
    if read.is_err() || !derives.iter().any(is_deserialize) {
        return false;
    }
    derives.retain(|path| !is_deserialize(path));
    *attribute = parse_quote!(#[derive(#(#derives),*)]);
    true
}

fn decoding(responses: Responses<'_>, ty: &Ident, properties: &[Property]) -> Option<Vec<Item>> {
    let object = match responses {
        Responses::Raw { .. } => quote!(::keyapi_runtime::codegen::object),
        Responses::Typed => quote!(super::object),
    };
    let expected = format!("struct {ty}");
    let rest = properties.iter().find(|property| property.is_rest)?;
    let (rest, rest_ty) = (&rest.field, &rest.ty);
    let mut known: Vec<&Property> = properties.iter().filter(|property| !property.is_rest).collect();
    // Names are looked up in their order.
    known.sort_by(|one, other| one.name.cmp(&other.name));
    let names = known.iter().map(|property| &property.name);
    let variables: Vec<Ident> = (0..known.len()).map(|index| format_ident!("property_{index}")).collect();
    let arms = variables.iter().enumerate().map(|(index, variable)| quote!(#index => properties.set(&mut #variable)?,));
    let fields = known.iter().zip(&variables).enumerate().map(|(index, (property, variable))| {
        let field = &property.field;
        let value = match property.has_default {
            true => quote!(#variable.unwrap_or_default()),
            false => quote!(properties.required(#variable, #index)?),
        };
        quote!(#field: #value,)
    });
    let made = [
        quote! {
            impl<'de> ::serde::Deserialize<'de> for #ty {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    #object::deserialize(deserializer)
                }
            }
        },
        quote! {
            #[doc(hidden)]
            impl<'de> #object::Object<'de> for #ty {
                const EXPECTED: &'static str = #expected;
                const NAMES: &'static [&'static str] = &[#(#names),*];
                fn read<A: ::serde::de::MapAccess<'de>>(mut properties: #object::Properties<A>) -> ::std::result::Result<Self, A::Error> {
                    #(let mut #variables = ::std::option::Option::None;)*
                    let mut others = <#rest_ty>::default();
                    while let ::std::option::Option::Some(index) = properties.next()? {
                        match index {
                            #(#arms)*
                            _ => {
                                others.insert(properties.name(), properties.value()?);
                            }
                        }
                    }
                    ::std::result::Result::Ok(Self { #(#fields)* #rest: others })
                }
            }
        },
    ];
    made.into_iter().map(|item| syn::parse2(item.into_token_stream()).ok()).collect()
}
