//! Lets a call go without a body that need not be given.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, ImplItemFn, Pat, parse_quote};

use super::is_ident;
use super::wire::Wire;

/// Makes the body an option, and what is set with it depend on it.
pub(super) fn edit(_: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut edit = OptionalBody { found: false };
    edit.visit_block_mut(&mut function.block);
    let argument = function.sig.inputs.iter_mut().find_map(|argument| match argument {
        FnArg::Typed(argument) if matches!(&*argument.pat, Pat::Ident(name) if name.ident == "body") => Some(argument),
        _ => None,
    });
    match argument {
        Some(argument) if edit.found => {
            let ty = &argument.ty;
            *argument.ty = parse_quote!(Option<#ty>);
            Ok(())
        }
        _ => Err("body"),
    }
}

struct OptionalBody {
    found: bool,
}

impl VisitMut for OptionalBody {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        // The question mark behind a call belongs to the call, so the whole is looked at before its parts.
        let Some(request) = body_receiver(expression) else {
            return visit_mut::visit_expr_mut(self, expression);
        };
        let request = std::mem::replace(request, parse_quote!(request));
        *expression = parse_quote! {{
            let request = #request;
            match body {
                Some(body) => #expression,
                None => request,
            }
        }};
        self.found = true;
    }
}

/// What the body is set on in `request.json(&body)`, `request.header(…).body(parameter_style::form(&body, …)?)` and
/// `request.header(…).body(body)`.
fn body_receiver(expression: &mut Expr) -> Option<&mut Expr> {
    let set = match expression {
        Expr::Try(tried) => &mut *tried.expr,
        other => other,
    };
    let Expr::MethodCall(call) = set else { return None };
    match (call.method.to_string().as_str(), call.args.first()?) {
        ("json", Expr::Reference(_)) => Some(&mut call.receiver),
        // The header before it says what the body is.
        ("body", body) if is_ident(body, "body") || is_form(body) => match &mut *call.receiver {
            Expr::MethodCall(header) => Some(&mut header.receiver),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is the text of a form, `parameter_style::form(…)…?`.
fn is_form(written: &Expr) -> bool {
    let Expr::Try(tried) = written else { return false };
    let Expr::MethodCall(map_err) = &*tried.expr else { return false };
    let Expr::Call(form) = &*map_err.receiver else { return false };
    matches!(&*form.func, Expr::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "form"))
}
