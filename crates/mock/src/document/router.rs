//! Finds the operation for a path and a method, at a cost that grows with the path and not with the number of operations.
//!
//! Paths without templates are one look-up in a table. Templates are a tree of path segments, searched from the most to
//! the least literal: only templates of different shapes at the same place, such as `{id}` and `{id}.json`, are tried one
//! after another.

mod nearest;
pub(crate) mod query;
mod segment;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use http::Method;
use percent_encoding::percent_decode_str;

use crate::document::Operation;
use nearest::Paths;
use query::Query;
use segment::{Given, Segment};

/// The routes of a document.
#[derive(Debug)]
pub(crate) struct Router {
    literal: HashMap<Box<str>, Vec<usize>>,
    tree: Node,
    routes: Vec<Route>,
    paths: Paths,
    /// How many segments the longest path has.
    deepest: usize,
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
pub(crate) enum Match<'a> {
    /// An operation, by its position in the document, and the values of its path's templates.
    Operation {
        /// Its position.
        index: usize,
        /// The values, as they stand in the path.
        values: Vec<(&'a str, &'a str)>,
    },
    /// The path is documented, but not with this method.
    MethodNotAllowed {
        /// The documented methods.
        allowed: Vec<&'a Method>,
    },
    /// The path is not documented.
    NotFound,
}

/// One path of the document.
#[derive(Debug)]
struct Route {
    path: String,
    methods: Vec<(Method, usize)>,
    names: Vec<String>,
    /// What the query of a request must have.
    query: Query,
}

/// The path and query of a request, as they stand in the request line.
#[derive(Clone, Copy)]
struct Target<'t> {
    path: &'t str,
    query: &'t str,
}

/// One position in the tree of path segments.
#[derive(Debug, Default)]
struct Node {
    literal: HashMap<Box<str>, Node>,
    templates: Vec<(Segment, Node)>,
    /// More than one where paths differ in nothing but the names of their templates, or in their queries.
    routes: Vec<usize>,
}

impl Router {
    /// Builds the routes of operations.
    pub(crate) fn new(operations: &[Operation]) -> Self {
        let mut router = Self {
            literal: HashMap::new(),
            tree: Node::default(),
            routes: Vec::new(),
            paths: Paths::default(),
            deepest: 0,
            bases: HashMap::new(),
            longest_base: 0,
        };
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (index, operation) in operations.iter().enumerate() {
            let route = *known.entry(&operation.path).or_insert_with(|| router.add(&operation.path));
            router.routes[route].methods.push((operation.method.clone(), index));
            for base in &operation.bases {
                router.bases.entry(base.as_str().into()).or_default().insert(index);
                router.longest_base = router.longest_base.max(base.len());
            }
        }
        router.paths = Paths::new(router.routes.iter().map(|route| route.path.as_str()));
        router.tree.sort(&router.routes);
        router.literal.values_mut().for_each(|routes| sort(routes, &router.routes));
        router
    }

    /// Finds the operation for a request's path and query, as they stand in the request line: the whole path comes first,
    /// then what is behind the longest base.
    pub(crate) fn find<'a>(&'a self, path: &'a str, query: &'a str, method: &Method) -> Match<'a> {
        let whole = self.find_in(Scope::All, Target { path, query }, method);
        if matches!(whole, Match::Operation { .. }) || self.bases.is_empty() {
            return whole;
        }
        let ends = path.match_indices('/').map(|(end, _)| end).filter(|end| *end > 0);
        let mut ends: Vec<usize> = ends.take_while(|end| *end <= self.longest_base).collect();
        ends.reverse();
        let behind = ends.into_iter().filter_map(|end| {
            let operations = self.bases.get(&path[..end])?;
            Some(self.find_in(Scope::Behind(operations), Target { path: &path[end..], query }, method))
        });
        behind.fold(whole, Match::or)
    }

    /// The documented path that is most like one that is not.
    pub(crate) fn nearest(&self, path: &str) -> Option<&str> {
        self.paths.nearest(path).map(|route| self.routes[route].path.as_str())
    }

    fn find_in<'a>(&'a self, scope: Scope<'_>, target: Target<'a>, method: &Method) -> Match<'a> {
        for &route in self.literal.get(target.path).into_iter().flatten() {
            let route = &self.routes[route];
            if let Some(index) = route.operation(method, scope)
                && let Some(values) = route.query.capture(target.query)
            {
                return Match::Operation { index, values: route.named(values) };
            }
        }
        // One segment more than any path has is enough to tell that there are too many.
        let segments: Vec<Given<'_>> = segments(target.path).take(self.deepest + 1).map(Given::new).collect();
        let mut matches = Vec::new();
        self.tree.collect(&segments, &mut Vec::new(), &mut matches);
        matches.retain_mut(|(route, values)| {
            let of_query = self.routes[*route].query.capture(target.query);
            let is_match = of_query.is_some();
            values.extend(of_query.into_iter().flatten());
            is_match
        });
        for (route, values) in &mut matches {
            let route = &self.routes[*route];
            if let Some(index) = route.operation(method, scope) {
                return Match::Operation { index, values: route.named(std::mem::take(values)) };
            }
        }
        let mut allowed: Vec<&Method> = Vec::new();
        for (method, index) in matches.iter().flat_map(|(route, _)| &self.routes[*route].methods) {
            if scope.contains(*index) && !allowed.contains(&method) {
                allowed.push(method);
            }
        }
        if allowed.is_empty() { Match::NotFound } else { Match::MethodNotAllowed { allowed } }
    }

    fn add(&mut self, path: &str) -> usize {
        let index = self.routes.len();
        let mut names = Vec::new();
        let mut node = &mut self.tree;
        let (plain, query) = query::split(path);
        self.deepest = self.deepest.max(segments(plain).count());
        for text in segments(plain) {
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
            self.literal.entry(plain.into()).or_default().push(index);
        }
        names.extend(query.template_names().map(str::to_owned));
        self.routes.push(Route { path: path.to_owned(), methods: Vec::new(), names, query });
        index
    }
}

impl Match<'_> {
    /// The better one of two: an operation is better than a wrong method, and that is better than nothing.
    fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::NotFound, _) | (Self::MethodNotAllowed { .. }, Self::Operation { .. }) => other,
            _ => self,
        }
    }
}

impl Route {
    fn operation(&self, method: &Method, scope: Scope<'_>) -> Option<usize> {
        let mut methods = self.methods.iter();
        methods.find(|(known, index)| known == method && scope.contains(*index)).map(|(_, index)| *index)
    }

    fn named<'a>(&'a self, values: Vec<&'a str>) -> Vec<(&'a str, &'a str)> {
        self.names.iter().map(String::as_str).zip(values).collect()
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
    fn sort(&mut self, routes: &[Route]) {
        self.templates.sort_by_key(|(segment, _)| Reverse(segment.literal_length()));
        self.literal.values_mut().for_each(|node| node.sort(routes));
        self.templates.iter_mut().for_each(|(_, node)| node.sort(routes));
        sort(&mut self.routes, routes);
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
            if let Some(captured) = segment.capture(first) {
                let kept = values.len();
                values.extend(captured);
                node.collect(rest, values, matches);
                values.truncate(kept);
            }
        }
    }
}

/// Those that ask for most in the query come first.
fn sort(positions: &mut [usize], routes: &[Route]) {
    positions.sort_by_key(|route| Reverse(routes[*route].query.len()));
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
