//! Lists what a crate makes public, so that a reviewer sees at a glance what a change does to its callers.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{Attribute, File, Ident, ImplItem, Item, ItemMod, Type, UseTree, Visibility};

/// Lists the public items of a crate, one per line, sorted.
///
/// `sources` holds the source of every module by its path, with `::` between the segments; the empty path is the root.
/// A path that begins with one of `libraries` is that of a module in another crate, whose items are listed where this one
/// re-exports them. Items are listed under the path by which callers reach them. Implementations of traits, and what is
/// hidden from the documentation, are left out.
///
/// # Errors
///
/// The first source that is not valid Rust.
pub fn list(crate_name: &str, libraries: &[&str], sources: &BTreeMap<String, String>) -> Result<String, syn::Error> {
    let libraries = libraries.iter().map(|library| (*library).to_owned()).collect();
    let mut modules = Modules { libraries, ..Modules::default() };
    for (path, source) in sources {
        let file: File = syn::parse_str(source)?;
        modules.add(path.split("::").filter(|segment| !segment.is_empty()).map(str::to_owned).collect(), file.items);
    }
    let mut listing = Listing { modules: &modules, lines: Vec::new() };
    listing.module(&[], crate_name);
    listing.lines.sort();
    listing.lines.dedup();
    Ok(listing.lines.into_iter().map(|line| line + "\n").collect())
}

type Path = Vec<String>;

#[derive(Default)]
struct Modules {
    libraries: Vec<String>,
    by_path: BTreeMap<Path, Vec<Item>>,
}

impl Modules {
    fn add(&mut self, path: Path, items: Vec<Item>) {
        for item in &items {
            if let Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) = item {
                self.add([path.clone(), vec![ident.to_string()]].concat(), items.clone());
            }
        }
        self.by_path.entry(path).or_default().extend(items);
    }

    /// The absolute path of what `path` means inside of the module `here`.
    fn absolute(&self, here: &[String], path: &[String]) -> Path {
        let mut at: Path = here.to_vec();
        for (index, segment) in path.iter().enumerate() {
            match segment.as_str() {
                "crate" => at.truncate(usize::from(at.first().is_some_and(|first| self.libraries.contains(first)))),
                name if index == 0 && self.libraries.iter().any(|library| library == name) => {
                    at = vec![name.to_owned()];
                }
                "self" => {}
                "super" => drop(at.pop()),
                name => {
                    // A module that is not below this one may have been brought in by an import of that name.
                    if index == 0
                        && !self.by_path.contains_key(&[at.clone(), vec![name.to_owned()]].concat())
                        && let Some(import) = self.import(here, name)
                    {
                        at = import;
                        continue;
                    }
                    at.push(name.to_owned());
                }
            }
        }
        at
    }

    fn import(&self, here: &[String], name: &str) -> Option<Path> {
        self.by_path.get(here)?.iter().find_map(|item| {
            let Item::Use(item) = item else { return None };
            leaves(&item.tree).into_iter().find_map(|(path, leaf)| {
                (leaf == name && path.first().is_some_and(|first| ["crate", "self", "super"].contains(&first.as_str())))
                    .then(|| self.absolute(here, &path))
            })
        })
    }

    /// The path outside of all these sources that a path leads to by re-exports.
    fn third_party(&self, path: &[String]) -> Option<Path> {
        let (last, module) = path.split_last()?;
        self.by_path.get(module)?.iter().find_map(|item| {
            let Item::Use(item) = item else { return None };
            leaves(&item.tree).into_iter().find(|(_, leaf)| leaf == last).map(|(from, _)| from)
        })
    }

    /// The item that a path leads to, and the module in which it is defined; re-exports are followed.
    fn definition(&self, path: &[String]) -> Option<(Path, &Item)> {
        let (last, module) = path.split_last()?;
        let items = self.by_path.get(module)?;
        if let Some(item) = items.iter().find(|item| ident(item).as_deref() == Some(last)) {
            return Some((module.to_vec(), item));
        }
        items.iter().find_map(|item| {
            let Item::Use(item) = item else { return None };
            let (from, _) =
                leaves(&item.tree).into_iter().find(|(from, leaf)| leaf == last && from.last() == Some(last))?;
            let target = self.absolute(module, &from);
            (target != path).then(|| self.definition(&target))?
        })
    }
}

struct Listing<'a> {
    modules: &'a Modules,
    lines: Vec<String>,
}

