//! Checks the servers that requests go to.

use serde_json::Value;

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::operations;
use crate::server::unset_variables;

/// Reports variables without a value in the URLs that count, which are the first of their lists.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let items = paths.filter(|(path, _)| !path.starts_with("x-")).map(|(path, _)| join("/paths", path));
    let operations = operations(document).into_iter().map(|key| key.pointer);
    let owners = std::iter::once(String::new()).chain(items).chain(operations);
    owners.flat_map(|owner| check_first(document, &join(&join(&owner, "servers"), "0"))).collect()
}

fn check_first(document: &Value, pointer: &str) -> Vec<Diagnostic> {
    let Some(server) = document.pointer(pointer) else { return Vec::new() };
    let report = |name: String| {
        let message = format!("`{{{name}}}` stays in the URL of the server, because its variable has no default");
        Diagnostic::warning("server-variable", join(pointer, "url"), message)
            .help("give the variable a default in the overlay, or write its value into the URL")
    };
    unset_variables(server).into_iter().map(report).collect()
}
