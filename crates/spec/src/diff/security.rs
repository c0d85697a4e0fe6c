//! What a request has to prove: any one of alternatives, each of them schemes with scopes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::change::{Direction, Effect};
use super::comparison::{At, Comparison, Draft};
use super::operations::Operation;
use crate::document::{OperationKey, resolve};

/// One alternative: the scopes of each of its schemes. None at all is a request that proves nothing.
#[derive(Clone, Debug)]
struct Alternative<'a> {
    schemes: BTreeMap<&'a str, BTreeSet<&'a str>>,
    node: Option<&'a Value>,
}

impl<'a> Alternative<'a> {
    /// The alternatives of a list, which is open to everybody where it is missing or empty.
    fn all(list: Option<&'a Value>) -> Vec<Self> {
        let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let scopes = |scopes: &'a Value| scopes.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let all: Vec<Self> = list
            .iter()
            .map(|node| {
                let schemes = node.as_object().into_iter().flat_map(Map::iter);
                let schemes = schemes.map(|(name, list)| (name.as_str(), scopes(list))).collect();
                Self { schemes, node: Some(node) }
            })
            .collect();
        if all.is_empty() { vec![Self { schemes: BTreeMap::new(), node: None }] } else { all }
    }

    fn is_open(&self) -> bool {
        self.schemes.is_empty()
    }

    fn name(&self) -> String {
        let schemes = self.schemes.iter().map(|(name, scopes)| match scopes.is_empty() {
            true => format!("`{name}`"),
            false => format!("`{name}` ({})", scopes.iter().copied().collect::<Vec<_>>().join(", ")),
        });
        schemes.collect::<Vec<_>>().join(" with ")
    }

    fn has_schemes_of(&self, other: &Self) -> bool {
        self.schemes.keys().eq(other.schemes.keys())
    }
}

impl<'a> Comparison<'a> {
    /// The security of all operations that have none of their own, and the schemes.
    pub(super) fn security_of_document(&mut self) {
        let (old, new) = (self.old.get("security"), self.new.get("security"));
        self.alternatives_of(None, "api-global-security", old, new);
        self.schemes();
    }

    pub(super) fn security_of_operation(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (one, other) = (old.node.get("security"), new.node.get("security"));
        if one.is_none() && other.is_none() {
            return;
        }
        let (one, other) = (one.or(self.old.get("security")), other.or(self.new.get("security")));
        self.alternatives_of(Some(&new.key), "api-security", one, other);
    }

