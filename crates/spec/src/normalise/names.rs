//! Gives every operation an id that makes a good method name.

use std::collections::{HashMap, HashSet};

use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::chosen::{self, chosen, keep_former};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::{OperationKey, operations};
use crate::naming::pins::{self, Kind, Names};
use crate::naming::{MAX_LENGTH, Naming, limited, suffixed};
use crate::overlay::skip;

/// Sets `operationId` on every operation and keeps the published one in `x-operation-id`.
///
/// `x-rust-name` of an operation is its name, or else the one that a release gave it. The root extension `x-operation-names: {from: path, strip: PREFIX}` asks for
/// names that are made from paths. Without both the published id is kept, and a path names only what has no id or shares
/// its id with another operation.
///
/// No name depends on the order of the operations.
pub(crate) fn name_operations(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let (named, diagnostics) = choose(document, naming);
    for Named { key, place, published, name } in named {
        if let Some(operation) = document.pointer_mut(&key.pointer).and_then(Value::as_object_mut) {
            keep_former(operation, &[&place], &name, naming);
            chosen::named(operation);
            if let Some(id) = published.filter(|id| *id != name) {
                operation.insert(extension::OPERATION_ID.to_owned(), json!(id));
            }
            operation.insert("operationId".to_owned(), json!(name));
            given.insert(place, name);
        }
    }
    diagnostics
}

/// The names that [`name_operations`] will set.
pub(crate) fn operation_names(document: &Value, naming: &dyn Naming) -> Vec<(OperationKey, String)> {
    choose(document, naming).0.into_iter().map(|Named { key, name, .. }| (key, name)).collect()
}

/// An operation with the name that was chosen for it.
struct Named {
    key: OperationKey,
    /// What its name is pinned to.
    place: String,
    published: Option<String>,
    name: String,
}

fn choose(document: &Value, naming: &dyn Naming) -> (Vec<Named>, Vec<Diagnostic>) {
    let asked = document.get(extension::OPERATION_NAMES);
    let from_path = asked.and_then(|asked| asked.get("from")).and_then(Value::as_str) == Some("path");
    let prefix = asked.and_then(|asked| asked.get("strip")).and_then(Value::as_str).unwrap_or_default().to_owned();

    let mut diagnostics = Vec::new();
    let mut candidates: Vec<Candidate> = operations(document)
        .into_iter()
        .filter_map(|key| {
            let operation = document.pointer(&key.pointer)?;
            let published = operation.get("operationId").and_then(Value::as_str).filter(|id| !id.is_empty());
            let published = published.map(|id| (id.to_owned(), naming.request_type(id)));
            let chosen = chosen(operation, Kind::Method, &key.pointer, naming, &mut diagnostics);
            let is_skipped = skip::is_skipped(operation);
            Some(Candidate { chosen, published, place: key.to_string(), key, is_skipped })
        })
        .collect();
    // Who comes first keeps a name that others want as well, so the order is one that no other operation changes; what a
    // person or a release has named comes before all others.
    let is_named = |candidate: &Candidate| candidate.chosen.is_some() || naming.pinned(&candidate.place).is_some();
    // What is left out of the client takes no name in it, and has one for a server alone.
    candidates
        .sort_by_cached_key(|candidate| (candidate.is_skipped, !is_named(candidate), candidate.key.pointer.clone()));
    let mut published: HashMap<String, usize> = HashMap::new();
    let in_client = candidates.iter().filter(|candidate| !candidate.is_skipped);
    for (_, ty) in in_client.filter_map(|candidate| candidate.published.as_ref()) {
        *published.entry(ty.clone()).or_default() += 1;
    }

    // A name that an operation had is not another's as long as callers may use it.
    let known = |candidate: &Candidate| pins::known(&candidate.place, naming);
    let mut taken: HashSet<String> = candidates.iter().flat_map(known).collect();
    let mut used: HashSet<String> = HashSet::new();
    let mut named = Vec::new();
    for candidate in candidates {
        let own = known(&candidate);
        let Candidate { key, place, chosen, published: id, is_skipped } = candidate;
        let is_chosen = chosen.is_some();
        if let Some(name) = chosen.or_else(|| naming.pinned(&place).map(str::to_owned)) {
            let ty = naming.request_type(&name);
            let is_others = !used.insert(ty.clone()) || (taken.contains(&ty) && !own.contains(&ty));
            // Whoever was called so in a release has nothing to change.
            if is_chosen && is_others {
                diagnostics.push(chosen::taken(&name, &key.pointer));
            }
            taken.insert(ty);
            named.push(Named { key, place, published: id.map(|(id, _)| id), name });
            continue;
        }
        let uses = |ty: &String| published.get(ty).copied().unwrap_or_default();
        let unique = id.as_ref().is_some_and(|(_, ty)| uses(ty) == usize::from(!is_skipped));
        let id = id.map(|(id, _)| id);
        let base = match &id {
            Some(id) if unique && !from_path => id.clone(),
            _ => {
                let name = name_from_path(&key, &prefix);
                if !from_path {
                    diagnostics.push(rename(&key, id.as_deref(), &name));
                }
                name
            }
        };
        let name = distinct(naming, &mut taken, &base, &key, &mut diagnostics);
        named.push(Named { key, place, published: id, name });
    }
    (named, diagnostics)
}

