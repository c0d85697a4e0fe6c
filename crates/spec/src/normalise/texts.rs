//! Takes out of descriptions what would change how source code reads.

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;

/// Properties that end up in documentation comments.
const TEXTS: [&str; 3] = ["summary", "description", "title"];

/// Removes control characters and marks of writing direction, which can hide what a line of code does.
pub(super) fn clean(document: &mut Value) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut clean_in = |object: &mut Map<String, Value>, pointer: &dyn Fn(&str) -> String| {
        for key in TEXTS {
            let Some(Value::String(text)) = object.get_mut(key) else { continue };
            if !text.contains(is_hidden) {
                continue;
            }
            let is_line_end = text.contains('\r') && !text.replace("\r\n", "").contains(is_hidden);
            *text = text.replace("\r\n", "\n").replace(is_hidden, "");
            // Line ends of Windows are worth no word.
            if !is_line_end {
                let warning = Diagnostic::warning("hidden-character", pointer(key), "invisible characters are removed");
                diagnostics
                    .push(warning.help("remove control characters and marks of writing direction from the text"));
            }
        }
    };
    if let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) {
        clean_in(info, &|key| format!("/info/{key}"));
    }
    walk(document, &mut |_: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        clean_in(object, &|key| at.child(key));
    });
    diagnostics
}

fn is_hidden(c: char) -> bool {
    let directs = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    directs || c == '\u{feff}' || (c.is_control() && c != '\n' && c != '\t')
}
