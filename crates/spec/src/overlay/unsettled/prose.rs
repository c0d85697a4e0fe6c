//! Closed sets of values that only the description of a parameter lists.

use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;

/// A value that prose lists, and what it says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) value: String,
    pub(crate) meaning: Option<String>,
}

/// How prose begins a list of all values that are legal.
const CUES: [&str; 5] = ["options are", "values are", "options:", "values:", "one of:"];

/// Longer lists are prose that happens to have commas, or are better read by a person.
const MOST: usize = 64;

/// Says that a parameter's description lists its values, where nothing else does.
pub(super) fn check(pointer: &str, parameter: &Map<String, Value>) -> Option<Diagnostic> {
    let values = of(parameter)?;
    let shown: Vec<String> = values.iter().map(|listed| format!("`{}`", listed.value)).collect();
    let message = format!("only the description lists the values that are legal: {}", shown.join(", "));
    let note = Diagnostic::note("values-in-prose", join(pointer, "description"), message);
    Some(note.help("list them in the overlay: `enum` if no other is legal, `x-extensible-enum` if others are"))
}

/// The values that the description of a parameter lists and its schema does not.
pub(crate) fn of(parameter: &Map<String, Value>) -> Option<Vec<Listed>> {
    let schema = parameter.get("schema")?.as_object()?;
    if ["enum", extension::EXTENSIBLE_ENUM, "$ref"].iter().any(|key| schema.contains_key(*key)) {
        return None;
    }
    let values = listed(parameter.get("description")?.as_str()?)?;
    let is_of_type = |listed: &Listed| typed(&listed.value, schema).is_some();
    // An example that is not in the list shows that it is not the whole list.
    let shown = [parameter.get("example"), schema.get("example"), schema.get("default")];
    let is_listed = |shown: &Value| values.iter().any(|listed| typed(&listed.value, schema).as_ref() == Some(shown));
    (values.iter().all(is_of_type) && shown.into_iter().flatten().all(is_listed)).then_some(values)
}

/// A value as the schema's type has it.
pub(crate) fn typed(value: &str, schema: &Map<String, Value>) -> Option<Value> {
    match schema.get("type")?.as_str()? {
        "string" => Some(value.into()),
        "integer" => value.parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

/// The values of the first list in a text; none where any part of it is something else than a value.
fn listed(text: &str) -> Option<Vec<Listed>> {
    let lower = text.to_ascii_lowercase();
    let begins = CUES.iter().filter_map(|cue| Some(lower.find(cue)? + cue.len())).min()?;
    let list = text.get(begins..)?.trim_start_matches([':', ' ', '\n']);
    let end = [". ", ".\n", "\n\n"].iter().filter_map(|end| list.find(end)).min().unwrap_or(list.len());
    let list = list[..end].trim_end();
    let values = parts(list.strip_suffix('.').unwrap_or(list)).into_iter().map(value);
    let values: Vec<Listed> = values.collect::<Option<_>>()?;
    let distinct = values.iter().enumerate().all(|(at, one)| values[..at].iter().all(|other| other.value != one.value));
    (distinct && (2..=MOST).contains(&values.len())).then_some(values)
}

/// The parts of a list between its commas, but for those in parentheses.
fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | '|' | '\n' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    let last = parts.pop().unwrap_or_default();
    // The last two have a word between them; `, or ` has the comma too.
    let pair = [" or ", " and "].iter().find_map(|word| last.split_once(word));
    parts.extend(pair.map_or(vec![last], |(one, other)| vec![one, other]));
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// `7`, `"7"`, `7 (last 7 days)` or `7: last 7 days`.
fn value(part: &str) -> Option<Listed> {
    let part = ["- ", "* ", "or ", "and "].iter().find_map(|start| part.strip_prefix(start)).unwrap_or(part).trim();
    let (value, meaning) =
        match (part.strip_suffix(')').and_then(|part| part.split_once('(')), part.split_once([':', '='])) {
            (Some((value, meaning)), _) | (None, Some((value, meaning))) => (value, Some(meaning.trim())),
            (None, None) => (part, None),
        };
    let value = value.trim();
    let quoted = ['"', '\'', '`'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let value = quoted.unwrap_or(value);
    let is_word = |c: char| c.is_ascii_alphanumeric() || ['_', '-', '+', '.'].contains(&c);
    let is_value = value.chars().any(|c| c.is_ascii_alphanumeric()) && value.chars().all(is_word);
    // Who writes `etc` means that there are more.
    let is_open = ["etc", "etc.", "others", "more"].contains(&value);
    let meaning = meaning.filter(|meaning| !meaning.is_empty()).map(str::to_owned);
    (is_value && !is_open).then(|| Listed { value: value.to_owned(), meaning })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[(&str, &str)]>) {
        let found = listed(text).map(|values| {
            values.into_iter().map(|Listed { value, meaning }| (value, meaning.unwrap_or_default())).collect::<Vec<_>>()
        });
        let expected = expected
            .map(|values| values.iter().map(|(value, meaning)| ((*value).to_owned(), (*meaning).to_owned())).collect());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_are_read_out_of_prose() {
        let days = [("7", "last 7 days"), ("30", "last 30 days"), ("120", "last 120 days")];
        check("The range. Valid options are: 7 (last 7 days), 30 (last 30 days), 120 (last 120 days)", Some(&days));
        check("Allowed values: `asc` or `desc`. Anything is fine.", Some(&[("asc", ""), ("desc", "")]));
        check("Possible values:\n- 0: all, of them\n- 1: some", None);
        check("Possible values:\n- 0: all\n- 1: some\n\nMore text, of course", Some(&[("0", "all"), ("1", "some")]));
        check("One of: a, b, or c.", Some(&[("a", ""), ("b", ""), ("c", "")]));
        check("Sort, options: 1=Rise (slow, fast), 2=Fall", None);
        check("options: 1 (slow, fast), 2 (fall)", Some(&[("1", "slow, fast"), ("2", "fall")]));
    }

    #[test]
    fn what_is_no_list_is_none() {
        for text in [
            "",
            "Country code",
            "Valid options are: any text that you like",
            "Valid values are: a, b, etc.",
            "values: a, b, ...",
            "values: a",
            "values: a, a",
            "values:",
            "values: (a, (b",
            "é options are: é, ü",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_value_outside_of_the_list_shows_that_it_is_not_the_whole() {
        let parameter = |schema: Value| json!({"description": "Values are: 1, 2", "schema": schema});
        let found = |schema: Value| of(parameter(schema).as_object().unwrap()).is_some();
        assert!(found(json!({"type": "integer", "default": 2})));
        assert!(found(json!({"type": "string", "example": "1"})));
        assert!(!found(json!({"type": "integer", "default": 3})));
        assert!(!found(json!({"type": "boolean"})));
        assert!(!found(json!({"type": "string", "enum": ["1"]})));
        assert!(!found(json!({"type": "string", "x-extensible-enum": ["1"]})));
    }
}
