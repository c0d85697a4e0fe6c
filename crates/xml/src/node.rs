//! XML as a tree, in bounded depth and of bounded size. Entities are the five that XML has itself: no document type is
//! looked at.

use std::collections::HashSet;
use std::rc::Rc;

use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};

use crate::legal::{is_char, no_character};
use crate::well_formed::WellFormed;

/// How deep elements may be in each other.
pub(crate) const MAX_DEPTH: usize = 128;

/// How many elements and attributes there may be: a short one takes far more memory than text.
const MAX_NODES: usize = 1_000_000;

/// An element or an attribute.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Its name with its prefix.
    pub(crate) qualified: String,
    /// Where in that the name without a prefix begins.
    local: usize,
    /// The namespace that it is in, where the document is looked at for being well-formed.
    pub(crate) namespace: Option<Rc<str>>,
    pub(crate) attributes: Vec<Node>,
    pub(crate) children: Vec<Node>,
    pub(crate) text: String,
    pub(crate) is_nil: bool,
}

impl Node {
    /// Its name without a prefix.
    pub(crate) fn name(&self) -> &str {
        &self.qualified[self.local..]
    }

    pub(crate) fn has_prefix(&self) -> bool {
        self.local > 0
    }

    fn new(qualified: &str) -> Self {
        let local = qualified.rfind(':').map_or(0, |at| at + 1);
        Self { qualified: qualified.to_owned(), local, ..Self::default() }
    }

    /// Reads a document of one element, with no more than the parser wants of it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::parse_by(text, None)
    }

    /// The same of a document that has to be well-formed.
    pub(crate) fn parse_well_formed(text: &str) -> Result<Self, String> {
        WellFormed::characters(text)?;
        Self::parse_by(text, Some(WellFormed::default()))
    }

    fn parse_by(text: &str, mut checks: Option<WellFormed>) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = checks.is_some();
        reader.config_mut().expand_empty_elements = checks.is_some();
        let (mut nodes, mut has_type) = (0, false);
        // The elements that are open, below a root that holds the one of the document.
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            if let Some(checks) = &mut checks {
                let end = usize::try_from(reader.buffer_position()).ok();
                checks.event(&event, end.and_then(|end| text.get(..end)).unwrap_or(text))?;
            }
            let checks = checks.as_ref();
            let depth = open.len();
            let Some(current) = open.last_mut() else { return Err("an element ends that never began".to_owned()) };
            match event {
                Event::Start(_) if depth > MAX_DEPTH => {
                    return Err(format!("elements are more than {MAX_DEPTH} deep in each other"));
                }
                Event::Start(start) => open.push(Self::open(&start, &mut nodes, checks, has_type)?),
                Event::Empty(start) => current.children.push(Self::open(&start, &mut nodes, checks, has_type)?),
                Event::End(_) => {
                    let ended = open.pop().unwrap_or_default();
                    let Some(parent) = open.last_mut() else {
                        return Err("an element ends that never began".to_owned());
                    };
                    parent.children.push(ended);
                }
                Event::Text(text) => current.text.push_str(&text.xml10_content()),
                Event::CData(text) => current.text.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) if checks.is_some() && !is_char(character) => return Err(no_character(character)),
                    Some(character) => current.text.push(character),
                    None => {
                        let name = entity.xml10_content();
                        let text = resolve_predefined_entity(&name).ok_or_else(|| no_entity(&name, has_type))?;
                        current.text.push_str(text);
                    }
                },
                Event::DocType(_) => has_type = true,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        match (open.pop(), open.is_empty()) {
            (Some(mut root), true) if root.children.len() == 1 && root.text.trim().is_empty() => {
                Ok(root.children.pop().unwrap_or_default())
            }
            (Some(unfinished), false) => Err(format!("the element `{}` has no end", unfinished.qualified)),
            _ => Err("it is not one element".to_owned()),
        }
    }

    fn open(
        start: &BytesStart<'_>,
        nodes: &mut usize,
        checks: Option<&WellFormed>,
        has_type: bool,
    ) -> Result<Self, String> {
        let mut counted = || {
            *nodes += 1;
            if *nodes > MAX_NODES {
                Err(format!("it has more than {MAX_NODES} elements and attributes"))
            } else {
                Ok(())
            }
        };
        counted()?;
        let of = |name: &str, is_attribute: bool| Self {
            namespace: checks.and_then(|checks| checks.namespace(name, is_attribute)),
            ..Self::new(name)
        };
        let mut node = of(start.name().as_ref(), false);
        let mut names = HashSet::new();
        // The reader compares each with all others.
        for attribute in start.attributes().with_checks(false) {
            counted()?;
            let attribute = attribute.map_err(|error| error.to_string())?;
            let name = attribute.key.as_ref();
            if !names.insert(name.to_owned()) {
                return Err(format!("the attribute `{name}` is there twice"));
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| match error {
                Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => no_entity(&name, has_type),
                other => other.to_string(),
            })?;
            if let Some(character) = value.chars().find(|c| checks.is_some() && !is_char(*c)) {
                return Err(no_character(character));
            }
            let found = of(name, true);
            // Whatever prefix its namespace has (XML Schema, part 1, section 2.6). The other ones say where a schema is.
            match found.name() {
                "nil" if found.has_prefix() => node.is_nil |= ["true", "1"].contains(&value.trim()),
                "schemaLocation" | "noNamespaceSchemaLocation" if found.has_prefix() => {}
                _ if name == "xmlns" || name.starts_with("xmlns:") || name.starts_with("xsi:") => {}
                _ => node.attributes.push(Self { text: value.into_owned(), ..found }),
            }
        }
        Ok(node)
    }
}

/// What is wrong with a reference to an entity that XML itself does not have. Those that a document type declares may stand
/// for more text than any memory holds, or for files.
fn no_entity(name: &str, has_type: bool) -> String {
    match has_type {
        true => format!("the entity `{name}` is not expanded, whatever the document type declares"),
        false => format!("the entity `{name}` is unknown"),
    }
}
