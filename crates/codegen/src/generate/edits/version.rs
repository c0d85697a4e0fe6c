//! Sends no version of the document with a call.

use syn::{Expr, ExprLit, ImplItemFn, Lit, Pat, Stmt, parse_quote};

use super::is_ident;
use super::wire::Wire;

/// Takes the header out, and the room for it: without headers of its own, a call makes none.
pub(super) fn edit(_: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let statements = &mut function.block.stmts;
    let at = statements.iter().position(is_version).ok_or("api-version")?;
    statements.remove(at);
    let map = statements.iter_mut().find(|statement| is_map(statement)).ok_or("header_map")?;
    *map = parse_quote!(let mut header_map = ::reqwest::header::HeaderMap::new(););
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
