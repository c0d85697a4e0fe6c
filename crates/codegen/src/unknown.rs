//! Lets objects be built without the members that no property names.

use syn::visit_mut::{self, VisitMut};
use syn::{FieldValue, Item, ItemImpl, Member, parse_quote};

use keyapi_spec::rust_names::UNKNOWN_KEYS;

/// Makes the map of unknown members empty where progenitor's builders want to be given one.
pub(crate) fn apply(modules: &[String], item: &mut Item) {
    if modules.first().is_some_and(|module| module == "types") {
        Builders.visit_item_mut(item);
    }
}

struct Builders;

impl VisitMut for Builders {
    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        let is_default = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        if is_default.is_some_and(|segment| segment.ident == "Default") {
            visit_mut::visit_item_impl_mut(self, item);
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if matches!(&field.member, Member::Named(name) if name == UNKNOWN_KEYS) {
            field.expr = parse_quote!(Ok(::std::default::Default::default()));
        }
    }
}
