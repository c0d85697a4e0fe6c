//! The XML declaration (XML 1.0, fifth edition, sections 2.8, 2.9 and 4.3.3).

use crate::legal::{BLANKS, literal};

/// Something that it may say.
struct PseudoAttribute {
    name: &'static str,
    is_legal: fn(&str) -> bool,
    wanted: &'static str,
}

/// What it may say, in this order. The version has to be there.
const PSEUDO_ATTRIBUTES: [PseudoAttribute; 3] = [
    PseudoAttribute { name: "version", is_legal: is_version, wanted: "`1.` and digits" },
    PseudoAttribute { name: "encoding", is_legal: is_encoding, wanted: "the name of an encoding" },
    PseudoAttribute { name: "standalone", is_legal: |said| ["yes", "no"].contains(&said), wanted: "`yes` or `no`" },
];

/// Looks at what is between `<?xml` and `?>`.
pub(crate) fn check(content: &str) -> Result<(), String> {
    let (mut rest, mut next) = (content, 0);
    loop {
        let trimmed = rest.trim_start_matches(BLANKS);
        if trimmed.is_empty() {
            break;
        }
        let read = attribute(trimmed).filter(|_| trimmed.len() < rest.len());
        let Some((name, value, behind)) = read else { return Err("the XML declaration cannot be read".to_owned()) };
        let found = PSEUDO_ATTRIBUTES.iter().position(|known| known.name == name);
        // Only the encoding may be left out before something else.
        let Some(at) = found.filter(|at| *at == next || *at == 2 && next == 1) else {
            let order = "`version`, then perhaps `encoding`, then perhaps `standalone`";
            return Err(format!("`{name}` is out of place in the XML declaration, which has {order}"));
        };
        let PseudoAttribute { is_legal, wanted, .. } = &PSEUDO_ATTRIBUTES[at];
        if !is_legal(value) {
            return Err(format!("`{name}` in the XML declaration must be {wanted}, and is `{value}`"));
        }
        (rest, next) = (behind, at + 1);
    }
    if next == 0 { Err("the XML declaration has no version".to_owned()) } else { Ok(()) }
}

/// What is said first: its name, its value, and what is behind it.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let (value, behind) = literal(rest.trim_start_matches(BLANKS))?;
    Some((name.trim_end_matches(BLANKS), value, behind))
}

fn is_version(said: &str) -> bool {
    said.strip_prefix("1.").is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_encoding(said: &str) -> bool {
    let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    said.starts_with(|c: char| c.is_ascii_alphabetic()) && said.bytes().all(goes_on)
}
