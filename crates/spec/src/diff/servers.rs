//! Where requests go.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Direction, Effect};
use super::comparison::{At, Comparison, Draft};
use super::operations::Operation;
use crate::document::OperationKey;
use crate::document::server;

impl<'a> Comparison<'a> {
    /// The servers of all operations that have none of their own.
    pub(super) fn servers_of_document(&mut self) {
        let list =
            |document: &'a Value| addresses(document, server::declared(document, &Value::Null, &Value::Null), "");
        self.servers(None, &list(self.old), &list(self.new));
    }

    /// The servers of one operation. Where paths moved, those of the document are told by operation, since a prefix that
    /// moves between the paths and the URL moves none of them.
    pub(super) fn servers_of_operation(&mut self, old: &Operation<'a>, new: &Operation<'a>, has_moves: bool) {
        let has_own = |operation: &Operation<'a>| {
            let owners = [operation.node, operation.item].into_iter();
            let mut lists = owners.filter_map(|owner| owner.get("servers")?.as_array());
            lists.any(|servers| !servers.is_empty())
        };
        if has_moves || has_own(old) || has_own(new) {
            let list = |operation: &Operation<'a>| {
                let servers = server::declared(operation.document, operation.item, operation.node);
                addresses(operation.document, servers, &operation.shape())
            };
            self.servers(Some(&new.key), &list(old), &list(new));
        }
    }

    fn servers(&mut self, operation: Option<&Rc<OperationKey>>, olds: &[Address<'a>], news: &[Address<'a>]) {
        let is_known = |list: &[Address<'a>], address: &Address<'a>| {
            list.iter().any(|known| known.url == address.url && known.is_open == address.is_open)
        };
        // An address may be one of those that an open one stands for.
        let effect = |others: &[Address<'a>], address: &Address<'a>, effect: Effect| {
            let is_covered = others.iter().any(|other| other.is_open && matches(&other.url, &address.url));
            if is_covered { Effect::None } else { effect }
        };
        for address in news.iter().filter(|address| !is_known(olds, address)) {
            let (effect, url) = (effect(olds, address, Effect::Widens), &address.url);
            let message = format!("requests may be sent to {}", address.words());
            let draft = Draft::wire(operation, Direction::Request, "api-server-added", effect, message);
            self.add(address.node.map_or(At::New(self.new), At::New), draft.subject(url).change());
        }
        for address in olds.iter().filter(|address| !is_known(news, address)) {
            let (effect, url) = (effect(news, address, Effect::Narrows), &address.url);
            let what = if effect == Effect::None { "by default" } else { "any more" };
            let message = format!("requests may not be sent to {} {what}", address.words());
            let draft = Draft::wire(operation, Direction::Request, "api-server-removed", effect, message);
            self.add(address.node.map_or(At::Old(self.old), At::Old), draft.subject(url).change());
        }
        // Where requests go unless somebody says otherwise.
        if let (Some(old), Some(new)) = (olds.first(), news.first())
            && old.url != new.url
            && is_known(news, old)
            && is_known(olds, new)
        {
            let message = format!("the server comes first that was not: {} instead of {}", new.url, old.url);
            let id = "api-server-default-changed";
            let draft = Draft::wire(operation, Direction::Request, id, Effect::None, message);
            self.add(new.node.map_or(At::New(self.new), At::New), draft.subject(&new.url).change());
        }
    }
}

/// So many URLs of one server are told apart; of more, its variables stay in the URL with what they may be.
const MOST_URLS: usize = 256;

/// Stands for any value of a variable.
const ANY: &str = "{}";

/// A URL that requests are sent to.
#[derive(Clone, Debug)]
struct Address<'a> {
    url: String,
    /// Whether variables in it have any value.
    is_open: bool,
    /// The server that it is of, where one is written.
    node: Option<&'a Value>,
}

impl Address<'_> {
    fn words(&self) -> String {
        if self.is_open { format!("{}, whatever stands in the braces,", self.url) } else { self.url.clone() }
    }
}

/// The URLs that servers stand for, the default of the first one before all others.
fn addresses<'a>(document: &'a Value, servers: &'a [Value], path: &str) -> Vec<Address<'a>> {
    let base = server::of_document(document);
    let mut all: Vec<Address<'a>> = Vec::new();
    let mut known = HashSet::new();
    for server in servers {
        for (url, is_open) in urls(server, &base) {
            let url = url + path;
            if known.insert((url.clone(), is_open)) {
                all.push(Address { url, is_open, node: Some(server) });
            }
        }
    }
    let default = servers.first().map(|server| server::default_url(server, &base) + path);
    all.sort_by_key(|address| address.is_open || Some(&address.url) != default.as_ref());
    if all.is_empty() {
        all.push(Address { url: base + path, is_open: false, node: None });
    }
    all
}

/// The URLs of a server: one for each value that its variables may have, with the defaults of those that may have any, and
/// one that stands for all others.
fn urls(server: &Value, base: &str) -> Vec<(String, bool)> {
    let variables: BTreeMap<String, Variable> = server::variables(server)
        .into_iter()
        .map(|name| {
            let variable = Variable::of(&server["variables"][name.as_str()], &name);
            (name, variable)
        })
        .collect();
    let count = variables.values().try_fold(1_usize, |count, variable| count.checked_mul(variable.values.len()));
    if count.is_none_or(|count| count > MOST_URLS) {
        let listed = |name: &str| {
            variables.get(name).map_or_else(String::new, |known| {
                format!("{{{}}}", known.values.iter().cloned().collect::<Vec<_>>().join("|"))
            })
        };
        return vec![(server::url(server, base, listed), false)];
    }
    let mut choices: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new()];
    for (name, variable) in &variables {
        choices = choices
            .iter()
            .flat_map(|choice| {
                variable.values.iter().map(|value| {
                    let mut choice = choice.clone();
                    choice.insert(name.as_str(), value.as_str());
                    choice
                })
            })
            .collect();
    }
    let is_open = variables.values().any(|variable| variable.is_open);
    let url = |choice: &BTreeMap<&str, &str>, opens: bool| {
        let value = |name: &str| match variables.get(name) {
            Some(variable) if variable.is_open && opens => ANY.to_owned(),
            _ => choice.get(name).map(|value| (*value).to_owned()).unwrap_or_default(),
        };
        (server::url(server, base, value), opens)
    };
    let closed = choices.iter().map(|choice| url(choice, false));
    closed.chain(choices.iter().filter(|_| is_open).map(|choice| url(choice, true))).collect()
}

/// What a variable may be.
struct Variable {
    values: BTreeSet<String>,
    /// It may be anything, and the value is its default.
    is_open: bool,
}

impl Variable {
    fn of(variable: &Value, name: &str) -> Self {
        let listed = server::listed(variable);
        let default = server::default(variable);
        let is_open = listed.is_empty();
        // Without a default it stays what it is, and nobody can tell where requests go.
        let otherwise = || is_open.then(|| format!("{{{name}}}"));
        let values = listed.into_iter().chain(default.or_else(otherwise)).collect();
        Self { values, is_open }
    }
}

/// Whether a URL is one of those that an open one stands for.
fn matches(open: &str, url: &str) -> bool {
    let mut parts = open.split(ANY);
    let Some(mut rest) = parts.next().and_then(|first| url.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, inner)) = parts.split_last() else { return rest.is_empty() };
    for part in inner {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}
