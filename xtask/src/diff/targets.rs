//! What the names stand for that callers write: a method stands for an operation, a setter for a parameter, a constant for
//! a value, a field for a property, the type of an error for its statuses, and a cargo feature for the operations of a tag.
//!
//! Where two of them trade places, callers compile as before and send other requests, which no list of public items shows.

use std::collections::{BTreeMap, BTreeSet};

use keyapi_codegen::RustNames;
use keyapi_codegen::features::{of_document, of_operation};
use keyapi_codegen::public_items::{Effect, ItemChange};
use keyapi_spec::Naming;
use keyapi_spec::diagnostic::join;
use keyapi_spec::diff::pairs;
use keyapi_spec::document::body::json_content;
use keyapi_spec::document::extension;
use keyapi_spec::document::response::{Content, Responses};
use keyapi_spec::document::{OperationKey, operation_id, operations, schema_component, unwrap_reference};
use keyapi_spec::value_names;
use serde_json::Value;

use super::report::squeeze;

/// The items that stand for something else than they did, though what they stood for is still there under another name,
/// or what they stand for now was there before. Each list of public items comes with the document that it is made from.
pub(crate) fn retargeted(old: (&str, &Value), new: (&str, &Value)) -> Vec<ItemChange> {
    let pairs: BTreeMap<String, String> =
        pairs(old.1, new.1).into_iter().map(|[old, new]| (old.to_string(), new.to_string())).collect();
    let (before, after) = (methods(old.1), methods(new.1));
    let features = [of_document(old.1), of_document(new.1)].map(|features| features.into_keys().collect());
    let mut moved = Moved { lists: [old.0, new.0], items: of_features(&features) };
    for (method, one) in &before {
        let Some(other) = after.get(method) else { continue };
        moved.switch(method, (old.1, one), (new.1, other), &features[1]);
        let (from, to) = (one.to_string(), other.to_string());
        match pairs.get(&from) {
            Some(same) if *same == to => {
                moved.setters(method, (old.1, one), (new.1, other));
                moved.errors((old.1, one), (new.1, other));
            }
            None if !pairs.values().any(|known| *known == to) => {}
            _ => moved.add(&["Client", method], &from, &to),
        }
    }
    moved.constants(&values(old.1), &values(new.1));
    moved.fields(&fields(old.1), &fields(new.1));
    moved.items
}

/// The cargo features that are gone, which no caller can switch on any more, and those that are new.
fn of_features([old, new]: &[BTreeSet<String>; 2]) -> Vec<ItemChange> {
    let line = |name: &String| Some(format!("feature {name}"));
    let gone = old.difference(new);
    let gone = gone.map(|name| ItemChange { effect: Effect::Breaking, before: line(name), after: None });
    let more = new.difference(old);
    let more = more.map(|name| ItemChange { effect: Effect::Additive, before: None, after: line(name) });
    gone.chain(more).collect()
}

/// The operations by the methods of the client.
fn methods(document: &Value) -> BTreeMap<String, OperationKey> {
    let named = |key: OperationKey| {
        let id = operation_id(document.pointer(&key.pointer)?);
        (!id.is_empty()).then(|| (RustNames.method(id), key))
    };
    operations(document).into_iter().filter_map(named).collect()
}

/// The parameters of an operation by their setters: where they are, and their names, or their positions in the path.
fn setters(document: &Value, key: &OperationKey) -> BTreeMap<String, String> {
    let text = |node: &Value, property: &str| node.get(property).and_then(Value::as_str).map(str::to_owned);
    let list = document.pointer(&key.pointer).and_then(|operation| operation.get("parameters")?.as_array());
    let named = |parameter: &Value| {
        let (place, name) = (text(parameter, "in")?, text(parameter, "name")?);
        let target = match (place.as_str(), key.path.find(&format!("{{{name}}}"))) {
            ("path", Some(at)) => format!("the parameter {} of the path", key.path[..=at].matches('{').count()),
            ("header", _) => format!("the header `{}`", name.to_ascii_lowercase()),
            _ => format!("the {place} parameter `{name}`"),
        };
        Some((RustNames.method(&text(parameter, extension::RUST_NAME).unwrap_or(name)), target))
    };
    list.into_iter().flatten().filter_map(named).collect()
}

