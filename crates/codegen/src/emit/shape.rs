//! The shape of a body as a small tree: names, types, nulls and example values, for documentation and for tools.

use keyapi_spec::document::{resolve, schema_component, unwrap_reference};
use keyapi_spec::schema::all_of::flatten;
use serde_json::{Map, Value};

use crate::property_examples::{PropertyExamples, cut, shown};

/// A tree has at most so many lines.
const MAX_LINES: usize = 60;
/// What stands deeper is left out.
const MAX_DEPTH: usize = 8;

/// So many values of a place are looked at.
const MAX_VALUES: usize = 100;

/// The tree of the schema of a body, one property a line; nothing where it has no properties. Of a type that several places
/// share, each shows what the body has there, if it has that.
pub(super) fn tree(resolved: &Value, examples: &PropertyExamples<'_>, media: &Map<String, Value>) -> Option<String> {
    let schema = media.get("schema")?;
    let mut tree = Tree { resolved, examples, lines: Vec::new(), above: Vec::new(), depth: 0, is_cut: false };
    tree.below(schema, &media.get("example").into_iter().collect::<Vec<_>>());
    if tree.is_cut {
        tree.lines.push("…".to_owned());
    }
    (!tree.lines.is_empty()).then(|| tree.lines.join("\n"))
}

/// What a schema is, in a word or a few.
pub(super) fn kind(resolved: &Value, schema: &Value) -> String {
    kind_at(resolved, schema, 0)
}

struct Tree<'a> {
    resolved: &'a Value,
    examples: &'a PropertyExamples<'a>,
    lines: Vec<String>,
    /// The components that the walk is in.
    above: Vec<String>,
    /// How many of them are objects.
    depth: usize,
    is_cut: bool,
}

impl Tree<'_> {
    /// The properties of an object, or of what a list or a map is of, with what the body has in that place.
    fn below(&mut self, schema: &Value, here: &[&Value]) {
        let unwrapped = unwrap_reference(schema);
        let component = schema_component(unwrapped).unwrap_or_default();
        let Some(schema) = resolve(self.resolved, unwrapped) else { return };
        let schema = flatten(self.resolved, schema).schema;
        let Some(properties) = schema.get("properties").and_then(Value::as_object).filter(|all| !all.is_empty()) else {
            match schema.get("items").or_else(|| schema.get("additionalProperties").filter(|values| values.is_object()))
            {
                Some(inner) if self.above.len() <= MAX_DEPTH => {
                    let inside = here.iter().flat_map(|value| match value {
                        Value::Array(elements) => Vec::from_iter(elements),
                        Value::Object(values) => values.values().collect(),
                        _ => Vec::new(),
                    });
                    let inside: Vec<&Value> = inside.take(MAX_VALUES).collect();
                    self.above.push(component);
                    self.below(inner, &inside);
                    self.above.pop();
                }
                _ => {}
            }
            return;
        };
        // A type that contains itself is written out once.
        let is_inside = !component.is_empty() && self.above.contains(&component);
        if is_inside || self.above.len() > MAX_DEPTH {
            self.is_cut |= !is_inside;
            return;
        }
        let indent = "  ".repeat(self.depth);
        self.above.push(component.clone());
        self.depth += 1;
        for (name, property) in properties {
            if self.lines.len() == MAX_LINES {
                self.is_cut = true;
                break;
            }
            let seen = self.examples.property(&component, name);
            let inside: Vec<&Value> = here.iter().filter_map(|value| value.get(name)).collect();
            let value = inside.iter().copied().find(|value| !value.is_null());
            let value = value.or_else(|| property.get("example")).or_else(|| seen?.value);
            let value = value.filter(|value| !value.is_null());
            let example = value.and_then(shown).map(|example| format!(" = {example}")).unwrap_or_default();
            let is_null =
                property.get("nullable") == Some(&Value::Bool(true)) || seen.is_some_and(|seen| seen.nulls > 0);
            let null = if is_null { " or null" } else { "" };
            self.lines.push(format!("{indent}{}: {}{null}{example}", spelled(name), kind(self.resolved, property)));
            self.below(property, &inside);
        }
        self.depth -= 1;
        self.above.pop();
    }
}

fn kind_at(resolved: &Value, schema: &Value, depth: usize) -> String {
    let Some(schema) = resolve(resolved, unwrap_reference(schema)) else { return "any".to_owned() };
    let schema = flatten(resolved, schema).schema;
    let has_properties = schema.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
    let inner = |key: &str, what: &str| {
        let inner = schema.get(key).filter(|inner| inner.is_object() && depth < MAX_DEPTH);
        inner.map(|inner| format!("{what} of {}", kind_at(resolved, inner, depth + 1)))
    };
    let of_several = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(key)?.as_array()).map(Vec::len);
    match schema.get("type").and_then(Value::as_str) {
        _ if has_properties => "object".to_owned(),
        Some("array") => inner("items", "list").unwrap_or_else(|| "list".to_owned()),
        Some("object") => inner("additionalProperties", "map").unwrap_or_else(|| "object".to_owned()),
        Some(kind) => cut(kind),
        None => of_several.map_or_else(|| "any".to_owned(), |count| format!("one of {count}")),
    }
}

