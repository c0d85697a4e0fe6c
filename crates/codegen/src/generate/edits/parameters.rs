//! Has parameters written in their styles, where progenitor would write them otherwise or not at all.
//!
//! What writes them is `crates/runtime/src/request/parameter_style.rs`, of which a client without a runtime has a copy. A query of
//! which one parameter is written so is written so as a whole, so that its parameters stay in order.

use keyapi_spec::document::parameter::{ParameterType, Serialization, Style, parameter_type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprCall, ExprMethodCall, Ident, ImplItemFn, Lit, Local, Pat, Stmt, parse_quote};

use super::is_ident;
use super::wire::Wire;
use crate::generate::{Responses, copied};
use crate::prepare::rust_name;

/// A parameter that is written in its style.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Styled {
    /// The name by which the generator knows it.
    pub(super) rust: String,
    pub(super) place: Place,
    pub(super) name: String,
    serialization: Serialization,
    allow_reserved: bool,
}

/// Where a parameter is that is not part of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    Header,
    Cookie,
}

/// Has parameters written in their styles.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let of = |place| wire.styled.iter().filter(move |styled| styled.place == place);
    query(of(Place::Query).collect(), &mut function.block)?;
    headers(of(Place::Header).collect(), &mut function.block)?;
    cookies(of(Place::Cookie).collect(), &mut function.block)
}

/// The functions that rewritten calls call, as a module of the generated client or from the runtime.
pub(super) fn support(responses: Responses<'_>) -> TokenStream {
    match responses {
        Responses::Raw { .. } => quote!(
            use ::keyapi_runtime::codegen::parameter_style;
        ),
        Responses::Typed => {
            let source = include_str!("../../../../runtime/src/request/parameter_style.rs");
            copied("parameter_style", source, TokenStream::new())
        }
    }
}

