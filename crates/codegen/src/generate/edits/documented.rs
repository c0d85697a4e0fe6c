//! Documents every field: typify documents those that have a description.

use proc_macro2::Span;
use syn::{AttrStyle, Attribute, Expr, ExprLit, Ident, Item, Lit, LitStr, Meta, MetaNameValue};

use crate::fields::{EXTRA, FieldDocs};

/// Documents the fields of a type.
pub(super) fn apply(docs: &FieldDocs, modules: &[String], item: &mut Item) {
    let Item::Struct(item) = item else { return };
    let Some(of_type) = docs.get(&item.ident.to_string()).filter(|_| modules == ["types"]) else { return };
    for field in &mut item.fields {
        let Some(name) = field.ident.as_ref().map(ToString::to_string) else { continue };
        let is_extra = name == keyapi_rust_names::UNKNOWN_KEYS;
        if let Some(text) = of_type.get(&name).map(String::as_str).or(is_extra.then_some(EXTRA)) {
            field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
            field.attrs.insert(0, doc(text));
        }
    }
}

/// An attribute with documentation. There are so many that to have them parsed takes as long as other stages do.
fn doc(text: &str) -> Attribute {
    let value = Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(LitStr::new(text, Span::call_site())) });
    let path = Ident::new("doc", Span::call_site()).into();
    Attribute {
        pound_token: Default::default(),
        style: AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: Meta::NameValue(MetaNameValue { path, eq_token: Default::default(), value }),
    }
}