struct Candidate {
    key: OperationKey,
    /// What its name is pinned to.
    place: String,
    chosen: Option<String>,
    /// The published id, and the request type that it would make.
    published: Option<(String, String)>,
    /// It is no method of the client.
    is_skipped: bool,
}

fn rename(key: &OperationKey, id: Option<&str>, name: &str) -> Diagnostic {
    let (pointer, message) = match id {
        Some(id) => (
            join(&key.pointer, "operationId"),
            format!("the operation id `{id}` is used more than once: the operation is called `{name}`"),
        ),
        None => (key.pointer.clone(), format!("the operation has no id: it is called `{name}`")),
    };
    Diagnostic::warning("operation-id", pointer, message).help("give it an `operationId` of its own in the overlay")
}

/// Without the prefix `/v1`, `/v1/music/charts/detail` is `music_charts_detail`; a method other than GET comes first.
fn name_from_path(key: &OperationKey, prefix: &str) -> String {
    let path = key.path.strip_prefix(prefix).filter(|rest| rest.starts_with('/')).unwrap_or(&key.path);
    let words: Vec<String> = path
        .split('/')
        .map(|segment| {
            // A path parameter names what it selects by, so that `/users/{id}` differs from `/users`.
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(parameter) => format!("by_{}", parameter.to_snake_case()),
                None => segment.to_snake_case(),
            }
        })
        .filter(|word| !word.is_empty())
        .collect();
    let name = if words.is_empty() { "root".to_owned() } else { words.join("_") };
    if key.method == "get" { name } else { format!("{}_{name}", key.method) }
}

/// The name, or one made of it where it is taken.
fn distinct(
    naming: &dyn Naming,
    taken: &mut HashSet<String>,
    name: &str,
    key: &OperationKey,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    // A method has more characters than what it is made of: words are parted there.
    let method = naming.method(name);
    let is_long = method.len() > MAX_LENGTH;
    let name = if is_long { limited(&method, "_", &key.to_string()) } else { name.to_owned() };
    let mut candidate = name.clone();
    if naming.reserved_methods().contains(&naming.method(&name).as_str()) {
        candidate = format!("{name}_operation");
    }
    let mut attempt = 0;
    while !taken.insert(naming.request_type(&candidate)) {
        candidate = suffixed(&name, "_", &key.to_string(), attempt);
        attempt += 1;
    }
    if candidate != name || is_long {
        let message = match is_long {
            true => format!("the operation's id is too long for a name: it is called `{candidate}`"),
            false => format!("the name `{name}` is taken: the operation is called `{candidate}`"),
        };
        let warning = Diagnostic::warning("operation-name", key.pointer.clone(), message);
        diagnostics.push(warning.help("choose another name with `x-rust-name` in the overlay"));
    }
    candidate
}
