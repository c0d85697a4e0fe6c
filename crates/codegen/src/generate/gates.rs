//! Which of the generated code is there for which features: what is about the operations of some tags is behind theirs.
//!
//! A type is behind the features of all operations that reach it, through whatever other types. What no operation reaches,
//! or one without a tag does, is always there.

use std::collections::{BTreeSet, HashMap, HashSet};

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::{operation_id, operations};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{
    Arm, Attribute, Expr, GenericArgument, Ident, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, Lit, Member, Pat,
    PathArguments, ReturnType, Type, parse_quote,
};

use super::edits::in_types;
use super::items::Items;
use crate::features;
use crate::prepare::Prepared;

/// The features of which one has to be on.
type Features = BTreeSet<String>;

/// What is not always there, by its name.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    /// Operations by their ids.
    ids: HashMap<String, Features>,
    /// Operations by the names of their methods.
    methods: HashMap<String, Features>,
    /// Operations by the names of their request types.
    requests: HashMap<String, Features>,
    /// Types of the module `types`.
    types: HashMap<String, Features>,
}

impl Gates {
    /// Works out what of a client belongs to which tags.
    pub(crate) fn of(resolved: &Value, prepared: &Prepared, client: &TokenStream) -> Self {
        let mut gates = Self::default();
        let types = declared_types(client);
        let mut always: HashSet<&str> = HashSet::new();
        let mut reached: HashMap<&str, Features> = HashMap::new();
        let refers = references_of_operations(&prepared.document);
        for key in operations(resolved) {
            let Some(operation) = resolved.pointer(&key.pointer) else { continue };
            let (id, features) = (operation_id(operation), features::of_operation(operation));
            let roots = refers.get(id).into_iter().flatten().map(String::as_str);
            let types = reach(roots, &types);
            if features.is_empty() {
                always.extend(types);
                continue;
            }
            types.into_iter().for_each(|name| reached.entry(name).or_default().extend(features.iter().cloned()));
            gates.methods.insert(RustNames.method(id), features.clone());
            gates.requests.insert(RustNames.request_type(id), features.clone());
            gates.ids.insert(id.to_owned(), features);
        }
        // An alias asks for nothing, and is there with what it stands for.
        let unreached =
            types.iter().filter(|(name, declared)| !declared.is_alias && !reached.contains_key(name.as_str()));
        always.extend(reach(unreached.map(|(name, _)| name.as_str()), &types));
        let behind = reached.into_iter().filter(|(name, _)| !always.contains(name));
        gates.types = behind.map(|(name, features)| (name.to_owned(), features)).collect();
        gates
    }

    /// Puts an item of the generated code, or parts of it, behind features.
    pub(crate) fn apply(&self, modules: &[String], item: &mut Item) {
        if self.ids.is_empty() {
            return;
        }
        let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
        match (modules.as_slice(), &mut *item) {
            ([], Item::Impl(ItemImpl { self_ty, trait_: None, items, .. })) if is_client(self_ty) => {
                items.iter_mut().for_each(|item| self.apply_to_method(item));
            }
            ([], Item::Static(item)) => Elements(self).visit_item_static_mut(item),
            ([], Item::Fn(item)) => Arms(&self.ids).visit_item_fn_mut(item),
            (["types"], Item::Fn(item)) => Arms(&self.types).visit_item_fn_mut(item),
            _ => {}
        }
        let behind = match (modules.as_slice(), &*item) {
            ([], Item::Impl(item)) => with_names(&self.types, header(item, Within::Root)),
            (["types"], Item::Impl(item)) => with_names(&self.types, header(item, Within::Types)),
            (["types"], Item::Struct(item)) => with_names(&self.types, item.ident.to_token_stream()),
            (["types"], Item::Enum(item)) => with_names(&self.types, item.ident.to_token_stream()),
            (["types"], Item::Type(item)) => with_names(&self.types, of_type(&item.ty, Within::Types)),
            (["types", "defaults"], Item::Fn(item)) => with_names(&self.types, output(item)),
            (["operations"], Item::Struct(item)) => with_names(&self.requests, item.ident.to_token_stream()),
            (["operations"], Item::Type(item)) => with_names(&self.requests, item.ty.to_token_stream()),
            (["operations"], Item::Impl(item)) => with_names(&self.requests, item.self_ty.to_token_stream()),
            _ => BTreeSet::new(),
        };
        if let Some(attributes) = attributes(item) {
            behind.into_iter().for_each(|features| put_behind(attributes, features));
        }
    }

