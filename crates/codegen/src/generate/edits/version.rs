//! Sends no version of the document with a call.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprLit, ExprMethodCall, ImplItemFn, Lit, Pat, Stmt, parse_quote};

use super::is_ident;
use super::wire::Wire;

/// Takes the header out, and the room for it: without headers of its own, a call makes none.
pub(super) fn edit(_: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let statements = &mut function.block.stmts;
    let at = statements.iter().position(is_version).ok_or("api-version")?;
    statements.remove(at);
    let map = statements.iter().position(is_map).ok_or("header_map")?;
    statements[map] = match statements.iter_mut().any(adds) {
        true => parse_quote!(let mut header_map = ::reqwest::header::HeaderMap::new();),
        // The compiler warns of what need not be `mut`.
        false => parse_quote!(let header_map = ::reqwest::header::HeaderMap::new();),
    };
    Ok(())
}

/// Whether it is `header_map.append(HeaderName::from_static("api-version"), …)`.
fn is_version(statement: &Stmt) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else { return false };
    let Some(Expr::Call(name)) = call.args.first() else { return false };
    let is_name = |argument: &Expr| match argument {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => name.value() == "api-version",
        _ => false,
    };
    call.method == "append" && is_ident(&call.receiver, "header_map") && name.args.first().is_some_and(is_name)
}

/// Whether it is `let mut header_map = …`.
fn is_map(statement: &Stmt) -> bool {
    let Stmt::Local(local) = statement else { return false };
    matches!(&local.pat, Pat::Ident(name) if name.ident == "header_map")
}

/// Whether a statement puts a header into `header_map`.
fn adds(statement: &mut Stmt) -> bool {
    let mut adds = Adds(false);
    adds.visit_stmt_mut(statement);
    adds.0
}

struct Adds(bool);

impl VisitMut for Adds {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        self.0 |= is_ident(&call.receiver, "header_map") && ["append", "insert"].iter().any(|name| call.method == name);
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
