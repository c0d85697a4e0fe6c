//! Makes one fixed value for a schema, for responses without an example.

use serde_json::{Map, Value, json};

use crate::document::source::{Source, flag, items, members, text};

/// Schemas that lead to more values than this are given up.
const MOST_VALUES: usize = 2_500;

/// Schemas inside schemas beyond this depth are given up.
const DEEPEST: usize = 100;

/// How often a schema may stand in itself before an empty object ends it.
const DEEPEST_REPEAT: usize = 2;

/// A schema leads to too many values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex;

/// Makes a value for a schema: its example, default or first allowed value, else a plain value of its type.
pub fn sample(source: &Source, schema: &Value) -> Result<Value, TooComplex> {
    Sampler { source, open: Vec::new(), left: MOST_VALUES, depth: 0 }.value(schema)
}

struct Sampler<'a> {
    source: &'a Source,
    /// The references that are being followed.
    open: Vec<&'a str>,
    left: usize,
    depth: usize,
}

impl<'a> Sampler<'a> {
    fn value(&mut self, schema: &'a Value) -> Result<Value, TooComplex> {
        self.left = self.left.checked_sub(1).ok_or(TooComplex)?;
        if self.depth >= DEEPEST {
            return Err(TooComplex);
        }
        self.depth += 1;
        let value = self.any(schema);
        self.depth -= 1;
        value
    }

    fn any(&mut self, schema: &'a Value) -> Result<Value, TooComplex> {
        let Some(reference) = text(schema, "$ref") else { return self.inline(schema) };
        if self.open.iter().filter(|&&open| open == reference).count() >= DEEPEST_REPEAT {
            return Ok(json!({}));
        }
        let Some(target) = self.source.target(reference) else { return Ok(Value::Null) };
        self.open.push(reference);
        let value = self.value(target);
        self.open.pop();
        value
    }

    fn inline(&mut self, schema: &'a Value) -> Result<Value, TooComplex> {
        let given = schema
            .get("const")
            .or_else(|| schema.get("example"))
            .or_else(|| schema.get("x-example"))
            .or_else(|| items(schema.get("examples")).next())
            .or_else(|| schema.get("default"))
            .or_else(|| items(schema.get("enum")).next());
        if let Some(value) = given {
            return Ok(value.clone());
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.merged(schema, parts);
        }
        for combinator in ["oneOf", "anyOf"] {
            if let Some(first) = items(schema.get(combinator)).next() {
                return self.value(first);
            }
        }
        match kind(schema) {
            "object" => self.object(schema),
            "array" => self.array(schema),
            "string" => Ok(Value::String(string(schema))),
            "integer" | "number" => Ok(number(schema)),
            "boolean" => Ok(Value::Bool(true)),
            "null" => Ok(Value::Null),
            _ => Ok(json!({})),
        }
    }

    fn merged(&mut self, schema: &'a Value, parts: &'a [Value]) -> Result<Value, TooComplex> {
        let mut merged = Map::new();
        let mut other = None;
        for part in parts {
            match self.value(part)? {
                Value::Object(members) => merged.extend(members),
                value => other = Some(value),
            }
        }
        if schema.get("properties").is_some()
            && let Value::Object(members) = self.object(schema)?
        {
            merged.extend(members);
        }
        Ok(match other {
            Some(value) if merged.is_empty() => value,
            _ => Value::Object(merged),
        })
    }

    fn object(&mut self, schema: &'a Value) -> Result<Value, TooComplex> {
        let mut out = Map::new();
        for (name, property) in members(schema.get("properties")) {
            if !flag(self.source.resolve(property), "writeOnly") {
                let value = self.value(property)?;
                out.insert(name.clone(), value);
            }
        }
        if out.is_empty()
            && let Some(other) = schema.get("additionalProperties").filter(|other| is_schema(other))
        {
            for name in ["property1", "property2"] {
                let value = self.value(other)?;
                out.insert(name.to_owned(), value);
            }
        }
        Ok(Value::Object(out))
    }

    fn array(&mut self, schema: &'a Value) -> Result<Value, TooComplex> {
        let item = schema.get("items").or_else(|| schema.get("contains"));
        let Some(item) = item else { return Ok(json!([])) };
        let wanted = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).max(1);
        let mut out = Vec::new();
        for _ in 0..wanted {
            out.push(self.value(item)?);
        }
        Ok(Value::Array(out))
    }
}

fn is_schema(value: &Value) -> bool {
    value.as_object().is_some_and(|members| !members.is_empty())
}

/// The type that a schema names, or the one that its keywords speak of.
pub(crate) fn kind(schema: &Value) -> &str {
    let named = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        other => other.and_then(Value::as_str),
    };
    let has = |keyword: &str| schema.get(keyword).is_some();
    named.unwrap_or_else(|| match () {
        () if has("properties") || has("additionalProperties") || has("required") => "object",
        () if has("items") || has("minItems") || has("maxItems") => "array",
        () if has("format") || has("pattern") || has("minLength") || has("maxLength") => "string",
        () if has("minimum") || has("maximum") || has("multipleOf") => "number",
        () => "any",
    })
}

fn string(schema: &Value) -> String {
    let plain = match text(schema, "format") {
        Some("email") => "user@example.com",
        Some("idn-email") => "пользователь@пример.ру",
        Some("date-time") => "2019-08-24T14:15:22Z",
        Some("date") => "2019-08-24",
        Some("time") => "14:15:22Z",
        Some("uuid") => "497f6eca-6276-4993-bfeb-53cbbba6f08e",
        Some("uri" | "url" | "iri") => "http://example.com",
        Some("hostname" | "idn-hostname") => "example.com",
        Some("ipv4") => "192.168.0.1",
        Some("ipv6") => "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        Some("password") => "pa$$word",
        _ => "string",
    };
    let length = |keyword| schema.get(keyword).and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
    let mut text = plain.to_owned();
    while length("minLength").is_some_and(|shortest| text.len() < shortest && text.len() < MOST_VALUES) {
        text.push_str(plain);
    }
    match length("maxLength") {
        Some(longest) => text.chars().take(longest).collect(),
        None => text,
    }
}

fn number(schema: &Value) -> Value {
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let exclusive = |keyword: &str| schema.get(keyword).is_some_and(|value| value == &Value::Bool(true));
    let lowest = match (bound("minimum"), bound("exclusiveMinimum")) {
        (Some(minimum), _) if exclusive("exclusiveMinimum") => Some(minimum + 1.0),
        (Some(minimum), _) => Some(minimum),
        (None, exclusive) => exclusive.map(|minimum| minimum + 1.0),
    };
    let value = match (lowest, bound("maximum")) {
        (Some(lowest), _) => lowest,
        (None, Some(highest)) if highest < 0.0 => highest,
        _ => bound("multipleOf").unwrap_or(0.0),
    };
    whole(value).map_or_else(|| json!(value), |whole| json!(whole))
}

/// The number as an integer, where it is one.
pub(crate) fn whole(value: f64) -> Option<i64> {
    format!("{value:.0}").parse().ok().filter(|_| value.fract() == 0.0)
}
