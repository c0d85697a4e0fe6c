//! Finds the operation for a path and a method, at a cost that does not depend on how many there are.
//!
//! Paths without templates are one look-up in a table. Templates are a tree of path segments, searched from the most to
//! the least literal.

use std::collections::HashMap;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::document::Operation;

/// The routes of a document.
#[derive(Debug)]
pub struct Router {
    literal: HashMap<Box<str>, usize>,
    tree: Node,
    routes: Vec<Route>,
    /// Paths of the document's servers, which requests may carry in front.
    bases: Vec<String>,
}

/// What the router knows about a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// An operation, by its position in the document, and the values of its path's templates.
    Operation {
        /// Its position.
        index: usize,
        /// The values, decoded.
        values: Vec<(&'a str, String)>,
    },
    /// The path is documented, but not with this method.
    WrongMethod {
        /// The documented methods.
        allowed: Vec<&'a Method>,
    },
    /// The path is not documented.
    Nothing,
}

/// One path of the document.
#[derive(Debug)]
struct Route {
    path: String,
    methods: Vec<(Method, usize)>,
    names: Vec<String>,
}

/// One position in the tree of path segments.
#[derive(Debug, Default)]
struct Node {
    literal: HashMap<Box<str>, Node>,
    templates: Vec<(Segment, Node)>,
    /// More than one where paths differ in nothing but the names of their templates.
    routes: Vec<usize>,
}

/// A path segment with templates in it, such as `{id}` or `{name}.json`.
#[derive(Debug, PartialEq, Eq)]
struct Segment(Vec<Part>);

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

impl Router {
    /// Builds the routes of operations.
    pub fn new(operations: &[Operation], bases: Vec<String>) -> Self {
        let mut router = Self { literal: HashMap::new(), tree: Node::default(), routes: Vec::new(), bases };
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (index, operation) in operations.iter().enumerate() {
            let route = *known.entry(&operation.path).or_insert_with(|| router.add(&operation.path));
            router.routes[route].methods.push((operation.method.clone(), index));
        }
        router.tree.sort();
        router
    }

    /// Finds the operation for a request's path, as it stands in the request line.
    pub fn find(&self, path: &str, method: &Method) -> Found<'_> {
        match self.find_below(path, method) {
            Found::Nothing => {}
            found => return found,
        }
        let below = self.bases.iter().filter_map(|base| path.strip_prefix(base.as_str()));
        below
            .filter(|rest| rest.starts_with('/'))
            .map(|rest| self.find_below(rest, method))
            .find(|found| *found != Found::Nothing)
            .unwrap_or(Found::Nothing)
    }

    /// The documented path that is most like one that is not.
    pub fn nearest(&self, path: &str) -> Option<&str> {
        /// Comparing costs the product of both lengths, and the request's is the client's choice.
        const LONGEST: usize = 256;
        let path: String = path.chars().take(LONGEST).collect();
        let likeness = |route: &&Route| strsim::normalized_levenshtein(&path, &route.path);
        self.routes.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).map(|route| route.path.as_str())
    }

    fn find_below(&self, path: &str, method: &Method) -> Found<'_> {
        if let Some(&route) = self.literal.get(path)
            && let Some(index) = self.routes[route].operation(method)
        {
            return Found::Operation { index, values: Vec::new() };
        }
        let segments: Vec<String> = segments(path).map(decode).collect();
        let mut matches = Vec::new();
        self.tree.collect(&segments, &mut Vec::new(), &mut matches);
        for (route, values) in &mut matches {
            let route = &self.routes[*route];
            if let Some(index) = route.operation(method) {
                let values = route.names.iter().map(String::as_str).zip(std::mem::take(values)).collect();
                return Found::Operation { index, values };
            }
        }
        if matches.is_empty() {
            return Found::Nothing;
        }
        let mut allowed: Vec<&Method> = Vec::new();
        for (method, _) in matches.iter().flat_map(|(route, _)| &self.routes[*route].methods) {
            if !allowed.contains(&method) {
                allowed.push(method);
            }
        }
        Found::WrongMethod { allowed }
    }

    fn add(&mut self, path: &str) -> usize {
        let index = self.routes.len();
        let mut names = Vec::new();
        let mut node = &mut self.tree;
        for text in segments(path) {
            let text = decode(text);
            node = match Segment::parse(&text) {
                None => node.literal.entry(text.into()).or_default(),
                Some(segment) => {
                    names.extend(segment.names().map(str::to_owned));
                    node.template(segment)
                }
            };
        }
        node.routes.push(index);
        if names.is_empty() {
            self.literal.insert(path.into(), index);
        }
        self.routes.push(Route { path: path.to_owned(), methods: Vec::new(), names });
        index
    }
}

impl Route {
    fn operation(&self, method: &Method) -> Option<usize> {
        self.methods.iter().find(|(known, _)| known == method).map(|(_, index)| *index)
    }
}

impl Node {
    fn template(&mut self, segment: Segment) -> &mut Self {
        let position = self.templates.iter().position(|(known, _)| known.same_shape(&segment));
        let position = position.unwrap_or_else(|| {
            self.templates.push((segment, Self::default()));
            self.templates.len() - 1
        });
        &mut self.templates[position].1
    }

    /// The most literal templates come first, so that `{name}.json` goes before `{name}`.
    fn sort(&mut self) {
        self.templates.sort_by_key(|(segment, _)| std::cmp::Reverse(segment.literal_length()));
        self.literal.values_mut().for_each(Self::sort);
        self.templates.iter_mut().for_each(|(_, node)| node.sort());
    }

    fn collect(&self, segments: &[String], values: &mut Vec<String>, matches: &mut Vec<(usize, Vec<String>)>) {
        let Some((first, rest)) = segments.split_first() else {
            matches.extend(self.routes.iter().map(|&route| (route, values.clone())));
            return;
        };
        if let Some(node) = self.literal.get(first.as_str()) {
            node.collect(rest, values, matches);
        }
        for (segment, node) in &self.templates {
            let kept = values.len();
            if segment.capture(first, values) {
                node.collect(rest, values, matches);
            }
            values.truncate(kept);
        }
    }
}

impl Segment {
    /// Reads a segment; nothing where it has no template.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Name(name.to_owned()));
            rest = after;
        }
        if parts.is_empty() {
            return None;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Some(Self(parts))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    fn literal_length(&self) -> usize {
        self.0.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 }).sum()
    }

    /// Whether two segments match the same texts, their names aside.
    fn same_shape(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|pair| match pair {
                (Part::Text(left), Part::Text(right)) => left == right,
                (Part::Name(_), Part::Name(_)) => true,
                _ => false,
            })
    }

    fn capture(&self, text: &str, values: &mut Vec<String>) -> bool {
        capture(&self.0, text, values)
    }
}

/// Matches greedily, as `(.*)` for every template would.
fn capture(parts: &[Part], text: &str, values: &mut Vec<String>) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Text(literal), rest @ ..] => {
            text.strip_prefix(literal.as_str()).is_some_and(|text| capture(rest, text, values))
        }
        [Part::Name(_)] => {
            values.push(text.to_owned());
            true
        }
        [Part::Name(_), rest @ ..] => {
            let kept = values.len();
            let ends = (0..=text.len()).rev().filter(|&end| text.is_char_boundary(end));
            for end in ends {
                values.push(text[..end].to_owned());
                if capture(rest, &text[end..], values) {
                    return true;
                }
                values.truncate(kept);
            }
            false
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
