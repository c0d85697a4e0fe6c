//! Numbers that are whole in every sample, and need not be in the next.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::document::extension;

/// Words for what is measured rather than counted.
const MEASURES: [&str; 10] =
    ["score", "rate", "ratio", "percent", "percentage", "avg", "average", "mean", "price", "probability"];

/// Says of inferred integers that something else in the document speaks against them.
pub(super) fn check(document: &Value) -> Vec<Diagnostic> {
    let fractions = fractions(document);
    let mut found = Vec::new();
    super::properties(document, &mut |name, schema, pointer| {
        if !is_inferred_by(schema, "R5") {
            return;
        }
        if let Some(reason) = reason(name, &fractions) {
            let message = format!("`{name}` is whole in every sample, and {reason}");
            let note = Diagnostic::note("ambiguous-number", pointer, message)
                .help("declare it in the overlay: `number` if it may have a fraction, `integer` if not");
            found.push(Diagnostic { inferred: Some(pointer.to_owned()), ..note });
        }
    });
    found
}

/// The properties of the document that are inferred to have fractions: their names, and where the first of each stands.
fn fractions(document: &Value) -> HashMap<&str, String> {
    let mut fractions = HashMap::new();
    super::properties(document, &mut |name, schema, pointer| {
        if is_inferred_by(schema, "R6") {
            fractions.entry(name).or_insert_with(|| pointer.to_owned());
        }
    });
    fractions
}

fn reason(name: &str, fractions: &HashMap<&str, String>) -> Option<String> {
    if let Some(pointer) = fractions.get(name) {
        return Some(format!("a property of that name has a fraction at `{pointer}`"));
    }
    let measure = words(name).into_iter().find(|word| MEASURES.contains(&word.as_str()))?;
    Some(format!("its name says that it is a measure: {measure}"))
}

/// The words of `viewRate`, `view_rate` or `view-rate`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c.is_uppercase() || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && c.is_alphanumeric()
        {
            word.extend(c.to_lowercase());
        }
    }
    words
}

fn is_inferred_by(schema: &Map<String, Value>, rule: &str) -> bool {
    schema.get(extension::INFERRED).is_some_and(|inferred| inferred["rule"] == rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names() {
        for name in ["view_rate", "viewRate", "view-rate", "ViewRate"] {
            assert!(words(name).contains(&"rate".to_owned()), "{name}");
        }
        assert!(!words("generated").contains(&"rate".to_owned()));
    }
}
