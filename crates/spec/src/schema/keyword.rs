//! The keywords of schemas: what each has to hold, and which of a document cannot be used.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jsonschema_regex::Search;
use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::version::reads_beside_references;

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];

/// So many patterns are remembered.
const MOST_PATTERNS: usize = 4_096;

/// What a keyword holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// Schemas by the names of properties.
    NamedSchemas,
    /// Schemas by regular expressions for the names of properties.
    PatternSchemas,
    /// A number of things.
    Count,
    /// A number.
    Number,
    /// What a number is divided by.
    Divisor,
    /// A number, or, as in OpenAPI 3.0, whether the bound beside it is exclusive.
    Exclusive,
    /// `true` or `false`.
    Flag,
    /// A type, or a list of them.
    Type,
    /// A text.
    Text,
    /// A regular expression.
    Pattern,
    /// A list of values.
    Values,
    /// A list of names.
    Names,
    /// Lists of names by the names of properties.
    NamedNames,
    /// Anything.
    Any,
}

/// A schema with nothing but what puts conditions on values, and with references as they are.
pub(crate) fn conditions(schema: &Value) -> Value {
    let Some(keywords) = schema.as_object() else { return schema.clone() };
    let by_name = |all: &Map<String, Value>| all.iter().map(|(name, one)| (name.clone(), conditions(one))).collect();
    let condition = |(keyword, value): (&String, &Value)| {
        let condition = match (Form::of(keyword), value) {
            (None, _) if keyword != "$ref" => return None,
            (Some(Form::Schema), value) => conditions(value),
            (Some(Form::Schemas), Value::Array(all)) => all.iter().map(conditions).collect(),
            (Some(Form::NamedSchemas | Form::PatternSchemas), Value::Object(all)) => Value::Object(by_name(all)),
            (_, value) => value.clone(),
        };
        Some((keyword.clone(), condition))
    };
    keywords.iter().filter_map(condition).collect::<Map<_, _>>().into()
}

impl Form {
    /// The form of a keyword; nothing for a word that puts no condition on values.
    pub fn of(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "items"
            | "additionalProperties"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "not"
            | "contains"
            | "propertyNames"
            | "if"
            | "then"
            | "else" => Self::Schema,
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => Self::Schemas,
            "properties" | "dependentSchemas" => Self::NamedSchemas,
            "patternProperties" => Self::PatternSchemas,
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
            | "maxContains" => Self::Count,
            "minimum" | "maximum" => Self::Number,
            "multipleOf" => Self::Divisor,
            "exclusiveMinimum" | "exclusiveMaximum" => Self::Exclusive,
            "uniqueItems" | "nullable" | "readOnly" | "writeOnly" => Self::Flag,
            "type" => Self::Type,
            "format" => Self::Text,
            "pattern" => Self::Pattern,
            "enum" => Self::Values,
            "required" => Self::Names,
            "dependentRequired" => Self::NamedNames,
            "const" => Self::Any,
            _ => return None,
        })
    }

    /// Whether a value is of this form. The schemas inside it are another matter.
    pub fn fits(self, value: &Value) -> bool {
        let names = |value: &Value| value.as_array().is_some_and(|names| names.iter().all(Value::is_string));
        match self {
            Self::Schema => is_schema(value),
            Self::Schemas => value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_schema)),
            Self::NamedSchemas | Self::PatternSchemas => value.is_object(),
            Self::Count => value.as_f64().is_some_and(|count| count >= 0.0 && count.fract() == 0.0),
            Self::Number => value.is_number(),
            Self::Divisor => value.as_f64().is_some_and(|divisor| divisor > 0.0),
            Self::Exclusive => value.is_boolean() || value.is_number(),
            Self::Flag => value.is_boolean(),
            Self::Type => match value {
                Value::Array(kinds) => !kinds.is_empty() && kinds.iter().all(is_type),
                kind => is_type(kind),
            },
            Self::Text => value.is_string(),
            Self::Pattern => value.as_str().is_some_and(is_pattern),
            Self::Values => value.as_array().is_some_and(|values| !values.is_empty()),
            Self::Names => names(value),
            Self::NamedNames => value.as_object().is_some_and(|all| all.values().all(names)),
            Self::Any => true,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Schema => "a schema",
            Self::Schemas => "a list of schemas that is not empty",
            Self::NamedSchemas | Self::PatternSchemas => "an object of schemas",
            Self::Count => "a whole number that is not negative",
            Self::Number => "a number",
            Self::Divisor => "a number above 0",
            Self::Exclusive => "a number, or `true` or `false`",
            Self::Flag => "`true` or `false`",
            Self::Type => "a type of JSON Schema",
            Self::Text => "text",
            Self::Pattern => "a regular expression of ECMA-262 that can be followed",
            Self::Values => "a list of values that is not empty",
            Self::Names => "a list of names",
            Self::NamedNames => "an object of lists of names",
            Self::Any => "a value",
        }
    }
}

