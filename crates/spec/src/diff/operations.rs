//! Which operations there are in both documents, and what is different about each.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison, Draft};
use super::lifecycle::{Announcement, Breach};
use super::values::{same, shown};
use crate::document::extension;
use crate::document::server;
use crate::document::template;
use crate::document::{OperationKey, operation_id, operations};

/// An operation of one of the documents.
#[derive(Clone, Debug)]
pub(super) struct Operation<'a> {
    pub(super) key: Rc<OperationKey>,
    pub(super) document: &'a Value,
    pub(super) item: &'a Value,
    pub(super) node: &'a Value,
    /// The path of its first server.
    prefix: String,
}

impl<'a> Operation<'a> {
    fn all(document: &'a Value) -> Vec<Self> {
        let operation = |key: OperationKey| {
            let item = document.get("paths")?.get(&key.path)?;
            let node = item.get(&key.method)?;
            let prefix = server::path(&server::of_operation(document, &key)).to_owned();
            Some(Self { key: Rc::new(key), document, item, node, prefix })
        };
        operations(document).into_iter().filter_map(operation).collect()
    }

    /// What tells it from others: method and path, with the path of the server or without, and with the names of the path's
    /// parameters or without. Without them, its query is what all requests have there, in any order.
    fn name(&self, is_whole: bool, has_names: bool) -> String {
        let prefix = if is_whole { self.prefix.as_str() } else { "" };
        if has_names {
            return format!("{} {prefix}{}", self.key.method, self.key.path);
        }
        let (path, mut query) = template::requests(&self.key.path);
        query.retain(|(_, value)| value.is_some());
        format!("{} {}{path} {query:?}", self.key.method, template::shape(prefix))
    }

    /// Its path without the names of parameters, and without a query.
    pub(super) fn shape(&self) -> String {
        template::shape(template::split_query(&self.key.path).0)
    }
}

/// Compares the documents as a whole, and then operation by operation.
pub(super) fn compare(comparison: &mut Comparison<'_>) {
    let (olds, news) = (Operation::all(comparison.old), Operation::all(comparison.new));
    let pairs = pair(&olds, &news);
    let both: Vec<_> = pairs.iter().map(|(new, old)| (&olds[*old], &news[*new])).collect();
    comparison.security_of_document(&both);
    let matched: HashSet<usize> = pairs.values().copied().collect();
    let has_moves = pairs.iter().any(|(new, old)| news[*new].shape() != olds[*old].shape());
    // Without operations there is nothing to be asked of a server.
    if !has_moves && !pairs.is_empty() {
        comparison.servers_of_document();
    }
    let is_same_outside = comparison.is_same_outside();
    for (at, new) in news.iter().enumerate() {
        match pairs.get(&at) {
            Some(old) => comparison.operation(&olds[*old], new, is_same_outside, has_moves),
            None => comparison.operation_added(new),
        }
    }
    let paths: HashSet<String> = news.iter().map(|new| template::shape(&new.key.path)).collect();
    for old in olds.iter().enumerate().filter(|(at, _)| !matched.contains(at)).map(|(_, old)| old) {
        comparison.operation_removed(old, paths.contains(&template::shape(&old.key.path)));
    }
    comparison.webhooks();
}

/// The operations of both documents by their keys.
pub(super) fn pairs(old: &Value, new: &Value) -> Vec<[OperationKey; 2]> {
    let (olds, news) = (Operation::all(old), Operation::all(new));
    let mut pairs: Vec<(usize, usize)> = pair(&olds, &news).into_iter().collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(new, old)| [&olds[old], &news[new]].map(|of| OperationKey::clone(&of.key))).collect()
}

/// Positions of new operations, and of the old ones that they are. The address that a request goes to decides; only where
/// that is gone, the path alone does, and the names of its parameters in the last place.
fn pair(olds: &[Operation<'_>], news: &[Operation<'_>]) -> HashMap<usize, usize> {
    let mut pairs = HashMap::new();
    let (mut gone, mut come): (Vec<usize>, Vec<usize>) = ((0..olds.len()).collect(), (0..news.len()).collect());
    for (is_whole, has_names) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut known: HashMap<String, VecDeque<usize>> = HashMap::new();
        for at in gone.drain(..) {
            known.entry(olds[at].name(is_whole, has_names)).or_default().push_back(at);
        }
        come.retain(|at| {
            let old = known.get_mut(&news[*at].name(is_whole, has_names)).and_then(VecDeque::pop_front);
            pairs.extend(old.map(|old| (*at, old)));
            old.is_none()
        });
        gone.extend(known.into_values().flatten());
        gone.sort_unstable();
    }
    pairs
}

impl<'a> Comparison<'a> {
    /// Whether all that operations take from the document is the same: servers, security and its schemes.
    fn is_same_outside(&self) -> bool {
        let is_same = |pointer: &&str| self.old.pointer(pointer) == self.new.pointer(pointer);
        ["/servers", "/security", "/components/securitySchemes"].iter().all(is_same)
    }

