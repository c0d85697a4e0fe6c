//! Gives every operation an id that makes a good method name.

use std::collections::{HashMap, HashSet};

use heck::ToSnakeCase;
use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{OperationKey, operations};
use crate::rust_names::{MAX_LENGTH, limited, method, request_type, suffixed};

/// Methods that clients have anyway, and types that generated code uses without a path.
const RESERVED: [&str; 31] = [
    "api_version",
    "baseurl",
    "builder",
    "byte_stream",
    "client",
    "client_hooks",
    "client_info",
    "clone",
    "credits_spent",
    "eq",
    "error",
    "exec",
    "fmt",
    "from",
    "from_env",
    "inner",
    "into",
    "new",
    "new_with_client",
    "operation_info",
    "option",
    "post",
    "pre",
    "request",
    "request_builder_ext",
    "response_value",
    "result",
    "self",
    "start",
    "string",
    "to_owned",
];

/// Sets `operationId` on every operation and keeps the published one in `x-operation-id`.
///
/// `x-rust-name` of an operation is its name. The root extension `x-operation-names: {from: path, strip: PREFIX}` asks for
/// names that are made from paths. Without both the published id is kept, and a path names only what has no id or shares
/// its id with another operation.
///
/// No name depends on the order of the operations.
pub(crate) fn name_operations(document: &mut Value) -> Vec<Diagnostic> {
    let naming = document.get("x-operation-names");
    let from_path = naming.and_then(|naming| naming.get("from")).and_then(Value::as_str) == Some("path");
    let prefix = naming.and_then(|naming| naming.get("strip")).and_then(Value::as_str).unwrap_or_default().to_owned();

    let mut wishes: Vec<Wish> = operations(document)
        .into_iter()
        .map(|key| {
            let text = |name: &str| document.pointer(&key.pointer)?.get(name)?.as_str().map(str::to_owned);
            Wish { chosen: text("x-rust-name"), published: text("operationId").filter(|id| !id.is_empty()), key }
        })
        .collect();
    // Who comes first keeps a name that others want as well, so the order is one that no other operation changes.
    wishes.sort_by(|one, other| one.key.pointer.cmp(&other.key.pointer));
    let mut published: HashMap<String, usize> = HashMap::new();
    for id in wishes.iter().filter_map(|wish| wish.published.as_deref()) {
        *published.entry(request_type(id)).or_default() += 1;
    }

    let mut diagnostics = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    for wish in wishes {
        let Wish { key, chosen, published: id } = wish;
        let unique = id.as_ref().is_some_and(|id| published.get(&request_type(id)) == Some(&1));
        let base = match (chosen, &id) {
            (Some(chosen), _) => chosen,
            (None, Some(id)) if unique && !from_path => id.clone(),
            _ => {
                let name = name_from_path(&key, &prefix);
                if !from_path {
                    diagnostics.push(rename(&key, id.as_deref(), &name));
                }
                name
            }
        };
        let name = distinct(&mut taken, &base, &key, &mut diagnostics);
        if let Some(operation) = document.pointer_mut(&key.pointer).and_then(Value::as_object_mut) {
            if let Some(id) = id.filter(|id| *id != name) {
                operation.insert("x-operation-id".to_owned(), json!(id));
            }
            operation.insert("operationId".to_owned(), json!(name));
        }
    }
    diagnostics
}

struct Wish {
    key: OperationKey,
    chosen: Option<String>,
    published: Option<String>,
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

/// The name, or one made of it where it is taken.
fn distinct(taken: &mut HashSet<String>, name: &str, key: &OperationKey, diagnostics: &mut Vec<Diagnostic>) -> String {
    // A method has more characters than what it is made of: words are parted there.
    let is_long = method(name).len() > MAX_LENGTH;
    let name = if is_long { limited(&method(name), "_", &key.to_string()) } else { name.to_owned() };
    let mut candidate = name.clone();
    if RESERVED.contains(&method(&name).as_str()) {
        candidate = format!("{name}_operation");
    }
    let mut attempt = 0;
    while !taken.insert(request_type(&candidate)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(root: Value, expected: &[&str], codes: &[&str]) {
        let mut document = root;
        let diagnostics = name_operations(&mut document);
        let names: Vec<&str> = operations(&document)
            .iter()
            .filter_map(|key| document.pointer(&key.pointer)?.get("operationId")?.as_str())
            .collect();
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
    fn equal_names_get_digits_that_depend_on_the_path_alone() {
        let naming = json!({"from": "path"});
        check(
            json!({"x-operation-names": naming, "paths": {"/a/b": {"get": {}}, "/a_b": {"get": {}}, "/a-b": {"get": {}}}}),
            &["a_b_6268", "a_b_7708", "a_b"],
            &["operation-name"; 2],
        );
    }

    #[test]
    fn names_that_clients_have_anyway_are_not_given_away() {
        check(
            json!({"paths": {"/a": {"get": {"operationId": "new"}}, "/b": {"get": {"operationId": "Result"}}}}),
            &["new_operation", "Result_operation"],
            &["operation-name"; 2],
        );
    }

    #[test]
    fn a_person_has_the_last_word() {
        check(
            json!({"paths": {"/a": {"get": {"operationId": "get_api_v3", "x-rust-name": "things"}}}}),
            &["things"],
            &[],
        );
    }
}
