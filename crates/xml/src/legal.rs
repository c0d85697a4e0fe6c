//! What names and texts may be (XML 1.0, fifth edition, sections 2.2 and 2.3; Namespaces in XML 1.0, sections 2 to 4).

use crate::Element;

/// What is blank to XML (section 2.3).
pub(crate) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The namespace that the prefix `xml` stands for, and no other one.
pub(crate) const OF_XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of declarations of namespaces, which nothing else is in.
const OF_DECLARATIONS: &str = "http://www.w3.org/2000/xmlns/";

/// Whether a character may be in a document, be it referred to.
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// What is wrong with a character that cannot be.
pub(crate) fn no_character(c: char) -> String {
    format!("XML has no character U+{:04X}", u32::from(c))
}

/// Whether a text can be a name without a prefix.
pub(crate) fn is_name(text: &str) -> bool {
    let goes_on = |c: char| {
        begins(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    text.starts_with(begins) && text.chars().all(goes_on)
}

/// What stands between quotes at the start of a text, and what is behind it.
pub(crate) fn literal(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    text[1..].split_once(quote)
}

/// Whether a text can be a name with a prefix, or without one (Namespaces in XML 1.0, section 4).
pub(crate) fn is_qualified_name(text: &str) -> bool {
    text.split(':').count() <= 2 && text.split(':').all(is_name)
}

fn begins(c: char) -> bool {
    matches!(c, 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// Why nothing can be called as an element, or an attribute, is.
pub(crate) fn misnamed(element: &Element, is_attribute: bool) -> Option<String> {
    let Element { name, prefix, namespace, .. } = element;
    let is_declaration = is_attribute && prefix.is_none() && name == "xmlns";
    if !is_name(name) || is_declaration {
        let kind = if is_attribute { "attribute" } else { "element" };
        return Some(format!("`{name}` cannot be the name of an {kind}"));
    }
    // A prefix without a namespace is not written, and an attribute without a prefix is in none.
    let namespace = namespace.as_deref().filter(|_| !is_attribute || prefix.is_some())?;
    if let Some(illegal) = namespace.chars().find(|c| !is_char(*c)) {
        return Some(format!("the namespace cannot be written: {}", no_character(illegal)));
    }
    let is_legal = match prefix.as_deref() {
        Some("xml") => namespace == OF_XML,
        Some("xmlns") => false,
        Some(prefix) if !is_name(prefix) => return Some(format!("`{prefix}` cannot be a prefix")),
        Some(_) => ![OF_XML, OF_DECLARATIONS, ""].contains(&namespace),
        None => ![OF_XML, OF_DECLARATIONS].contains(&namespace),
    };
    let prefix = prefix.as_ref().map(|prefix| format!("prefix `{prefix}`")).unwrap_or_else(|| "default".to_owned());
    (!is_legal).then(|| format!("the {prefix} cannot stand for the namespace `{namespace}`"))
}

/// What tells an attribute from others: its namespace and its name (Namespaces in XML 1.0, section 6.3).
pub(crate) fn expanded(attribute: &Element) -> (Option<&str>, &str) {
    (attribute.namespace(true), &attribute.name)
}
