//! Overlay actions that a person could take over, made from what the document shows.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Map, Value, json};

use super::skip;
use super::unsettled::{placeholder, properties, prose};
use super::{Stage, target};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::METHODS;
use crate::document::extension;
use crate::document::reference::tokens;
use crate::document::template;
use crate::document::uses::Uses;

/// An action to propose. As it stands it applies, and settles what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The code of what it settles.
    pub code: &'static str,
    /// The JSONPath of what it is about.
    pub target: String,
    /// Why it is proposed, and what the person has to see to.
    pub description: String,
    /// When it is applied.
    pub stage: Stage,
    /// What is merged into the target; nothing where the target is to be removed.
    pub update: Option<Map<String, Value>>,
}

/// The proposals for what was found in the file `name`, in its order, and one for each target. They are for
/// `document`, which is corrected and whose holes are filled.
pub(crate) fn all(document: &Value, name: &str, found: &[Diagnostic]) -> Vec<Proposal> {
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let uses = LazyCell::new(|| Uses::of(document));
    let mut unused: Vec<Proposal> = Vec::new();
    let first = LazyCell::new(|| first_of_identical(document));
    let is_kept = |found: &Diagnostic| found.code == template::IDENTICAL && first.contains(&found.pointer);
    for found in found.iter().filter(|found| is_of_the_document(found, name) && !is_kept(found)) {
        let operations = refused_operations(&uses, found);
        if operations.is_empty() {
            unused.extend(without_operation(document, &uses, found));
        }
        for operation in operations {
            let known = reasons.entry(operation).or_default();
            if !known.contains(&found.message.as_str()) {
                known.push(&found.message);
            }
        }
    }
    let is_removed = |found: &Diagnostic| {
        let place = found.inferred.as_ref().unwrap_or(&found.pointer);
        let mut above = place.match_indices('/').map(|(end, _)| &place[..end]).chain([place.as_str()]);
        above.any(|above| reasons.contains_key(above))
    };
    let kinds = Kinds::of(document);
    let mut proposals: Vec<Proposal> = Vec::new();
    let mut known = HashSet::new();
    let mut add = |proposal: Option<Proposal>| {
        proposals.extend(proposal.filter(|proposal| known.insert(proposal.target.clone())));
    };
    // What is about to be left out needs no other correction.
    for found in found.iter().filter(|found| !is_removed(found)) {
        add(propose(document, &kinds, found));
    }
    for (operation, reasons) in &reasons {
        let reason = reasons.join("; ");
        let description = format!(
            "Nothing can be generated from the operation: {reason}. Correct it if you know how; as it stands, this action \
             leaves it out of the client."
        );
        add(Some(Proposal {
            code: "operation",
            target: target(document, operation),
            description,
            stage: Stage::Document,
            update: Some(Map::from_iter([(extension::SKIP.to_owned(), Value::String(reason))])),
        }));
    }
    unused.into_iter().for_each(|proposal| add(Some(proposal)));
    proposals
}

fn propose(document: &Value, kinds: &Kinds<'_>, found: &Diagnostic) -> Option<Proposal> {
    match found.code {
        "null-only" | "empty-array" => Some(unknown(document, kinds, found, found.inferred.as_ref()?)),
        "integer-beyond-i64" | "integer-beyond-u64" | "integer-beyond-double" => {
            Some(large_number(document, found, found.inferred.as_ref()?))
        }
        "ambiguous-number" => {
            let description = format!("{}. If it can only be whole, make it an integer.", sentence(&found.message));
            let update = json!({"type": "number", "format": "double"});
            Some(inferred(document, found, found.inferred.as_ref()?, description, update))
        }
        "values-in-prose" => listed_values(document, found),
        "placeholder" => shown_value(document, found),
        "truncated-sample" => {
            let description = format!(
                "{}, at {}. Put the complete example in its place; as it stands, this action leaves the example out.",
                sentence(&found.message),
                found.pointer
            );
            Some(removal(found.code, document, &example(document, &found.pointer)?, description))
        }
        _ => None,
    }
}

