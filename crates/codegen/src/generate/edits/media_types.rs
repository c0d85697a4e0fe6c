//! Says in `Content-Type` and `Accept` which media types a call sends and accepts.

use quote::format_ident;
use syn::{Expr, ImplItemFn, Stmt, parse_quote};

use super::is_ident;
use super::wire::Wire;

/// Sets headers behind the one that every call sends, in the map that has the last word.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let block = &mut function.block;
    let mut wanted: Vec<Stmt> = Vec::new();
    for (header, value) in [("CONTENT_TYPE", &wire.content_type), ("ACCEPT", &wire.accept)] {
        let Some(value) = value else { continue };
        let name = format_ident!("{header}");
        let set: Stmt = parse_quote! {
            header_map.insert(::reqwest::header::#name, ::reqwest::header::HeaderValue::from_static(#value));
        };
        wanted.push(match header {
            "CONTENT_TYPE" if wire.optional_body => parse_quote!(if body.is_some() { #set }),
            _ => set,
        });
    }
    let is_first = |statement: &Stmt| matches!(statement, Stmt::Expr(Expr::MethodCall(call), _) if call.method == "append" && is_ident(&call.receiver, "header_map"));
    match block.stmts.iter().position(is_first) {
        Some(at) => {
            block.stmts.splice(at + 1..at + 1, wanted);
            Ok(())
        }
        None => Err("header_map"),
    }
}
