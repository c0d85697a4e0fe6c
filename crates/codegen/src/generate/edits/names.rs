//! Sends parameters under their documented names, where the generator knows them by another.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprMethodCall, ImplItemFn, Lit, LitStr};

use super::parameters;
use super::wire::{Renamed, Wire};

/// Renames the parameters in the query and in the headers; the template of a path is rewritten as a whole.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut edit = Names { left: wire.renamed.iter().collect() };
    edit.visit_block_mut(&mut function.block);
    if edit.left.is_empty() { Ok(()) } else { Err("name of a parameter") }
}

struct Names<'a> {
    /// The parameters that are not renamed yet. Each has one place.
    left: Vec<&'a Renamed>,
}

impl VisitMut for Names<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if parameters::is_query_parameter(call) {
            self.rename(call.args.first_mut());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "append" {
            self.rename(call.args.first_mut());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

impl Names<'_> {
    fn rename(&mut self, name: Option<&mut Expr>) {
        let Some(Expr::Lit(literal)) = name else { return };
        let Lit::Str(name) = &mut literal.lit else { return };
        if let Some(at) = self.left.iter().position(|parameter| parameter.rust == name.value()) {
            let parameter = self.left.swap_remove(at);
            *name = LitStr::new(&parameter.wire, Span::call_site());
        }
    }
}
