//! Reads successes without a body beside others that have one, and errors of another media type than JSON.

use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Expr, ExprMatch, Ident, ImplItemFn, Pat, parse_quote};

use super::wire::Wire;

/// Adds arms to the `match` of a call's statuses.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut edit = Statuses { wire, found: false };
    edit.visit_block_mut(&mut function.block);
    if edit.found { Ok(()) } else { Err("match") }
}

struct Statuses<'a> {
    wire: &'a Wire,
    found: bool,
}

impl VisitMut for Statuses<'_> {
    fn visit_expr_match_mut(&mut self, expression: &mut ExprMatch) {
        if let Some(response) = response(&expression.expr) {
            for status in &self.wire.empty {
                let arm =
                    parse_quote!(_ => ResponseValue::empty(#response).map(|()| ::std::default::Default::default()),);
                insert(expression, status, "2XX", arm);
            }
            for status in &self.wire.untyped {
                insert(expression, status, "", parse_quote!(_ => Err(Error::UnexpectedResponse(#response)),));
            }
            self.found = true;
        }
        visit_mut::visit_expr_match_mut(self, expression);
    }
}

/// Puts an arm for a status, or for a class of statuses, where it is reached.
fn insert(expression: &mut ExprMatch, status: &str, default: &str, mut arm: Arm) {
    let status = if status == "default" { default } else { status };
    let class: Option<u16> =
        status.chars().next().and_then(|digit| digit.to_digit(10)).and_then(|digit| u16::try_from(digit * 100).ok());
    let pattern: Option<Pat> = match (status.parse::<u16>(), class) {
        (Ok(status), _) => Some(parse_quote!(#status)),
        (Err(_), Some(first)) => {
            let last = first + 99;
            Some(parse_quote!(#first..=#last))
        }
        // What is not documented is unexpected anyway.
        (Err(_), None) => None,
    };
    let Some(pattern) = pattern else { return };
    let is_exact = status.parse::<u16>().is_ok();
    arm.pat = pattern;
    // The last arm is the one for everything else.
    let at = if is_exact { 0 } else { expression.arms.len().saturating_sub(1) };
    expression.arms.insert(at, arm);
}

/// The response in `response.status().as_u16()`.
fn response(expression: &Expr) -> Option<Ident> {
    let Expr::MethodCall(number) = expression else { return None };
    let Expr::MethodCall(status) = &*number.receiver else { return None };
    if number.method != "as_u16" || status.method != "status" {
        return None;
    }
    match &*status.receiver {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}
