//! Has the typed httpmock extension match what a client sends, and keep the names that callers know.

use std::collections::HashMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::document::parameter::{ParameterType, Serialization, Style, parameter_type};
use keyapi_spec::document::template::{QueryFields, requests};
use keyapi_spec::document::{OperationKey, operation_id, operations};
use keyapi_spec::{Diagnostic, Naming};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprMethodCall, Ident, ImplItem, ImplItemFn, Item, ItemTrait, Lit, LitStr, Macro, Stmt, Token,
    TraitItem, TraitItemFn, Type, parse_quote,
};

use super::{MOCK_EDITS, QUERY_EDITS, defect, function};
use crate::deprecated::{former, renamed};
use crate::model::{by_id, ident};
use crate::prepare::rust_name;

/// The typed mocks of a document.
pub(crate) struct Mocks {
    /// By the name of the method.
    operations: HashMap<String, Mocked>,
    /// The methods, by the names of the types that say what is matched and what is answered.
    methods: HashMap<String, String>,
    diagnostics: Vec<Diagnostic>,
}

/// The typed mock of one operation.
struct Mocked {
    key: OperationKey,
    /// What the operation was called in releases before a person renamed it.
    former: Vec<Ident>,
    /// The parameters that are not found yet.
    parameters: Vec<MockedParameter>,
    /// What its path has in its query, until it is found.
    query: Option<FixedQuery>,
}

/// What the query of all requests of an operation has, as its path says.
pub(super) struct FixedQuery {
    fields: Vec<(String, String)>,
    /// What the queries of other operations of its path have, whose requests have all that those of this one have, and more.
    others: Vec<QueryFields>,
}

/// One parameter that a mock matches.
pub(super) struct MockedParameter {
    setter: Ident,
    /// The name by which the generator knows it.
    rust: String,
    /// The name on the wire.
    wire: String,
    /// What stands before the value in a path; nothing for a parameter that is elsewhere.
    prefix: Option<String>,
    /// What it was called in releases before a person renamed it.
    former: Vec<Ident>,
}

impl Mocks {
    /// `for_generator` is the document that the generator makes the extension of.
    pub(crate) fn of(resolved: &Value, for_generator: &Value) -> Self {
        let by_id = by_id(for_generator);
        let (mut all, mut methods) = (HashMap::new(), HashMap::new());
        let queries = queries(resolved);
        for key in operations(resolved) {
            let Some(operation) = resolved.pointer(&key.pointer) else { continue };
            let Some(of_generator) = by_id.get(operation_id(operation)) else { continue };
            let Some(method) = ident(&RustNames.method(operation_id(operation))) else { continue };
            let types = ["When", "Then"].map(|part| type_name(operation_id(operation), part));
            methods.extend(types.map(|name| (name, method.to_string())));
            let parameters = MockedParameter::all(resolved, operation, of_generator);
            let query = FixedQuery::of(&key, &queries);
            all.insert(method.to_string(), Mocked { key, former: former_idents(operation), parameters, query });
        }
        Self { operations: all, methods, diagnostics: Vec::new() }
    }

    /// What the edited mocks call.
    pub(crate) fn support(&self) -> TokenStream {
        let mut parameters = self.operations.values().flat_map(|mocked| &mocked.parameters);
        if !parameters.any(MockedParameter::is_in_path) {
            return TokenStream::new();
        }
        quote! {
            /// A regular expression of a text in a path, where a client may write any sign as its number.
            fn in_path(text: &str) -> String {
                let sign = |byte: u8| match byte.is_ascii_alphanumeric() {
                    true => char::from(byte).to_string(),
                    false => ::std::format!(r"(?:\x{byte:02X}|%{byte:02X})"),
                };
                text.bytes().map(sign).collect()
            }
        }
    }

    /// Edits one item of the extension, and adds items that come behind it.
    pub(crate) fn apply(&mut self, item: &mut Item, behind: &mut Vec<Item>) {
        match item {
            Item::Trait(item) if item.ident == "MockServerExt" => self.add_former_methods(item),
            Item::Struct(item) => behind.extend(self.former_types(&item.ident)),
            Item::Impl(item) => {
                let mut former = Vec::new();
                for function in item.items.iter_mut().filter_map(function) {
                    if let Some((key, query)) = self.take_query(&item.self_ty, function) {
                        self.diagnostics.extend(super::edit(QUERY_EDITS, "mock", &key, &query, function));
                        continue;
                    }
                    let Some((key, parameter)) = self.take(&item.self_ty, function) else { continue };
                    self.diagnostics.extend(super::edit(MOCK_EDITS, "mock", &key, &parameter, function));
                    former.extend(parameter.former.iter().map(|name| ImplItem::Fn(former_setter(name, function))));
                }
                item.items.extend(former);
            }
            _ => {}
        }
    }

