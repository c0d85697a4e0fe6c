//! Finds the operation for a path and a method, at a cost that does not depend on how many there are.
//!
//! Paths without templates are one look-up in a table. Templates are a tree of path segments, searched from the most to
//! the least literal.

use std::collections::{HashMap, HashSet};

use http::Method;
use percent_encoding::percent_decode_str;

use crate::document::Operation;

/// The routes of a document.
#[derive(Debug)]
pub struct Router {
    literal: HashMap<Box<str>, usize>,
    tree: Node,
    routes: Vec<Route>,
    /// Paths of servers, which requests may carry in front, and the operations behind them.
    bases: HashMap<Box<str>, HashSet<usize>>,
    longest_base: usize,
}

/// The operations that a search is for.
#[derive(Clone, Copy)]
enum Scope<'a> {
    All,
    Behind(&'a HashSet<usize>),
}

impl Scope<'_> {
    fn contains(self, operation: usize) -> bool {
        match self {
            Self::All => true,
            Self::Behind(operations) => operations.contains(&operation),
        }
    }
}

/// What the router knows about a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// An operation, by its position in the document, and the values of its path's templates.
    Operation {
        /// Its position.
        index: usize,
        /// The values, as they stand in the path.
        values: Vec<(&'a str, &'a str)>,
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
    pub fn new(operations: &[Operation]) -> Self {
        let (literal, bases) = (HashMap::new(), HashMap::new());
        let mut router = Self { literal, tree: Node::default(), routes: Vec::new(), bases, longest_base: 0 };
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (index, operation) in operations.iter().enumerate() {
            let route = *known.entry(&operation.path).or_insert_with(|| router.add(&operation.path));
            router.routes[route].methods.push((operation.method.clone(), index));
            for base in &operation.bases {
                router.bases.entry(base.as_str().into()).or_default().insert(index);
                router.longest_base = router.longest_base.max(base.len());
            }
        }
        router.tree.sort();
        router
    }

    /// Finds the operation for a request's path, as it stands in the request line: the whole path comes first, then what
    /// is behind the longest base.
    pub fn find<'a>(&'a self, path: &'a str, method: &Method) -> Found<'a> {
        let whole = self.find_in(Scope::All, path, method);
        if matches!(whole, Found::Operation { .. }) || self.bases.is_empty() {
            return whole;
        }
        let ends = path.match_indices('/').map(|(end, _)| end).filter(|end| *end > 0);
        let mut ends: Vec<usize> = ends.take_while(|end| *end <= self.longest_base).collect();
        ends.reverse();
        let behind = ends.into_iter().filter_map(|end| {
            let operations = self.bases.get(&path[..end])?;
            Some(self.find_in(Scope::Behind(operations), &path[end..], method))
        });
        behind.fold(whole, Found::or)
    }

    /// The documented path that is most like one that is not.
    pub fn nearest(&self, path: &str) -> Option<&str> {
        /// Comparing costs the product of both lengths, and the request's is the client's choice.
        const LONGEST: usize = 256;
        let path: String = path.chars().take(LONGEST).collect();
        let likeness = |route: &&Route| strsim::normalized_levenshtein(&path, &route.path);
        self.routes.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).map(|route| route.path.as_str())
    }

    fn find_in<'a>(&'a self, scope: Scope<'_>, path: &'a str, method: &Method) -> Found<'a> {
        if let Some(&route) = self.literal.get(path)
            && let Some(index) = self.routes[route].operation(method, scope)
        {
            return Found::Operation { index, values: Vec::new() };
        }
        let segments: Vec<Given<'_>> = segments(path).map(Given::new).collect();
        let mut matches = Vec::new();
        self.tree.collect(&segments, &mut Vec::new(), &mut matches);
        for (route, values) in &mut matches {
            let route = &self.routes[*route];
            if let Some(index) = route.operation(method, scope) {
                let values = route.names.iter().map(String::as_str).zip(std::mem::take(values)).collect();
                return Found::Operation { index, values };
            }
        }
        let mut allowed: Vec<&Method> = Vec::new();
        for (method, index) in matches.iter().flat_map(|(route, _)| &self.routes[*route].methods) {
            if scope.contains(*index) && !allowed.contains(&method) {
                allowed.push(method);
            }
        }
        if allowed.is_empty() { Found::Nothing } else { Found::WrongMethod { allowed } }
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

impl Found<'_> {
    /// The better one of two: an operation is better than a wrong method, and that is better than nothing.
    fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Nothing, _) | (Self::WrongMethod { .. }, Self::Operation { .. }) => other,
            _ => self,
        }
    }
}

impl Route {
    fn operation(&self, method: &Method, scope: Scope<'_>) -> Option<usize> {
        let mut methods = self.methods.iter();
        methods.find(|(known, index)| known == method && scope.contains(*index)).map(|(_, index)| *index)
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

    fn collect<'p>(&self, segments: &[Given<'p>], values: &mut Vec<&'p str>, matches: &mut Vec<(usize, Vec<&'p str>)>) {
        let Some((first, rest)) = segments.split_first() else {
            matches.extend(self.routes.iter().map(|&route| (route, values.clone())));
            return;
        };
        if let Some(node) = first.decoded().and_then(|literal| self.literal.get(literal)) {
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

    fn capture<'p>(&self, given: &Given<'p>, values: &mut Vec<&'p str>) -> bool {
        capture(&self.0, given, 0, values)
    }
}

/// A segment of a request's path: decoded, as literals are compared, and as it stands, for the values of templates, which
/// are split before they are decoded.
struct Given<'p> {
    raw: &'p str,
    decoded: Vec<u8>,
    /// Where each decoded byte stands, and where the segment ends.
    places: Vec<usize>,
}

impl<'p> Given<'p> {
    fn new(raw: &'p str) -> Self {
        let (mut decoded, mut places, mut place) =
            (Vec::with_capacity(raw.len()), Vec::with_capacity(raw.len() + 1), 0);
        while let Some(&byte) = raw.as_bytes().get(place) {
            let escape = raw.get(place..place + 3).filter(|_| byte == b'%');
            let escaped = escape.and_then(|escape| {
                percent_decode_str(escape).next().filter(|_| percent_decode_str(escape).count() == 1)
            });
            decoded.push(escaped.unwrap_or(byte));
            places.push(place);
            place += if escaped.is_some() { 3 } else { 1 };
        }
        places.push(place);
        Self { raw, decoded, places }
    }

    fn decoded(&self) -> Option<&str> {
        std::str::from_utf8(&self.decoded).ok()
    }

    /// What stands between two decoded bytes; nothing where that cuts a character.
    fn raw(&self, from: usize, to: usize) -> Option<&'p str> {
        self.raw.get(*self.places.get(from)?..*self.places.get(to)?)
    }
}

/// Matches greedily, as `(.*)` for every template would.
fn capture<'p>(parts: &[Part], given: &Given<'p>, from: usize, values: &mut Vec<&'p str>) -> bool {
    match parts {
        [] => from == given.decoded.len(),
        [Part::Text(literal), rest @ ..] => {
            given.decoded[from..].starts_with(literal.as_bytes()) && capture(rest, given, from + literal.len(), values)
        }
        [Part::Name(_), rest @ ..] => {
            let kept = values.len();
            for end in (from..=given.decoded.len()).rev() {
                let Some(value) = given.raw(from, end) else { continue };
                values.push(value);
                if capture(rest, given, end, values) {
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
