//! Makes lists.

use serde_json::Value;

use super::maker::{Maker, Node};
use super::parts::{least, most, schemas, usable};
use super::{Style, TooComplex};

/// So many items are made in place of one that is there already.
const MOST_TRIES: u32 = 20;

impl<'a> Maker<'a> {
    pub(super) fn array(&mut self, mut node: Node<'a, '_>) -> Result<Value, TooComplex> {
        let contained: Vec<&Value> = node.parts.iter().filter_map(|part| usable(part, "contains")).collect();
        let containing = if contained.is_empty() { 0 } else { least(&node.parts, "minContains").max(1) };
        let wanted = self.length(&mut node, containing);
        let distinct = node.parts.iter().any(|part| usable(part, "uniqueItems") == Some(&Value::Bool(true)));
        let mut out: Vec<Value> = Vec::new();
        for index in 0..wanted {
            let mut schemas = items(&node.parts, index);
            if index < containing {
                schemas.extend(&contained);
            }
            let at = format!("{}/{index}", node.at);
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            let mut variant = if distinct { node.variant.saturating_add(number) } else { node.variant };
            let mut value = self.value(&schemas, &at, variant)?;
            for _ in 0..MOST_TRIES {
                if !distinct || !out.contains(&value) {
                    break;
                }
                variant = variant.saturating_add(1);
                value = self.value(&schemas, &at, variant)?;
            }
            out.push(value);
        }
        Ok(Value::Array(out))
    }

    /// How many items the list has: as few as are needed where it is to be small or an item leads back to the list.
    fn length(&self, node: &mut Node<'a, '_>, containing: usize) -> usize {
        let shortest = least(&node.parts, "minItems").max(containing);
        let longest = most(&node.parts, "maxItems").max(shortest);
        let described = node.parts.iter().any(|part| part.get("items").is_some());
        let listed = node.parts.iter().map(|part| schemas(part, "prefixItems").count()).max().unwrap_or(0);
        let leads_back = items(&node.parts, listed).iter().any(|schema| self.leads_back(schema, 0));
        let few = node.small || node.turn.choose(2) == 1 || leads_back;
        let usual = shortest.max(listed).max(usize::from(described));
        match self.style {
            _ if few => shortest,
            Style::Random(_) if described => {
                let longest = longest.min(usual.saturating_add(2));
                node.rng.usize(usual.min(longest)..=longest)
            }
            _ => usual.min(longest),
        }
    }
}

/// The schemas that hold for the item at a position.
fn items<'a>(parts: &[&'a Value], index: usize) -> Vec<&'a Value> {
    let of_part = |part: &&'a Value| schemas(part, "prefixItems").nth(index).or_else(|| usable(part, "items"));
    parts.iter().filter_map(of_part).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::document::sample::tests::schema;
    use crate::document::sample::{Style, sample};

    /// The plain list of a schema.
    #[track_caller]
    fn plain(mut raw: Value) -> Value {
        raw["type"] = json!("array");
        let schema = schema(&raw, json!({}));
        let made = sample(&schema, Style::Plain).unwrap().value;
        assert!(schema.accepts(&made), "{raw}: {made}");
        made
    }

    #[test]
    fn a_list_is_as_long_as_its_schema_tells() {
        let flag = json!({ "type": "boolean" });
        for (raw, expected) in [
            (json!({}), 0),
            (json!({ "items": flag }), 1),
            (json!({ "items": flag, "minItems": 3 }), 3),
            (json!({ "items": flag, "maxItems": 0 }), 0),
            (json!({ "prefixItems": [flag, flag] }), 2),
            (json!({ "prefixItems": [flag, flag], "maxItems": 1 }), 1),
            (json!({ "items": flag, "minItems": 1, "contains": flag, "minContains": 2 }), 2),
        ] {
            assert_eq!(plain(raw.clone()).as_array().unwrap().len(), expected, "{raw}");
        }
        for seed in 0..100 {
            let raw = json!({ "type": "array", "items": flag, "minItems": 2, "maxItems": 9 });
            let made = sample(&schema(&raw, json!({})), Style::Random(seed)).unwrap().value;
            assert!((2..=4).contains(&made.as_array().unwrap().len()), "{made}");
        }
    }

    #[test]
    fn items_are_of_their_schemas() {
        let (one, two, any) = (json!({ "const": 1 }), json!({ "const": 2 }), json!({ "type": "string" }));
        assert_eq!(plain(json!({ "prefixItems": [one, two], "items": any, "minItems": 3 })), json!([1, 2, "string"]));
        let contains = json!({ "contains": two, "items": { "type": "integer" }, "minItems": 2 });
        assert_eq!(plain(contains)[0], json!(2));
        assert_eq!(plain(json!({ "minItems": 2, "items": any })), json!(["string", "string"]));
        let distinct = json!({ "minItems": 3, "items": { "enum": [1, 2, 3] }, "uniqueItems": true });
        assert_eq!(plain(distinct), json!([1, 2, 3]));
    }
}
