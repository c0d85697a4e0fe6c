//! Where requests go.

use std::rc::Rc;

use serde_json::Value;

use super::change::{Direction, Effect};
use super::comparison::{At, Comparison, Draft};
use super::operations::Operation;
use crate::document::OperationKey;
use crate::{server, template};

impl<'a> Comparison<'a> {
    /// The servers of all operations that have none of their own.
    pub(super) fn servers_of_document(&mut self) {
        let list = |document: &'a Value| urls(document, server::declared(document, &Value::Null, &Value::Null), "");
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
                urls(operation.document, servers, &template::shape(&operation.key.path))
            };
            self.servers(Some(&new.key), &list(old), &list(new));
        }
    }

    fn servers(&mut self, operation: Option<&Rc<OperationKey>>, olds: &[Address<'a>], news: &[Address<'a>]) {
        let has = |list: &[Address<'a>], url: &str| list.iter().any(|(known, _)| known == url);
        for (url, node) in news.iter().filter(|(url, _)| !has(olds, url)) {
            let message = format!("requests may be sent to {url}");
            let draft = Draft::wire(operation, Direction::Request, "api-server-added", Effect::Widens, message);
            self.add(node.map_or(At::New(self.new), At::New), draft.subject(url).change());
        }
        for (url, node) in olds.iter().filter(|(url, _)| !has(news, url)) {
            let message = format!("requests may not be sent to {url} any more");
            let draft = Draft::wire(operation, Direction::Request, "api-server-removed", Effect::Narrows, message);
            self.add(node.map_or(At::Old(self.old), At::Old), draft.subject(url).change());
        }
    }
}

/// A URL that requests are sent to, and the server that it is of, where one is written.
type Address<'a> = (String, Option<&'a Value>);

fn urls<'a>(document: &'a Value, servers: &'a [Value], path: &str) -> Vec<Address<'a>> {
    let base = server::of_document(document);
    let mut all: Vec<Address<'a>> = Vec::new();
    for server in servers {
        let url = server::url(server, &base) + path;
        if !all.iter().any(|(known, _)| *known == url) {
            all.push((url, Some(server)));
        }
    }
    if all.is_empty() {
        all.push((base + path, None));
    }
    all
}
