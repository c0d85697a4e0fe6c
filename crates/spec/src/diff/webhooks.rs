//! Webhooks: requests that the server sends. A client chooses which of them it takes, and reads what comes with them as it reads
//! a response.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison, Draft};
use super::place::{Place, SchemaPath, Scope};
use super::spelling::{self, backticked};
use crate::convert::WEBHOOKS;
use crate::document::{METHODS, resolve};

/// Properties that say nothing of what is sent, as extensions do.
const TEXTS: [&str; 8] =
    ["summary", "description", "title", "operationId", "tags", "externalDocs", "example", "examples"];

/// So many values of a webhook are looked at, with all that they refer to. Of more, nothing is proved.
const MOST: usize = 10_000;

/// So deep they are looked at: a schema may refer to itself.
const DEEPEST: usize = 64;

impl<'a> Comparison<'a> {
    pub(super) fn webhooks(&mut self) {
        let all = |document: &'a Value| document.get(WEBHOOKS).and_then(Value::as_object);
        let (olds, news) = (all(self.old), all(self.new));
        for (name, item) in news.into_iter().flatten() {
            let place = format!("webhook {}", backticked(name));
            match olds.and_then(|olds| olds.get(name)) {
                Some(old) if self.unchanged.is_same(old, item) => {}
                Some(old) => self.webhook(&place, old, item),
                None => self.webhook_change(&place, "added", Effect::Widens, At::New(item)),
            }
        }
        let is_gone = |name: &&String| news.is_none_or(|news| !news.contains_key(*name));
        for (name, item) in olds.into_iter().flatten().filter(|(name, _)| is_gone(name)) {
            self.webhook_change(&format!("webhook {}", backticked(name)), "removed", Effect::Narrows, At::Old(item));
        }
    }

    /// A webhook of both documents. Its bodies are compared; what else changes about it is told, and no more.
    fn webhook(&mut self, words: &str, old: &'a Value, new: &'a Value) {
        let (one, other) = (rest(self.old, old), rest(self.new, new));
        if one.is_none() || one != other {
            self.webhook_change(words, "changed", Effect::Unknown, At::New(new));
        }
        for method in METHODS {
            let body = |document: &'a Value, item: &'a Value| {
                resolve(document, item.get(method)?.get("requestBody")?)?.get("content")?.as_object()
            };
            let (olds, news) = (body(self.old, old), body(self.new, new));
            for (label, media_type) in news.into_iter().flatten() {
                if let Some(known) = olds.and_then(|olds| olds.get(label)) {
                    let place = payload(&format!("{words} {}", spelling::label(label)));
                    self.message(place, known.get("schema"), media_type.get("schema"));
                }
            }
        }
    }

    fn webhook_change(&mut self, words: &str, verb: &str, effect: Effect, at: At<'a>) {
        let doubt = if effect == Effect::Unknown { ", and what that does is not proved" } else { "" };
        let was = if effect == Effect::Unknown { "it" } else { "it was" };
        let message = format!("{words}: {was} {verb}{doubt}");
        let guard = (effect != Effect::Unknown).then_some(Guard::Selected);
        let draft = Draft::wire(None, Direction::Response, format!("webhook-{verb}"), effect, message);
        self.add(at, draft.place(words).guard(guard).change());
    }
}

/// All that a webhook says of messages, but for the schemas of what it sends; nothing where that is too much.
fn rest(document: &Value, item: &Value) -> Option<Value> {
    let mut item = resolve(document, item)?.clone();
    for method in METHODS {
        let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else { continue };
        let Some(body) = operation.get_mut("requestBody") else { continue };
        *body = resolve(document, body)?.clone();
        let content = body.get_mut("content").and_then(Value::as_object_mut);
        for media_type in content.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
            media_type.shift_remove("schema");
        }
    }
    essence(document, &item, DEEPEST, &mut { MOST })
}

/// A value without what says nothing of messages, and with what it refers to.
fn essence(document: &Value, value: &Value, depth: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    match resolve(document, value)? {
        Value::Object(properties) => {
            let says_something = |name: &str| !TEXTS.contains(&name) && !name.starts_with("x-");
            let properties = properties.iter().filter(|(name, _)| says_something(name));
            properties.map(|(name, property)| Some((name.clone(), essence(document, property, depth, left)?))).collect()
        }
        Value::Array(elements) => elements.iter().map(|element| essence(document, element, depth, left)).collect(),
        other => Some(other.clone()),
    }
}

/// The place of what a webhook sends.
fn payload(words: &str) -> Place {
    Place {
        operation: None,
        direction: Direction::Response,
        scope: Scope::Body,
        guard: None,
        is_text: false,
        is_negated: false,
        may_overlap: false,
        trail: Rc::new(SchemaPath::Root(words.to_owned())),
    }
}