    /// The parameter that a method of a type matches, and its operation.
    pub(super) fn take(&mut self, ty: &Type, function: &ImplItemFn) -> Option<(OperationKey, MockedParameter)> {
        let mocked = self.operations.get_mut(self.methods.get(&ty.to_token_stream().to_string())?)?;
        let at = mocked.parameters.iter().position(|parameter| parameter.setter == function.sig.ident)?;
        Some((mocked.key.clone(), mocked.parameters.swap_remove(at)))
    }

    /// The query that a type matches from the beginning, and its operation.
    pub(super) fn take_query(&mut self, ty: &Type, function: &ImplItemFn) -> Option<(OperationKey, FixedQuery)> {
        if function.sig.ident != "new" {
            return None;
        }
        let ty = ty.to_token_stream().to_string();
        let mocked = self.operations.get_mut(self.methods.get(&ty)?)?;
        Some((mocked.key.clone(), mocked.query.take_if(|_| ty.ends_with("When"))?))
    }

    /// What was to be edited and is not there.
    pub(crate) fn missed(self) -> Vec<Diagnostic> {
        let missing = self.operations.values().flat_map(|Mocked { key, parameters, query, .. }| {
            let lacks =
                |setter: &str| format!("the generated mock lacks the method `{setter}`, which has to be edited");
            let setters = parameters.iter().map(|parameter| parameter.setter.to_string());
            let made = query.iter().map(|_| "new".to_owned());
            setters.chain(made).map(move |name| defect(key, lacks(&name)))
        });
        super::sorted(missing.chain(self.diagnostics).collect())
    }

    fn add_former_methods(&self, item: &mut ItemTrait) {
        let former = item.items.iter().flat_map(|item| {
            let TraitItem::Fn(function) = item else { return Vec::new() };
            let former = self.operations.get(&function.sig.ident.to_string()).map(|mocked| mocked.former.as_slice());
            former.unwrap_or_default().iter().map(|name| TraitItem::Fn(former_method(name, function))).collect()
        });
        let former: Vec<TraitItem> = former.collect();
        item.items.extend(former);
    }

