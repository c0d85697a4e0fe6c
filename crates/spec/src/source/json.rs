//! JSON into the located tree: serde_json says whether the text is JSON, jsonc-parser where everything is.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use super::path::Path;
use super::{Key, Kind, Location, MAX_DEPTH, Node, Span, Text, number};
use crate::diagnostic::Diagnostic;

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The tree of a JSON text, and what is wrong with the text.
pub(super) fn parse(text: &Text) -> (Option<Node>, Vec<Diagnostic>) {
    // jsonc-parser recurses, and even with every option off it lets control characters and foreign blanks pass.
    if let Some(error) = depth_error(text).or_else(|| syntax_error(text)) {
        return (None, vec![error]);
    }
    match parse_to_ast(text.as_str(), &CollectOptions::default(), &STRICT) {
        Ok(parsed) => {
            let mut convert = Convert { text, diagnostics: Vec::new() };
            let root = parsed.value.map(|value| convert.node(value, &Path::Root));
            (root, convert.diagnostics)
        }
        Err(error) => {
            let message = lowercase_first(&error.kind().to_string());
            (None, vec![text.error("json-syntax", "", error.range().start, message)])
        }
    }
}

fn depth_error(text: &Text) -> Option<Diagnostic> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (offset, byte) in text.as_str().bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(text.too_deep(String::new(), offset));
        }
    }
    None
}

fn syntax_error(text: &Text) -> Option<Diagnostic> {
    let error = serde_json::from_str::<IgnoredAny>(text.as_str()).err()?;
    // serde_json counts columns in bytes.
    let offset = text.offset(Location { line: error.line(), column: 1 }) + error.column().saturating_sub(1);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().replace("EOF", "end of text");
    Some(text.error("json-syntax", "", offset, message).help("correct the JSON at this place"))
}

fn lowercase_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

struct Convert<'t> {
    text: &'t Text,
    diagnostics: Vec<Diagnostic>,
}

impl Convert<'_> {
    fn node(&mut self, value: Value<'_>, path: &Path<'_>) -> Node {
        let span = span(value.range());
        let kind = match value {
            Value::NullKeyword(_) => Kind::Null,
            Value::BooleanLit(literal) => Kind::Bool(literal.value),
            Value::NumberLit(literal) => self.number(literal.value, span, path),
            Value::StringLit(literal) => Kind::String(literal.value.into_owned()),
            Value::Array(array) => {
                let items = array.elements.into_iter().enumerate();
                Kind::Array(items.map(|(index, item)| self.node(item, &Path::Item(path, index))).collect())
            }
            Value::Object(object) => {
                let properties = object.properties.into_iter().map(|property| {
                    let key = key(property.name);
                    let node = self.node(property.value, &Path::Property(path, &key.name));
                    (key, node)
                });
                Kind::Object(properties.collect())
            }
        };
        Node { kind, span }
    }

    fn number(&mut self, token: &str, span: Span, path: &Path<'_>) -> Kind {
        if !number::is_finite(token) {
            self.diagnostics.push(self.text.out_of_range(token, path.pointer(), span.start));
        }
        Kind::Number(token.to_owned())
    }
}

fn key(name: ObjectPropName<'_>) -> Key {
    let span = span(name.range());
    let name = match name {
        ObjectPropName::String(literal) => literal.value.into_owned(),
        ObjectPropName::Word(word) => word.value.to_owned(),
    };
    Key { name, span }
}

fn span(range: Range) -> Span {
    Span { start: range.start, end: range.end }
}