/// A name as it is, or as a JSON text where that would be taken for something else.
fn spelled(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.$@".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) { cut(name) } else { cut(&Value::from(name).to_string()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(schemas: Value, example: &Value, expected: Option<&str>) {
        let schema = json!({"$ref": "#/components/schemas/T"});
        let content = json!({"application/json": {"schema": schema, "example": example}});
        let document = json!({
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"content": content}}}}},
            "components": {"schemas": schemas},
        });
        let media = &document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"];
        assert_eq!(tree(&document, &PropertyExamples::of(&document), media.as_object().unwrap()).as_deref(), expected);
    }

    #[test]
    fn a_tree_has_names_types_nulls_and_examples() {
        check(
            json!({
                "T": {"type": "object", "properties": {
                    "id": {"type": "integer"},
                    "owner": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/O"}]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/P"}},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "by_day": {"type": "object", "additionalProperties": {"type": "number"}},
                    "any": {},
                    "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                    "a b": {"type": "boolean"},
                }},
                "O": {"type": "object", "properties": {"name": {"type": "string"}, "of": {"$ref": "#/components/schemas/T"}}},
                "P": {"type": "object", "properties": {"n": {"type": "number"}}},
            }),
            &json!({"id": 1, "owner": {"name": "x"}, "parts": [{"n": null}, {"n": 1.5}], "tags": ["a"], "a b": true}),
            Some(concat!(
                "id: integer = 1\n",
                "owner: object or null\n",
                "  name: string = \"x\"\n",
                "  of: object\n",
                "parts: list of object\n",
                "  n: number or null = 1.5\n",
                "tags: list of string = [\"a\"]\n",
                "by_day: map of number\n",
                "any: any\n",
                "either: one of 2\n",
                "\"a b\": boolean = true",
            )),
        );
        // Two places of one type.
        check(
            json!({
                "T": {"type": "object", "properties": {
                    "a": {"$ref": "#/components/schemas/P"}, "b": {"$ref": "#/components/schemas/P"}, "c": {"$ref": "#/components/schemas/P"},
                }},
                "P": {"type": "object", "properties": {"n": {"type": "number"}}},
            }),
            &json!({"a": {"n": 1}, "b": {"n": 2}, "c": {}}),
            Some("a: object\n  n: number = 1\nb: object\n  n: number = 2\nc: object\n  n: number = 1"),
        );
        check(json!({"T": {"type": "string"}}), &json!("x"), None);
        check(json!({"T": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}}), &json!([]), None);
    }

    #[test]
    fn a_tree_has_bounds() {
        let properties: serde_json::Map<String, Value> =
            (0..100).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
        let document = json!({"components": {"schemas": {}}});
        let tree = |document: &Value, schema: &Value| {
            tree(document, &PropertyExamples::default(), json!({"schema": schema}).as_object().unwrap()).unwrap()
        };
        let wide = tree(&document, &json!({"type": "object", "properties": properties}));
        assert_eq!((wide.lines().count(), wide.lines().last()), (MAX_LINES + 1, Some("…")));
        let deep =
            (0..50).fold(json!({"type": "string"}), |inner, _| json!({"type": "object", "properties": {"a": inner}}));
        assert_eq!(tree(&document, &deep).lines().count(), MAX_DEPTH + 2);
        // Two of each on every level.
        let schemas: serde_json::Map<String, Value> = (0..40)
            .map(|n| {
                let next = json!({"$ref": format!("#/components/schemas/S{}", n + 1)});
                (format!("S{n}"), json!({"type": "object", "properties": {"a": next, "b": next}}))
            })
            .collect();
        let document = json!({"components": {"schemas": schemas}});
        let schema = json!({"$ref": "#/components/schemas/S0"});
        assert_eq!(tree(&document, &schema).lines().count(), MAX_LINES + 1);
    }

    #[test]
    fn no_name_or_example_ends_the_block_that_a_tree_stands_in() {
        let names = ["```", "*/", "\u{202e}", "a\nb", "~~~", "", "<b>"];
        let properties: serde_json::Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), json!({"type": "string", "example": name}))).collect();
        let media = json!({"schema": {"type": "object", "properties": properties}});
        let tree = tree(&json!({}), &PropertyExamples::default(), media.as_object().unwrap()).unwrap();
        assert_eq!(tree.lines().count(), names.len());
        for line in tree.lines() {
            assert!(line.starts_with('"') && line.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{line}");
        }
    }
}
