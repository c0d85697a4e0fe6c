//! Puts types that are made here in the place of progenitor's placeholders for them.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Item;

use super::edits::in_types;
use super::gates::{Within, header};
use super::items::Items;

/// A type, by its name.
pub(super) type Replacement<'a> = (&'a str, TokenStream);

/// Puts types into the module of the types.
pub(super) fn replace(tokens: TokenStream, made: Vec<Replacement<'_>>) -> TokenStream {
    if made.is_empty() {
        return tokens;
    }
    let names: HashSet<&str> = made.iter().map(|(name, _)| *name).collect();
    in_types(tokens, |body| {
        let kept = Items::of(body).filter(|item| !is_of_placeholder(item, &names)).flatten();
        let mut body: TokenStream = kept.collect();
        body.extend(made.iter().map(|(_, source)| source.clone()));
        body
    })
}

/// Whether an item is a type in whose place another is put, or something that is implemented for it.
fn is_of_placeholder(item: &[TokenTree], made: &HashSet<&str>) -> bool {
    let is_made = |ident: &Ident| made.contains(ident.to_string().as_str());
    let names =
        |tokens: TokenStream| tokens.into_iter().any(|tree| matches!(&tree, TokenTree::Ident(name) if is_made(name)));
    // Few items are, and to parse one takes longer than to look.
    if !item.iter().any(|tree| matches!(tree, TokenTree::Ident(name) if is_made(name))) {
        return false;
    }
    match syn::parse2(item.iter().cloned().collect()) {
        Ok(Item::Struct(item)) => is_made(&item.ident),
        Ok(Item::Impl(item)) => names(header(&item, Within::Types)),
        _ => false,
    }
}
