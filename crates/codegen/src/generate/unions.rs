//! Writes the types that are one of several, as a tag or their shape tells.
//!
//! What tells their variants apart is `crates/runtime/src/decode/union.rs`, of which a client without a runtime has a copy. With a
//! runtime, elements `null` that a variant refuses are repaired.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Responses, copied};
use crate::docs;
use crate::prepare::{Shape, UNKNOWN, Union, Variant};

/// What unions call, as a module of the generated client or from the runtime.
pub(super) fn support(responses: Responses<'_>) -> TokenStream {
    match responses {
        Responses::Raw { .. } => quote!(
            use ::keyapi_runtime::codegen::union;
        ),
        Responses::Typed => {
            let variant = quote! {
                /// Reads a value as a variant; `None` if it is none.
                pub fn variant<T: ::serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
                    T::deserialize(value).ok()
                }
            };
            copied("union", include_str!("../../../runtime/src/decode/union.rs"), variant)
        }
    }
}

/// The source of a union.
pub(super) fn source(union: &Union) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let docs = docs_of(union);
    let variants = union.variants.iter().enumerate().map(|(index, variant)| {
        let (docs, name, ty) = (docs_of_variant(union, index), ident(variant), held(variant));
        quote!(#[doc = #docs] #name(#ty),)
    });
    let unknown = format_ident!("{UNKNOWN}");
    let (serialize, deserialize) = (serialize(union), deserialize(union));
    let from = union.variants.iter().map(|variant| {
        let (variant_name, ty) = (ident(variant), variant.ty.within_types());
        let value = if is_boxed(variant) { quote!(::std::boxed::Box::new(value)) } else { quote!(value) };
        quote! {
            impl ::std::convert::From<#ty> for #name {
                fn from(value: #ty) -> Self {
                    Self::#variant_name(#value)
                }
            }
        }
    });
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "schema", derive(::schemars::JsonSchema), schemars(untagged))]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that is none of the others, as it was received.
            #unknown(::serde_json::Value),
        }
        #serialize
        #deserialize
        #(#from)*
    }
}

fn serialize(union: &Union) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let property = union.discriminator.as_ref().map(|found| &found.property);
    let arms = union.variants.iter().map(|variant| {
        let name = ident(variant);
        match (&variant.tag, property) {
            (Some(tag), Some(property)) => {
                quote!(Self::#name(value) => super::union::with_tag(value, #property, #tag, serializer),)
            }
            _ => quote!(Self::#name(value) => ::serde::Serialize::serialize(value, serializer),),
        }
    });
    let unknown = format_ident!("{UNKNOWN}");
    quote! {
        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(#arms)*
                    Self::#unknown(value) => ::serde::Serialize::serialize(value, serializer),
                }
            }
        }
    }
}

fn deserialize(union: &Union) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let is_object = |shape: &Shape| matches!(shape, Shape::Object { .. });
    // Where all have a tag, shapes are not looked at.
    let needs_shapes = union.discriminator.is_none() || !union.variants.iter().all(|variant| is_object(&variant.shape));
    let shapes = union.variants.iter().filter(|_| needs_shapes).map(|variant| of_shape(&variant.shape));
    let shapes = quote!(&[#(#shapes),*]);
    let choose = match &union.discriminator {
        Some(found) => {
            let property = &found.property;
            let tags = found.tags.iter().map(|(tag, index)| quote!((#tag, #index)));
            quote!(super::union::by_tag(&value, #property, &[#(#tags),*], SHAPES))
        }
        None => quote!(super::union::by_shape(&value, SHAPES)),
    };
    let expected: Vec<String> = union.variants.iter().map(|variant| format!("`{}`", variant.name)).collect();
    let expected = format!("one of the variants {} of `{}`", expected.join(", "), union.name);
    let arms = union.variants.iter().enumerate().map(|(index, variant)| {
        let name = ident(variant);
        quote!(::std::option::Option::Some(#index) => super::union::variant(&value).map(Self::#name),)
    });
    let unknown = format_ident!("{UNKNOWN}");
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                const SHAPES: &[super::union::Shape] = #shapes;
                let value = super::union::read(deserializer, #expected)?;
                let variant = match #choose {
                    #(#arms)*
                    _ => ::std::option::Option::None,
                };
                ::std::result::Result::Ok(variant.unwrap_or(Self::#unknown(value)))
            }
        }
    }
}

fn of_shape(shape: &Shape) -> TokenStream {
    match shape {
        Shape::Any => quote!(super::union::Shape::Any),
        Shape::Boolean => quote!(super::union::Shape::Boolean),
        Shape::Integer => quote!(super::union::Shape::Integer),
        Shape::Number => quote!(super::union::Shape::Number),
        Shape::String => quote!(super::union::Shape::String),
        Shape::Array(items) => {
            let items = of_shape(items);
            quote!(super::union::Shape::Array(&#items))
        }
        Shape::Map(values) => {
            let values = of_shape(values);
            quote!(super::union::Shape::Map(&#values))
        }
        Shape::Object { required, constants, known } => {
            let constants = constants.iter().map(|(name, values)| quote!((#name, &[#(#values),*])));
            quote!(super::union::Shape::Object {
                required: &[#(#required),*],
                constants: &[#(#constants),*],
                known: &[#(#known),*],
            })
        }
        Shape::OneOf(shapes) => {
            let shapes = shapes.iter().map(of_shape);
            quote!(super::union::Shape::OneOf(&[#(#shapes),*]))
        }
    }
}

fn docs_of(union: &Union) -> String {
    let told = match &union.discriminator {
        Some(found) => format!("One of several types, as its property {} tells.", docs::code(&found.property)),
        None => "One of several types, as its shape tells.".to_owned(),
    };
    [union.description.as_deref(), Some(&told)].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn docs_of_variant(union: &Union, index: usize) -> String {
    let tags = union.discriminator.iter().flat_map(|found| &found.tags).filter(|(_, variant)| *variant == index);
    let tags: Vec<String> = tags.map(|(tag, _)| docs::code(tag)).collect();
    match (tags.as_slice(), &union.discriminator) {
        ([], _) | (_, None) => docs::code(&union.variants[index].name),
        (_, Some(found)) => format!("Where {} is {}.", docs::code(&found.property), tags.join(" or ")),
    }
}

fn ident(variant: &Variant) -> Ident {
    format_ident!("{}", variant.name)
}

/// Types may hold themselves, and what is not a part of a union now may be later.
fn is_boxed(variant: &Variant) -> bool {
    matches!(variant.ty, crate::model::RustType::Named(_))
}

fn held(variant: &Variant) -> TokenStream {
    let ty = variant.ty.within_types();
    if is_boxed(variant) { quote!(::std::boxed::Box<#ty>) } else { ty }
}
