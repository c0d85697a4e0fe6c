//! YAML into the located tree, as the core schema of YAML 1.2 reads it and only as far as JSON has the same.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::number::{self, Plain};
use super::path::Path;
use super::{Key, Kind, MAX_BYTES, MAX_DEPTH, Node, Span, Text};
use crate::diagnostic::Diagnostic;

/// The tree of a YAML text, as far as it can be read, and what is wrong with the text.
pub(super) fn parse(text: &Text, part: Range<usize>) -> (Option<Node>, Vec<Diagnostic>) {
    let yaml = text.as_str().get(part.clone()).unwrap_or_default();
    // The parser takes a NUL for the end of the text.
    if let Some(at) = yaml.find(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')) {
        let character = yaml[at..].chars().next().unwrap_or_default();
        let message = format!("the control character U+{:04X} is not allowed in YAML", u32::from(character));
        let error = text.error("control-character", "", part.start + at, message);
        return (None, vec![error.help("remove it, or write it as an escape in a double-quoted string")]);
    }
    let mut builder = Builder {
        text,
        parser: Parser::new_from_str(yaml),
        offsets: Offsets::new(yaml, part.start),
        anchors: HashMap::new(),
        copied: 0,
        ended: false,
        diagnostics: Vec::new(),
    };
    let root = builder.document();
    if root.is_none() && builder.diagnostics.is_empty() {
        builder.diagnostics.push(text.empty(part.start));
    }
    (root, builder.diagnostics)
}

struct Builder<'t> {
    text: &'t Text,
    parser: Parser<'t, StrInput<'t>>,
    offsets: Offsets<'t>,
    anchors: HashMap<usize, Node>,
    /// How many bytes anchors and aliases have copied so far.
    copied: usize,
    /// Whether nothing more is read; the reason is among the diagnostics.
    ended: bool,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    fn document(&mut self) -> Option<Node> {
        let mut root = None;
        while let Some((event, span)) = self.next() {
            match event {
                Event::DocumentStart(_) if root.is_some() => {
                    let message = "a second document starts here";
                    self.end(self.text.error("yaml-multi-document", "", span.start, message).help("keep one document"));
                }
                Event::StreamEnd => self.ended = true,
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, span, &Path::Root)),
            }
        }
        root
    }

    fn next(&mut self) -> Option<(Event<'t>, Span)> {
        if self.ended {
            return None;
        }
        match self.parser.next_event()? {
            Ok((event, span)) => {
                let span =
                    Span { start: self.offsets.byte(span.start.index()), end: self.offsets.byte(span.end.index()) };
                Some((event, span))
            }
            Err(error) => {
                let offset = self.offsets.byte(error.marker().index());
                self.end(match error.info() {
                    "recursion limit exceeded" => self.text.too_deep(String::new(), offset),
                    info => self.text.error("yaml-syntax", "", offset, info).help("correct the YAML at this place"),
                });
                None
            }
        }
    }

    fn end(&mut self, reason: Diagnostic) {
        self.diagnostics.push(reason);
        self.ended = true;
    }

    fn node(&mut self, event: Event<'t>, mut span: Span, path: &Path<'_>) -> Node {
        let (kind, anchor) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let kind = self.scalar(value, style, span, path);
                self.check_tag(tag.as_deref(), type_name(&kind), span, path);
                (kind, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span, path);
                (self.sequence(&mut span, path), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span, path);
                (self.mapping(&mut span, path), anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, span, path),
            _ => (Kind::Null, 0),
        };
        let node = Node { kind, span };
        if anchor != 0 && self.copy(&node, span, path) {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn scalar(&mut self, value: Cow<'t, str>, style: ScalarStyle, span: Span, path: &Path<'_>) -> Kind {
        if style != ScalarStyle::Plain {
            return Kind::String(value.into_owned());
        }
        match &*value {
            "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
            "true" | "True" | "TRUE" => Kind::Bool(true),
            "false" | "False" | "FALSE" => Kind::Bool(false),
            text => match number::plain(text) {
                Plain::Number(token) => Kind::Number(token),
                Plain::Other => Kind::String(value.into_owned()),
                Plain::OutOfRange => {
                    self.diagnostics.push(self.text.out_of_range(text, path.pointer(), span.start));
                    Kind::Null
                }
            },
        }
    }

    fn sequence(&mut self, span: &mut Span, path: &Path<'_>) -> Kind {
        let mut items = Vec::new();
        self.enter(*span, path);
        while let Some((event, part)) = self.next() {
            if event == Event::SequenceEnd {
                span.end = part.end;
                break;
            }
            let item = self.node(event, part, &Path::Item(path, items.len()));
            items.push(item);
        }
        Kind::Array(items)
    }

    fn mapping(&mut self, span: &mut Span, path: &Path<'_>) -> Kind {
        let mut properties = Vec::new();
        self.enter(*span, path);
        while let Some((event, part)) = self.next() {
            if event == Event::MappingEnd {
                span.end = part.end;
                break;
            }
            let key = self.key(event, part, path);
            let Some((event, part)) = self.next() else { break };
            let name = key.as_ref().map_or("", |key| key.name.as_str());
            let node = self.node(event, part, &Path::Property(path, name));
            properties.extend(key.map(|key| (key, node)));
        }
        Kind::Object(properties)
    }

    fn enter(&mut self, span: Span, path: &Path<'_>) {
        if path.depth() >= MAX_DEPTH {
            self.end(self.text.too_deep(path.pointer(), span.start));
        }
    }

    /// The name of a property; integers such as status codes are taken as they are written.
    fn key(&mut self, event: Event<'t>, span: Span, path: &Path<'_>) -> Option<Key> {
        let plain = match &event {
            Event::Scalar(text, ScalarStyle::Plain, ..) => Some(text.clone()),
            _ => None,
        };
        if plain.as_deref() == Some("<<") {
            let error = self.text.error("yaml-merge-key", path.pointer(), span.start, "`<<` is a YAML merge key");
            self.diagnostics
                .push(error.help("write the merged properties out: readers differ in what they do with it"));
            return None;
        }
        let node = self.node(event, span, &Path::Property(path, "?"));
        let found = match node.kind {
            Kind::String(name) => return Some(Key { name, span }),
            Kind::Number(token) if number::is_integer(&token) && plain.as_deref() == Some(&token) => {
                return Some(Key { name: token, span });
            }
            kind => type_name(&kind),
        };
        if !self.ended {
            let message = format!("a key must be a string, this one is of the YAML type `{found}`");
            let error = self.text.error("yaml-key", path.pointer(), span.start, message);
            self.diagnostics.push(error.help("quote the key"));
        }
        None
    }

    fn alias(&mut self, anchor: usize, span: Span, path: &Path<'_>) -> Node {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            if !self.ended {
                let message = "the alias stands inside of what it refers to";
                let error = self.text.error("yaml-alias", path.pointer(), span.start, message);
                self.diagnostics.push(error.help("write out what is meant"));
            }
            return Node { kind: Kind::Null, span };
        };
        self.copy(&node, span, path);
        Node { span, ..node }
    }

    /// Whether one more copy of a node is within the limits; if not, nothing more is read.
    fn copy(&mut self, node: &Node, span: Span, path: &Path<'_>) -> bool {
        if self.ended {
            return false;
        }
        let (bytes, depth) = measure(node);
        self.copied = self.copied.saturating_add(bytes);
        if self.copied > MAX_BYTES {
            let message = format!("anchors and aliases make more than {MAX_BYTES} bytes of copies");
            let error = self.text.error("yaml-alias", path.pointer(), span.start, message);
            self.end(error.help("write out what is meant"));
        } else if path.depth() + depth > MAX_DEPTH {
            self.end(self.text.too_deep(path.pointer(), span.start));
        }
        !self.ended
    }

    fn check_tag(&mut self, tag: Option<&Tag>, found: &str, span: Span, path: &Path<'_>) {
        let Some(tag) = tag else { return };
        if tag.is_yaml_core_schema() && tag.suffix == found {
            return;
        }
        let shown = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
        let message = format!("the tag `{shown}` makes something else of a value that reads as `{found}`");
        let error = self.text.error("yaml-tag", path.pointer(), span.start, message);
        self.diagnostics.push(error.help("remove the tag, and quote the value if it is a string"));
    }
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool(_) => "bool",
        Kind::Number(token) if number::is_integer(token) => "int",
        Kind::Number(_) => "float",
        Kind::String(_) => "str",
        Kind::Array(_) => "seq",
        Kind::Object(_) => "map",
    }
}

