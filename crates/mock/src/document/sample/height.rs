//! How deep the smallest value of a schema is: where a schema leads back to itself, one way out is shorter than another.

use std::collections::HashMap;

use serde_json::Value;

use super::parts::{least, schemas, usable};
use crate::document::source::{Source, flag, items, text};

/// No value of the schema ends.
const ENDLESS: usize = usize::MAX;

/// Heights of schemas, worked out when they are asked for.
pub(super) struct Heights<'a> {
    source: &'a Source,
    known: HashMap<*const Value, usize>,
}

impl<'a> Heights<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, known: HashMap::new() }
    }

    /// The height of a schema's smallest value.
    pub(super) fn of(&mut self, schema: &'a Value) -> usize {
        if !self.known.contains_key(&std::ptr::from_ref(schema)) {
            self.learn(schema);
        }
        self.height(schema)
    }

    /// Starts from all that can be reached as endless, and goes on until nothing gets lower.
    fn learn(&mut self, schema: &'a Value) {
        let mut nodes = Vec::new();
        let mut pending = vec![schema];
        while let Some(node) = pending.pop() {
            if self.known.insert(node, ENDLESS).is_none() {
                nodes.push(node);
                pending.extend(self.needs(node).into_iter().flatten());
            }
        }
        loop {
            let mut lower = false;
            for node in nodes.iter().rev() {
                let height = self.step(node);
                lower |= self.known.insert(*node, height).is_some_and(|before| height < before);
            }
            if !lower {
                return;
            }
        }
    }

    fn height(&self, schema: &Value) -> usize {
        self.known.get(&std::ptr::from_ref(schema)).copied().unwrap_or(ENDLESS)
    }

    fn step(&self, schema: &'a Value) -> usize {
        let [same, below, either] = self.needs(schema);
        let same = same.into_iter().map(|part| self.height(part)).max().unwrap_or(0);
        let below = below.into_iter().map(|part| self.height(part).saturating_add(1)).max().unwrap_or(0);
        let either = either.into_iter().map(|part| self.height(part)).min().unwrap_or(0);
        same.max(below).max(either)
    }

    /// The schemas that a value has to fit itself, those of what it has to hold, and those of which it has to fit one.
    fn needs(&self, schema: &'a Value) -> [Vec<&'a Value>; 3] {
        if let Some(reference) = text(schema, "$ref") {
            return [self.source.target(reference).into_iter().collect(), Vec::new(), Vec::new()];
        }
        if flag(schema, "nullable") || schema.get("enum").is_some() || schema.get("const").is_some() {
            return [Vec::new(), Vec::new(), Vec::new()];
        }
        let names = items(usable(schema, "required")).filter_map(Value::as_str);
        let mut below: Vec<&Value> = names.filter_map(|name| schema.get("properties")?.get(name)).collect();
        if least(&[schema], "minItems") > 0 {
            below.extend(schema.get("items"));
        }
        let either = ["oneOf", "anyOf"].into_iter().find(|keyword| schemas(schema, keyword).next().is_some());
        let either = either.map(|keyword| schemas(schema, keyword).collect()).unwrap_or_default();
        [schemas(schema, "allOf").collect(), below, either]
    }
}