/// A value of which no sample says what it is. A property of the same name is the best evidence that there is.
fn unknown(document: &Value, kinds: &Kinds<'_>, found: &Diagnostic, pointer: &str) -> Proposal {
    let what = sentence(&found.message);
    let at = &found.pointer;
    match kinds.of_the_same_name(pointer) {
        Some((kind, elsewhere)) => {
            let description = format!("{what}: {at}. A property of the same name is so at {elsewhere}.");
            let mut update = json!({"type": kind.0, "nullable": true});
            if !kind.1.is_empty() {
                update["format"] = kind.1.into();
            }
            inferred(document, found, pointer, description, update)
        }
        None => {
            let description =
                format!("{what}: {at}. Add its type; as it stands, this action says that any value is legal.");
            inferred(document, found, pointer, description, json!({"nullable": true}))
        }
    }
}

fn large_number(document: &Value, found: &Diagnostic, pointer: &str) -> Proposal {
    let schema = document.pointer(pointer).unwrap_or(&Value::Null);
    let what = sentence(&found.message);
    if schema["type"] == "integer" {
        let description = format!("{what}: {}. As it stands, this action says that none is negative.", found.pointer);
        return inferred(document, found, pointer, description, json!({"minimum": 0}));
    }
    let description =
        format!("{what}: {}. Add its type; as it stands, this action says that any value is legal.", found.pointer);
    inferred(document, found, pointer, description, json!({"nullable": true}))
}

fn listed_values(document: &Value, found: &Diagnostic) -> Option<Proposal> {
    let parameter = found.pointer.strip_suffix("/description")?;
    let properties = document.pointer(parameter)?.as_object()?;
    let schema = properties.get("schema")?.as_object()?;
    let values = prose::of(properties)?;
    let legal: Vec<Value> = values.iter().filter_map(|listed| prose::typed(&listed.value, schema)).collect();
    let mut update = json!({ "enum": legal });
    if let Some(meanings) = values.iter().map(|listed| listed.meaning.clone()).collect::<Option<Vec<_>>>() {
        update[extension::ENUM_DESCRIPTIONS] = meanings.into();
    }
    let description = format!(
        "The description lists the values: \"{}\". If others are legal too, call the list x-extensible-enum.",
        properties.get("description")?.as_str()?
    );
    Some(Proposal {
        code: found.code,
        target: target(document, &format!("{parameter}/schema")),
        description,
        stage: Stage::Document,
        update: update.as_object().cloned(),
    })
}

fn shown_value(document: &Value, found: &Diagnostic) -> Option<Proposal> {
    let ways = placeholder::SHOWN.iter().map(|way| format!("/{}", way.join("/")));
    let parameter = ways.filter_map(|way| found.pointer.strip_suffix(&way)).min_by_key(|owner| owner.len())?;
    let properties = document.pointer(parameter)?.as_object()?;
    let (value, evidence) = real_value(document, properties);
    let mut update = json!({});
    for way in placeholder::of(properties) {
        match way {
            [owner, property] => update[*owner][*property] = value.clone(),
            _ => update[way[0]] = value.clone(),
        }
    }
    Some(Proposal {
        code: found.code,
        target: target(document, parameter),
        description: format!("{}. {evidence}", sentence(&found.message)),
        stage: Stage::Document,
        update: update.as_object().cloned(),
    })
}

/// A value for a parameter, and what speaks for it.
fn real_value(document: &Value, parameter: &Map<String, Value>) -> (Value, &'static str) {
    let null = Value::Null;
    let schema = parameter.get("schema").unwrap_or(&null);
    let kind = schema["type"].as_str().unwrap_or("string");
    let listed = ["enum", extension::EXTENSIBLE_ENUM].iter().find_map(|key| schema.get(key)?.get(0));
    if let Some(value) = listed {
        return (value.clone(), "This is the first of its values.");
    }
    let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
    if let Some(value) = example_of(document, name, kind, false) {
        return (value.clone(), "An example in the document has this value under the same name.");
    }
    let value = match kind {
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        _ => json!("1"),
    };
    (value, "Nothing in the document tells a value that is real: put one in the place of this one.")
}

/// The first value of a kind that an example has under a name.
fn example_of<'a>(node: &'a Value, name: &str, kind: &str, inside: bool) -> Option<&'a Value> {
    let is_of_kind = |value: &Value| match kind {
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.as_str().is_some_and(|text| !text.is_empty() && !placeholder::is_placeholder(text)),
    };
    match node {
        Value::Array(elements) => elements.iter().find_map(|element| example_of(element, name, kind, inside)),
        Value::Object(properties) => properties.iter().find_map(|(key, value)| {
            let shown = (inside && key == name && is_of_kind(value)).then_some(value);
            shown.or_else(|| example_of(value, name, kind, inside || ["example", "examples"].contains(&key.as_str())))
        }),
        _ => None,
    }
}