/// The expression that says how a value is written.
pub(super) fn serialization(
    name: &str,
    Serialization { style, explode }: Serialization,
    allow_reserved: bool,
) -> TokenStream {
    let style = format_ident!("{style:?}");
    let reserved = if allow_reserved { quote!(.with_reserved()) } else { TokenStream::new() };
    quote!(parameter_style::Serialization::new(#name, parameter_style::Style::#style, #explode) #reserved)
}

impl Styled {
    /// The parameters of an operation that are written in their styles.
    pub(super) fn all(document: &Value, parameters: &[Value]) -> Vec<Self> {
        let styled = |found: &&Value| !is_plain(document, found);
        let is_query = |found: &Value| found["in"] == "query";
        let has_styled_query = parameters.iter().filter(styled).any(is_query);
        let all = parameters.iter().filter(|found| has_styled_query && is_query(found) || styled(found));
        all.filter_map(Self::of).collect()
    }

    fn of(found: &Value) -> Option<Self> {
        let place = match found["in"].as_str()? {
            "query" => Place::Query,
            "header" => Place::Header,
            "cookie" => Place::Cookie,
            _ => return None,
        };
        Some(Self {
            rust: rust_name(found).to_owned(),
            place,
            name: found["name"].as_str()?.to_owned(),
            serialization: Serialization::of(found),
            allow_reserved: place == Place::Query && found["allowReserved"] == true,
        })
    }

    /// The value of a variable, written.
    fn written(&self, value: &Expr) -> TokenStream {
        let serialization = serialization(&self.name, self.serialization, self.allow_reserved);
        let function = match self.place {
            Place::Query => format_ident!("query"),
            Place::Header => format_ident!("header"),
            Place::Cookie => format_ident!("cookie"),
        };
        quote!(parameter_style::#function(&#serialization, &#value).map_err(Error::InvalidRequest)?)
    }
}

/// Whether progenitor writes a parameter as its style says. Paths are no part of this.
fn is_plain(document: &Value, found: &Value) -> bool {
    let kind = parameter_type(document, found);
    match (found["in"].as_str(), kind) {
        (Some("query"), _) if found["allowReserved"] == true => false,
        // It gives a whole number a fraction, which it has nowhere else.
        (Some("query"), ParameterType::Scalar("number") | ParameterType::List("number")) => false,
        (Some("query"), ParameterType::List(_) | ParameterType::ListOfOthers) => {
            let Serialization { style, explode } = Serialization::of(found);
            explode && style != Style::DeepObject
        }
        // A header does not keep the white space around a text.
        (Some("header"), ParameterType::Scalar(kind)) => kind != "string",
        (Some("query"), ParameterType::Scalar(_) | ParameterType::Other) => true,
        (Some("query" | "header" | "cookie"), _) => false,
        _ => true,
    }
}

fn query(mut styled: Vec<&Styled>, block: &mut Block) -> Result<(), &'static str> {
    if styled.is_empty() {
        return Ok(());
    }
    let mut taken = Query { styled: &mut styled, values: Vec::new() };
    taken.visit_block_mut(block);
    let values = taken.values;
    if !styled.is_empty() {
        return Err("parameter of the query");
    }
    let built = block.stmts.iter().enumerate().find_map(|(at, statement)| Some((at, request(statement)?)));
    let (at, request) = built.ok_or("request")?;
    block.stmts.insert(at + 1, parse_quote!(parameter_style::add_query(&mut #request, &[#(#values),*]);));
    Ok(())
}

/// Takes the parameters of a query out of the request that is built.
struct Query<'a, 'b> {
    /// Those that are not found yet. Each has one place.
    styled: &'b mut Vec<&'a Styled>,
    values: Vec<TokenStream>,
}

impl VisitMut for Query<'_, '_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        // What is called first stands inside, so it is looked at before what is called after it.
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(ExprMethodCall { method, receiver, args, .. }) = expression else { return };
        let parameter = args.first().filter(|_| method == "query").and_then(query_parameter);
        let Some((name, value)) = parameter else { return };
        if let Some(at) = self.styled.iter().position(|styled| styled.rust == name) {
            self.values.push(self.styled.swap_remove(at).written(value));
            *expression = std::mem::replace(receiver, parse_quote!(()));
        }
    }
}

/// Name and value of `&QueryParam::new(name, &value)`.
fn query_parameter(argument: &Expr) -> Option<(String, &Expr)> {
    let Expr::Reference(reference) = argument else { return None };
    let Expr::Call(call) = &*reference.expr else { return None };
    let name = call.args.first().filter(|_| is_query_parameter(call)).and_then(text)?;
    match call.args.get(1)? {
        Expr::Reference(value) => Some((name, &value.expr)),
        _ => None,
    }
}

fn headers(styled: Vec<&Styled>, block: &mut Block) -> Result<(), &'static str> {
    for styled in styled {
        let (at, value) = header(block, &styled.rust).ok_or("header")?;
        let (name, written) = (&styled.name, styled.written(&value));
        block.stmts[at] = parse_quote! {
            if let Some(value) = #written {
                header_map.append(#name, value.try_into()?);
            }
        };
    }
    Ok(())
}

/// All cookies are one header, which stands where the first of them does.
fn cookies(styled: Vec<&Styled>, block: &mut Block) -> Result<(), &'static str> {
    let mut written = Vec::new();
    let mut first = block.stmts.len();
    for styled in &styled {
        let (at, value) = header(block, &styled.rust).ok_or("cookie")?;
        written.push(styled.written(&value));
        block.stmts.remove(at);
        first = first.min(at);
    }
    if !styled.is_empty() {
        let set = parse_quote! {
            if let Some(value) = parameter_style::cookies(&[#(#written),*]) {
                header_map.append(::reqwest::header::COOKIE, value.try_into()?);
            }
        };
        block.stmts.insert(first, set);
    }
    Ok(())
}

/// The statement that appends a header, and the variable that has its value.
fn header(block: &Block, name: &str) -> Option<(usize, Expr)> {
    block.stmts.iter().enumerate().find_map(|(at, statement)| match statement {
        Stmt::Expr(Expr::MethodCall(call), _) => Some((at, appended(call, name)?.clone())),
        Stmt::Expr(Expr::If(optional), _) => {
            let Expr::Let(found) = &*optional.cond else { return None };
            let Stmt::Expr(Expr::MethodCall(call), _) = optional.then_branch.stmts.first()? else { return None };
            appended(call, name).map(|_| (at, (*found.expr).clone()))
        }
        _ => None,
    })
}

/// What has its text appended under a name, in `header_map.append(name, value.to_string().try_into()?)`.
fn appended<'a>(call: &'a ExprMethodCall, name: &str) -> Option<&'a Expr> {
    let is_own = call.method == "append" && is_ident(&call.receiver, "header_map");
    let own = call.args.first().filter(|_| is_own).and_then(text).filter(|own| own == name);
    let (Some(_), Expr::Try(tried)) = (own, call.args.get(1)?) else { return None };
    let Expr::MethodCall(convert) = &*tried.expr else { return None };
    let Expr::MethodCall(to_string) = &*convert.receiver else { return None };
    Some(&to_string.receiver)
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

/// The variable in `let mut request = ….build()?`.
fn request(statement: &Stmt) -> Option<Ident> {
    let Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) = statement else { return None };
    let Expr::Try(build) = &*init.expr else { return None };
    matches!(&*build.expr, Expr::MethodCall(call) if call.method == "build").then(|| name.ident.clone())
}
