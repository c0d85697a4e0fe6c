//! What was expected and what came, in the words of JSON.

use serde_json::Value;
use serde_json::error::Category;

/// What a type of integers expects.
pub(crate) const INTEGER: &str = "integer";

/// Reads the two kinds out of a message such as "invalid type: string \"x\", expected i64 at line 1 column 9".
pub(crate) fn mismatch(message: &str) -> (String, String) {
    let (found, expected) = message.rsplit_once(", expected ").unwrap_or((message, "another value"));
    let wanted = expected.split(" at line ").next().unwrap_or(expected);
    let expected = match wanted {
        wanted if bits(wanted).is_some() => INTEGER,
        "f64" | "f32" => "number",
        "a string" => "string",
        "a boolean" => "boolean",
        "a sequence" => "array",
        "a map" => "object",
        other if other.starts_with("struct ") => "object",
        other => other,
    };
    let kind = found.split_once(": ").map_or(found, |(_, found)| found);
    let found = match kind.split_whitespace().next() {
        Some("floating") => "number",
        Some("map") => "object",
        Some("sequence") => "array",
        Some(word @ ("null" | "string" | "integer" | "boolean")) => word,
        _ => kind,
    };
    (expected.to_owned(), beyond(kind, wanted).unwrap_or(found.to_owned()))
}

/// An integer that is beyond the range of the type that is wanted.
fn beyond(found: &str, wanted: &str) -> Option<String> {
    let bits = bits(wanted)?;
    let (kind, number) = found.strip_suffix('`')?.split_once(" `")?;
    let is_beyond = match kind {
        "integer" => true,
        // One of more than 64 bits has become the nearest number, and none as large has a fraction.
        "floating point" => number.parse().is_ok_and(|number: f64| number.abs() >= 2_f64.powi(63)),
        _ => false,
    };
    is_beyond.then(|| match number.starts_with('-') && wanted.starts_with('u') {
        true => "a negative integer".to_owned(),
        false => format!("an integer beyond {bits} bits"),
    })
}

/// How many bits a type of integers has, if it is one.
fn bits(wanted: &str) -> Option<u32> {
    wanted.strip_prefix(['i', 'u'])?.parse().ok()
}

/// The kind of a value.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What a body is that cannot be read as JSON.
pub(crate) fn not_json(body: &[u8], error: &serde_json::Error) -> &'static str {
    if body.is_empty() {
        return "an empty body";
    }
    if std::str::from_utf8(body).is_err() {
        return "bytes that are not UTF-8";
    }
    if body.trim_ascii_start().starts_with(b"<") {
        return "HTML or XML";
    }
    let said = error.to_string();
    match error.classify() {
        Category::Eof => "truncated JSON",
        _ if said.starts_with(TOO_DEEP) => "JSON that is nested too deeply",
        _ if said.starts_with(TOO_LARGE) => "JSON with a number out of range",
        _ => "text that is not JSON",
    }
}

/// What serde_json says of lists and objects in more than 127 others, which could use up the stack.
const TOO_DEEP: &str = "recursion limit exceeded";

/// What it says of a number that is larger than any of 64 bits, such as `1e999`.
const TOO_LARGE: &str = "number out of range";

#[cfg(test)]
mod tests {
    use super::{mismatch, not_json};

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "it is never made")]
    struct Named {
        a: i64,
    }

    #[track_caller]
    fn check<T: serde::de::DeserializeOwned>(text: &str, expected: &str, found: &str) {
        let Err(error) = serde_json::from_str::<T>(text) else { panic!("{text} is one") };
        assert_eq!(mismatch(&error.to_string()), (expected.to_owned(), found.to_owned()), "{error}");
    }

    #[test]
    fn an_integer_that_does_not_fit_is_told_from_what_is_none() {
        for text in ["9223372036854775808", "99999999999999999999", "-9223372036854775809", "1e300"] {
            check::<i64>(text, "integer", "an integer beyond 64 bits");
        }
        check::<u64>("18446744073709551616", "integer", "an integer beyond 64 bits");
        check::<u64>("-1", "integer", "a negative integer");
        check::<i32>("2147483648", "integer", "an integer beyond 32 bits");
        check::<u8>("256", "integer", "an integer beyond 8 bits");
        check::<i64>("1.0", "integer", "number");
        check::<i64>("1.5", "integer", "number");
        check::<i64>("null", "integer", "null");
        check::<i64>(r#""`9`""#, "integer", "string");
        check::<std::num::NonZeroU64>("0", "a nonzero u64", "integer");
        check::<String>("7", "string", "integer");
        check::<f64>(r#""7""#, "number", "string");
        // Only a number that is as large as this has lost its fraction.
        check::<i64>("9223372036854775808.0", "integer", "an integer beyond 64 bits");
        check::<i64>("-9223372036854777856.0", "integer", "an integer beyond 64 bits");
        check::<i64>("9223372036854774784.0", "integer", "number");
        check::<u64>("-1e300", "integer", "a negative integer");
        check::<u64>("1e300", "integer", "an integer beyond 64 bits");
    }

    #[test]
    fn kinds_are_told_in_the_words_of_json() {
        check::<bool>("{}", "boolean", "object");
        check::<Vec<i64>>("true", "array", "boolean");
        check::<std::collections::BTreeMap<String, i64>>("[]", "object", "array");
        check::<Named>("null", "object", "null");
        check::<()>("0.5", "unit", "number");
    }

    #[test]
    fn a_body_that_is_no_json_is_told_by_what_it_is() {
        let deep = "[".repeat(200);
        for (body, expected) in [
            (&b""[..], "an empty body"),
            (b"\xff", "bytes that are not UTF-8"),
            (b" \n<html>", "HTML or XML"),
            (b"{\"a\": ", "truncated JSON"),
            (b"{\"a\" 1}", "text that is not JSON"),
            (b"nothing", "text that is not JSON"),
            (b"1 < 2", "text that is not JSON"),
            (b"1e999", "JSON with a number out of range"),
            (deep.as_bytes(), "JSON that is nested too deeply"),
        ] {
            let error = serde_json::from_slice::<serde_json::Value>(body).unwrap_err();
            assert_eq!(not_json(body, &error), expected, "{error}");
        }
    }
}