impl Listing<'_> {
    /// Lists the public items of the module at `path`, which callers know as `name`.
    fn module(&mut self, path: &[String], name: &str) {
        for item in self.modules.by_path.get(path).into_iter().flatten().filter(|item| !is_hidden(attributes(item))) {
            if let Item::Use(item) = item
                && is_public(&item.vis)
            {
                for (from, leaf) in leaves(&item.tree) {
                    self.import(path, &from, &leaf, name);
                }
                continue;
            }
            self.item(path, item, name);
        }
    }

    fn import(&mut self, here: &[String], from: &[String], leaf: &str, name: &str) {
        let target = self.modules.absolute(here, from);
        if leaf == "*" {
            return self.module(&target, name);
        }
        if self.modules.by_path.contains_key(&target) {
            self.lines.push(format!("pub mod {name}::{leaf}"));
            return self.module(&target, &format!("{name}::{leaf}"));
        }
        match self.modules.definition(&target) {
            Some((module, item)) if target.last().is_some_and(|last| last == leaf) => self.item(&module, item, name),
            _ => {
                // A library passes on what is of a third one.
                let from = self.modules.third_party(&target).unwrap_or_else(|| from.to_vec());
                self.lines.push(format!("pub use {name}::{leaf} = {}", from.join("::")));
            }
        }
    }

    fn item(&mut self, path: &[String], item: &Item, name: &str) {
        match item {
            Item::Mod(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub mod {name}::{}", item.ident));
                self.module(
                    &[path.to_vec(), vec![item.ident.to_string()]].concat(),
                    &format!("{name}::{}", item.ident),
                );
            }
            Item::Struct(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub struct {name}::{}{}", item.ident, code(&item.generics)));
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    let field_name = field.ident.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string);
                    self.lines.push(format!("pub {name}::{}::{field_name}: {}", item.ident, code(&field.ty)));
                }
                self.methods(path, &item.ident, &item.ident, name);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub enum {name}::{}{}", item.ident, code(&item.generics)));
                for variant in &item.variants {
                    let mut fields = variant.fields.clone();
                    fields.iter_mut().for_each(|field| field.attrs.clear());
                    let space = if matches!(fields, syn::Fields::Named(_)) { " " } else { "" };
                    self.lines.push(format!("pub {name}::{}::{}{space}{}", item.ident, variant.ident, code(&fields)));
                }
                self.methods(path, &item.ident, &item.ident, name);
            }
            Item::Trait(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub trait {name}::{}", item.ident));
                for member in &item.items {
                    if let syn::TraitItem::Fn(function) = member {
                        self.lines.push(function_line(&format!("{name}::{}", item.ident), &function.sig));
                    }
                }
            }
            Item::Fn(item) if is_public(&item.vis) => self.lines.push(function_line(name, &item.sig)),
            Item::Const(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub const {name}::{}: {}", item.ident, code(&item.ty)));
            }
            Item::Static(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub static {name}::{}: {}", item.ident, code(&item.ty)));
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.lines.push(format!(
                    "pub type {name}::{}{} = {}",
                    item.ident,
                    code(&item.generics),
                    code(&item.ty)
                ));
                let target = self_path(&item.ty).map(|target| self.modules.absolute(path, &target));
                if let Some((module, Item::Struct(definition))) =
                    target.and_then(|target| self.modules.definition(&target))
                {
                    self.methods(&module, &definition.ident, &item.ident, name);
                }
            }
            _ => {}
        }
    }

    /// Lists the public inherent methods of a type, in whatever module they are implemented, under the name by which
    /// callers know it.
    fn methods(&mut self, path: &[String], ty: &Ident, known_as: &Ident, name: &str) {
        let defined = [path.to_vec(), vec![ty.to_string()]].concat();
        for (here, items) in &self.modules.by_path {
            for item in items {
                let Item::Impl(item) = item else { continue };
                if item.trait_.is_some()
                    || is_hidden(&item.attrs)
                    || self_path(&item.self_ty).map(|path| self.modules.absolute(here, &path)) != Some(defined.clone())
                {
                    continue;
                }
                for member in &item.items {
                    match member {
                        ImplItem::Fn(function) if is_public(&function.vis) && !is_hidden(&function.attrs) => {
                            self.lines.push(function_line(&format!("{name}::{known_as}"), &function.sig));
                        }
                        ImplItem::Const(constant) if is_public(&constant.vis) => {
                            self.lines.push(format!(
                                "pub const {name}::{known_as}::{}: {}",
                                constant.ident,
                                code(&constant.ty)
                            ));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Whether an item is kept out of the documentation, and so out of what callers may rely on.
fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "hidden")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// A signature with the path at which callers reach it.
fn function_line(path: &str, signature: &syn::Signature) -> String {
    let text = code(signature);
    match text.split_once("fn ") {
        Some((before, after)) => format!("pub {before}fn {path}::{after}"),
        None => text,
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn ident(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

fn self_path(ty: &Type) -> Option<Path> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.iter().map(|segment| segment.ident.to_string()).collect())
}

/// The imported paths of a use tree, each with the name that it is imported as; a glob has the name `*`.
fn leaves(tree: &UseTree) -> Vec<(Path, String)> {
    match tree {
        UseTree::Path(path) => leaves(&path.tree)
            .into_iter()
            .map(|(rest, leaf)| ([vec![path.ident.to_string()], rest].concat(), leaf))
            .collect(),
        UseTree::Name(name) => vec![(vec![name.ident.to_string()], name.ident.to_string())],
        UseTree::Rename(rename) => vec![(vec![rename.ident.to_string()], rename.rename.to_string())],
        UseTree::Glob(_) => vec![(Vec::new(), "*".to_owned())],
        UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
    }
}

/// Source code on one line, with the spaces that token streams put around punctuation taken out again.
fn code(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("' ", "'"),
        (" :", ":"),
        (" ;", ";"),
        ("[ ", "["),
        (" ]", "]"),
        (" - >", " ->"),
        ("->", " -> "),
        ("  ", " "),
    ] {
        text = text.replace(spaced, tight);
    }
    text.replace("  ", " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sources: &[(&str, &str)], expected: &[&str]) {
        let sources = sources.iter().map(|(path, source)| ((*path).to_owned(), (*source).to_owned())).collect();
        let listing = list("c", &["library"], &sources).unwrap();
        assert_eq!(listing.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn items_are_listed_where_callers_reach_them() {
        check(
            &[
                (
                    "",
                    "mod inner; pub use inner::{Thing, deep}; pub use inner::Other as Renamed; pub use std::fmt::Debug;",
                ),
                (
                    "inner",
                    "pub struct Thing { pub a: u8, b: u8 } impl Thing { pub fn new(a: u8) -> Self {} fn hidden() {} }
                     pub struct Private; pub struct Other; pub mod deep { pub const X: u8 = 1; }",
                ),
            ],
            &[
                "pub c::Thing::a: u8",
                "pub const c::deep::X: u8",
                "pub fn c::Thing::new(a: u8) -> Self",
                "pub mod c::deep",
                "pub struct c::Thing",
                "pub use c::Debug = std::fmt::Debug",
                "pub use c::Renamed = inner::Other",
            ],
        );
    }

    #[test]
    fn what_a_library_passes_on_is_listed_as_an_item_of_the_crate() {
        check(
            &[
                ("", "pub use library::{Thing, Bytes}; mod inner; pub use inner::Known;"),
                ("inner", "pub type Known = ::library::Builder<u8>;"),
                ("library", "mod thing; pub use thing::{Builder, Thing}; pub use bytes::Bytes; pub struct Unseen;"),
                (
                    "library::thing",
                    "pub struct Thing; impl crate::Thing { pub fn new() -> Self {} }
                     pub struct Builder<T>(T); impl<T> Builder<T> { pub fn build(self) -> T {} }",
                ),
            ],
            &[
                "pub fn c::Known::build(self) -> T",
                "pub struct c::Thing",
                "pub type c::Known = ::library::Builder<u8>",
                "pub use c::Bytes = bytes::Bytes",
            ],
        );
    }

    #[test]
    fn what_is_hidden_or_an_implementation_detail_is_left_out() {
        check(
            &[(
                "",
                "#[doc(hidden)] pub mod generated { pub struct A; } pub(crate) struct B; struct C;
                 pub enum E { /// Documented.
                 One(#[allow(unused)] u8), Two { /// Documented.
                 x: u8 } } impl Clone for E { fn clone(&self) -> Self {} }
                 #[doc(hidden)] impl E { pub fn a() {} } impl E { #[doc(hidden)] pub fn b() {} }",
            )],
            &["pub c::E::One(u8)", "pub c::E::Two { x: u8 }", "pub enum c::E"],
        );
    }
}
