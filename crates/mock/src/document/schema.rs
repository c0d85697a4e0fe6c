//! Schemas, turned into JSON Schema and compiled when first needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use keyapi_spec::document::extension;
use keyapi_spec::schema::keyword::is_pattern;
use serde_json::{Value, json};

use super::format;
use super::plain::Plain;
use super::source::{Source, properties, text};
use super::translation::{Choice, Reasons, Translation};
use super::xml::Xml;

/// Which way a message goes: `readOnly` properties are not asked of requests, `writeOnly` properties not of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
}

impl Direction {
    /// The keyword of properties that do not go this way.
    pub(crate) fn hidden(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}

/// One schema of the document.
///
/// It is translated and compiled on first use, so that a large document costs nothing at start.
#[derive(Debug)]
pub(crate) struct Schema {
    source: Arc<Source>,
    raw: Value,
    direction: Direction,
    plain: Option<Plain>,
    compiled: OnceLock<Compiled>,
    explained: OnceLock<Compiled>,
    by_tag: OnceLock<Compiled>,
    xml: OnceLock<Box<Xml>>,
}

/// A schema as JSON Schema.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The schema, with everything it refers to under `$defs`.
    pub(crate) translated: Value,
    /// Nothing where the schema itself is broken: then it accepts every value, as a schema that was never written.
    pub(crate) validator: Option<jsonschema::Validator>,
    has_discriminator: bool,
    /// Whether it asks which properties or items no other keyword has looked at.
    has_unevaluated: bool,
}

impl Schema {
    /// Takes a schema of the document.
    pub(crate) fn new(source: &Arc<Source>, raw: &Value, direction: Direction) -> Self {
        Self {
            source: Arc::clone(source),
            plain: Plain::of(raw),
            raw: raw.clone(),
            direction,
            compiled: OnceLock::new(),
            explained: OnceLock::new(),
            by_tag: OnceLock::new(),
            xml: OnceLock::new(),
        }
    }

    /// How values are written as XML.
    pub(super) fn xml(&self) -> &Xml {
        self.xml.get_or_init(|| Box::new(Xml::new(keyapi_spec::schema::xml::judged(self.source.outline(), &self.raw))))
    }

    /// Another schema of the same document, for the same direction.
    pub(crate) fn beside(&self, raw: &Value) -> Self {
        Self::new(&self.source, raw, self.direction)
    }

    /// The schema as the document writes it.
    pub(crate) fn raw(&self) -> &Value {
        &self.raw
    }

    /// Which way the values go.
    pub(crate) fn direction(&self) -> Direction {
        self.direction
    }

    /// The document that the schema's references lead into.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The compiled schema; nothing where the document's schema is broken.
    pub(crate) fn validator(&self) -> Option<&jsonschema::Validator> {
        self.compiled().validator.as_ref()
    }

    /// The schema with discriminators that select, for telling what was meant; nothing where there are none.
    pub(crate) fn by_tag(&self) -> Option<&Compiled> {
        let has_discriminator = self.plain.is_none() && self.compiled().has_discriminator;
        has_discriminator.then(|| self.by_tag.get_or_init(|| self.compile(Choice::ByTag, Reasons::OfAll)))
    }

    /// Whether a value fits.
    pub(crate) fn accepts(&self, value: &Value) -> bool {
        match &self.plain {
            Some(plain) => plain.accepts(value),
            None => self.validator().is_none_or(|validator| validator.is_valid(value)),
        }
    }

    /// Whether a text is certain to fit as it stands; where it is not, the value has to be looked at.
    pub(crate) fn plainly_accepts(&self, text: &str) -> bool {
        self.plain.as_ref().is_some_and(|plain| plain.accepts_text(text))
    }

    /// Whether a value may be an object, as far as that is seen without looking at what the schema refers to.
    pub(crate) fn may_be_object(&self) -> bool {
        let is_of_parts = ["$ref", "allOf", "oneOf", "anyOf"].iter().any(|keyword| self.raw.get(keyword).is_some());
        is_of_parts || !matches!(text(&self.raw, "type"), Some("string" | "number" | "integer" | "boolean" | "array"))
    }

    /// Whether the schema was made from examples, which then fit it: only what had no properties gets inferred ones.
    pub(crate) fn is_inferred(&self) -> bool {
        let inferred = |schema: &Value| schema.get(extension::INFERRED).is_some();
        inferred(&self.raw) || properties(self.raw.get("properties")).any(|(_, property)| inferred(property))
    }

    /// The position of a property among those that the schema lists.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.source.resolve(&self.raw).get("properties")?.as_object()?.keys().position(|known| known == name)
    }

    /// The schema as it is judged by.
    pub(crate) fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| self.compile(Choice::ByFit, Reasons::OfEach))
    }

    /// The schema for telling what is wrong with a value that does not fit.
    pub(crate) fn explained(&self) -> &Compiled {
        if self.compiled().has_unevaluated {
            return self.compiled();
        }
        self.explained.get_or_init(|| self.compile(Choice::ByFit, Reasons::OfAll))
    }

    fn compile(&self, choice: Choice, reasons: Reasons) -> Compiled {
        let mut translation = Translation::new(&self.source, self.direction, choice, reasons);
        let translated = translation.run(&self.raw);
        let validator = validator(&translated);
        let Translation { has_discriminator, has_unevaluated, .. } = translation;
        Compiled { translated, validator, has_discriminator, has_unevaluated }
    }
}

/// Whether a text has a pattern; none has one that nobody can follow.
pub(crate) fn matches_pattern(pattern: &str, text: &str) -> bool {
    compiled_pattern(pattern).is_some_and(|validator| validator.is_valid(&json!(text)))
}

/// So many patterns are remembered.
const MOST_PATTERNS: usize = 1024;

/// What finds a pattern in texts. To compile it takes long, and names of every request are held against the same few.
fn compiled_pattern(pattern: &str) -> Option<Arc<jsonschema::Validator>> {
    static KNOWN: Mutex<BTreeMap<String, Option<Arc<jsonschema::Validator>>>> = Mutex::new(BTreeMap::new());
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(pattern).cloned();
    known.unwrap_or_else(|| {
        let compiles = is_pattern(pattern);
        let compiled = compiles.then(|| validator(&json!({ "pattern": pattern }))).flatten().map(Arc::new);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_PATTERNS {
            known.clear();
        }
        known.insert(pattern.to_owned(), compiled.clone());
        compiled
    })
}

/// Compiles JSON Schema; nothing where it is broken.
pub(crate) fn validator(translated: &Value) -> Option<jsonschema::Validator> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_format(format::BYTE, format::is_base64)
        .with_keyword(format::INTEGER, format::integer_keyword)
        .build(translated)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_compiled_once() {
        let compiled = compiled_pattern("^a+$").unwrap();
        assert!(Arc::ptr_eq(&compiled, &compiled_pattern("^a+$").unwrap()));
        assert!(matches_pattern("^a+$", "aa") && !matches_pattern("^a+$", "b"));
        assert!(compiled_pattern("(").is_none() && !matches_pattern("(", "("));
    }
}
