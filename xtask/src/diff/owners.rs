//! Which operations a public item belongs to, and whether to their requests or their responses.

use std::collections::{BTreeMap, BTreeSet};

use keyapi_codegen::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::diff::Direction;
use keyapi_spec::document::{operation_id, operations};
use serde_json::Value;

/// The operations that items belong to.
#[derive(Default)]
pub(crate) struct Owners {
    /// The names of request types by operations, as they are shown: `GET /v1/things`.
    requests: BTreeMap<String, BTreeSet<String>>,
    /// The names of methods of the client, by those of request types.
    methods: BTreeMap<String, String>,
    /// The names of request types, and the side of the exchange, by the names of types and of named values.
    uses: BTreeMap<String, BTreeSet<(String, Direction)>>,
}

impl Owners {
    /// Reads lists of public items, each with the document that they are made from.
    pub(crate) fn of(versions: [(&str, &Value); 2]) -> Self {
        let mut owners = Self::default();
        for (list, document) in versions {
            for key in operations(document) {
                let id = operation_id(document.pointer(&key.pointer).unwrap_or(&Value::Null));
                let request = RustNames.request_type(id);
                owners.requests.entry(key.to_string()).or_default().insert(request.clone());
                owners.methods.insert(RustNames.method(id), request);
            }
            owners.add_uses(list);
        }
        owners
    }

    /// The request types of an operation.
    pub(crate) fn request_types(&self, operation: &str) -> impl Iterator<Item = &String> {
        self.requests.get(operation).into_iter().flatten()
    }

    /// The operation that a request type is of.
    pub(crate) fn operation(&self, request_type: &str) -> Option<&str> {
        let mut operations = self.requests.iter();
        operations.find(|(_, types)| types.contains(request_type)).map(|(operation, _)| operation.as_str())
    }

    /// The request types of the operations that an item belongs to, and the side of it where one is meant.
    pub(crate) fn of_item(&self, path: &str) -> BTreeSet<(String, Option<Direction>)> {
        let segments: Vec<&str> = path.split("::").skip(1).collect();
        match in_either_client(&segments) {
            ["Client", method] => {
                self.methods.get(*method).map(|request| (request.clone(), None)).into_iter().collect()
            }
            ["operations", request, member @ ..] => {
                let is_setter = member.first().is_some_and(|member| !["send", "pages"].contains(member));
                [((*request).to_owned(), is_setter.then_some(Direction::Request))].into()
            }
            ["types" | "params", name, ..] => {
                let uses = self.uses.get(*name).into_iter().flatten();
                uses.map(|(request, direction)| (request.clone(), Some(*direction))).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    /// The request types of the operations that a piece of code belongs to.
    pub(crate) fn of_piece(&self, piece: &str) -> BTreeSet<String> {
        if let Some(request) = piece.strip_prefix("operation__") {
            return [request.to_owned()].into();
        }
        let uses = piece.strip_prefix("type__").and_then(|name| self.uses.get(name)).into_iter().flatten();
        uses.map(|(request, _)| request.clone()).collect()
    }

    /// Follows the types that requests and responses are made of.
    fn add_uses(&mut self, list: &str) {
        let mut mentioned: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut direct: Vec<(&str, Direction, &str)> = Vec::new();
        for line in list.lines() {
            let Some((path, rest)) = line.split_once("::").map(|(_, path)| path.split_at(path_end(path))) else {
                continue;
            };
            let segments: Vec<&str> = path.split("::").collect();
            match in_either_client(&segments) {
                ["types", name, ..] => mentioned.entry(name).or_default().extend(words(rest)),
                ["operations", request, member] => {
                    let (takes, gives) = rest.split_once("->").unwrap_or((rest, ""));
                    direct.extend(words(takes).map(|word| (*request, Direction::Request, word)));
                    // A setter gives the request itself.
                    if ["send", "pages"].contains(member) {
                        direct.extend(words(gives).map(|word| (*request, Direction::Response, word)));
                    }
                }
                _ => {}
            }
        }
        let mut open: Vec<(&str, Direction, &str)> = direct;
        while let Some((request, direction, name)) = open.pop() {
            let is_new = self.uses.entry(name.to_owned()).or_default().insert((request.to_owned(), direction));
            if is_new {
                open.extend(mentioned.get(name).into_iter().flatten().map(|next| (request, direction, *next)));
            }
        }
    }
}

/// A path inside of the SDK, which has for callers who block what it has for the others.
fn in_either_client<'p, 's>(path: &'p [&'s str]) -> &'p [&'s str] {
    path.strip_prefix(&["blocking"]).unwrap_or(path)
}

fn path_end(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').map_or(text.len(), |end| {
        // The colon before a field's type is no part of its path.
        text[..end].trim_end_matches(':').len()
    })
}

/// The names in a piece of source that may be those of types.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with(|c: char| c.is_uppercase()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_clients_have_the_same_owners() {
        let document = json!({"paths": {"/things": {"get": {"operationId": "get_thing"}}}});
        let list = "pub fn c::operations::GetThing::kind(mut self, value: params::Kind) -> Self\n\
                    pub fn c::blocking::operations::GetThing::send(self) -> Result<crate::Response<types::Thing>, crate::Error>\n";
        let owners = Owners::of([(list, &document), (list, &document)]);
        for path in ["Client::get_thing", "operations::GetThing::kind", "operations::GetThing"] {
            let of_item = owners.of_item(&format!("c::{path}"));
            assert!(of_item.len() == 1 && of_item == owners.of_item(&format!("c::blocking::{path}")), "{path}");
        }
        for (path, direction) in [("params::Kind", Direction::Request), ("types::Thing", Direction::Response)] {
            let expected = [("GetThing".to_owned(), Some(direction))];
            assert_eq!(owners.of_item(&format!("c::{path}")), expected.into(), "{path}");
        }
    }
}
