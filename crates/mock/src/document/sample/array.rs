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
