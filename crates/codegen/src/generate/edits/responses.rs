//! Reads bodies of which the status chooses the type, successes without a body beside others that have one, errors of another
//! media type than JSON, and statuses beside the class that they are of.

use keyapi_spec::message::status::statuses;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Expr, ExprMatch, Ident, ImplItemFn, Lit, Pat, RangeLimits, parse_quote};

use super::wire::Wire;
use crate::generate::by_status::{is_boxed, pattern};
use crate::prepare::{OfStatus, UNKNOWN};

/// Changes the `match` of a call's statuses.
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
            let Wire { by_status, empty, untyped, .. } = self.wire;
            self.found = by_status.iter().all(|of_status| choose(expression, of_status, &response));
            unknown(expression, by_status, &response);
            // The generator has a class before the statuses of it.
            expression.arms.sort_by_key(|arm| matched(&arm.pat).map_or(u16::MAX, |(first, last)| last - first));
            for status in empty {
                let arm =
                    parse_quote!(_ => ResponseValue::empty(#response).map(|()| ::std::default::Default::default()),);
                insert(expression, status, "2XX", arm);
            }
            for status in untyped {
                insert(expression, status, "", parse_quote!(_ => Err(Error::UnexpectedResponse(#response)),));
            }
        }
        visit_mut::visit_expr_match_mut(self, expression);
    }
}

/// Reads the type of a status in its arm; whether there is one.
fn choose(expression: &mut ExprMatch, of_status: &OfStatus, response: &Ident) -> bool {
    let OfStatus { status, ty, variant, content } = of_status;
    let wanted = statuses(status);
    let Some(arm) = expression.arms.iter_mut().find(|arm| wanted.is_some() && matched(&arm.pat) == wanted) else {
        return false;
    };
    let variant = format_ident!("{variant}");
    let read = match content {
        Some(content) => {
            let make = match is_boxed(content) {
                true => quote!(|value| #ty::#variant(::std::boxed::Box::new(value))),
                false => quote!(#ty::#variant),
            };
            quote!(ResponseValue::<#content>::from_response(#response).await?.map(#make))
        }
        None => quote!(ResponseValue::empty(#response).map(|()| #ty::#variant)),
    };
    *arm.body = match of_status.is_success() {
        true => parse_quote!({ #read }),
        false => parse_quote!({
            let found: ::std::result::Result<ResponseValue<#ty>, Error<#ty>> = #read;
            Err(Error::ErrorResponse(found?))
        }),
    };
    true
}

/// Keeps the JSON of successes that the document does not have.
fn unknown(expression: &mut ExprMatch, by_status: &[OfStatus], response: &Ident) {
    let mut successes = by_status.iter().filter(|of_status| of_status.is_success()).peekable();
    let Some(OfStatus { ty, .. }) = successes.peek().copied() else { return };
    if successes.all(|of_status| of_status.status.parse::<u16>().is_ok()) {
        let unknown = format_ident!("{UNKNOWN}");
        let arm = parse_quote! {
            _ => ResponseValue::<::serde_json::Value>::from_response(#response).await?.map(#ty::#unknown),
        };
        insert(expression, "2XX", "", arm);
    }
}

/// Puts an arm for a status, or for a class of statuses, where it is reached.
fn insert(expression: &mut ExprMatch, status: &str, default: &str, mut arm: Arm) {
    let status = if status == "default" { default } else { status };
    // What is not documented is unexpected anyway.
    let Some((first, last)) = statuses(status) else { return };
    let is_exact = first == last;
    let pattern = pattern(status);
    arm.pat = parse_quote!(#pattern);
    // The last arm is the one for everything else.
    let at = if is_exact { 0 } else { expression.arms.len().saturating_sub(1) };
    expression.arms.insert(at, arm);
}

/// The first and the last of the statuses that a pattern matches.
fn matched(pattern: &Pat) -> Option<(u16, u16)> {
    let number = |expression: &Expr| match expression {
        Expr::Lit(syn::ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<u16>().ok(),
        _ => None,
    };
    match pattern {
        Pat::Lit(literal) => number(&Expr::Lit(literal.clone())).map(|status| (status, status)),
        Pat::Range(range) if matches!(range.limits, RangeLimits::Closed(_)) => {
            Some((number(range.start.as_deref()?)?, number(range.end.as_deref()?)?))
        }
        _ => None,
    }
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
