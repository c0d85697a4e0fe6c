//! Checks path templates, and the parameters in them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::inline::PLACE;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{OperationKey, operations};
use crate::template::{self, IDENTICAL};

/// Reports every path that another one differs from in nothing but the names of its parameters.
pub(super) fn distinct(document: &Value) -> Vec<Diagnostic> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten().map(|(path, _)| path.as_str());
    let groups = template::identical(paths.filter(|path| !path.starts_with("x-")));
    let found = groups.iter().flat_map(|group| group.iter().map(move |path| (path, group)));
    let error = |(path, group): (&&str, &Vec<&str>)| {
        let other = group.iter().find(|other| other != &path)?;
        let message = format!("`{path}` is the same path as `{other}`: only names of parameters differ");
        let error = Diagnostic::error(IDENTICAL, join("/paths", path), message);
        Some(error.help("put the operations of both below one of them in the overlay, and remove the other"))
    };
    found.filter_map(error).collect()
}

/// Reports templates that cannot be read, and declares the parameters that they name.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return Vec::new() };
    let mut diagnostics = Vec::new();
    let mut templates: HashMap<String, Vec<String>> = HashMap::new();
    for path in paths.keys().filter(|path| !path.starts_with("x-")) {
        match names(path) {
            Ok(names) => {
                if path.contains("}{") {
                    let message =
                        format!("nothing parts two parameters of `{path}`: no server can tell where one ends");
                    let warning = Diagnostic::warning("path-template", join("/paths", path), message);
                    diagnostics
                        .push(warning.help("make them one parameter in the overlay, or put a text between them"));
                }
                templates.insert(path.clone(), names);
            }
            Err(message) => diagnostics.push(
                Diagnostic::error("path-template", join("/paths", path), format!("`{path}` is not a path: {message}"))
                    .help("correct the path in the overlay: copy what is in it to a correct one"),
            ),
        }
    }
    for key in operations(document) {
        if let Some(names) = templates.get(&key.path) {
            diagnostics.extend(declare_parameters(document, &key, names));
        }
    }
    diagnostics
}

/// The parameters in a template, in order.
fn names(path: &str) -> Result<Vec<String>, String> {
    if !path.starts_with('/') {
        return Err("it does not start with a slash".to_owned());
    }
    if let Some(step) = path.split('/').find(|segment| is_step(segment)) {
        return Err(format!("`{step}` is a step to another path"));
    }
    if let Some(odd) = path.chars().find(|c| ['?', '#', '\\'].contains(c) || c.is_control() || c.is_whitespace()) {
        return Err(format!("{odd:?} cannot be part of it"));
    }
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let (name, after) = rest[at..]
            .strip_prefix('{')
            .ok_or("a `}` closes nothing")?
            .split_once('}')
            .ok_or("a `{` is never closed")?;
        if name.is_empty() || name.contains(['{', '/']) {
            return Err(format!("`{{{name}}}` is not a parameter"));
        }
        names.push(name.to_owned());
        rest = after;
    }
    Ok(names)
}

/// Whether a URL parser takes a segment for a step to another path.
fn is_step(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Brings the parameters of one operation in line with the template.
fn declare_parameters(document: &mut Value, key: &OperationKey, names: &[String]) -> Vec<Diagnostic> {
    let Some(operation) = document.pointer_mut(&key.pointer).and_then(Value::as_object_mut) else { return Vec::new() };
    let mut diagnostics = Vec::new();
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.retain_mut(|parameter| {
            let in_path = parameter["in"] == "path";
            let name = parameter["name"].as_str().unwrap_or_default();
            if in_path && !names.iter().any(|known| known == name) {
                let message = format!("the path has no `{{{name}}}`: the parameter is left out");
                let place = parameter[PLACE].as_str().unwrap_or_default();
                let warning = Diagnostic::warning("path-parameter", place, message);
                diagnostics.push(warning.help("correct the path or the parameter in the overlay"));
                return false;
            }
            if in_path && let Some(parameter) = parameter.as_object_mut() {
                // A part of the path cannot be missing, whatever the parameter says.
                parameter.insert("required".to_owned(), json!(true));
            }
            true
        });
    }
    for (index, name) in names.iter().enumerate() {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        let Some(parameters) = parameters.as_array_mut() else { continue };
        let declared =
            parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name.as_str());
        if !declared && !names[..index].contains(name) {
            let place = join("/paths", &key.path);
            let schema = json!({"type": "string"});
            parameters.push(json!({"name": name, "in": "path", "required": true, "schema": schema, PLACE: place}));
            let message = format!("the parameter `{name}` of the path is not declared: it is taken as text");
            let warning = Diagnostic::warning("path-parameter", join("/paths", &key.path), message);
            diagnostics.push(warning.help("declare the parameter in the overlay"));
        }
    }
    diagnostics
}