/// The types of the errors of an operation by their statuses.
fn errors(document: &Value, key: &OperationKey) -> BTreeMap<String, String> {
    let Some(operation) = document.pointer(&key.pointer) else { return BTreeMap::new() };
    let errors = Responses::of(&key.method, operation).errors;
    let json = errors.into_iter().filter(|(_, content)| *content == Content::Json);
    let typed = json.filter_map(|(status, _)| {
        let (_, media) = json_content(operation.get("responses")?.get(status)?)?;
        let component = schema_component(unwrap_reference(media.get("schema")?))?;
        let schema = document.pointer(&join("/components/schemas", &component))?;
        Some((status.to_ascii_uppercase(), RustNames.component_type(&component, schema)))
    });
    typed.collect()
}

/// Whether a component has a type of that name.
fn has_type(document: &Value, name: &str) -> bool {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flatten().any(|(key, schema)| RustNames.component_type(key, schema) == name)
}

/// The values that constants stand for, by the types and the names of these, former names among them.
fn values(document: &Value) -> BTreeMap<(String, String), String> {
    let mut values = BTreeMap::new();
    for key in operations(document) {
        let list = document.pointer(&key.pointer).and_then(|operation| operation.get("parameters")?.as_array());
        for schema in list.into_iter().flatten().filter_map(|parameter| parameter.get("schema")) {
            let Some(ty) = schema.get(value_names::TYPE).and_then(Value::as_str) else { continue };
            let names = schema.get(extension::ENUM_VARNAMES).and_then(Value::as_array).into_iter().flatten();
            let former = schema.get(value_names::FORMER).and_then(Value::as_object);
            let named = names.zip(value_names::list(schema)).filter_map(|(name, value)| Some((name, value.as_str()?)));
            let former = former
                .into_iter()
                .flatten()
                .flat_map(|(value, names)| names.as_array().into_iter().flatten().map(|name| (name, value.as_str())));
            for (name, value) in named.chain(former) {
                let name = name.as_str().unwrap_or_default().to_owned();
                values.entry((ty.to_owned(), name)).or_insert_with(|| format!("{value:?}"));
            }
        }
    }
    values
}

/// The properties of each type by the fields that hold them; those that have none are found by their own names.
fn fields(document: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut types = BTreeMap::new();
    for (name, schema) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { continue };
        let without: BTreeSet<&str> =
            RustNames.unnameable(&mut properties.keys().map(String::as_str)).into_iter().collect();
        let field = |name: &String| match without.contains(name.as_str()) {
            true => (format!("{}[{name:?}]", RustNames.unknown_properties()), format!("`{name}`")),
            false => (RustNames.field(name).into_owned(), format!("`{name}`")),
        };
        types.insert(RustNames.component_type(name, schema), properties.keys().map(field).collect());
    }
    types
}

/// The items that were found, and the lists that have their lines.
struct Moved<'a> {
    lists: [&'a str; 2],
    items: Vec<ItemChange>,
}