    fn former_types(&self, name: &Ident) -> Vec<Item> {
        let text = name.to_string();
        let mocked = self.methods.get(&text).and_then(|method| self.operations.get(method));
        let part = if text.ends_with("When") { "When" } else { "Then" };
        let (attribute, docs) = former_name(&text, &text);
        let former = mocked.into_iter().flat_map(|mocked| &mocked.former);
        let former = former.map(|former| type_name(&former.to_string(), part)).filter(|former| *former != text);
        former
            .map(|former| {
                let former = format_ident!("{former}");
                parse_quote!(#[doc = #docs] #attribute pub type #former = #name;)
            })
            .collect()
    }
}

/// The queries in the paths of a document, by method and path.
type Queries = HashMap<(String, String), Vec<QueryFields>>;

fn queries(document: &Value) -> Queries {
    let mut queries = Queries::new();
    for key in operations(document) {
        let (path, fields) = requests(&key.path);
        if !fields.is_empty() {
            queries.entry((key.method, path)).or_default().push(fields);
        }
    }
    queries
}

impl FixedQuery {
    fn of(key: &OperationKey, queries: &Queries) -> Option<Self> {
        let (path, own) = requests(&key.path);
        let has_more = |other: &&QueryFields| {
            let has = |(name, value): &(String, Option<String>)| {
                other.iter().any(|(known, given)| known == name && (value.is_none() || value == given))
            };
            other.len() > own.len() && own.iter().all(has)
        };
        let others = queries.get(&(key.method.clone(), path)).into_iter().flatten().filter(has_more).cloned();
        let others: Vec<QueryFields> = others.collect();
        let fields: Vec<_> = own.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        (!fields.is_empty() || !others.is_empty()).then_some(Self { fields, others })
    }
}

/// Has what is in the query of a path matched there, and no request of an operation whose path asks for more.
pub(super) fn match_query(query: &FixedQuery, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let Some(Stmt::Expr(Expr::Call(made), None)) = function.block.stmts.last_mut() else { return Err("Self") };
    let matched = made.args.first_mut().ok_or("matcher of the path")?;
    for (name, value) in &query.fields {
        *matched = parse_quote!(#matched.query_param(#name, #value));
    }
    for other in &query.others {
        let has_field = other.iter().map(|(name, value)| match value {
            Some(value) => quote!(query.iter().any(|(name, value)| name == #name && value == #value)),
            None => quote!(query.iter().any(|(name, _)| name == #name)),
        });
        *matched = parse_quote!(#matched.is_false(|request| {
            let query = request.query_params();
            #(#has_field)&&*
        }));
    }
    Ok(())
}

impl MockedParameter {
    /// The parameters that the generator has a mock match.
    fn all(document: &Value, operation: &Value, of_generator: &Value) -> Vec<Self> {
        let list = |of: &Value| of.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let known = list(of_generator);
        let is_known = |found: &&Value| known.iter().any(|known| known["name"] == rust_name(found));
        list(operation).iter().filter(is_known).filter_map(|found| Self::of(document, found)).collect()
    }

    fn of(document: &Value, found: &Value) -> Option<Self> {
        let wire = found.get("name").and_then(Value::as_str)?.to_owned();
        let Serialization { style, explode } = Serialization::of(found);
        let is_spread = explode && parameter_type(document, found) == ParameterType::Object;
        let prefix = match style {
            Style::Label => ".".to_owned(),
            // The names of an object that is spread are its own.
            Style::Matrix if is_spread => ";".to_owned(),
            Style::Matrix => format!(";{wire}="),
            _ => String::new(),
        };
        Some(Self {
            setter: ident(&RustNames.method(rust_name(found)))?,
            rust: rust_name(found).to_owned(),
            prefix: (found["in"] == "path").then_some(prefix),
            former: former_idents(found),
            wire,
        })
    }

    /// Whether the generator knows it by a name that is not sent. The template of a path has no names once it is sent.
    pub(super) fn is_renamed(&self) -> bool {
        self.rust != self.wire && !self.is_in_path()
    }

    pub(super) fn is_in_path(&self) -> bool {
        self.prefix.is_some()
    }
}

/// Has a parameter matched under its documented name.
pub(super) fn rename(parameter: &MockedParameter, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut names = Names { parameter, is_found: false };
    names.visit_block_mut(&mut function.block);
    if names.is_found { Ok(()) } else { Err("name of a parameter") }
}

struct Names<'a> {
    parameter: &'a MockedParameter,
    is_found: bool,
}

impl VisitMut for Names<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        let is_matcher = ["query_param", "query_param_missing", "header", "header_missing"];
        if is_matcher.iter().any(|matcher| call.method == matcher)
            && let Some(Expr::Lit(literal)) = call.args.first_mut()
            && let Lit::Str(name) = &mut literal.lit
            && name.value() == self.parameter.rust
        {
            *name = LitStr::new(&self.parameter.wire, Span::call_site());
            self.is_found = true;
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

/// Has a value matched as it stands in a path.
pub(super) fn match_in_path(parameter: &MockedParameter, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut values = Values { parameter, is_found: false };
    values.visit_block_mut(&mut function.block);
    if values.is_found { Ok(()) } else { Err("path") }
}

struct Values<'a> {
    parameter: &'a MockedParameter,
    is_found: bool,
}

impl VisitMut for Values<'_> {
    /// Rewrites `format!(expression, value.to_string())`.
    fn visit_macro_mut(&mut self, found: &mut Macro) {
        let arguments = found.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        let (true, Ok(mut arguments)) = (found.path.is_ident("format"), arguments) else { return };
        let Some(value) = arguments.get_mut(1) else { return };
        *value = match self.parameter.prefix.as_deref().unwrap_or_default() {
            "" => parse_quote!(super::in_path(&#value)),
            prefix => parse_quote!(super::in_path(&[#prefix, &#value].concat())),
        };
        found.tokens = arguments.into_token_stream();
        self.is_found = true;
    }
}

fn former_method(former: &Ident, of: &TraitItemFn) -> TraitItemFn {
    let name = &of.sig.ident;
    let (attribute, docs) = former_name(&name.to_string(), &format!("Self::{name}"));
    let mut function = of.clone();
    function.attrs = vec![parse_quote!(#[doc = #docs]), attribute];
    function.sig.ident = former.clone();
    function.default = Some(parse_quote!({ self.#name(config_fn) }));
    function.semi_token = None;
    function
}

fn former_setter(former: &Ident, of: &ImplItemFn) -> ImplItemFn {
    let name = &of.sig.ident;
    let (attribute, docs) = former_name(&name.to_string(), &format!("Self::{name}"));
    let block: Block = parse_quote!({ self.#name(value) });
    let mut function = of.clone();
    function.attrs = vec![parse_quote!(#[doc = #docs]), attribute];
    function.sig.ident = former.clone();
    function.block = block;
    function
}

/// The attribute and the documentation of a former name.
fn former_name(name: &str, link: &str) -> (syn::Attribute, String) {
    let docs = if name == link {
        format!("The former name of [`{name}`].")
    } else {
        format!("The former name of [`{name}`]({link}).")
    };
    let attribute = renamed(name);
    (parse_quote!(#attribute), docs)
}

fn former_idents(node: &Value) -> Vec<Ident> {
    former(node).filter_map(|name| ident(&RustNames.method(name))).collect()
}

/// The type that says what the mock of an operation matches (`When`), or what it answers (`Then`).
fn type_name(operation_id: &str, part: &str) -> String {
    format!("{}{part}", RustNames.request_type(operation_id))
}