    fn operation(&mut self, old: &Operation<'a>, new: &Operation<'a>, is_same_outside: bool, has_moves: bool) {
        let shared =
            |item: &'a Value| ["parameters", "servers", "summary", "description"].map(|property| item.get(property));
        let is_same_item = shared(old.item).iter().zip(shared(new.item)).all(|(old, new)| match (old, new) {
            (Some(old), Some(new)) => self.unchanged.is_same(old, new),
            (old, new) => old.is_none() && new.is_none(),
        });
        let is_same_path = old.key.path == new.key.path && is_same_outside && is_same_item;
        if is_same_path && self.unchanged.is_same(old.node, new.node) {
            return;
        }
        let key = &new.key;
        self.lifecycle_of_operation(key, old.node, new.node);
        self.identity(old, new);
        self.texts(Some(key), "", &["summary", "description"], old.node, new.node);
        self.price(old, new);
        self.servers_of_operation(old, new, has_moves);
        self.security_of_operation(old, new);
        self.parameters(old, new);
        self.request_body(old, new);
        self.responses(old, new);
        self.callbacks(old, new);
    }

    fn operation_added(&mut self, new: &Operation<'a>) {
        let message = format!("the operation {} was added", new.key);
        let draft = Draft::wire(Some(&new.key), Direction::Request, "endpoint-added", Effect::Widens, message);
        self.add(At::New(new.node), draft.change());
    }

    fn operation_removed(&mut self, old: &Operation<'a>, has_path: bool) {
        let prefix = if has_path { "api" } else { "api-path" };
        let (id, effect, guard, how) = match self.announcement(Some(old.node)) {
            Announcement::None => {
                (format!("{prefix}-removed-without-deprecation"), Effect::Narrows, None, "without notice")
            }
            Announcement::Kept => {
                let guard = Some(Guard::Announced);
                (format!("{prefix}-removed-with-deprecation"), Effect::Narrows, guard, "as announced")
            }
            Announcement::Broken(Breach::Early) => {
                (format!("{prefix}-removed-before-sunset"), Effect::Violation, None, "before its sunset")
            }
            Announcement::Broken(Breach::Invalid) => {
                ("api-path-sunset-parse".to_owned(), Effect::Violation, None, "with a sunset that is not a date")
            }
        };
        let message = format!("the operation {} was removed {how}", old.key);
        let draft = Draft::wire(Some(&old.key), Direction::Request, id, effect, message).guard(guard);
        self.add(At::Old(old.node), draft.change());
    }

    /// What an operation is called, which is no part of messages.
    fn identity(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (one, other) = (operation_id(old.node), operation_id(new.node));
        let id = match (one.is_empty(), other.is_empty()) {
            _ if one == other => None,
            (true, _) => Some("api-operation-id-added"),
            _ => Some("api-operation-id-removed"),
        };
        if let Some(id) = id {
            let message = match (one.is_empty(), other.is_empty()) {
                (true, _) => format!("the operation id `{other}` was added"),
                (_, true) => format!("the operation id `{one}` was removed"),
                _ => format!("the operation id changed from `{one}` to `{other}`"),
            };
            let at = new.node.get("operationId").map_or(At::New(new.node), At::New);
            let draft = Draft::note(Some(&new.key), id, message).subject(format!("{one} {other}"));
            self.add(at, draft.change());
        }
        let tags = |operation: &Operation<'a>| operation.node.get("tags").and_then(Value::as_array);
        let (olds, news) = (tags(old), tags(new));
        let has = |tags: Option<&Vec<Value>>, tag: &Value| tags.is_some_and(|tags| tags.contains(tag));
        for tag in news.into_iter().flatten().filter(|tag| !has(olds, tag)) {
            let draft = Draft::note(Some(&new.key), "api-tag-added", format!("the tag {tag} was added")).subject(tag);
            self.add(At::New(tag), draft.change());
        }
        for tag in olds.into_iter().flatten().filter(|tag| !has(news, tag)) {
            let draft =
                Draft::note(Some(&new.key), "api-tag-removed", format!("the tag {tag} was removed")).subject(tag);
            self.add(At::Old(tag), draft.change());
        }
    }

    fn price(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (one, other) = (old.node.get(extension::CREDITS), new.node.get(extension::CREDITS));
        let text = |price: Option<&Value>| {
            price.map_or_else(|| "nothing that is said".to_owned(), |price| format!("{} credits", shown(price)))
        };
        let is_same = match (one, other) {
            (Some(one), Some(other)) => same(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        if !is_same {
            let message = format!("the price changed from {} to {}", text(one), text(other));
            let subject = format!("{} {}", text(one), text(other));
            let at = other
                .or(one)
                .map_or(At::New(new.node), |price| if other.is_some() { At::New(price) } else { At::Old(price) });
            self.add(at, Draft::note(Some(&new.key), "credits-changed", message).subject(subject).change());
        }
    }

    /// Requests that the server sends are not followed: what changes about them is told, and no more.
    fn callbacks(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (one, other) = (old.node.get("callbacks"), new.node.get("callbacks"));
        let is_same = match (one, other) {
            (Some(one), Some(other)) => self.unchanged.is_same(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        if !is_same {
            let message = "the callbacks changed, and what that does is not proved";
            let id = "api-callbacks-changed";
            let draft = Draft::wire(Some(&new.key), Direction::Response, id, Effect::Unknown, message);
            self.add(other.map(At::New).or_else(|| one.map(At::Old)).unwrap_or(At::New(new.node)), draft.change());
        }
    }
}
