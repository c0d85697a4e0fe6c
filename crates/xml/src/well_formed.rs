//! What a document that is well-formed may not have, beyond what the parser itself refuses (XML 1.0, fifth edition;
//! Namespaces in XML 1.0).

use std::collections::HashSet;
use std::rc::Rc;

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceError, NamespaceResolver, PrefixDeclaration, QName, ResolveResult};

use crate::legal::{BLANKS, is_char, is_name, is_qualified_name, no_character};
use crate::{declaration, document_type};

/// Looks at the events of a document, one after another.
#[derive(Default)]
pub(crate) struct WellFormed {
    namespaces: NamespaceResolver,
    depth: usize,
    has_begun: bool,
    has_type: bool,
    has_root: bool,
}

impl WellFormed {
    /// Looks at all characters, which have to be those that XML has (section 2.2).
    pub(crate) fn characters(text: &str) -> Result<(), String> {
        match text.chars().find(|c| !is_char(*c)) {
            Some(illegal) => Err(no_character(illegal)),
            None => Ok(()),
        }
    }

    /// Looks at what comes next, which is where a text ends that has been read. Elements have a beginning and an end here, be
    /// they empty.
    pub(crate) fn event(&mut self, event: &Event<'_>, read: &str) -> Result<(), String> {
        let is_outside = self.depth == 0;
        match event {
            Event::Start(start) | Event::Empty(start) => {
                self.depth += 1;
                self.has_root = true;
                self.start(start)?;
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                self.namespaces.pop();
            }
            Event::Text(text) if is_outside && !text.trim_matches(BLANKS).is_empty() => {
                return Err("there is text outside of the element".to_owned());
            }
            // Section 2.4.
            Event::Text(text) if text.contains("]]>") => return Err("`]]>` stands in a text".to_owned()),
            Event::CData(_) | Event::GeneralRef(_) if is_outside => {
                return Err("there is text outside of the element".to_owned());
            }
            Event::Decl(said) => {
                if self.has_begun {
                    return Err("the XML declaration is not the first".to_owned());
                }
                declaration::check(said.strip_prefix("xml").unwrap_or(said))?;
            }
            // Section 2.6.
            Event::PI(instruction) if !is_name(instruction.target()) || is_reserved(instruction.target()) => {
                return Err(format!("no instruction can be called `{}`", instruction.target()));
            }
            Event::DocType(said) => {
                if self.has_type || self.has_root {
                    return Err("the document type is not before the element".to_owned());
                }
                document_type::check(read, said)?;
                self.has_type = true;
            }
            _ => {}
        }
        self.has_begun = true;
        Ok(())
    }

    /// The namespace of an element whose start was the last event, or of an attribute of it.
    pub(crate) fn namespace(&self, name: &str, is_attribute: bool) -> Option<Rc<str>> {
        match self.namespaces.resolve_prefix(QName(name).prefix(), !is_attribute) {
            // An ampersand in it is written as what it is in XML.
            ResolveResult::Bound(bound) => unescape(bound.0).ok().map(|namespace| Rc::from(&*namespace)),
            _ => None,
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        values(start)?;
        self.namespaces.push(start).map_err(|error| match error {
            NamespaceError::TooManyBindings(most) => format!("more than {most} namespaces are declared in one place"),
            other => other.to_string(),
        })?;
        self.name(start.name(), false)?;
        let mut expanded = HashSet::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            match attribute.key.as_namespace_binding() {
                Some(PrefixDeclaration::Named(prefix)) => {
                    if !is_name(prefix) || attribute.value.is_empty() {
                        return Err(format!("`{prefix}` cannot be declared as a prefix of `{}`", attribute.value));
                    }
                }
                Some(PrefixDeclaration::Default) => {}
                None => {
                    self.name(attribute.key, true)?;
                    let (name, key) = (attribute.key.local_name().into_inner(), attribute.key.as_ref());
                    if !expanded.insert((self.namespace(key, true), name.to_owned())) {
                        return Err(format!("the attribute `{key}` is there twice"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Namespaces in XML 1.0, sections 3 and 7: at most one colon, and a prefix that is declared and is not that of
    /// declarations.
    fn name(&self, name: QName<'_>, is_attribute: bool) -> Result<(), String> {
        let whole = name.as_ref();
        if !is_qualified_name(whole) || whole.starts_with("xmlns:") {
            return Err(format!("`{whole}` is no name"));
        }
        match self.namespaces.resolve_prefix(name.prefix(), !is_attribute) {
            ResolveResult::Unknown(prefix) => Err(format!("the prefix `{prefix}` is not declared")),
            _ => Ok(()),
        }
    }
}

/// Whether a name is that of the XML declaration, in whatever case.
fn is_reserved(target: &str) -> bool {
    target.eq_ignore_ascii_case("xml")
}

/// Values of attributes hold no `<`, and have blanks between them (section 3.1).
fn values(start: &BytesStart<'_>) -> Result<(), String> {
    let (mut quote, mut has_ended) = (None, false);
    for c in start.chars() {
        if has_ended && !BLANKS.contains(&c) {
            return Err("there is no blank between attributes".to_owned());
        }
        has_ended = quote == Some(c);
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) if c == '<' => return Err("`<` stands in the value of an attribute".to_owned()),
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
    }
    Ok(())
}
