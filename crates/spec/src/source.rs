//! A JSON or YAML file with the place of every node in it.

mod json;
mod node;
mod number;
mod path;
mod properties;
mod property_index;
mod quick;
mod text;
mod yaml;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::diagnostic::{Diagnostic, join};

pub use crate::document::nested::MAX_DEPTH;
pub use node::{Key, Kind, Node, Span};
pub use text::{Location, MAX_BYTES};

use property_index::PropertyIndex;
pub(crate) use text::Text;

/// A parsed file: its name, its text, and the tree of its values.
///
/// Good JSON is only read for its values at first; the places are found when they are asked for.
pub struct Source {
    text: Text,
    /// What was read, until somebody takes it.
    value: Mutex<Option<Value>>,
    root: OnceLock<Node>,
    index: OnceLock<PropertyIndex>,
    rounded: OnceLock<BTreeSet<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Yaml,
}

impl Source {
    /// Reads a JSON or YAML file; the extension decides which it is, or else whether it starts with a bracket.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, each with its place.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        Self::parse_text(Text::decode(name, bytes)?)
    }

    /// The same of the text of a file.
    pub(crate) fn parse_text(text: Text) -> Result<Self, Vec<Diagnostic>> {
        let whole = 0..text.as_str().len();
        let format = format(text.name(), text.as_str());
        Self::parse_part(text, whole, format)
    }

    /// Reads JSON, whatever the file is called.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, each with its place.
    pub fn parse_json(name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        Self::parse_json_text(Text::decode(name, bytes)?)
    }

    /// The same of the text of a file.
    pub(crate) fn parse_json_text(text: Text) -> Result<Self, Vec<Diagnostic>> {
        let whole = 0..text.as_str().len();
        Self::parse_part(text, whole, Format::Json)
    }

    /// Reads the YAML in a part of a text; places are still those of the whole text.
    pub(crate) fn parse_yaml_part(text: Text, part: Range<usize>) -> Result<Self, Vec<Diagnostic>> {
        Self::parse_part(text, part, Format::Yaml)
    }

    fn parse_part(text: Text, part: Range<usize>, format: Format) -> Result<Self, Vec<Diagnostic>> {
        if text.as_str().get(part.clone()).is_none_or(|part| part.trim().is_empty()) {
            return Err(vec![text.empty(part.start)]);
        }
        if format == Format::Json
            && let Some(value) = quick::parse(text.as_str())
        {
            let rounded = BTreeSet::new().into();
            return Ok(Self {
                text,
                value: Some(value).into(),
                root: OnceLock::new(),
                index: OnceLock::new(),
                rounded,
            });
        }
        let (root, mut diagnostics) = match format {
            Format::Json => json::parse(&text),
            Format::Yaml => yaml::parse(&text, part),
        };
        if let Some(root) = &root {
            diagnostics.extend(properties::duplicates(&text, root));
        }
        match root {
            Some(root) if diagnostics.is_empty() => {
                let (index, rounded) = Default::default();
                Ok(Self { text, value: None.into(), root: root.into(), index, rounded })
            }
            _ => Err(diagnostics),
        }
    }

    /// The name of the file, as it was given.
    pub fn name(&self) -> &str {
        self.text.name()
    }

    /// The text of the file, without a byte order mark.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The top of the tree.
    pub fn root(&self) -> &Node {
        self.root.get_or_init(|| {
            let (root, _) = json::parse(&self.text);
            // Both parsers take the same texts; were one to differ, only places would be missing.
            root.unwrap_or_else(|| Node::without_places(&quick::parse(self.text()).unwrap_or_default()))
        })
    }

    /// The document as a value; an integer beyond 64 bits becomes the nearest float (see [`Source::rounded`]).
    pub fn value(&self) -> Value {
        let read = self.value.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Reading it again costs no more than a copy, and there is no second one in memory meanwhile.
        let read = read.or_else(|| if self.root.get().is_none() { quick::parse(self.text()) } else { None });
        read.unwrap_or_else(|| self.root().to_value())
    }

    /// JSON pointers of the integers that no 64-bit integer holds, so that [`Source::value`] has a float in their place.
    pub fn rounded(&self) -> &BTreeSet<String> {
        self.rounded.get_or_init(|| {
            let mut found = BTreeSet::new();
            collect_rounded(self.root(), "", &mut found);
            found
        })
    }

    /// The document as indented JSON with every number spelled as in the file.
    pub fn to_json(&self) -> String {
        self.root().to_json()
    }

    /// Where a JSON pointer leads: the key of a property, or an array's element.
    ///
    /// A pointer that leads nowhere is cut to the part of it that exists.
    pub fn locate(&self, pointer: &str) -> Location {
        self.text.location(self.span(pointer).start)
    }

    /// The part of the text that [`Source::locate`] finds the start of, as byte offsets.
    pub fn span(&self, pointer: &str) -> Span {
        let root = self.root();
        root.span_of(pointer, self.index.get_or_init(|| PropertyIndex::of(root)))
    }

    /// The line and column of a byte offset in the text.
    pub fn location(&self, offset: usize) -> Location {
        self.text.location(offset)
    }

    /// Fills a finding's file, line and column from its pointer, unless it has a place already.
    #[must_use]
    pub fn place(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        if diagnostic.line == 0 {
            let location = self.locate(&diagnostic.pointer);
            diagnostic.file = self.name().to_owned();
            diagnostic.line = location.line;
            diagnostic.column = location.column;
        }
        diagnostic
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// Whether the text of a file is read as JSON.
pub(crate) fn is_json(text: &Text) -> bool {
    format(text.name(), text.as_str()) == Format::Json
}

fn format(name: &str, text: &str) -> Format {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("json") => Format::Json,
        Some("yaml" | "yml") => Format::Yaml,
        _ if text.trim_start().starts_with(['{', '[']) => Format::Json,
        _ => Format::Yaml,
    }
}

fn collect_rounded(node: &Node, pointer: &str, found: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Number(token) if number::is_rounded(token) => {
            found.insert(pointer.to_owned());
        }
        Kind::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| item.may_hold_numbers()) {
                collect_rounded(item, &format!("{pointer}/{index}"), found);
            }
        }
        Kind::Object(properties) => {
            for (key, property) in properties.iter().filter(|(_, property)| property.may_hold_numbers()) {
                collect_rounded(property, &join(pointer, &key.name), found);
            }
        }
        _ => {}
    }
}
