//! Finds what paths in the sources of a crate lead to.

use std::collections::BTreeMap;

use syn::{Item, ItemMod, UseTree};

pub(super) type Path = Vec<String>;

/// The items of every module.
#[derive(Default)]
pub(super) struct Modules {
    pub(super) libraries: Vec<String>,
    pub(super) by_path: BTreeMap<Path, Vec<Item>>,
}

impl Modules {
    pub(super) fn add(&mut self, path: Path, items: Vec<Item>) {
        for item in &items {
            if let Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) = item {
                self.add([path.clone(), vec![ident.to_string()]].concat(), items.clone());
            }
        }
        self.by_path.entry(path).or_default().extend(items);
    }

    /// The absolute path of what `path` means inside of the module `here`.
    pub(super) fn absolute(&self, here: &[String], path: &[String]) -> Path {
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
    pub(super) fn third_party(&self, path: &[String]) -> Option<Path> {
        let (last, module) = path.split_last()?;
        self.by_path.get(module)?.iter().find_map(|item| {
            let Item::Use(item) = item else { return None };
            leaves(&item.tree).into_iter().find(|(_, leaf)| leaf == last).map(|(from, _)| from)
        })
    }

    /// The item that a path leads to, and the module in which it is defined; re-exports are followed.
    pub(super) fn definition(&self, path: &[String]) -> Option<(Path, &Item)> {
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

pub(super) fn ident(item: &Item) -> Option<String> {
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

/// The imported paths of a use tree, each with the name that it is imported as; a glob has the name `*`.
pub(super) fn leaves(tree: &UseTree) -> Vec<(Path, String)> {
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