/// How many bytes a copy of a node takes, and how many arrays and objects are nested in it.
fn measure(node: &Node) -> (usize, usize) {
    let (mut bytes, mut depth) = (size_of::<Node>(), 0);
    let mut add = |key: usize, part: &Node| {
        let (inner, below) = measure(part);
        bytes += key + inner;
        depth = depth.max(below);
    };
    match &node.kind {
        Kind::Number(text) | Kind::String(text) => return (bytes + text.len(), 0),
        Kind::Null | Kind::Bool(_) => return (bytes, 0),
        Kind::Array(items) => items.iter().for_each(|item| add(0, item)),
        Kind::Object(properties) => {
            properties.iter().for_each(|(key, property)| add(size_of::<Key>() + key.name.len(), property));
        }
    }
    (bytes, depth + 1)
}

/// Turns the parser's offsets, which count characters, into byte offsets.
struct Offsets<'t> {
    yaml: &'t str,
    /// Where the YAML starts in the text.
    base: usize,
    /// The byte offset of each `STRIDE`th character; empty where every character is one byte.
    steps: Vec<usize>,
}

impl<'t> Offsets<'t> {
    const STRIDE: usize = 64;

    fn new(yaml: &'t str, base: usize) -> Self {
        let steps = match yaml.is_ascii() {
            true => Vec::new(),
            false => yaml.char_indices().step_by(Self::STRIDE).map(|(at, _)| at).collect(),
        };
        Self { yaml, base, steps }
    }

    fn byte(&self, index: usize) -> usize {
        let offset = match self.steps.get(index / Self::STRIDE) {
            None if self.steps.is_empty() => index.min(self.yaml.len()),
            None => self.yaml.len(),
            Some(step) => {
                let mut rest = self.yaml[*step..].char_indices();
                rest.nth(index % Self::STRIDE).map_or(self.yaml.len(), |(at, _)| step + at)
            }
        };
        self.base + offset
    }
}
