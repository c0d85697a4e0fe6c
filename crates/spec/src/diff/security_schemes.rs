//! What schemes of security are: what has to be sent, and where it is got. What they are called is no part of messages.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::change::{Direction, Effect, Side};
use super::comparison::{At, Comparison, Draft};
use super::spelling::backticked;
use crate::document::resolve;

/// A scheme by its name.
type Named<'a> = (&'a str, &'a Value);

/// The schemes of both documents, and which of them are the same.
pub(super) struct Schemes<'a> {
    olds: Vec<Named<'a>>,
    news: Vec<Named<'a>>,
    /// What the schemes are, by their names.
    kinds: [HashMap<&'a str, String>; 2],
}

impl<'a> Schemes<'a> {
    pub(super) fn of(old: &'a Value, new: &'a Value) -> Self {
        let all = |document: &'a Value| -> Vec<Named<'a>> {
            let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
            let schemes = schemes.into_iter().flat_map(Map::iter);
            schemes.filter_map(|(name, scheme)| Some((name.as_str(), resolve(document, scheme)?))).collect()
        };
        let (olds, news) = (all(old), all(new));
        let kinds = |all: &[Named<'a>]| all.iter().map(|(name, scheme)| (*name, kind(scheme))).collect();
        let kinds = [kinds(&olds), kinds(&news)];
        Self { olds, news, kinds }
    }

    /// What tells the scheme of a name from others. Where a scheme became something that no other is or was, it is the
    /// same scheme that changed.
    pub(super) fn key(&self, side: Side, name: &str) -> String {
        let [olds, news] = &self.kinds;
        let (own, others) = if side == Side::Old { (olds, news) } else { (news, olds) };
        let is_one_of = |kind: &String, kinds: &HashMap<&str, String>| kinds.values().any(|known| known == kind);
        let counterpart = others.get(name);
        match own.get(name) {
            Some(kind) if is_one_of(kind, others) || counterpart.is_some_and(|other| is_one_of(other, own)) => {
                kind.clone()
            }
            None if counterpart.is_some_and(|other| is_one_of(other, own)) => format!("undeclared {name}"),
            _ => format!("named {name}"),
        }
    }
}

/// What has to be sent for a scheme, and where it is got.
fn kind(scheme: &Value) -> String {
    let text = |property: &str| scheme.get(property).and_then(Value::as_str).unwrap_or_default();
    let kind = text("type");
    let parts: Vec<String> = match kind {
        "apiKey" => vec![text("in").to_owned(), key_name(scheme)],
        "http" => vec![text("scheme").to_ascii_lowercase()],
        "oauth2" => {
            let flows = flows(scheme).map(|(name, flow)| {
                let urls = URLS.map(|(property, _)| flow.get(property).and_then(Value::as_str).unwrap_or_default());
                format!("{name:?} {urls:?}")
            });
            flows.collect::<BTreeSet<_>>().into_iter().collect()
        }
        "openIdConnect" => vec![text("openIdConnectUrl").to_owned()],
        _ => Vec::new(),
    };
    format!("{kind:?} {parts:?}")
}

/// The name under which a key is sent. Those of headers ignore case (RFC 9110, section 5.1).
fn key_name(scheme: &Value) -> String {
    let name = scheme.get("name").and_then(Value::as_str).unwrap_or_default();
    if scheme.get("in").is_some_and(|place| place == "header") { name.to_ascii_lowercase() } else { name.to_owned() }
}

/// Where tokens are got, with the part of the ids of rules.
const URLS: [(&str, &str); 2] = [("authorizationUrl", "oauth-url"), ("tokenUrl", "oauth-token-url")];

fn flows(scheme: &Value) -> impl Iterator<Item = (&String, &Value)> {
    scheme.get("flows").and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

impl<'a> Comparison<'a> {
    /// Compares the schemes. What becomes of those that no operation asks for has no effect.
    pub(super) fn changed_schemes(&mut self, asked_for: &HashSet<String>) {
        let (olds, news) = (self.schemes.olds.clone(), self.schemes.news.clone());
        let keys = |schemes: &Schemes<'a>, all: &[Named<'a>], side| -> Vec<String> {
            all.iter().map(|(name, _)| schemes.key(side, name)).collect()
        };
        let (old_keys, new_keys) = (keys(&self.schemes, &olds, Side::Old), keys(&self.schemes, &news, Side::New));
        for ((name, scheme), key) in news.iter().zip(&new_keys) {
            let same = || olds.iter().zip(&old_keys).filter(|(_, known)| *known == key).map(|(old, _)| old);
            match same().find(|(known, _)| known == name).or_else(|| same().next()) {
                None => self.scheme("added", Effect::None, At::New(scheme), name, "it was added"),
                Some((_, known)) => self.changed_scheme(name, known, scheme, asked_for.contains(key)),
            }
        }
        for ((name, scheme), _) in olds.iter().zip(&old_keys).filter(|(_, key)| !new_keys.contains(key)) {
            self.scheme("removed", Effect::None, At::Old(scheme), name, "it was removed");
        }
    }

    fn scheme(&mut self, action: &str, effect: Effect, at: At<'a>, name: &str, message: &str) {
        let place = format!("security scheme {}", backticked(name));
        let message = format!("{place}: {message}");
        let id = format!("api-security-component-{action}");
        let draft = Draft::wire(None, Direction::Request, id, effect, &message).place(place);
        self.add(at, draft.subject(message).change());
    }

    fn changed_scheme(&mut self, name: &str, old: &'a Value, new: &'a Value, is_asked_for: bool) {
        let effect = |effect| if is_asked_for { effect } else { Effect::None };
        // What is sent to prove something is another, so that nobody proves it as before.
        for property in ["type", "scheme", "in", "name"] {
            let (one, other) = (old.get(property), new.get(property));
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("none").to_owned();
            let is_same = match property {
                "scheme" => text(one).eq_ignore_ascii_case(&text(other)),
                "name" => key_name(old) == key_name(new),
                _ => one == other,
            };
            if !is_same {
                let message = format!("{property} changed from {} to {}", text(one), text(other));
                let at = other.map_or(At::New(new), At::New);
                self.scheme(&format!("{property}-changed"), effect(Effect::Incomparable), at, name, &message);
                if property == "type" {
                    return;
                }
            }
        }
        if let (Some(one), Some(other)) = (old.get("openIdConnectUrl"), new.get("openIdConnectUrl"))
            && one != other
        {
            // Whether the one issuer knows the tokens of the other, no document says.
            let message = format!("openIdConnectUrl changed from {one} to {other}");
            let effect = effect(Effect::Unknown);
            self.scheme("open-id-connect-url-changed", effect, At::New(other), name, &message);
        }
        for (flow, node) in flows(new) {
            match old.get("flows").and_then(|flows| flows.get(flow)) {
                Some(known) => self.flow(name, known, node),
                None => {
                    let message = format!("tokens can be got by {flow}");
                    self.scheme("oauth-flow-added", effect(Effect::Widens), At::New(node), name, &message);
                }
            }
        }
        let is_gone = |flow: &String| new.get("flows").is_none_or(|flows| flows.get(flow).is_none());
        for (flow, node) in flows(old).filter(|(flow, _)| is_gone(flow)) {
            let message = format!("tokens cannot be got by {flow} any more");
            self.scheme("oauth-flow-removed", effect(Effect::Narrows), At::Old(node), name, &message);
        }
    }

    /// A way to get tokens.
    fn flow(&mut self, name: &str, old: &'a Value, new: &'a Value) {
        for (property, action) in URLS {
            if old.get(property) != new.get(property) {
                let at = new.get(property).map_or(At::New(new), At::New);
                self.scheme(&format!("{action}-changed"), Effect::None, at, name, &format!("{property} changed"));
            }
        }
        let scopes = |flow: &'a Value| flow.get("scopes").and_then(Value::as_object);
        let (olds, news) = (scopes(old), scopes(new));
        for (scope, text) in news.into_iter().flatten() {
            let (action, verb) = match olds.and_then(|olds| olds.get(scope)) {
                None => ("oauth-scope-added", "was added"),
                Some(known) if known != text => ("oauth-scope-changed", "changed"),
                Some(_) => continue,
            };
            self.scheme(action, Effect::None, At::New(text), name, &format!("the scope `{scope}` {verb}"));
        }
        let is_gone = |scope: &String| news.is_none_or(|news| !news.contains_key(scope));
        for (scope, text) in olds.into_iter().flatten().filter(|(scope, _)| is_gone(scope)) {
            let message = format!("the scope `{scope}` was removed");
            self.scheme("oauth-scope-removed", Effect::None, At::Old(text), name, &message);
        }
    }
}
