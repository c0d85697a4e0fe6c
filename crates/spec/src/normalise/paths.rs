//! Checks path templates, and the parameters in them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::inline::{self, PLACE};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::template::{self, IDENTICAL};
use crate::document::{OperationKey, operations};
use crate::message::form_text;

/// Reports every path whose requests are those of another one.
pub(super) fn distinct(document: &Value) -> Vec<Diagnostic> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten().map(|(path, _)| path.as_str());
    let groups = template::identical(paths.filter(|path| !path.starts_with("x-")));
    let found = groups.iter().flat_map(|group| group.iter().map(move |path| (path, group)));
    let error = |(path, group): (&&str, &Vec<&str>)| {
        let other = group.iter().find(|other| other != &path)?;
        let message = format!("`{path}` is the same path as `{other}`: no request tells them apart");
        let error = Diagnostic::error(IDENTICAL, join("/paths", path), message);
        Some(error.help("put the operations of both below one of them in the overlay, and remove the other"))
    };
    found.filter_map(error).collect()
}

/// Reports templates that cannot be read, and declares the parameters that they name.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return Vec::new() };
    let mut diagnostics = Vec::new();
    let mut templates: HashMap<String, Template> = HashMap::new();
    for path in paths.keys().filter(|path| !path.starts_with("x-")) {
        match Template::read(path) {
            Ok(template) => {
                if path.contains("}{") {
                    let message =
                        format!("nothing parts two parameters of `{path}`: no server can tell where one ends");
                    let warning = Diagnostic::warning("path-template", join("/paths", path), message);
                    diagnostics
                        .push(warning.help("make them one parameter in the overlay, or put a text between them"));
                }
                templates.insert(path.clone(), template);
            }
            Err(message) => diagnostics.push(
                Diagnostic::error("path-template", join("/paths", path), format!("`{path}` is not a path: {message}"))
                    .help("correct the path in the overlay: copy what is in it to a correct one"),
            ),
        }
    }
    for key in operations(document) {
        if let Some(template) = templates.get(&key.path) {
            diagnostics.extend(move_to_query(document, &key, template));
            diagnostics.extend(declare_parameters(document, &key, template));
        }
    }
    diagnostics
}

/// Whether [`serve`] has something to look for in a document.
pub(crate) fn has_queries(document: &Value) -> bool {
    let mut paths = document.get("paths").and_then(Value::as_object).into_iter().flat_map(|paths| paths.keys());
    paths.any(|path| Template::with_query(path).is_some())
}

/// Puts the parameters that templates have in their queries there, as clients send them, and leaves the rest of a document as
/// it was published.
pub(crate) fn serve(document: &mut Value) {
    for key in operations(document) {
        let Some(template) = Template::with_query(&key.path) else { continue };
        let parameters = inline::parameters(document, &key);
        let Some(operation) = document.pointer_mut(&key.pointer) else { continue };
        operation["parameters"] = json!(parameters);
        move_to_query(document, &key, &template);
        declare_parameters(document, &key, &template);
        let parameters = document.pointer_mut(&key.pointer).and_then(|operation| operation.get_mut("parameters"));
        for parameter in parameters.and_then(Value::as_array_mut).into_iter().flatten() {
            parameter.as_object_mut().and_then(|parameter| parameter.shift_remove(PLACE));
        }
    }
    for (path, item) in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        if Template::with_query(path).is_some()
            && let Some(item) = item.as_object_mut()
        {
            item.shift_remove("parameters");
        }
    }
}

/// The parameters in a template, in order.
#[derive(Default)]
struct Template {
    of_path: Vec<String>,
    /// What they are called in the query, and in the template.
    of_query: Vec<(String, String)>,
    /// The names in the query that have a value.
    fixed: Vec<String>,
}

impl Template {
    /// That of a path with a query that can be read.
    fn with_query(path: &str) -> Option<Self> {
        let has_query = !template::split_query(path).1.is_empty();
        has_query.then(|| Self::read(path).ok()).flatten()
    }

    fn read(template: &str) -> Result<Self, String> {
        if !template.starts_with('/') {
            return Err("it does not start with a slash".to_owned());
        }
        let (path, query) = template::split_query(template);
        if let Some(step) = path.split('/').find(|segment| is_step(segment)) {
            return Err(format!("`{step}` is a step to another path"));
        }
        let is_odd = |c: &char| ['#', '\\'].contains(c) || c.is_control() || c.is_whitespace();
        if let Some(odd) = path.chars().find(|c| *c == '?' || is_odd(c)).or_else(|| query.chars().find(is_odd)) {
            return Err(format!("{odd:?} cannot be part of it"));
        }
        let mut read = Self::default();
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
            read.of_path.push(name.to_owned());
            rest = after;
        }
        for (name, value) in template::query_fields(query) {
            let parameter = template::query_parameter(value);
            if name.is_empty() || name.contains(['{', '}']) || (parameter.is_none() && value.contains(['{', '}'])) {
                return Err(format!("`{name}={value}` in its query is neither `name=value` nor `name={{parameter}}`"));
            }
            let name = form_text::decoded(name);
            match parameter {
                Some(parameter) => read.of_query.push((name, parameter.to_owned())),
                None => read.fixed.push(name),
            }
        }
        // A server looks for a parameter where its name stands first.
        let is_twice = |at: usize, name: &String| {
            let before = read.of_query[..at].iter().map(|(known, _)| known);
            before.chain(&read.fixed).any(|known| known == name)
        };
        match read.of_query.iter().enumerate().find(|(at, (name, _))| is_twice(*at, name)) {
            Some((_, (name, _))) => Err(format!("its query has `{name}` twice, of which one is a parameter")),
            None => Ok(read),
        }
    }
}