/// Whether a regular expression can be followed. It is written as in JavaScript (ECMA-262), look-around included.
pub fn is_pattern(pattern: &str) -> bool {
    // To find out takes long enough to remember it: documents repeat their patterns, and are gone through several times.
    static KNOWN: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(pattern).copied();
    known.unwrap_or_else(|| {
        let compiles = compiles(pattern);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_PATTERNS {
            known.clear();
        }
        known.insert(pattern.to_owned(), compiles);
        compiles
    })
}

/// Whether the validator that the mock server uses can compile a pattern, which it does in the same way.
fn compiles(pattern: &str) -> bool {
    let Ok(translated) = jsonschema_regex::to_rust_regex(pattern) else { return false };
    // Of a class that is repeated, characters are counted, however many there may be.
    let is_counted = matches!(jsonschema_regex::search_form(pattern, &translated), Some(Search::RepeatedClass(_)));
    is_counted || compile(pattern).is_some()
}

/// What finds a pattern in texts; nothing where it cannot be followed, or takes too much to.
pub(crate) fn compile(pattern: &str) -> Option<fancy_regex::Regex> {
    let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
    match jsonschema_regex::search_form(pattern, &translated) {
        Some(Search::Collapsed(shorter)) => fancy_regex::Regex::new(&shorter).ok(),
        _ => fancy_regex::Regex::new(&translated).ok(),
    }
}

/// The keywords of a document's schemas that cannot be used. Whoever judges values leaves out each of them alone, and
/// judges by the rest.
pub fn unusable(document: &Value) -> Vec<Diagnostic> {
    let mut search = Unusable { beside: reads_beside_references(document), found: Vec::new() };
    search.object(document, "");
    search.found
}