impl Moved<'_> {
    /// Adds a method that callers with one feature alone, or with none, do not have any more. A feature that is gone
    /// is told of by itself.
    fn switch(
        &mut self,
        method: &str,
        old: (&Value, &OperationKey),
        new: (&Value, &OperationKey),
        features: &BTreeSet<String>,
    ) {
        let [from, to] = [old, new].map(|(document, key)| document.pointer(&key.pointer).map(of_operation));
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        let is_left = |name: &String| features.contains(name) && !to.contains(name);
        if !to.is_empty() && (from.is_empty() || from.iter().any(is_left)) {
            let named = |features: &BTreeSet<String>| match features.is_empty() {
                true => "with any features".to_owned(),
                false => format!("with feature {}", features.iter().cloned().collect::<Vec<_>>().join(" or ")),
            };
            self.add(&["Client", method], &named(&from), &named(&to));
        }
    }

    fn setters(&mut self, method: &str, old: (&Value, &OperationKey), new: (&Value, &OperationKey)) {
        let (before, after) = (setters(old.0, old.1), setters(new.0, new.1));
        let id = operation_id(new.0.pointer(&new.1.pointer).unwrap_or(&Value::Null));
        let request = RustNames.request_type(if id.is_empty() { method } else { id });
        self.traded(&before, &after, |setter| vec!["operations".to_owned(), request.clone(), setter.clone()]);
    }

    /// Adds the types that a status had which has another one now. No call gives them, so that whoever asks for the details
    /// of an error gets what does not decode.
    fn errors(&mut self, old: (&Value, &OperationKey), new: (&Value, &OperationKey)) {
        let (before, after) = (errors(old.0, old.1), errors(new.0, new.1));
        for (status, ty) in &before {
            let is_other = after.get(status).is_some_and(|now| now != ty);
            if is_other && has_type(new.0, ty) {
                let of = |errors: &BTreeMap<String, String>, key: &OperationKey| {
                    let statuses = errors.iter().filter(|(_, known)| *known == ty).map(|(status, _)| status.as_str());
                    match statuses.collect::<Vec<_>>().join(", ") {
                        none if none.is_empty() => format!("no error of {key}"),
                        statuses => format!("{statuses} of {key}"),
                    }
                };
                self.add(&["types", ty], &of(&before, old.1), &of(&after, new.1));
            }
        }
    }

    /// Adds constants by which callers would send another value, also where that is all that is left.
    fn constants(&mut self, before: &BTreeMap<(String, String), String>, after: &BTreeMap<(String, String), String>) {
        for (constant, from) in before {
            if let Some(to) = after.get(constant).filter(|to| *to != from) {
                self.add(&["params", &constant.0, &constant.1], from, to);
            }
        }
    }

    fn fields(
        &mut self,
        before: &BTreeMap<String, BTreeMap<String, String>>,
        after: &BTreeMap<String, BTreeMap<String, String>>,
    ) {
        for (name, before) in before {
            if let Some(after) = after.get(name) {
                self.traded(before, after, |field| vec!["types".to_owned(), name.clone(), field.clone()]);
            }
        }
    }

    /// Adds the names that stand for something else, where both are still there or were there before.
    fn traded(
        &mut self,
        before: &BTreeMap<String, String>,
        after: &BTreeMap<String, String>,
        path: impl Fn(&String) -> Vec<String>,
    ) {
        for (name, from) in before {
            let Some(to) = after.get(name).filter(|to| *to != from) else { continue };
            if after.values().any(|known| known == from) || before.values().any(|known| known == to) {
                let path = path(name);
                self.add(&path.iter().map(String::as_str).collect::<Vec<_>>(), from, to);
            }
        }
    }

    fn add(&mut self, path: &[&str], from: &str, to: &str) {
        let line = |list: &str, target: &str| {
            let line = list.lines().find(|line| is_at(line, path));
            let line = line.map_or_else(|| format!("pub {}", path.join("::")), str::to_owned);
            Some(format!("{line} // {target}"))
        };
        let (before, after) = (line(self.lists[0], from), line(self.lists[1], to));
        self.items.push(ItemChange { effect: Effect::Breaking, before, after });
    }
}

/// Whether a line is that of the function, the constant, the field or the type at a path, whatever Rust makes of the names in
/// it.
fn is_at(line: &str, path: &[&str]) -> bool {
    let line = line.strip_prefix("#[non_exhaustive] ").unwrap_or(line);
    let Some(item) = ["pub fn ", "pub const ", "pub "].iter().find_map(|kind| line.strip_prefix(kind)) else {
        return false;
    };
    let item = item.split(['(', '<', '=']).next().unwrap_or_default();
    let item = item.split_once(": ").map_or(item, |(path, _)| path).replace("r#", "");
    let segments: Vec<&str> = item.split("::").skip(1).collect();
    segments.len() == path.len() && segments.iter().zip(path).all(|(one, other)| squeeze(one) == squeeze(other))
}