/// The example that a place in it belongs to, if it is one that an overlay can remove.
fn example(document: &Value, pointer: &str) -> Option<String> {
    let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1).chain([pointer.len()]);
    let mut above = ends.map(|end| &pointer[..end]);
    let found = above.find(|above| above.ends_with("/example") || parent(above).ends_with("/examples"))?;
    document.pointer(found).filter(|example| example.is_object() || example.is_array()).map(|_| found.to_owned())
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Whether something is an error of the file `name`, and of more than an example.
fn is_of_the_document(found: &Diagnostic, name: &str) -> bool {
    found.is_error() && found.file == name && !["truncated-sample", skip::CODE].contains(&found.code)
}

/// The first path of each group of paths that are the same: once the others are left out, it can be generated.
fn first_of_identical(document: &Value) -> HashSet<String> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let groups = template::identical(paths.map(|(path, _)| path.as_str()));
    groups.iter().filter_map(|group| Some(join("/paths", group.first()?))).collect()
}

/// The operations that an error is about.
fn refused_operations(uses: &Uses, found: &Diagnostic) -> BTreeSet<String> {
    let tokens: Vec<String> = tokens(&found.pointer).collect();
    match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // Where the operation was published, if another path item refers to it.
        ["components", "pathItems", item, method, ..] if METHODS.contains(method) => {
            [join(&join("/components/pathItems", item), method)].into()
        }
        _ => uses.owners(&found.pointer).into_iter().filter(|owner| owner.starts_with("/paths/")).collect(),
    }
}

/// The removal of what an error is about and no operation is made of: components, or a path without operations.
fn without_operation(document: &Value, uses: &Uses, found: &Diagnostic) -> Vec<Proposal> {
    let tokens: Vec<String> = tokens(&found.pointer).collect();
    let (what, places) = match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // A path item may be what a path is made of.
        ["components", "pathItems", ..] => return Vec::new(),
        ["components", _, _, ..] => ("The component has no operation that is made of it", uses.owners(&found.pointer)),
        ["paths", path, ..] => ("The path has no operation that can be read", [join("/paths", path)].into()),
        _ => return Vec::new(),
    };
    let description = format!("{}. {what}; as it stands, this action takes it out.", sentence(&found.message));
    places.iter().map(|place| removal(found.code, document, place, description.clone())).collect()
}

fn inferred(document: &Value, found: &Diagnostic, pointer: &str, description: String, update: Value) -> Proposal {
    let update = update.as_object().cloned();
    Proposal { code: found.code, target: target(document, pointer), description, stage: Stage::Inferred, update }
}

fn removal(code: &'static str, document: &Value, pointer: &str, description: String) -> Proposal {
    Proposal { code, target: target(document, pointer), description, stage: Stage::Document, update: None }
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The types that properties have, by their names.
struct Kinds<'a>(BTreeMap<&'a str, Kind<'a>>);

/// Type and format of the properties of one name, and where the first of them stands; nothing where they differ.
type Kind<'a> = Option<((&'a str, &'a str), String)>;

impl<'a> Kinds<'a> {
    fn of(document: &'a Value) -> Self {
        let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
        properties(document, &mut |name, schema, pointer| {
            let text = |key: &str| schema.get(key).and_then(Value::as_str);
            let Some(kind) = text("type").filter(|kind| ["string", "integer", "number", "boolean"].contains(kind))
            else {
                return;
            };
            let kind = (kind, text("format").unwrap_or_default());
            let known = kinds.entry(name).or_insert_with(|| Some((kind, pointer.to_owned())));
            if known.as_ref().is_some_and(|(known, _)| *known != kind) {
                *known = None;
            }
        });
        Self(kinds)
    }

    fn of_the_same_name(&self, pointer: &str) -> Option<&((&'a str, &'a str), String)> {
        let tokens: Vec<String> = tokens(pointer).collect();
        match tokens.as_slice() {
            [.., section, name] if section == "properties" => self.0.get(name.as_str())?.as_ref(),
            _ => None,
        }
    }
}
