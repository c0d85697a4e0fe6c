//! Makes objects.

use std::collections::BTreeSet;

use keyapi_spec::diagnostic::join;
use serde_json::{Map, Value, json};

use super::maker::{Maker, Node, given_properties};
use super::parts::{least, most, required, usable};
use super::{Style, TooComplex, pattern, text};
use crate::document::schema::matches_pattern;
use crate::document::source::properties;

/// So many names are tried for each property that an object lacks.
const MOST_NAMES: usize = 8;

impl<'a> Maker<'a> {
    pub(super) fn object(&mut self, mut node: Node<'a, '_>) -> Result<Value, TooComplex> {
        let lesson = self.lessons.at(node.at);
        let mut needed = required(self.source, &node.parts, self.direction);
        let is_unwanted = |name: &str| lesson.is_some_and(|lesson| lesson.unwanted.contains(name));
        needed.extend(node.tags.iter().map(|(property, _)| *property).filter(|name| !is_unwanted(name)));
        needed.extend(lesson.iter().flat_map(|lesson| &lesson.wanted).map(String::as_str));
        let given = match self.style {
            Style::Plain if node.draw() == 0 => given_properties(&node.parts),
            _ => Map::new(),
        };
        node.small |= node.turn.choose(2) == 1;
        let is_left_out = |name: &str| is_unwanted(name) || self.lessons.is_hopeless(&join(node.at, name));
        let names = self.names(&node, &needed, is_left_out);
        let mut out = Map::new();
        for name in names {
            let at = join(node.at, &name);
            let tag = node.tags.iter().find(|(property, _)| *property == name).map(|(_, tag)| json!(tag));
            let value = match tag.or_else(|| given.get(&name).cloned()).filter(|_| self.lessons.turn(&at) == 0) {
                Some(given) => given,
                None => {
                    let schemas = self.property(&node.parts, &name).unwrap_or_default();
                    self.value(&schemas, &at, node.variant)?
                }
            };
            out.insert(name, value);
        }
        self.fill(&mut node, &mut out)?;
        Ok(Value::Object(out))
    }

    /// The names of the properties: all that are declared, where there is room for them, and all that are needed.
    fn names(&self, node: &Node<'a, '_>, needed: &BTreeSet<&str>, is_left_out: impl Fn(&str) -> bool) -> Vec<String> {
        let mut declared: Vec<&str> = Vec::new();
        let mut known = BTreeSet::new();
        for (name, _) in node.parts.iter().flat_map(|part| properties(usable(part, "properties"))) {
            if known.insert(name.as_str()) {
                declared.push(name);
            }
        }
        let undeclared = needed.iter().copied().filter(|name| !known.contains(name));
        let mut room = most(&node.parts, "maxProperties").saturating_sub(needed.len());
        let mut is_there = |name: &&str| {
            if needed.contains(name) {
                return true;
            }
            let is_there = room > 0 && !node.small && !is_left_out(name) && self.may_be_there(&node.parts, name);
            room -= usize::from(is_there);
            is_there
        };
        let declared: Vec<&str> = declared.into_iter().filter(|name| is_there(name)).collect();
        declared.into_iter().chain(undeclared).map(str::to_owned).collect()
    }

    /// Whether a property that is not required may be there: messages of this direction have it, its schema allows a value, and
    /// what it holds comes to an end.
    fn may_be_there(&self, parts: &[&'a Value], name: &str) -> bool {
        let hidden = self.direction.hidden();
        self.property(parts, name).is_some_and(|schemas| {
            !schemas.iter().any(|schema| self.source.has_flag(schema, hidden) || self.leads_back(schema, 0))
        })
    }

    /// The schemas that hold for a property; nothing where there must not be one of this name.
    fn property(&self, parts: &[&'a Value], name: &str) -> Option<Vec<&'a Value>> {
        let mut found = Vec::new();
        for part in parts {
            let declared = usable(part, "properties").and_then(|properties| properties.get(name));
            let patterns =
                properties(usable(part, "patternProperties")).filter(|(pattern, _)| matches_pattern(pattern, name));
            let before = found.len();
            found.extend(declared.into_iter().chain(patterns.map(|(_, schema)| schema)));
            if found.len() > before {
                continue;
            }
            match usable(part, "additionalProperties") {
                Some(Value::Bool(false)) => return None,
                Some(schema @ Value::Object(_)) => found.push(schema),
                _ => {}
            }
        }
        (!found.iter().any(|schema| **schema == Value::Bool(false))).then_some(found)
    }

    /// Adds properties that the schemas do not name: some where they describe them, and as many as they ask for.
    fn fill(&mut self, node: &mut Node<'a, '_>, out: &mut Map<String, Value>) -> Result<(), TooComplex> {
        let described = |part: &&Value| usable(part, "additionalProperties").is_some_and(is_described);
        let wanted = match self.style {
            _ if node.small || !node.parts.iter().any(described) => 0,
            Style::Plain => {
                if out.is_empty() {
                    2
                } else {
                    0
                }
            }
            Style::Random(_) => out.len() + node.rng.usize(1..=3),
        };
        let least = least(&node.parts, "minProperties");
        let wanted = wanted.min(most(&node.parts, "maxProperties")).max(least);
        let tries = wanted.saturating_sub(out.len()).saturating_mul(MOST_NAMES);
        for number in 1..=tries {
            if out.len() >= wanted {
                break;
            }
            let name = self.name(node, number)?;
            if out.contains_key(&name) {
                continue;
            }
            let Some(schemas) = self.property(&node.parts, &name) else { continue };
            if out.len() >= least && schemas.iter().any(|schema| self.leads_back(schema, 0)) {
                break;
            }
            let value = self.value(&schemas, &join(node.at, &name), node.variant)?;
            out.insert(name, value);
        }
        Ok(())
    }

    /// A name that the schemas allow for a property.
    fn name(&mut self, node: &mut Node<'a, '_>, number: usize) -> Result<String, TooComplex> {
        let of_names: Vec<&Value> = node.parts.iter().filter_map(|part| usable(part, "propertyNames")).collect();
        if !of_names.is_empty() {
            let variant = u32::try_from(number).unwrap_or(u32::MAX);
            let name = self.value(&of_names, &format!("{}/{number}", node.at), variant)?;
            return Ok(name.as_str().map_or_else(|| name.to_string(), str::to_owned));
        }
        let patterns = node.parts.iter().flat_map(|part| properties(usable(part, "patternProperties")));
        let patterns: Vec<&String> = patterns.map(|(pattern, _)| pattern).collect();
        if number.is_multiple_of(2) && !patterns.is_empty() {
            let pattern = patterns[number / 2 % patterns.len()];
            if let Some(name) = pattern::matching(pattern, &mut node.rng) {
                return Ok(name);
            }
        }
        Ok(match self.style {
            Style::Plain => format!("property{number}"),
            Style::Random(_) if number > MOST_NAMES => format!("{}{number}", text::word(&mut node.rng)),
            Style::Random(_) => text::word(&mut node.rng).to_owned(),
        })
    }
}

fn is_described(schema: &Value) -> bool {
    schema.as_object().is_some_and(|properties| !properties.is_empty())
}
