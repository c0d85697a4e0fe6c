//! What a request has to prove: any one of alternatives, each of them schemes with scopes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::change::{Direction, Effect, Side};
use super::comparison::{At, Comparison, Draft};
use super::operations::Operation;
use super::security_schemes::Schemes;
use crate::document::OperationKey;

/// One alternative: its schemes by what they are, each with its name and its scopes. None at all is a request that proves
/// nothing.
#[derive(Clone, Debug)]
struct Alternative<'a> {
    schemes: BTreeMap<String, Scopes<'a>>,
    node: Option<&'a Value>,
}

/// What has to be proved by one scheme.
#[derive(Clone, Debug)]
struct Scopes<'a> {
    /// The name of the scheme, which is no part of messages.
    scheme: &'a str,
    scopes: BTreeSet<&'a str>,
}

impl<'a> Alternative<'a> {
    /// The alternatives of a list, each once, which is open to everybody where it is missing or empty.
    fn all(list: Option<&'a Value>, schemes: &Schemes<'a>, side: Side) -> Vec<Self> {
        let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut all: Vec<Self> = Vec::new();
        for node in list {
            let mut alternative = Self { schemes: BTreeMap::new(), node: Some(node) };
            for (scheme, scopes) in node.as_object().into_iter().flat_map(Map::iter) {
                let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
                let known = alternative.schemes.entry(schemes.key(side, scheme));
                known.or_insert_with(|| Scopes { scheme, scopes: BTreeSet::new() }).scopes.extend(scopes);
            }
            if !all.iter().any(|known| known.is_same(&alternative)) {
                all.push(alternative);
            }
        }
        if all.is_empty() { vec![Self { schemes: BTreeMap::new(), node: None }] } else { all }
    }

    fn is_open(&self) -> bool {
        self.schemes.is_empty()
    }

    fn name(&self) -> String {
        let schemes = self.schemes.values().map(|Scopes { scheme, scopes }| match scopes.is_empty() {
            true => format!("`{scheme}`"),
            false => format!("`{scheme}` ({})", scopes.iter().copied().collect::<Vec<_>>().join(", ")),
        });
        schemes.collect::<Vec<_>>().join(" with ")
    }

    fn has_schemes_of(&self, other: &Self) -> bool {
        self.schemes.keys().eq(other.schemes.keys())
    }

    fn is_same(&self, other: &Self) -> bool {
        self.allows(other) && other.allows(self)
    }

    /// Whether a request that proves what the other one asks for proves enough for this one.
    fn allows(&self, other: &Self) -> bool {
        self.schemes
            .iter()
            .all(|(key, asked)| other.schemes.get(key).is_some_and(|proved| asked.scopes.is_subset(&proved.scopes)))
    }
}

impl<'a> Comparison<'a> {
    /// The security of operations that have none of their own in either document, told once for all of them, and the
    /// schemes.
    pub(super) fn security_of_document(&mut self, pairs: &[(&Operation<'a>, &Operation<'a>)]) {
        let (old, new) = (self.old.get("security"), self.new.get("security"));
        if pairs.iter().any(|(one, other)| !has_security(one) && !has_security(other)) {
            self.alternatives_of(None, "api-global-security", old, new);
        }
        self.changed_schemes(&self.asked_for(pairs));
    }

    /// The security of an operation, wherever it is written.
    pub(super) fn security_of_operation(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        if has_security(old) || has_security(new) {
            self.alternatives_of(Some(&new.key), "api-security", security(old), security(new));
        }
    }

    /// What the schemes are that an operation asks for in both documents.
    fn asked_for(&self, pairs: &[(&Operation<'a>, &Operation<'a>)]) -> HashSet<String> {
        let mut asked = HashSet::new();
        // Most operations ask for what the document says.
        let mut seen: HashSet<[Option<*const Value>; 2]> = HashSet::new();
        for (old, new) in pairs {
            let (one, other) = (security(old), security(new));
            if !seen.insert([one, other].map(|list| list.map(std::ptr::from_ref))) {
                continue;
            }
            let keys = |list, side| -> HashSet<String> {
                let alternatives = Alternative::all(list, &self.schemes, side).into_iter();
                alternatives.flat_map(|alternative| alternative.schemes.into_keys()).collect()
            };
            asked.extend(keys(one, Side::Old).intersection(&keys(other, Side::New)).cloned());
        }
        asked
    }

    fn alternatives_of(
        &mut self,
        operation: Option<&Rc<OperationKey>>,
        prefix: &str,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
    ) {
        let olds = Alternative::all(old, &self.schemes, Side::Old);
        let news = Alternative::all(new, &self.schemes, Side::New);
        let is_allowed = |list: &[Alternative<'a>], one: &Alternative<'a>| list.iter().any(|known| known.allows(one));
        let (was_open, is_open) = (olds.iter().any(Alternative::is_open), news.iter().any(Alternative::is_open));
        let mut gone: Vec<&Alternative<'a>> = olds.iter().filter(|one| !one.is_open()).collect();
        let mut come: Vec<&Alternative<'a>> = Vec::new();
        let mut scoped: Vec<(&Alternative<'a>, &Alternative<'a>)> = Vec::new();
        let secured = || news.iter().filter(|other| !other.is_open());
        for other in secured() {
            let same = gone.iter().position(|one| one.is_same(other));
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
            // to prove something takes nothing away. It adds nothing where less had to be proved.
            let effect = match (was_open, is_open) {
                (true, false) => Effect::Narrows,
                _ if is_allowed(&olds, other) => Effect::None,
                _ => Effect::Widens,
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
                (false, true) => Effect::Widens,
                _ if is_allowed(&news, one) => Effect::None,
                _ => Effect::Narrows,
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
            // Another alternative may ask for less, before or now, so that nothing depends on this one.
            let (gained, lost) = (!is_allowed(&olds, other), !is_allowed(&news, one));
            for (key, Scopes { scheme, scopes }) in &other.schemes {
                let Some(Scopes { scopes: known, .. }) = one.schemes.get(key) else { continue };
                let (narrows, widens) = (effect_if(lost, Effect::Narrows), effect_if(gained, Effect::Widens));
                let added = scopes.difference(known).map(|scope| (scope, "added", narrows));
                let removed = known.difference(scopes).map(|scope| (scope, "removed", widens));
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
}

fn has_security(operation: &Operation<'_>) -> bool {
    operation.node.get("security").is_some()
}

/// What counts for an operation: its own security, or else that of the document.
fn security<'a>(operation: &Operation<'a>) -> Option<&'a Value> {
    operation.node.get("security").or_else(|| operation.document.get("security"))
}

fn effect_if(is_so: bool, effect: Effect) -> Effect {
    if is_so { effect } else { Effect::None }
}
