//! Calls by a method that reqwest has no function for.

use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, ImplItemFn, parse_quote};

use super::wire::Wire;

/// Makes `client.request(Method::OPTIONS, url)` of `client.options(url)`.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let method = wire.method.as_deref().unwrap_or_default();
    let mut edit = Methods { method, found: false };
    edit.visit_block_mut(&mut function.block);
    if edit.found { Ok(()) } else { Err("method") }
}

struct Methods<'a> {
    method: &'a str,
    found: bool,
}

impl VisitMut for Methods<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == self.method.to_ascii_lowercase() && matches!(&*call.receiver, Expr::Field(_)) {
            let constant = format_ident!("{}", self.method);
            call.method = format_ident!("request");
            call.args.insert(0, parse_quote!(::reqwest::Method::#constant));
            self.found = true;
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
