//! The declaration of the document type (XML 1.0, fifth edition, section 2.8), of which nothing is used: what is between its
//! brackets is not looked at, and neither is the name of the element compared, which only a validating reader does.

use crate::legal::{BLANKS, is_qualified_name, literal};

/// Looks at a declaration: its content, which is where a text ends that has been read, but for the bracket behind it.
pub(crate) fn check(read: &str, content: &str) -> Result<(), String> {
    let before = read.strip_suffix('>').and_then(|read| read.strip_suffix(content)).unwrap_or_default();
    let keyword = before.trim_end_matches(BLANKS);
    if !keyword.ends_with("<!DOCTYPE") {
        return Err("the document type is not declared by `<!DOCTYPE`".to_owned());
    }
    let name = content.split(|c| BLANKS.contains(&c) || c == '[').next().unwrap_or_default();
    if keyword.len() == before.len() || !is_qualified_name(name) {
        return Err(format!("`{name}` cannot be the name of a document type"));
    }
    let rest = &content[name.len()..];
    let is_legal = external(rest).is_some_and(|rest| rest.is_empty() || rest.starts_with('[') && rest.ends_with(']'));
    if is_legal { Ok(()) } else { Err("the document type has something else behind its name than it may".to_owned()) }
}

/// What is behind the place of an external document type, if there is one; nothing where it cannot be read.
fn external(text: &str) -> Option<&str> {
    let said = text.trim_start_matches(BLANKS);
    let (rest, literals) = match (said.strip_prefix("SYSTEM"), said.strip_prefix("PUBLIC")) {
        (Some(rest), _) => (rest, 1),
        (_, Some(rest)) => (rest, 2),
        (None, None) => (said, 0),
    };
    let rest = (0..literals).try_fold(rest, |rest, _| {
        let quoted = rest.strip_prefix(BLANKS)?.trim_start_matches(BLANKS);
        literal(quoted).map(|(_, behind)| behind)
    });
    rest.map(|rest| rest.trim_matches(BLANKS))
}
