//! How source code is read and written, piece by piece, where items are listed.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Token, Type, Visibility};

use super::modules::Path;

/// A trait, whose conversions are listed by the names of the prelude: callers do not feel which path generated code uses.
pub(super) fn by_prelude(of: &syn::Path) -> String {
    code(of).replace("::std::convert::From<", "From<").replace("::std::string::String", "String")
}

/// Stands for fields that callers do not see, and for the body of a method that a trait has already.
pub(super) const REST: &str = " { .. }";

/// Whether an item is kept out of the documentation, and so out of what callers may rely on.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "hidden")
    })
}

pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// A signature with the path at which callers reach it.
pub(super) fn function_line(path: &str, attributes: &[Attribute], signature: &syn::Signature) -> String {
    // A signature that takes several lines has a comma more.
    let mut signature = signature.clone();
    signature.inputs.pop_punct();
    let text = code(&signature);
    match text.split_once("fn ") {
        Some((before, after)) => format!("{}pub {before}fn {path}::{after}", marks(attributes)),
        None => text,
    }
}

/// The attributes that callers feel.
pub(super) fn marks(attributes: &[Attribute]) -> String {
    let has = |name: &str| attributes.iter().any(|attribute| attribute.path().is_ident(name));
    ["deprecated", "non_exhaustive"].iter().filter(|name| has(name)).map(|name| format!("#[{name}] ")).collect()
}

/// The traits that a type derives, by their last names.
pub(super) fn derived(attributes: &[Attribute]) -> impl Iterator<Item = String> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let traits =
        derives.filter_map(|derive| derive.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated).ok());
    traits.flatten().map(|path| path.segments.last().map(code).unwrap_or_default())
}

/// The last name of a type's path with its arguments.
pub(super) fn last_segment(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(code).unwrap_or_default(),
        _ => code(ty),
    }
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

pub(super) fn self_path(ty: &Type) -> Option<Path> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.iter().map(|segment| segment.ident.to_string()).collect())
}

/// What the argument of a setter turns into.
pub(super) fn taken(argument: &str) -> Option<&str> {
    let parameter = argument.strip_prefix("impl crate::IntoParameter<").and_then(|rest| rest.strip_suffix(", By>"));
    parameter.or_else(|| argument.strip_prefix("impl Into<")?.strip_suffix('>'))
}

/// Source code on one line, with the spaces that token streams put around punctuation taken out again.
pub(super) fn code(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        // What takes several lines has a comma more.
        (",>", ">"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("' ", "'"),
        (" :", ":"),
        // A type whose path begins at the root follows what it is the type of.
        (":::", ": ::"),
        (" ;", ";"),
        ("[ ", "["),
        (" ]", "]"),
        (" - >", " ->"),
        ("->", " -> "),
        ("  ", " "),
    ] {
        text = text.replace(spaced, tight);
    }
    text.replace("  ", " ").trim().to_owned()
}
