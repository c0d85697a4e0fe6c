//! Names that a person chose in the overlay: `x-rust-name` of a schema, an operation or a parameter.

use serde_json::{Map, Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::naming::Naming;
use crate::pins::Kind;

/// The code of what is said about a name that cannot be.
pub(crate) const CODE: &str = "rust-name";

/// The extension that says a name.
pub(super) const EXTENSION: &str = "x-rust-name";

/// The extension of the resolved document that says by which names callers may know something until the next release
/// that breaks.
const FORMER: &str = "x-former-names";

/// The name that `node`, which stands at `pointer`, is to have; one that cannot be is reported.
pub(super) fn chosen(
    node: &Value,
    kind: Kind,
    pointer: &str,
    naming: &dyn Naming,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let value = node.get(EXTENSION)?;
    let why = match value.as_str() {
        Some(name) => match kind.refusal(naming, name) {
            None if naming.keywords().contains(&naming.method(name).as_str()) => "it is a keyword",
            None if kind == Kind::Type => return Some(naming.type_name(name)),
            None => return Some(name.to_owned()),
            Some(why) => why,
        },
        None => "it is no text",
    };
    let message = format!("`{EXTENSION}: {}` cannot be a name: {why}", value.as_str().unwrap_or(&value.to_string()));
    diagnostics.push(refusal(pointer, message));
    None
}

/// Says of a name that it is that of something else.
pub(super) fn taken(name: &str, pointer: &str) -> Diagnostic {
    refusal(pointer, format!("`{EXTENSION}: {name}` is the name of something else already"))
}

pub(super) fn refusal(pointer: &str, message: String) -> Diagnostic {
    Diagnostic::error(CODE, join(pointer, EXTENSION), message).help("choose another name in the overlay")
}

/// Notes the names that `node` had in releases before it was called `name`.
pub(super) fn keep_former(node: &mut Map<String, Value>, places: &[&str], name: &str, naming: &dyn Naming) {
    let mut former: Vec<&str> = Vec::new();
    for place in places {
        let pinned = naming.pinned(place).into_iter();
        for known in pinned.chain(naming.former(place).iter().map(String::as_str)) {
            if known != name && !former.contains(&known) {
                former.push(known);
            }
        }
    }
    if !former.is_empty() {
        node.insert(FORMER.to_owned(), json!(former));
    }
}
