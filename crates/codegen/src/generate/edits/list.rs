//! Writes lists in a query or a form in one piece, where their style says so.
//!
//! reqwest encodes every element of a list that is repeated. What parts the elements stands between them as it is, so it is
//! put there when they are encoded (OpenAPI 3.0.4, appendix E).

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprCall, Ident, ImplItemFn, Lit, Local, Pat, Stmt, parse_quote};

use super::form::Form;
use super::wire::{Parameter, Wire};

/// What parts the elements of a list that is sent in one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// A comma. One inside an element is sent encoded.
    Comma,
    /// A space, which an element cannot have inside.
    Space,
    /// A pipe, which an element cannot have inside.
    Pipe,
}

impl Delimiter {
    /// The delimiter as it is sent.
    fn sent(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Space => "%20",
            Self::Pipe => "%7C",
        }
    }

    /// What an element must not have inside, since the style has no escape for it.
    pub(super) fn forbidden(self) -> Option<char> {
        match self {
            Self::Comma => None,
            Self::Space => Some(' '),
            Self::Pipe => Some('|'),
        }
    }
}

/// Makes the elements of each list stand together.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut edit =
        Elements { lists: wire.parameters.iter().filter(|parameter| parameter.delimiter.is_some()).collect() };
    edit.visit_block_mut(&mut function.block);
    if !edit.lists.is_empty() {
        return Err("parameter that is a list");
    }
    join(wire, &mut function.block).ok_or("request")
}

struct Elements<'a> {
    /// The lists that are not found yet. Each has one place.
    lists: Vec<&'a Parameter>,
}

impl VisitMut for Elements<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        let name = call.args.first().filter(|_| is_query_parameter(call)).and_then(text);
        let found = name.and_then(|name| self.lists.iter().position(|list| list.rust == name));
        if let Some(found) = found
            && let Some(value) = call.args.iter_mut().nth(1)
        {
            *value = texts(value, self.lists.swap_remove(found));
        }
        visit_mut::visit_expr_call_mut(self, call);
    }
}

/// Whether it is `QueryParam::new(name, value)`.
pub(super) fn is_query_parameter(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.segments.iter().any(|segment| segment.ident == "QueryParam"))
}

fn text(literal: &Expr) -> Option<String> {
    match literal {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A reference to a list, or to one that may be missing, as a reference to the texts of its elements.
fn texts(value: &Expr, parameter: &Parameter) -> Expr {
    let list = match value {
        Expr::Reference(reference) => &reference.expr,
        other => other,
    };
    let elements: Expr = match parameter.required {
        true => parse_quote!(#list.iter()),
        false => parse_quote!(#list.into_iter().flatten()),
    };
    let texts: Expr = parse_quote!(#elements.map(::std::string::ToString::to_string));
    match parameter.delimiter.and_then(Delimiter::forbidden) {
        None => parse_quote!(&#texts.collect::<::std::vec::Vec<String>>()),
        Some(forbidden) => {
            let name = &parameter.wire;
            parse_quote!(&list::texts(#name, #forbidden, #texts).map_err(Error::InvalidRequest)?)
        }
    }
}

/// Puts the elements of lists together in the request that the call has built; `None` if it builds none as progenitor
/// does.
fn join(wire: &Wire, block: &mut Block) -> Option<()> {
    let (at, request) = block.stmts.iter().enumerate().find_map(|(at, statement)| Some((at, request(statement)?)))?;
    let in_query = wire.parameters.iter().filter_map(|parameter| Some((&parameter.wire, parameter.delimiter?)));
    let in_query = in_query.map(|list| joining(&parse_quote!(join_query), &request, list));
    let in_body = wire.form.iter().flat_map(Form::lists);
    let in_body = in_body.map(|list| joining(&parse_quote!(join_body), &request, list));
    let joins: Vec<Stmt> = in_query.chain(in_body).collect();
    block.stmts.splice(at + 1..at + 1, joins);
    Some(())
}

fn joining(function: &Ident, request: &Ident, (name, delimiter): (&String, Delimiter)) -> Stmt {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let (first, between) = (format!("{name}="), delimiter.sent());
    parse_quote!(list::#function(&mut #request, #first, #between);)
}

/// The functions that rewritten calls call, as a module of the generated client.
pub(super) fn support() -> TokenStream {
    quote! {
        /// Writes lists in one piece.
        mod list {
            /// The elements, unless one of them holds what parts them and cannot be escaped.
            #[allow(dead_code)]
            pub(super) fn texts(name: &str, delimiter: char, elements: impl Iterator<Item = String>) -> Result<Vec<String>, String> {
                let check = |element: String| match element.contains(delimiter) {
                    true => Err(format!("an element of the parameter `{name}` has {delimiter:?} inside, which parts its elements and has no escape: send it without")),
                    false => Ok(element),
                };
                elements.map(check).collect()
            }

            /// Makes `a=1,2` of `a=1&a=2` in a query.
            #[allow(dead_code)]
            pub(super) fn join_query(request: &mut ::reqwest::Request, first: &str, between: &str) {
                let joined = request.url().query().map(|query| join(query, first, between));
                request.url_mut().set_query(joined.as_deref());
            }

            /// Makes `a=1,2` of `a=1&a=2` in a form.
            #[allow(dead_code)]
            pub(super) fn join_body(request: &mut ::reqwest::Request, first: &str, between: &str) {
                let form = request.body().and_then(::reqwest::Body::as_bytes).map(String::from_utf8_lossy);
                if let Some(joined) = form.map(|form| join(&form, first, between)) {
                    *request.body_mut() = Some(joined.into());
                }
            }

            fn join(pairs: &str, first: &str, between: &str) -> String {
                let mut joined = String::with_capacity(pairs.len());
                let mut is_inside = false;
                for pair in pairs.split('&') {
                    let value = pair.strip_prefix(first);
                    match value {
                        Some(value) if is_inside => joined.extend([between, value]),
                        _ if joined.is_empty() => joined.push_str(pair),
                        _ => joined.extend(["&", pair]),
                    }
                    is_inside = value.is_some();
                }
                joined
            }
        }
    }
}

/// The variable in `let mut request = ….build()?`.
fn request(statement: &Stmt) -> Option<Ident> {
    let Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) = statement else { return None };
    let Expr::Try(build) = &*init.expr else { return None };
    matches!(&*build.expr, Expr::MethodCall(call) if call.method == "build").then(|| name.ident.clone())
}