    fn apply_to_method(&self, item: &mut ImplItem) {
        let ImplItem::Fn(function) = item else { return };
        // The generator puts an underscore behind a keyword.
        let name = function.sig.ident.to_string();
        let by_name = self.methods.get(&name).or_else(|| self.methods.get(name.trim_end_matches('_')));
        // A former name of an operation makes the same request.
        if let Some(features) = by_name.or_else(|| self.requests.get(&made(function)?.to_string())) {
            put_behind(&mut function.attrs, features);
        }
    }
}

/// Elements of a list: constants of operations, and what is said of those that they name.
struct Elements<'a>(&'a Gates);

impl VisitMut for Elements<'_> {
    fn visit_expr_array_mut(&mut self, array: &mut syn::ExprArray) {
        let Self(gates) = self;
        for element in &mut array.elems {
            let (attributes, behind) = match element {
                Expr::Path(path) => {
                    let behind = with_names(&gates.requests, path.to_token_stream());
                    (&mut path.attrs, behind.into_iter().next())
                }
                Expr::Struct(of) => {
                    let name =
                        of.fields.iter().find(|field| matches!(&field.member, Member::Named(name) if name == "name"));
                    let name = name.and_then(|field| text(&field.expr));
                    (&mut of.attrs, name.and_then(|name| gates.ids.get(&name)))
                }
                _ => continue,
            };
            behind.into_iter().for_each(|features| put_behind(attributes, features));
        }
    }
}

/// Arms of a match, by their texts.
struct Arms<'a>(&'a HashMap<String, Features>);

impl VisitMut for Arms<'_> {
    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        if let Pat::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) = &arm.pat
            && let Some(features) = self.0.get(&text.value())
        {
            put_behind(&mut arm.attrs, features);
        }
        // What is in an arm is behind what the arm is behind.
    }
}

/// What a literal says.
fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The features of everything that is named in the tokens.
fn with_names(features: &HashMap<String, Features>, tokens: TokenStream) -> BTreeSet<&Features> {
    names(tokens).iter().filter_map(|name| features.get(name)).collect()
}

fn put_behind(attributes: &mut Vec<Attribute>, features: &Features) {
    let attribute = match features.iter().collect::<Vec<_>>().as_slice() {
        [feature] => parse_quote!(#[cfg(feature = #feature)]),
        features => parse_quote!(#[cfg(any(#(feature = #features),*))]),
    };
    // Documentation stays on top.
    let at = attributes.iter().take_while(|attribute| attribute.path().is_ident("doc")).count();
    attributes.insert(at, attribute);
}

fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        _ => None,
    }
}

fn is_client(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Client"))
}

/// Where generated code names the types of the module `types` from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// The root of the client, which has types of its own that may be called the same.
    Root,
    /// The module itself. Names of the standard library begin with colons there.
    Types,
    /// The module of defaults in it, which has type parameters that may be called the same.
    Defaults,
}

impl Within {
    /// The type that a path names.
    fn named(self, path: &syn::Path) -> Option<&Ident> {
        let before = match self {
            Self::Root => Some("types"),
            Self::Types => None,
            Self::Defaults => Some("super"),
        };
        let mut segments = path.segments.iter().map(|segment| &segment.ident);
        let is_before = before.is_none_or(|module| segments.next().is_some_and(|first| first == module));
        let name = segments.next()?;
        (path.leading_colon.is_none() && is_before && segments.next().is_none()).then_some(name)
    }
}

/// The types that an implementation is for, and that its trait is told.
pub(super) fn header(item: &ItemImpl, within: Within) -> TokenStream {
    let mut found = TokenStream::new();
    types_in(&item.self_ty, within, &mut found);
    if let Some((path, _)) = &item.trait_ {
        arguments(path, within, &mut found);
    }
    found
}

fn types_in(ty: &Type, within: Within, found: &mut TokenStream) {
    match ty {
        Type::Path(path) => {
            found.extend(within.named(&path.path).map(ToTokens::to_token_stream));
            arguments(&path.path, within, found);
        }
        Type::Reference(reference) => types_in(&reference.elem, within, found),
        Type::Array(array) => types_in(&array.elem, within, found),
        Type::Slice(slice) => types_in(&slice.elem, within, found),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| types_in(ty, within, found)),
        _ => {}
    }
}

