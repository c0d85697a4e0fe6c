//! Makes data up for a schema: different for every seed, the same for the same one.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::document::schema::Schema;
use crate::document::source::{Source, flag, items, members, text};
use crate::pattern;
use crate::sample::{self, kind};

/// A schema that leads back to itself ends here.
const DEEPEST: usize = 6;

/// Values beyond this many are left out.
const MOST_VALUES: usize = 2_500;

const WORDS: &[&str] = &[
    "amber", "breeze", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "juniper", "kite", "lantern",
    "meadow", "north", "ocean", "pepper", "quartz", "river", "summit", "tulip",
];

/// Makes a value for a schema; its example where made-up data does not fit.
pub(crate) fn generate(schema: &Schema, seed: u64) -> Value {
    let mut generator = Generator { source: schema.source(), rng: Rng::with_seed(seed), left: MOST_VALUES };
    let value = generator.value(schema.raw(), 0);
    if schema.accepts(&value) {
        return value;
    }
    sample::sample(schema.source(), schema.raw()).unwrap_or(value)
}

/// A value that fits a schema: a plain one, or else one that is made up; nothing where neither fits.
pub(crate) fn fitting(schema: &Schema) -> Option<Value> {
    let plain = sample::sample(schema.source(), schema.raw()).ok();
    plain
        .filter(|value| schema.accepts(value))
        .or_else(|| Some(generate(schema, 0)).filter(|value| schema.accepts(value)))
}

struct Generator<'a> {
    source: &'a Source,
    rng: Rng,
    left: usize,
}

impl Generator<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let schema = self.source.resolve(schema);
        self.left = self.left.saturating_sub(1);
        if depth > 2 * DEEPEST {
            return Value::Null;
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        let choices: Vec<&Value> = items(schema.get("enum")).filter(|value| !value.is_null()).collect();
        if !choices.is_empty() {
            return choices[self.rng.usize(..choices.len())].clone();
        }
        if schema.get("allOf").is_some() {
            return self.merged(schema, depth);
        }
        for combinator in ["oneOf", "anyOf"] {
            let branches: Vec<&Value> = items(schema.get(combinator)).collect();
            if !branches.is_empty() {
                let branch = branches[self.rng.usize(..branches.len())];
                return self.value(branch, depth + 1);
            }
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => Value::String(self.string(schema)),
            "integer" => self.integer(schema),
            "number" => self.number(schema),
            "boolean" => Value::Bool(self.rng.bool()),
            _ => Value::Null,
        }
    }

    fn merged(&mut self, schema: &Value, depth: usize) -> Value {
        let mut merged = Map::new();
        for part in items(schema.get("allOf")) {
            match self.value(part, depth + 1) {
                Value::Object(members) => merged.extend(members),
                Value::Null => {}
                other => return other,
            }
        }
        if let Value::Object(members) = self.object(schema, depth) {
            merged.extend(members);
        }
        Value::Object(merged)
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required: Vec<&str> = items(schema.get("required")).filter_map(Value::as_str).collect();
        let mut out = Map::new();
        for (name, property) in members(schema.get("properties")) {
            if flag(self.source.resolve(property), "writeOnly") {
                continue;
            }
            let tight = depth >= DEEPEST || self.left == 0;
            if !tight || required.contains(&name.as_str()) && self.left > 0 {
                out.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        let other = schema.get("additionalProperties").filter(|other| other.as_object().is_some_and(|o| !o.is_empty()));
        if let Some(other) = other.filter(|_| depth < DEEPEST) {
            for _ in 0..self.rng.usize(1..=3) {
                let name = self.word().to_owned();
                let value = self.value(other, depth + 1);
                out.insert(name, value);
            }
        }
        Value::Object(out)
    }

    fn array(&mut self, schema: &Value, depth: usize) -> Value {
        let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
        let shortest = bound("minItems").unwrap_or(1).min(100);
        let longest = bound("maxItems").unwrap_or(shortest + 2).clamp(shortest, shortest + 2);
        let Some(item) = schema.get("items") else { return json!([]) };
        let deep = depth >= DEEPEST || self.left == 0;
        let wanted = if deep { bound("minItems").unwrap_or(0).min(100) } else { self.rng.u64(shortest..=longest) };
        Value::Array((0..wanted).map(|_| self.value(item, depth + 1)).collect())
    }

    fn string(&mut self, schema: &Value) -> String {
        let rng = &mut self.rng;
        if let Some(matching) = text(schema, "pattern").and_then(|pattern| pattern::matching(pattern, rng)) {
            return matching;
        }
        if let Some(format) = text(schema, "format") {
            let (a, b) = (rng.u32(1..=28), rng.u32(0..60));
            match format {
                "date" => return format!("20{:02}-{:02}-{a:02}", rng.u32(10..30), rng.u32(1..=12)),
                "date-time" => {
                    return format!("20{:02}-{:02}-{a:02}T1{}:{b:02}:00Z", rng.u32(10..30), rng.u32(1..=12), a % 10);
                }
                "uuid" => return uuid(rng),
                "email" => return format!("{}{a}@example.com", self.word()),
                "uri" | "url" => return format!("https://example.com/{}/{a}", self.word()),
                "hostname" => return format!("{}.example.com", self.word()),
                "ipv4" => return format!("192.0.2.{a}"),
                "ipv6" => return format!("2001:db8::{a:x}"),
                _ => {}
            }
        }
        let length =
            |keyword: &str| schema.get(keyword).and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
        let mut out = self.word().to_owned();
        while out.len() < length("minLength").unwrap_or(0).min(MOST_VALUES) {
            out.push(' ');
            out.push_str(self.word());
        }
        out.truncate(length("maxLength").unwrap_or(usize::MAX));
        out
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let (low, high) = bounds(schema);
        let step = schema.get("multipleOf").and_then(Value::as_i64).filter(|step| *step > 0).unwrap_or(1);
        let (low, high) = (sample::whole(low.ceil()).unwrap_or(0), sample::whole(high.floor()).unwrap_or(1_000));
        let value = self.rng.i64(low..=high.max(low));
        json!(
            value - value.rem_euclid(step)
                + if value.rem_euclid(step) > 0 && value - value.rem_euclid(step) < low { step } else { 0 }
        )
    }

    fn number(&mut self, schema: &Value) -> Value {
        let (low, high) = bounds(schema);
        let value = low + self.rng.f64() * (high - low).max(0.0);
        json!((value * 100.0).round() / 100.0)
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.rng.usize(..WORDS.len())]
    }
}

fn bounds(schema: &Value) -> (f64, f64) {
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let inner = |value: Option<f64>, keyword: &str, step: f64| match schema.get(keyword) {
        Some(Value::Bool(true)) => value.map(|value| value + step),
        Some(Value::Number(limit)) => limit.as_f64().map(|limit| limit + step),
        _ => value,
    };
    let low = inner(bound("minimum"), "exclusiveMinimum", 1.0);
    let high = inner(bound("maximum"), "exclusiveMaximum", -1.0);
    match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + 999.0),
        (None, Some(high)) => (high.min(0.0), high),
        (None, None) => (1.0, 1_000.0),
    }
}

fn uuid(rng: &mut Rng) -> String {
    let bits = rng.u128(..);
    let hex = format!("{bits:032x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
