//! XML as a tree, in bounded depth. Entities are the five that XML has itself: no document type is looked at.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// How deep elements may be in each other.
pub(crate) const MAX_DEPTH: usize = 128;

/// The namespace of the attribute `nil` (XML Schema, part 1, section 2.6.2), as nearly everybody abbreviates it.
const NIL: [&str; 2] = ["xsi:nil", "nil"];

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Its name without a prefix.
    pub(crate) name: String,
    /// Without those that declare namespaces.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
    pub(crate) text: String,
    pub(crate) is_nil: bool,
}

impl Node {
    /// Reads a document of one element.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        // The elements that are open, below a root that holds the one of the document.
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            let depth = open.len();
            let Some(current) = open.last_mut() else { return Err("an element ends that never began".to_owned()) };
            match event {
                Event::Start(_) if depth > MAX_DEPTH => {
                    return Err(format!("elements are more than {MAX_DEPTH} deep in each other"));
                }
                Event::Start(start) => open.push(Self::open(&start)?),
                Event::Empty(start) => current.children.push(Self::open(&start)?),
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
                    Some(character) => current.text.push(character),
                    None => {
                        let name = entity.xml10_content();
                        let text = resolve_predefined_entity(&name)
                            .ok_or_else(|| format!("the entity `{name}` is unknown"))?;
                        current.text.push_str(text);
                    }
                },
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        match (open.pop(), open.is_empty()) {
            (Some(mut root), true) if root.children.len() == 1 && root.text.trim().is_empty() => {
                Ok(root.children.pop().unwrap_or_default())
            }
            (Some(unfinished), false) => Err(format!("the element `{}` has no end", unfinished.name)),
            _ => Err("it is not one element".to_owned()),
        }
    }

    fn open(start: &BytesStart<'_>) -> Result<Self, String> {
        let mut node = Self { name: start.local_name().as_ref().to_owned(), ..Self::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let (name, value) = (
                attribute.key.as_ref(),
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?,
            );
            if NIL.contains(&name) {
                node.is_nil |= ["true", "1"].contains(&value.trim());
            } else if name != "xmlns" && !name.starts_with("xmlns:") {
                node.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
            }
        }
        Ok(node)
    }
}
