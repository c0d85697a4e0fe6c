//! Lists what a crate makes public, so that a reviewer sees at a glance what a change does to its callers.

mod callers;
mod change;
mod modules;
mod source;

use std::collections::BTreeMap;

use syn::{Attribute, File, Ident, ImplItem, Item, ItemImpl, ItemStruct};

use modules::{Modules, Path, leaves};
use source::{
    REST, attributes, by_prelude, code, derived, function_line, is_hidden, is_public, last_segment, marks, self_path,
};

pub use callers::callers;
pub use change::{Effect, ItemChange, compare};

/// Lists the public items of a crate, one per line, sorted.
///
/// `sources` holds the source of every module by its path, with `::` between the segments; the empty path is the root.
/// A path that begins with one of `libraries` is that of a module in another crate, whose items are listed where this one
/// re-exports them. Items are listed under the path by which callers reach them. What is hidden from the documentation is
/// left out.
///
/// `{ .. }` ends a struct with fields that callers do not see, and a method of a trait that has a body.
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
    let mut listing = Listing::of(&modules);
    listing.module(&[], crate_name);
    listing.lines.sort();
    listing.lines.dedup();
    Ok(listing.lines.into_iter().map(|line| line + "\n").collect())
}

struct Listing<'a> {
    modules: &'a Modules,
    /// Every implementation by the type that it is for.
    implementations: BTreeMap<Path, Vec<&'a ItemImpl>>,
    lines: Vec<String>,
}

