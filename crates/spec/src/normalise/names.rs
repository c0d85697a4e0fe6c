//! Gives every operation an id that makes a good method name.

use std::collections::HashMap;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{OperationKey, operations};

/// Sets `operationId` on every operation and keeps the published one in `x-operation-id`.
///
/// The root extension `x-operation-names: {from: path, strip: PREFIX}` asks for names that are made from paths. Without
/// it the published id is kept, and a path names only what has no id or shares its id with another operation.
pub(crate) fn name_operations(document: &mut Value) -> Vec<Diagnostic> {
    let naming = document.get("x-operation-names");
    let from_path = naming.and_then(|naming| naming.get("from")).and_then(Value::as_str) == Some("path");
    let prefix = naming.and_then(|naming| naming.get("strip")).and_then(Value::as_str).unwrap_or_default().to_owned();

    let keys = operations(document);
    let mut published: HashMap<String, usize> = HashMap::new();
    for key in &keys {
        if let Some(id) = published_id(document, key) {
            *published.entry(id.to_snake_case()).or_default() += 1;
        }
    }

    let mut diagnostics = Vec::new();
    let mut taken: HashMap<String, usize> = HashMap::new();
    for key in &keys {
        let id = published_id(document, key);
        let unique = id.as_ref().is_some_and(|id| published.get(&id.to_snake_case()) == Some(&1));
        let base = match &id {
            Some(id) if unique && !from_path => id.clone(),
            _ => name_from_path(key, &prefix),
        };
        if !from_path && !unique {
            diagnostics.push(rename(key, id.as_deref(), &base));
        }
        let name = distinct(&mut taken, &base);
        if let Some(operation) = document.pointer_mut(&key.pointer).and_then(Value::as_object_mut) {
            if let Some(id) = id.filter(|id| *id != name) {
                operation.insert("x-operation-id".to_owned(), json!(id));
            }
            operation.insert("operationId".to_owned(), json!(name));
        }
    }
    diagnostics
}

fn published_id(document: &Value, key: &OperationKey) -> Option<String> {
    document.pointer(&key.pointer)?.get("operationId")?.as_str().map(str::to_owned)
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

/// `/v1/tiktok/trending/music/detail` is `trending_music_detail`; a method other than GET comes first.
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

/// Appends a number to a name that another operation has already; the first in the document keeps the plain one.
fn distinct(taken: &mut HashMap<String, usize>, name: &str) -> String {
    let count = taken.entry(name.to_snake_case()).or_default();
    *count += 1;
    if *count == 1 { name.to_owned() } else { format!("{name}_{count}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(root: Value, expected: &[&str], codes: &[&str]) {
        let mut document = root;
        let diagnostics = name_operations(&mut document);
        let names: Vec<String> = operations(&document).iter().filter_map(|key| published_id(&document, key)).collect();
        assert_eq!(names, expected);
        assert_eq!(diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn names_come_from_paths_where_the_overlay_says_so() {
        let paths = json!({
            "/v1/tiktok/trending/music/detail": {"get": {"operationId": "get_api_v3"}},
            "/v1/tiktok/users/{user-id}": {"get": {}, "post": {}},
            "/v1/tiktok": {"get": {}},
            "/v1/tiktok-shop/x": {"get": {}},
        });
        check(
            json!({"x-operation-names": {"from": "path", "strip": "/v1/tiktok"}, "paths": paths}),
            &["trending_music_detail", "users_by_user_id", "post_users_by_user_id", "v1_tiktok", "v1_tiktok_shop_x"],
            &[],
        );
    }

    #[test]
    fn published_ids_are_kept_otherwise() {
        check(json!({"paths": {"/a": {"get": {"operationId": "listAll"}}}}), &["listAll"], &[]);
    }

    #[test]
    fn missing_and_repeated_ids_are_replaced() {
        check(
            json!({"paths": {"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "X"}}, "/c": {"put": {}}}}),
            &["a", "b", "put_c"],
            &["operation-id"; 3],
        );
    }

    #[test]
    fn equal_names_get_a_number() {
        check(
            json!({"x-operation-names": {"from": "path"}, "paths": {"/a/b": {"get": {}}, "/a_b": {"get": {}}}}),
            &["a_b", "a_b_2"],
            &[],
        );
    }
}
