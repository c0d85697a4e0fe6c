//! Makes the edits of one generated method.

use proc_macro2::Span;
use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprCall, ExprMatch, ExprMethodCall, FnArg, Ident, ImplItemFn, Lit, LitStr, Pat, Stmt,
    parse_quote,
};

use super::{Parameter, Wire, list};

/// Makes the rewrites, and gives what was to be rewritten and is not there.
pub(super) fn rewrite(wire: &Wire, function: &mut ImplItemFn) -> Vec<String> {
    let mut missing = Vec::new();
    let block = &mut function.block;
    missing.extend(headers(wire, block));
    if let Some(path) = &wire.path
        && path.rewrite(block).is_none()
    {
        missing.push("url".to_owned());
    }
    if wire.has_lists() && list::join(wire, block).is_none() {
        missing.push("request".to_owned());
    }
    let mut calls = Calls { wire, found: Vec::new() };
    calls.visit_block_mut(block);
    if wire.optional_body {
        missing.extend(optional_body(function));
    }
    let wanted = wire.parameters.iter().map(|parameter| parameter.rust.clone());
    let wanted = wanted.chain(wire.method.clone());
    let wanted = wanted.chain(wire.form.as_ref().map(|_| "form_urlencoded".to_owned()));
    let wanted = wanted.chain((!wire.empty.is_empty() || !wire.untyped.is_empty()).then(|| "match".to_owned()));
    missing.extend(wanted.filter(|wanted| !calls.found.contains(wanted)));
    missing
}

/// Sets headers behind the one that every call sends, in the map that has the last word.
fn headers(wire: &Wire, block: &mut Block) -> Option<String> {
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
    if wanted.is_empty() {
        return None;
    }
    let is_first = |statement: &Stmt| matches!(statement, Stmt::Expr(Expr::MethodCall(call), _) if call.method == "append" && is_ident(&call.receiver, "header_map"));
    match block.stmts.iter().position(is_first) {
        Some(at) => {
            block.stmts.splice(at + 1..at + 1, wanted);
            None
        }
        None => Some("header_map".to_owned()),
    }
}

/// Makes the body an option, and what is set with it depend on it.
fn optional_body(function: &mut ImplItemFn) -> Option<String> {
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
            None
        }
        _ => Some("body".to_owned()),
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

/// What the body is set on in `request.json(&body)`, `request.form_urlencoded(&body)?` and `request.header(…).body(body)`.
fn body_receiver(expression: &mut Expr) -> Option<&mut Expr> {
    let set = match expression {
        Expr::Try(tried) => &mut *tried.expr,
        other => other,
    };
    let Expr::MethodCall(call) = set else { return None };
    match (call.method.to_string().as_str(), call.args.first()?) {
        ("json" | "form_urlencoded", Expr::Reference(_)) => Some(&mut call.receiver),
        // The header before it says what the body is.
        ("body", body) if is_ident(body, "body") => match &mut *call.receiver {
            Expr::MethodCall(header) => Some(&mut header.receiver),
            _ => None,
        },
        _ => None,
    }
}

struct Calls<'a> {
    wire: &'a Wire,
    found: Vec<String>,
}

impl VisitMut for Calls<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        let is_query = matches!(&*call.func, Expr::Path(path) if path.path.segments.iter().any(|segment| segment.ident == "QueryParam"));
        if is_query && let Some(parameter) = self.parameter(call.args.first()) {
            if let Some(delimiter) = parameter.delimiter
                && let Some(value) = call.args.iter_mut().nth(1)
            {
                *value = list::texts(value, parameter, delimiter);
            }
            rename(call.args.first_mut(), parameter);
            self.found.push(parameter.rust.clone());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "append"
            && let Some(parameter) = self.parameter(call.args.first())
        {
            rename(call.args.first_mut(), parameter);
            self.found.push(parameter.rust.clone());
        }
        if let Some(form) = &self.wire.form
            && call.method == "form_urlencoded"
        {
            self.found.extend(form.rewrite(call).map(|()| "form_urlencoded".to_owned()));
        }
        if let Some(method) = &self.wire.method
            && call.method == method.to_ascii_lowercase()
            && matches!(&*call.receiver, Expr::Field(_))
        {
            let constant = format_ident!("{method}");
            call.method = format_ident!("request");
            call.args.insert(0, parse_quote!(::reqwest::Method::#constant));
            self.found.push(method.clone());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

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
            self.found.push("match".to_owned());
        }
        visit_mut::visit_expr_match_mut(self, expression);
    }
}

impl<'a> Calls<'a> {
    fn parameter(&self, name: Option<&Expr>) -> Option<&'a Parameter> {
        let Some(Expr::Lit(literal)) = name else { return None };
        let Lit::Str(name) = &literal.lit else { return None };
        self.wire.parameters.iter().find(|parameter| parameter.rust == name.value())
    }
}

fn rename(name: Option<&mut Expr>, parameter: &Parameter) {
    if let Some(name) = name {
        let wire = LitStr::new(&parameter.wire, Span::call_site());
        *name = parse_quote!(#wire);
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

fn is_ident(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(name))
}