/// Takes out the keywords that cannot be used, but for those about which the following stages have more to say.
pub(crate) fn leave_out(document: &mut Value) -> Vec<Diagnostic> {
    let mut found = unusable(document);
    found.retain(|found| {
        let Some((owner, keyword)) = found.pointer.rsplit_once('/') else { return false };
        let keyword = crate::document::reference::unescape(keyword);
        let Some(owner) = document.pointer_mut(owner).and_then(Value::as_object_mut) else { return false };
        let told_later = match owner.get(&keyword) {
            Some(Value::Null) => true,
            Some(Value::Array(list)) if list.is_empty() => ["allOf", "anyOf", "oneOf"].contains(&keyword.as_str()),
            Some(Value::Bool(_)) => keyword == "required",
            _ => keyword == "type",
        };
        if !told_later {
            owner.shift_remove(&keyword);
        }
        !told_later
    });
    found
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

fn is_type(value: &Value) -> bool {
    value.as_str().is_some_and(|kind| TYPES.contains(&kind))
}

/// A search for keywords that cannot be used.
struct Unusable {
    /// Whether what stands beside a reference counts.
    beside: bool,
    found: Vec<Diagnostic>,
}

impl Unusable {
    /// Looks for schemas in an object that OpenAPI describes.
    fn object(&mut self, value: &Value, pointer: &str) {
        match value {
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.object(element, &join(pointer, &index.to_string()));
                }
            }
            Value::Object(properties) => {
                for (name, property) in properties {
                    let pointer = join(pointer, name);
                    match name.as_str() {
                        "example" | "examples" => {}
                        _ if name.starts_with("x-") => {}
                        "schema" => self.schema(property, &pointer),
                        "schemas" => self.named(property, &pointer, Self::schema),
                        "paths" | "webhooks" | "pathItems" | "responses" | "headers" | "requestBodies"
                        | "callbacks" | "content" | "encoding" | "links" => {
                            self.named(property, &pointer, Self::object)
                        }
                        "parameters" if property.is_object() => self.named(property, &pointer, Self::object),
                        _ => self.object(property, &pointer),
                    }
                }
            }
            _ => {}
        }
    }

    /// Looks into the properties of an object whose names mean nothing.
    fn named(&mut self, value: &Value, pointer: &str, look: fn(&mut Self, &Value, &str)) {
        for (name, property) in value.as_object().into_iter().flatten() {
            look(self, property, &join(pointer, name));
        }
    }

    fn schema(&mut self, value: &Value, pointer: &str) {
        let is_ignored =
            |properties: &Map<String, Value>| !self.beside && properties.get("$ref").is_some_and(Value::is_string);
        let Some(properties) = value.as_object().filter(|properties| !is_ignored(properties)) else { return };
        for (keyword, value) in properties {
            let Some(form) = Form::of(keyword) else { continue };
            let pointer = join(pointer, keyword);
            if !form.fits(value) {
                self.found.push(warning(pointer, keyword, value, form));
                continue;
            }
            match (form, value) {
                (Form::Schema, value) => self.schema(value, &pointer),
                (Form::Schemas, Value::Array(all)) => {
                    for (index, value) in all.iter().enumerate() {
                        self.schema(value, &join(&pointer, &index.to_string()));
                    }
                }
                (Form::NamedSchemas | Form::PatternSchemas, Value::Object(all)) => {
                    for (name, value) in all {
                        let pointer = join(&pointer, name);
                        if form == Form::PatternSchemas && !is_pattern(name) {
                            self.found.push(warning(pointer, name, &Value::Null, Form::Pattern));
                        } else if is_schema(value) {
                            self.schema(value, &pointer);
                        } else {
                            self.found.push(warning(pointer, name, value, Form::Schema));
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn warning(pointer: String, keyword: &str, value: &Value, form: Form) -> Diagnostic {
    let shown = value.to_string();
    let shown = if value.is_null() || shown.len() > 60 { String::new() } else { format!(", not {shown}") };
    let message = format!("`{keyword}` has to be {}{shown}, and is left out", form.expected());
    Diagnostic::warning("unusable-keyword", pointer, message)
        .help("correct it in the overlay; until then values are judged by the rest of the schema")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(schema: Value, expected: &[&str]) {
        let document = json!({ "components": { "schemas": { "A": schema } } });
        let pointers: Vec<String> = unusable(&document).into_iter().map(|found| found.pointer).collect();
        let expected: Vec<String> = expected.iter().map(|place| format!("/components/schemas/A{place}")).collect();
        assert_eq!(pointers, expected, "{document}");
    }

    #[test]
    fn keywords_that_cannot_be_used_are_found_where_they_stand() {
        check(json!({ "pattern": "(" }), &["/pattern"]);
        check(json!({ "pattern": "(?<=a{1,2}", "minLength": "3" }), &["/pattern", "/minLength"]);
        check(
            json!({ "multipleOf": 0, "maximum": "9", "exclusiveMinimum": [] }),
            &["/multipleOf", "/maximum", "/exclusiveMinimum"],
        );
        check(
            json!({ "minItems": -1, "maxItems": 1.5, "uniqueItems": "yes" }),
            &["/minItems", "/maxItems", "/uniqueItems"],
        );
        check(json!({ "enum": "a", "required": "b" }), &["/enum", "/required"]);
        check(json!({ "enum": [], "required": [1] }), &["/enum", "/required"]);
        check(
            json!({ "properties": { "a/b": { "type": "strin", "items": 5 } } }),
            &["/properties/a~1b/type", "/properties/a~1b/items"],
        );
        check(
            json!({ "properties": { "a": 5, "b": { "minimum": "1" } }, "allOf": [5] }),
            &["/properties/a", "/properties/b/minimum", "/allOf"],
        );
        check(
            json!({ "patternProperties": { "(": {}, "^a": { "format": 1 } } }),
            &["/patternProperties/(", "/patternProperties/^a/format"],
        );
        check(json!({ "allOf": [{ "not": { "maxLength": null } }] }), &["/allOf/0/not/maxLength"]);
        check(
            json!({ "unevaluatedProperties": { "items": { "pattern": "[" } } }),
            &["/unevaluatedProperties/items/pattern"],
        );
    }

    #[test]
    fn what_is_usable_or_no_keyword_is_left_alone() {
        check(json!({ "pattern": r"^(?=.*\d)(?!a)[\w\/-]{2,}$", "minLength": 1e2, "multipleOf": 0.01 }), &[]);
        check(json!({ "items": { "pattern": "^.{1,2097152}" }, "not": { "pattern": "^[a-z]{0,100000}$" } }), &[]);
        check(json!({ "exclusiveMinimum": true, "exclusiveMaximum": 5, "type": ["string", "null"] }), &[]);
        check(json!({ "x-pattern": { "pattern": "(" }, "example": { "pattern": "(" }, "default": { "enum": 1 } }), &[]);
        check(
            json!({ "enum": [{ "pattern": "(" }], "const": { "minLength": "3" }, "properties": { "pattern": {} } }),
            &[],
        );
        check(json!({ "$ref": "#/components/schemas/B", "pattern": "(" }), &[]);
    }

    #[test]
    fn schemas_are_found_wherever_they_stand() {
        let bad = json!({ "schema": { "minimum": "1" } });
        let document = json!({
            "paths": { "/schema": {
                "parameters": [bad],
                "get": {
                    "requestBody": { "content": { "schema": bad } },
                    "responses": { "200": { "headers": { "schema": bad }, "content": { "example": bad } } },
                    "callbacks": { "done": { "{$url}": { "post": { "parameters": [bad] } } } },
                },
            } },
            "components": { "responses": { "schema": { "content": { "a/b": bad } } }, "examples": { "a": bad } },
        });
        let places: Vec<String> = unusable(&document).into_iter().map(|found| found.pointer).collect();
        assert_eq!(places.len(), 6, "{places:#?}");
    }
}
