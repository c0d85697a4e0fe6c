//! Which operations a public item belongs to, and whether to their requests or their responses.

use std::collections::{BTreeMap, BTreeSet};

use keyapi_codegen::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::diagnostic::join;
use keyapi_spec::diff::{Direction, Side};
use keyapi_spec::document::response::{ERROR_TYPE, SUCCESS_TYPE};
use keyapi_spec::document::{operation_id, operations, schema_component};
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
    /// Pointers to where types stand first, by their names: to a response, or to a component that no response has; in the
    /// old document and in the new one.
    places: [BTreeMap<String, String>; 2],
}

/// A type of a response: the request type of the operation, the pointer to the response, and the name.
type OfResponse = (String, String, String);

impl Owners {
    /// Reads lists of public items, each with the document that they are made from.
    pub(crate) fn of(versions: [(&str, &Value); 2]) -> Self {
        let mut owners = Self::default();
        for ((list, document), side) in versions.into_iter().zip([Side::Old, Side::New]) {
            for key in operations(document) {
                let id = operation_id(document.pointer(&key.pointer).unwrap_or(&Value::Null));
                let request = RustNames.request_type(id);
                owners.requests.entry(key.to_string()).or_default().insert(request.clone());
                owners.methods.insert(RustNames.method(id), request);
            }
            owners.add_uses(list, document, side);
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

    /// The pointer to where the type stands that an item is, or is of, in a document that has it.
    pub(crate) fn place(&self, side: Side, path: &str) -> Option<&str> {
        let mut segments = path.split("::").skip(1);
        let name = segments.next().filter(|module| *module == "types").and_then(|_| segments.next())?;
        self.places[side as usize].get(name).map(String::as_str)
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
    fn add_uses(&mut self, list: &str, document: &Value, side: Side) {
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
        // Nothing gives errors and redirects.
        let of_responses = of_responses(document);
        direct.extend(
            of_responses.iter().map(|(request, _, name)| (request.as_str(), Direction::Response, name.as_str())),
        );
        let mut open: Vec<(&str, Direction, &str)> = direct;
        while let Some((request, direction, name)) = open.pop() {
            let is_new = self.uses.entry(name.to_owned()).or_default().insert((request.to_owned(), direction));
            if is_new {
                open.extend(mentioned.get(name).into_iter().flatten().map(|next| (request, direction, *next)));
            }
        }
        let places = &mut self.places[side as usize];
        for (_, pointer, name) in &of_responses {
            let mut open = vec![name.as_str()];
            while let Some(name) = open.pop() {
                if !places.contains_key(name) {
                    places.insert(name.to_owned(), pointer.clone());
                    open.extend(mentioned.get(name).into_iter().flatten());
                }
            }
        }
        for (key, schema) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
            let name = RustNames.component_type(key, schema);
            if !self.uses.contains_key(&name) {
                places.entry(name).or_insert_with(|| join("/components/schemas", key));
            }
        }
    }
}

/// The types of the bodies of all responses.
fn of_responses(document: &Value) -> Vec<OfResponse> {
    let mut found = Vec::new();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let request = RustNames.request_type(operation_id(operation));
        let responses = join(&key.pointer, "responses");
        for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            let content = response.get("content").and_then(Value::as_object).into_iter().flatten();
            let mut components = Vec::new();
            content.filter_map(|(_, media)| media.get("schema")).for_each(|schema| referred(schema, &mut components));
            let pointer = join(&responses, status);
            found.extend(components.into_iter().map(|component| {
                let schema = document.pointer(&join("/components/schemas", &component)).unwrap_or(&Value::Null);
                (request.clone(), pointer.clone(), RustNames.component_type(&component, schema))
            }));
        }
        let of_all = [SUCCESS_TYPE, ERROR_TYPE].map(|property| operation.get(property).and_then(Value::as_str));
        let of_all = of_all.into_iter().flatten();
        found.extend(of_all.map(|name| (request.clone(), responses.clone(), RustNames.type_name(name))));
    }
    found
}

/// The components that a schema refers to.
fn referred(schema: &Value, components: &mut Vec<String>) {
    components.extend(schema_component(schema));
    match schema {
        Value::Object(properties) => properties.values().for_each(|property| referred(property, components)),
        Value::Array(elements) => elements.iter().for_each(|element| referred(element, components)),
        _ => {}
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
