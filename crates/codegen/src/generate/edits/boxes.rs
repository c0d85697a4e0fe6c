//! Puts the boxes of types that hold themselves into their options, where callers and serde look for an option first.

use syn::punctuated::Punctuated;
use syn::{Attribute, Field, GenericArgument, Item, Meta, PathArguments, Token, Type, parse_quote};

/// Rewrites the fields of a type.
pub(super) fn apply(modules: &[String], item: &mut Item) {
    let Item::Struct(item) = item else { return };
    if modules == ["types"] {
        item.fields.iter_mut().for_each(edit);
    }
}

fn edit(field: &mut Field) {
    let held = argument(&field.ty, "Box").and_then(|option| argument(option, "Option"));
    let Some(held) = held.cloned() else { return };
    field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#held>>);
    let is_serde = |attribute: &&Attribute| attribute.path().is_ident("serde");
    let told = field
        .attrs
        .iter()
        .find(is_serde)
        .and_then(|attribute| attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok());
    let told = told.into_iter().flatten();
    let (defaults, others): (Vec<Meta>, Vec<Meta>) = told.partition(|meta| meta.path().is_ident("default"));
    // What serde is told of every other option, whether the property may be missing or only null.
    let of_option: Meta = match defaults.is_empty() {
        false => parse_quote!(skip_serializing_if = "::std::option::Option::is_none"),
        true => parse_quote!(deserialize_with = "::std::option::Option::deserialize"),
    };
    field.attrs.retain(|attribute| !is_serde(&attribute));
    field.attrs.push(parse_quote!(#[serde(#(#others,)* #of_option)]));
}

/// What a type of the standard library is given as its argument.
fn argument<'a>(ty: &'a Type, of: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| path.path.leading_colon.is_some() && last.ident == of)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