/// Whether a URL parser takes a segment for a step to another path.
fn is_step(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Puts the parameters that the template has in its query there, under the names that they have there. They may be declared as
/// parameters of the path or of the query, there under either name.
fn move_to_query(document: &mut Value, key: &OperationKey, template: &Template) -> Vec<Diagnostic> {
    let parameters = document.pointer_mut(&key.pointer).and_then(|operation| operation.get_mut("parameters"));
    let Some(parameters) = parameters.and_then(Value::as_array_mut) else { return Vec::new() };
    if template.of_query.is_empty() && template.fixed.is_empty() {
        return Vec::new();
    }
    let mut diagnostics = Vec::new();
    let all = std::mem::take(parameters);
    let is_declared = |place: &str, name: &str| all.iter().any(|known| known["in"] == place && known["name"] == name);
    let is_fixed = |name: &str| template.fixed.iter().any(|known| known == name);
    let is_of_query = |name: &str| template.of_query.iter().any(|(known, _)| known == name);
    for mut parameter in all.iter().cloned() {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        let of_template = template.of_query.iter().filter(|(_, known)| *known == name).map(|(name, _)| name);
        match parameter["in"].as_str().unwrap_or_default() {
            "query" if is_of_query(&name) => {
                parameter["required"] = json!(true);
                parameters.push(parameter);
            }
            "query" if is_fixed(&name) => {
                let message = format!("the path has a value for `{name}` already: the parameter is left out");
                let place = parameter[PLACE].as_str().unwrap_or_default();
                let warning = Diagnostic::warning("path-parameter", place, message);
                diagnostics.push(warning.help("remove it, or take it out of the path, in the overlay"));
            }
            // What the query declares under the name that the template has for it.
            "query" if of_template.clone().count() > 0 && !is_declared("path", &name) => {
                parameters.extend(of_template.filter(|name| !is_declared("query", name)).map(|name| {
                    let mut renamed = parameter.clone();
                    (renamed["name"], renamed["required"]) = (json!(name), json!(true));
                    renamed
                }));
            }
            "path" => {
                let is_of_path = template.of_path.contains(&name);
                let moved = of_template.clone().filter(|name| !is_of_path || !is_declared("query", name));
                let moved: Vec<Value> = moved.map(|name| in_query(parameter.clone(), name, is_of_path)).collect();
                if is_of_path || moved.is_empty() {
                    parameters.push(parameter);
                }
                parameters.extend(moved);
            }
            _ => parameters.push(parameter),
        }
    }
    diagnostics
}

/// A parameter of a path as one of its query. What is one of the path as well leaves the name to that which a person chose.
fn in_query(mut parameter: Value, name: &str, is_of_path: bool) -> Value {
    if let Some(parameter) = parameter.as_object_mut() {
        if is_of_path {
            parameter.shift_remove(extension::RUST_NAME);
        }
        // A list in a path has commas, unless it says otherwise.
        let explode = parameter.shift_remove("explode").unwrap_or(json!(false));
        parameter.shift_remove("style");
        parameter.extend([("in".to_owned(), json!("query")), ("explode".to_owned(), explode)]);
        parameter.extend([("name".to_owned(), json!(name)), ("required".to_owned(), json!(true))]);
    }
    parameter
}

/// Brings the parameters of one operation in line with the template.
fn declare_parameters(document: &mut Value, key: &OperationKey, template: &Template) -> Vec<Diagnostic> {
    let Some(operation) = document.pointer_mut(&key.pointer).and_then(Value::as_object_mut) else { return Vec::new() };
    let mut diagnostics = Vec::new();
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.retain_mut(|parameter| {
            let in_path = parameter["in"] == "path";
            let name = parameter["name"].as_str().unwrap_or_default();
            if in_path && !template.of_path.iter().any(|known| known == name) {
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
    let of_path = template.of_path.iter().map(|name| ("path", name));
    for (place, name) in of_path.chain(template.of_query.iter().map(|(name, _)| ("query", name))) {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        let Some(parameters) = parameters.as_array_mut() else { continue };
        let declared = parameters.iter().any(|known| known["in"] == place && known["name"] == name.as_str());
        if !declared {
            let at = join("/paths", &key.path);
            let schema = json!({"type": "string"});
            parameters.push(json!({"name": name, "in": place, "required": true, "schema": schema, PLACE: at}));
            let message = format!("the parameter `{name}` of the path is not declared: it is taken as text");
            let warning = Diagnostic::warning("path-parameter", at, message);
            diagnostics.push(warning.help("declare the parameter in the overlay"));
        }
    }
    diagnostics
}
