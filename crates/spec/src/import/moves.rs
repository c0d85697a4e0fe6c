//! Paths that an import spells with other parameter names than the vendored document.
//!
//! To a client and a server both are one path, so there can be only one of them, and it goes by the newer names.

use super::Incoming;
use crate::diagnostic::{Diagnostic, join};
use crate::document::reference;
use crate::document::template::{self, IDENTICAL, parameters, shape};
use crate::source::{Key, Kind, Node, Source};

/// A path of the vendored document that gets other parameter names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// How the vendored document spells it.
    pub from: String,
    /// How it is spelled from now on.
    pub to: String,
    /// The names of its parameters, before and after.
    pub parameters: Vec<(String, String)>,
}

impl Move {
    /// The new name of an operation of the path, such as `GET /items/{id}`; any other keeps its own.
    pub fn operation(&self, operation: &str) -> Option<String> {
        let (method, path) = operation.split_once(' ')?;
        (path == self.from).then(|| format!("{method} {}", self.to))
    }

    /// The new name of a parameter of the path.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(from, _)| from == name).map(|(_, to)| to.as_str())
    }
}

/// The moves that files ask for; an error at every path that is there twice, among the files or in the vendored document.
pub(super) fn find(vendored: Option<&Source>, files: &[&Incoming]) -> Result<Vec<Move>, Vec<Diagnostic>> {
    let given: Vec<(&str, &Source)> = files.iter().flat_map(|file| paths(file.source())).collect();
    let old: Vec<(&str, &Source)> = vendored.into_iter().flat_map(paths).collect();
    let errors: Vec<Diagnostic> = [&given, &old].into_iter().flat_map(|paths| twice(paths)).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let moves = old.iter().filter(|(path, _)| path.contains('{')).filter_map(|(from, _)| {
        let is_new = |path: &&str| *path != *from && shape(path) == shape(from);
        let to = given.iter().map(|(path, _)| *path).find(is_new)?;
        let names = parameters(from).into_iter().zip(parameters(to));
        let parameters = names.filter(|(from, to)| from != to).map(|(from, to)| (from.to_owned(), to.to_owned()));
        Some(Move { from: (*from).to_owned(), to: to.to_owned(), parameters: parameters.collect() })
    });
    Ok(moves.collect())
}

fn paths(source: &Source) -> impl Iterator<Item = (&str, &Source)> {
    let paths = source.root().get("paths").map(Node::properties).unwrap_or_default();
    paths.iter().map(|(key, _)| key.name.as_str()).filter(|path| path.starts_with('/')).map(move |path| (path, source))
}

/// An error at each of several templates of the same paths, which names another one and where that is.
fn twice(paths: &[(&str, &Source)]) -> Vec<Diagnostic> {
    let groups = template::identical(paths.iter().map(|(path, _)| *path));
    let found = groups.iter().flat_map(|group| group.iter().map(move |path| (path, group)));
    let error = |(path, group): (&&str, &Vec<&str>)| {
        let source_of = |wanted: &str| paths.iter().find(|(path, _)| *path == wanted).map(|(_, source)| *source);
        let other = group.iter().find(|other| other != &path)?;
        let (here, there) = (source_of(path)?, source_of(other)?);
        let at = there.locate(&join("/paths", other));
        let at = format!("{}:{}:{}", there.name(), at.line, at.column);
        let message = format!("`{path}` is the same path as `{other}` at {at}: no request tells them apart");
        let error = Diagnostic::error(IDENTICAL, join("/paths", path), message);
        Some(here.place(error.help("spell the path in one way, with all its operations below it")))
    };
    found.filter_map(error).collect()
}

/// The vendored document with its paths moved: parameters and references follow. Places stay what they were.
pub(super) fn apply(root: &Node, moves: &[Move]) -> Node {
    let mut moved = root.clone();
    references(&mut moved, moves);
    let Kind::Object(properties) = &mut moved.kind else { return moved };
    let paths = properties.iter_mut().find(|(key, _)| key.name == "paths").map(|(_, paths)| &mut paths.kind);
    let Some(Kind::Object(paths)) = paths else { return moved };
    for (key, item) in paths {
        if let Some(path) = moves.iter().find(|path| path.from == key.name) {
            key.name.clone_from(&path.to);
            move_item(item, root, path);
        }
    }
    moved
}

/// Gives the parameters of a path item and its operations their new names.
fn move_item(item: &mut Node, root: &Node, path: &Move) {
    let Kind::Object(properties) = &mut item.kind else { return };
    for (key, property) in properties {
        if key.name == "parameters" {
            move_parameters(property, root, path);
        } else if let Kind::Object(operation) = &mut property.kind {
            let parameters = operation.iter_mut().filter(|(key, _)| key.name == "parameters");
            parameters.for_each(|(_, parameters)| move_parameters(parameters, root, path));
        }
        // Links and callbacks name parameters in expressions.
        texts(property, &mut |_, text| *text = expressions(text, path));
    }
}

fn move_parameters(parameters: &mut Node, root: &Node, path: &Move) {
    let Kind::Array(parameters) = &mut parameters.kind else { return };
    for parameter in parameters {
        let Some(target) = resolve(root, parameter) else { continue };
        let name = target.get("name").and_then(Node::as_str).and_then(|name| path.parameter(name));
        let Some(name) = name.filter(|_| target.get("in").and_then(Node::as_str) == Some("path")) else { continue };
        // Other paths may refer to the same component, so this one gets a copy.
        let mut renamed = target.clone();
        if let Kind::Object(properties) = &mut renamed.kind {
            for (_, value) in properties.iter_mut().filter(|(key, _)| key.name == "name") {
                value.kind = Kind::String(name.to_owned());
            }
        }
        *parameter = renamed;
    }
}

fn resolve<'a>(root: &'a Node, mut node: &'a Node) -> Option<&'a Node> {
    // No sane document refers through more hops than this, and a cycle never ends.
    for _ in 0..32 {
        match node.get("$ref").and_then(Node::as_str) {
            None => return Some(node),
            Some(target) => node = root.pointer(&reference::pointer(target)?)?,
        }
    }
    None
}

/// Leads references into a path that moves to where it is afterwards.
fn references(root: &mut Node, moves: &[Move]) {
    texts(root, &mut |name, text| {
        let Some(pointer) = reference::pointer(text).filter(|_| ["$ref", "operationRef"].contains(&name)) else {
            return;
        };
        let moved = moves.iter().find_map(|path| {
            let rest = pointer.strip_prefix(&join("/paths", &path.from))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| join("/paths", &path.to) + rest)
        });
        if let Some(moved) = moved {
            *text = reference::to(&moved);
        }
    });
}

/// The text with `$request.path.NAME` for every parameter that has another name now.
fn expressions(text: &str, path: &Move) -> String {
    const START: &str = "$request.path.";
    let mut parts = text.split(START);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        out.extend([START, path.parameter(name).unwrap_or(name), rest]);
    }
    out
}

/// Shows every text below a node, with the name of the property that it is, and every name of a property as a text.
fn texts(node: &mut Node, edit: &mut impl FnMut(&str, &mut String)) {
    match &mut node.kind {
        Kind::Array(items) => items.iter_mut().for_each(|item| texts(item, edit)),
        Kind::Object(properties) => {
            for (Key { name, .. }, property) in properties {
                if let Kind::String(text) = &mut property.kind {
                    edit(name, text);
                }
                edit("", name);
                texts(property, edit);
            }
        }
        _ => {}
    }
}