    fn alternatives_of(
        &mut self,
        operation: Option<&Rc<OperationKey>>,
        prefix: &str,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
    ) {
        let (olds, news) = (Alternative::all(old), Alternative::all(new));
        let (was_open, is_open) = (olds.iter().any(Alternative::is_open), news.iter().any(Alternative::is_open));
        let mut gone: Vec<&Alternative<'a>> = olds.iter().filter(|one| !one.is_open()).collect();
        let mut come: Vec<&Alternative<'a>> = Vec::new();
        let mut scoped: Vec<(&Alternative<'a>, &Alternative<'a>)> = Vec::new();
        let secured = || news.iter().filter(|other| !other.is_open());
        for other in secured() {
            let same = gone.iter().position(|one| one.schemes == other.schemes);
            match same {
                Some(at) => {
                    gone.remove(at);
                }
                None => come.push(other),
            }
        }
        come.retain(|other| match gone.iter().position(|one| one.has_schemes_of(other)) {
            Some(at) => {
                scoped.push((gone.remove(at), other));
                false
            }
            None => true,
        });
        let mut add = |id: String, effect: Effect, at: Option<At<'a>>, subject: &str, message: String| {
            let draft = Draft::wire(operation, Direction::Request, id, effect, message).subject(subject);
            self.add(at.unwrap_or(At::New(self.new)), draft.change());
        };
        for other in come {
            // Whoever proved nothing may no longer do so; but where that is still legal, or was not before, one more way
            // to prove something takes nothing away.
            let effect = match (was_open, is_open) {
                (true, true) => Effect::None,
                (true, false) => Effect::Narrows,
                (false, _) => Effect::Widens,
            };
            let name = other.name();
            add(
                format!("{prefix}-added"),
                effect,
                other.node.map(At::New),
                &name,
                format!("the security {name} was added"),
            );
        }
        for one in gone {
            let effect = match (was_open, is_open) {
                (true, true) => Effect::None,
                (false, true) => Effect::Widens,
                (_, false) => Effect::Narrows,
            };
            let name = one.name();
            add(
                format!("{prefix}-removed"),
                effect,
                one.node.map(At::Old),
                &name,
                format!("the security {name} was removed"),
            );
        }
        for (one, other) in scoped {
            for (scheme, scopes) in &other.schemes {
                let known = &one.schemes[scheme];
                let added = scopes.difference(known).map(|scope| (scope, "added", Effect::Narrows));
                let removed = known.difference(scopes).map(|scope| (scope, "removed", Effect::Widens));
                for (scope, action, effect) in added.chain(removed) {
                    let message = format!("the scope `{scope}` of `{scheme}` was {action}");
                    let subject = format!("{scheme} {scope}");
                    add(format!("{prefix}-scope-{action}"), effect, other.node.map(At::New), &subject, message);
                }
            }
        }
        // Where it was optional to prove something, and is no longer or was not before, without any other change.
        let has_secured = secured().next().is_some() && olds.iter().any(|one| !one.is_open());
        if has_secured && was_open != is_open {
            let (verb, effect) = if is_open { ("optional", Effect::Widens) } else { ("required", Effect::Narrows) };
            let at = new.map(At::New).or_else(|| old.map(At::Old));
            add(format!("{prefix}-became-{verb}"), effect, at, "", format!("the security became {verb}"));
        }
    }

    fn schemes(&mut self) {
        let schemes = |document: &'a Value| {
            let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
            let schemes = schemes.into_iter().flat_map(Map::iter);
            schemes.filter_map(|(name, scheme)| Some((name.as_str(), resolve(document, scheme)?))).collect::<Vec<_>>()
        };
        let (olds, news) = (schemes(self.old), schemes(self.new));
        let named = |schemes: &[(&'a str, &'a Value)], name: &str| {
            schemes.iter().find(|(known, _)| *known == name).map(|(_, scheme)| *scheme)
        };
        for (name, scheme) in &news {
            match named(&olds, name) {
                None => self.scheme("added", Effect::None, At::New(scheme), name, "it was added"),
                Some(known) => self.changed_scheme(name, known, scheme),
            }
        }
        for (name, scheme) in olds.iter().filter(|(name, _)| named(&news, name).is_none()) {
            self.scheme("removed", Effect::None, At::Old(scheme), name, "it was removed");
        }
    }

    fn scheme(&mut self, action: &str, effect: Effect, at: At<'a>, name: &str, message: &str) {
        let message = format!("security scheme `{name}`: {message}");
        let id = format!("api-security-component-{action}");
        let draft =
            Draft::wire(None, Direction::Request, id, effect, message).place(format!("security scheme `{name}`"));
        self.add(at, draft.change());
    }

    fn changed_scheme(&mut self, name: &str, old: &'a Value, new: &'a Value) {
        // What is sent to prove something is another, so that nobody proves it as before.
        for (member, action) in [("type", "type"), ("scheme", "scheme"), ("in", "in"), ("name", "name")] {
            let (one, other) = (old.get(member), new.get(member));
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("none").to_owned();
            let is_same = if member == "scheme" { text(one).eq_ignore_ascii_case(&text(other)) } else { one == other };
            if !is_same {
                let message = format!("{member} changed from {} to {}", text(one), text(other));
                let at = other.map_or(At::New(new), At::New);
                self.scheme(&format!("{action}-changed"), Effect::Incomparable, at, name, &message);
                if member == "type" {
                    return;
                }
            }
        }
        let flows = |scheme: &'a Value| scheme.get("flows").and_then(Value::as_object).into_iter().flat_map(Map::iter);
        for (flow, new) in flows(new) {
            let Some((_, old)) = flows(old).find(|(known, _)| *known == flow) else { continue };
            for (member, action) in [("authorizationUrl", "oauth-url"), ("tokenUrl", "oauth-token-url")] {
                if old.get(member) != new.get(member) {
                    let at = new.get(member).map_or(At::New(new), At::New);
                    self.scheme(&format!("{action}-changed"), Effect::None, at, name, &format!("{member} changed"));
                }
            }
            let scopes = |flow: &'a Value| flow.get("scopes").and_then(Value::as_object);
            let (olds, news) = (scopes(old), scopes(new));
            for (scope, text) in news.into_iter().flatten() {
                match olds.and_then(|olds| olds.get(scope)) {
                    None => self.scheme(
                        "oauth-scope-added",
                        Effect::None,
                        At::New(text),
                        name,
                        &format!("the scope `{scope}` was added"),
                    ),
                    Some(known) if known != text => {
                        self.scheme(
                            "oauth-scope-changed",
                            Effect::None,
                            At::New(text),
                            name,
                            &format!("the scope `{scope}` changed"),
                        );
                    }
                    Some(_) => {}
                }
            }
            for (scope, text) in
                olds.into_iter().flatten().filter(|(scope, _)| news.is_none_or(|news| !news.contains_key(*scope)))
            {
                self.scheme(
                    "oauth-scope-removed",
                    Effect::None,
                    At::Old(text),
                    name,
                    &format!("the scope `{scope}` was removed"),
                );
            }
        }
    }
}