fn arguments(path: &syn::Path, within: Within, found: &mut TokenStream) {
    for segment in &path.segments {
        let PathArguments::AngleBracketed(arguments) = &segment.arguments else { continue };
        for argument in &arguments.args {
            if let GenericArgument::Type(ty) = argument {
                types_in(ty, within, found);
            }
        }
    }
}

/// The request that a method makes.
fn made(function: &ImplItemFn) -> Option<&Ident> {
    let ReturnType::Type(_, ty) = &function.sig.output else { return None };
    let Type::Path(path) = &**ty else { return None };
    let mut segments = path.path.segments.iter().rev();
    let request = segments.next()?;
    segments.next().filter(|module| module.ident == "operations").map(|_| &request.ident)
}

/// The type that a function gives.
fn output(item: &ItemFn) -> TokenStream {
    match &item.sig.output {
        ReturnType::Type(_, ty) => of_type(ty, Within::Defaults),
        ReturnType::Default => TokenStream::new(),
    }
}

fn of_type(ty: &Type, within: Within) -> TokenStream {
    let mut found = TokenStream::new();
    types_in(ty, within, &mut found);
    found
}

/// A type that a client declares.
struct Declared {
    is_alias: bool,
    /// All names that the declaration has.
    names: HashSet<String>,
}

/// The types that a client declares.
fn declared_types(client: &TokenStream) -> HashMap<String, Declared> {
    let mut types = HashMap::new();
    in_types(client.clone(), |body| {
        types.extend(Items::of(body.clone()).filter_map(declaration));
        body
    });
    types
}

/// The name that an item declares, if it is a type.
fn declaration(item: Vec<TokenTree>) -> Option<(String, Declared)> {
    let mut words = item.iter().filter_map(|tree| if let TokenTree::Ident(word) = tree { Some(word) } else { None });
    let keyword = words.by_ref().find(|word| *word != "pub")?;
    let is_type = ["struct", "enum", "type"].iter().any(|kind| keyword == kind);
    let (is_alias, name) = (keyword == "type", words.next().filter(|_| is_type)?.to_string());
    Some((name, Declared { is_alias, names: names(item.into_iter().collect()) }))
}

fn names(tokens: TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut waiting = vec![tokens];
    while let Some(tokens) = waiting.pop() {
        for tree in tokens {
            match tree {
                TokenTree::Ident(name) => _ = found.insert(name.to_string()),
                TokenTree::Group(group) => waiting.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    found
}

/// Types and all that they are made of.
fn reach<'a>(roots: impl Iterator<Item = &'a str>, types: &'a HashMap<String, Declared>) -> HashSet<&'a str> {
    let mut reached = HashSet::new();
    let mut waiting: Vec<&str> = roots.collect();
    while let Some(name) = waiting.pop() {
        if let Some((name, declared)) = types.get_key_value(name)
            && reached.insert(name.as_str())
        {
            waiting.extend(declared.names.iter().map(String::as_str));
        }
    }
    reached
}

/// The names of the types that operations refer to, by the ids of the operations.
fn references_of_operations(prepared: &Value) -> HashMap<&str, Vec<String>> {
    let found = operations(prepared).into_iter().filter_map(|key| {
        let operation = prepared.pointer(&key.pointer)?;
        let mut references = Vec::new();
        collect_references(operation, &mut references);
        // Parameters and the like that are components themselves.
        let mut next = 0;
        while let Some(reference) = references.get(next).copied() {
            if !reference.starts_with(SCHEMAS)
                && let Some(component) = reference.strip_prefix('#').and_then(|pointer| prepared.pointer(pointer))
            {
                let mut more = Vec::new();
                collect_references(component, &mut more);
                more.retain(|reference| !references.contains(reference));
                references.extend(more);
            }
            next += 1;
        }
        let names = references.iter().filter_map(|reference| reference.strip_prefix(SCHEMAS));
        Some((operation_id(operation), names.map(|name| RustNames.type_name(name)).collect()))
    });
    found.collect()
}

const SCHEMAS: &str = "#/components/schemas/";

fn collect_references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(properties) => {
            found.extend(properties.get("$ref").and_then(Value::as_str));
            properties.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(elements) => elements.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}