impl<'a> Listing<'a> {
    fn of(modules: &'a Modules) -> Self {
        let mut implementations: BTreeMap<Path, Vec<_>> = BTreeMap::new();
        for (here, items) in &modules.by_path {
            for item in items {
                if let Item::Impl(item) = item
                    && !is_hidden(&item.attrs)
                    && let Some(path) = self_path(&item.self_ty)
                {
                    implementations.entry(modules.absolute(here, &path)).or_default().push(item);
                }
            }
        }
        Self { modules, implementations, lines: Vec::new() }
    }

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
                // What has a field that callers do not see, they cannot write out.
                let rest = if item.fields.iter().all(|field| is_public(&field.vis)) { "" } else { REST };
                let marks = marks(&item.attrs);
                self.lines.push(format!("{marks}pub struct {name}::{}{}{rest}", item.ident, code(&item.generics)));
                self.fields(item, &item.ident, name);
                self.type_members(path, &item.ident, &item.ident, &item.attrs, name);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let marks = marks(&item.attrs);
                self.lines.push(format!("{marks}pub enum {name}::{}{}", item.ident, code(&item.generics)));
                for variant in &item.variants {
                    let mut fields = variant.fields.clone();
                    fields.iter_mut().for_each(|field| field.attrs.clear());
                    let space = if matches!(fields, syn::Fields::Named(_)) { " " } else { "" };
                    self.lines.push(format!("pub {name}::{}::{}{space}{}", item.ident, variant.ident, code(&fields)));
                }
                self.type_members(path, &item.ident, &item.ident, &item.attrs, name);
            }
            Item::Trait(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub trait {name}::{}", item.ident));
                for member in &item.items {
                    if let syn::TraitItem::Fn(function) = member {
                        // What has a body, implementations need not have.
                        let rest = if function.default.is_some() { REST } else { "" };
                        let path = format!("{name}::{}", item.ident);
                        self.lines.push(function_line(&path, &function.attrs, &function.sig) + rest);
                    }
                }
            }
            Item::Fn(item) if is_public(&item.vis) => self.lines.push(function_line(name, &item.attrs, &item.sig)),
            Item::Const(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub const {name}::{}: {}", item.ident, code(&item.ty)));
            }
            Item::Static(item) if is_public(&item.vis) => {
                self.lines.push(format!("pub static {name}::{}: {}", item.ident, code(&item.ty)));
            }
            Item::Type(item) if is_public(&item.vis) => {
                self.lines.push(format!(
                    "{}pub type {name}::{}{} = {}",
                    marks(&item.attrs),
                    item.ident,
                    code(&item.generics),
                    code(&item.ty)
                ));
                let target = self_path(&item.ty).map(|target| self.modules.absolute(path, &target));
                if let Some((module, Item::Struct(definition))) =
                    target.and_then(|target| self.modules.definition(&target))
                {
                    // What a type was called before is all that the type is.
                    if marks(&item.attrs).is_empty() {
                        self.methods(&[module, vec![definition.ident.to_string()]].concat(), &item.ident, name);
                    } else {
                        self.fields(definition, &item.ident, name);
                        self.type_members(&module, &definition.ident, &item.ident, &definition.attrs, name);
                    }
                }
            }
            _ => {}
        }
    }

    /// Lists the fields of a struct that callers see, under the name by which they know it.
    fn fields(&mut self, item: &ItemStruct, known_as: &Ident, name: &str) {
        for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
            let marks = marks(&field.attrs);
            let field_name = field.ident.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string);
            self.lines.push(format!("{marks}pub {name}::{known_as}::{field_name}: {}", code(&field.ty)));
        }
    }

    /// Lists what a type can do: its methods, and the traits that it has.
    fn type_members(&mut self, path: &[String], ident: &Ident, known_as: &Ident, attributes: &[Attribute], name: &str) {
        let defined = [path.to_vec(), vec![ident.to_string()]].concat();
        self.methods(&defined, known_as, name);
        self.lines.extend(derived(attributes).map(|of| format!("impl {of} for {name}::{known_as}")));
        for item in self.implementations.get(&defined).into_iter().flatten() {
            if let Some((of, _)) = &item.trait_ {
                let (generics, bounds) = (code(&item.generics), code(&item.generics.where_clause));
                let arguments = last_segment(&item.self_ty);
                let arguments = arguments.strip_prefix(&ident.to_string()).unwrap_or_default();
                // A type that is decoded by hand is one that derives it to callers.
                let is_derivable = generics == "<'de>" && code(of).ends_with("serde::Deserialize<'de>");
                let (generics, of) =
                    if is_derivable { (String::new(), "Deserialize".to_owned()) } else { (generics, by_prelude(of)) };
                let line = format!("impl{generics} {of} for {name}::{known_as}{arguments} {bounds}");
                self.lines.push(line.trim_end().to_owned());
            }
        }
    }

    /// Lists the public inherent methods of a type, in whatever module they are implemented, under the name by which
    /// callers know it.
    fn methods(&mut self, defined: &[String], known_as: &Ident, name: &str) {
        for item in self.implementations.get(defined).into_iter().flatten() {
            for member in item.items.iter().filter(|_| item.trait_.is_none()) {
                match member {
                    ImplItem::Fn(function) if is_public(&function.vis) && !is_hidden(&function.attrs) => {
                        let path = format!("{name}::{known_as}");
                        self.lines.push(function_line(&path, &function.attrs, &function.sig));
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
                "pub struct c::Thing { .. }",
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
            &["impl Clone for c::E", "pub c::E::One(u8)", "pub c::E::Two { x: u8 }", "pub enum c::E"],
        );
    }

    #[test]
    fn what_callers_feel_of_an_item_is_in_its_line() {
        check(
            &[(
                "",
                "#[non_exhaustive] #[derive(Clone, ::serde::Serialize)] pub struct A { pub a: u8 }
                 impl<'de> ::serde::Deserialize<'de> for A {} #[doc(hidden)] impl<'de> Object<'de> for A {}
                 pub struct B<'a>(&'a u8); impl B<'_> { pub fn new(a: ::std::string::String) {} } impl<'a> From<&'a u8> for B<'a> { fn from(a: &'a u8) -> Self {} }
                 impl ::std::convert::From<::std::string::String> for B<'static> {}
                 impl A { #[deprecated] pub fn old(&self) {} } pub trait T { fn must(&self); fn may(&self) {} }",
            )],
            &[
                "#[deprecated] pub fn c::A::old(&self)",
                "#[non_exhaustive] pub struct c::A",
                "impl Clone for c::A",
                "impl Deserialize for c::A",
                "impl From<String> for c::B<'static>",
                "impl Serialize for c::A",
                "impl<'a> From<&'a u8> for c::B<'a>",
                "pub c::A::a: u8",
                "pub fn c::B::new(a: ::std::string::String)",
                "pub fn c::T::may(&self) { .. }",
                "pub fn c::T::must(&self)",
                "pub struct c::B<'a> { .. }",
                "pub trait c::T",
            ],
        );
    }
}
