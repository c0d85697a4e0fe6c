//! Human corrections: OpenAPI Overlay 1.0 documents.
//!
//! Targets are RFC 9535 JSONPath. An action that matches nothing is an error, because the correction it stands for has
//! silently stopped to apply; an action that changes nothing is a warning, because the document now says so itself.

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::Diagnostic;

/// When an action is applied; an action says so in `x-stage`, and `document` is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `x-stage: document`: to the document as it was published.
    Document,
    /// `x-stage: inferred`: to the schemas that inference made, which a target cannot reach before.
    Inferred,
}

/// The code of what is said about an action that matches nothing.
pub(crate) const NO_MATCH: &str = "overlay-no-match";

/// Applies the actions of `overlay` that belong to `stage` to `document`, one after the other.
///
/// The pointers of the diagnostics lead into the overlay. The document is left half changed where one of them is an
/// error, so the caller has to drop it.
pub fn apply(document: &mut Value, overlay: &Value, stage: Stage) -> Vec<Diagnostic> {
    let mut diagnostics = header(overlay);
    let Some(actions) = overlay.get("actions").and_then(Value::as_array) else {
        diagnostics.push(
            Diagnostic::error("overlay-invalid", "", "an overlay needs a list of `actions`")
                .help("add `actions:` with at least one `target`"),
        );
        return diagnostics;
    };
    for (index, action) in actions.iter().enumerate() {
        let pointer = format!("/actions/{index}");
        match stage_of(action) {
            Some(of_action) if of_action == stage => diagnostics.extend(apply_action(document, action, &pointer)),
            Some(_) => {}
            None => diagnostics.push(
                Diagnostic::error("overlay-invalid", pointer + "/x-stage", "the action has an unknown `x-stage`")
                    .help("use `document` or `inferred`"),
            ),
        }
    }
    diagnostics
}

fn stage_of(action: &Value) -> Option<Stage> {
    match action.get("x-stage").map(Value::as_str) {
        None | Some(Some("document")) => Some(Stage::Document),
        Some(Some("inferred")) => Some(Stage::Inferred),
        Some(_) => None,
    }
}

fn header(overlay: &Value) -> Vec<Diagnostic> {
    let version = overlay.get("overlay").and_then(Value::as_str).unwrap_or_default();
    if version == "1.0" || version.starts_with("1.0.") {
        return Vec::new();
    }
    let pointer = if overlay.get("overlay").is_some() { "/overlay" } else { "" };
    vec![
        Diagnostic::error("overlay-invalid", pointer, "the file is not an OpenAPI Overlay 1.0 document")
            .help("start it with `overlay: 1.0.0`"),
    ]
}

fn apply_action(document: &mut Value, action: &Value, pointer: &str) -> Option<Diagnostic> {
    let invalid = |at: &str, message: String| {
        Some(
            Diagnostic::error("overlay-invalid", format!("{pointer}{at}"), message)
                .help("see OpenAPI Overlay 1.0, section 4.4.3"),
        )
    };
    let Some(target) = action.get("target").and_then(Value::as_str) else {
        return invalid("", "the action has no `target`".to_owned());
    };
    let path = match JsonPath::parse(target) {
        Ok(path) => path,
        Err(error) => return invalid("/target", format!("`{target}` is not a JSONPath: {error}")),
    };
    let pointers: Vec<String> =
        path.query_located(document).iter().map(|node| node.location().to_json_pointer()).collect();
    if pointers.is_empty() {
        return Some(
            Diagnostic::error(
                NO_MATCH,
                format!("{pointer}/target"),
                format!("`{target}` matches nothing in the document"),
            )
            .help("the document has changed: correct the target, or remove the action"),
        );
    }
    let changed = if action.get("remove").and_then(Value::as_bool) == Some(true) {
        // Later siblings first, so that removing an element does not shift the ones still to be removed.
        pointers.iter().rev().filter(|target| remove(document, target)).count() > 0
    } else if let Some(update) = action.get("update") {
        let mut changed = false;
        for target in &pointers {
            let Some(node) = document.pointer_mut(target) else { continue };
            match update_node(node, update) {
                Some(now) => changed |= now,
                None => {
                    return invalid(
                        "/target",
                        format!("`{target}` is neither an object nor an array, so it cannot be updated"),
                    );
                }
            }
        }
        changed
    } else {
        return invalid("", "the action has neither `update` nor `remove`".to_owned());
    };
    (!changed).then(|| {
        Diagnostic::warning("overlay-no-change", pointer, format!("the action on `{}` changes nothing", path))
            .help("the document says so itself: remove the action")
    })
}

/// Merges `update` into an object or appends it to an array; `None` for a target that is neither.
fn update_node(node: &mut Value, update: &Value) -> Option<bool> {
    match node {
        Value::Array(elements) => {
            elements.push(update.clone());
            Some(true)
        }
        Value::Object(_) => {
            let changed = merge(node, update);
            // What a person corrected is declared from then on.
            if let (true, Value::Object(members)) = (changed, node) {
                members.shift_remove("x-inferred");
            }
            Some(changed)
        }
        _ => None,
    }
}

/// Merges as the specification says: objects member by member, arrays by concatenation, anything else by replacement.
fn merge(node: &mut Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(members), Value::Object(updates)) => {
            let mut changed = false;
            for (key, update) in updates {
                match members.get_mut(key) {
                    Some(member) => changed |= merge(member, update),
                    None => {
                        members.insert(key.clone(), update.clone());
                        changed = true;
                    }
                }
            }
            changed
        }
        (Value::Array(elements), Value::Array(updates)) => {
            elements.extend(updates.iter().cloned());
            !updates.is_empty()
        }
        (node, update) => {
            let changed = node != update;
            *node = update.clone();
            changed
        }
    }
}

fn remove(document: &mut Value, pointer: &str) -> bool {
    let Some((parent, token)) = pointer.rsplit_once('/') else { return false };
    let token = token.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        // `shift_remove` keeps the order of the members that stay.
        Some(Value::Object(members)) => members.shift_remove(&token).is_some(),
        Some(Value::Array(elements)) => match token.parse::<usize>() {
            Ok(index) if index < elements.len() => {
                elements.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(actions: Value, expected: Value, codes: &[&str]) {
        let mut document = json!({"a": {"b": 1, "list": [1, 2]}, "paths": {"/x": {"get": {"p": [{"name": "q"}]}}}});
        let diagnostics = apply(&mut document, &json!({"overlay": "1.0.0", "actions": actions}), Stage::Document);
        assert_eq!(diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), codes, "{diagnostics:?}");
        if !diagnostics.iter().any(Diagnostic::is_error) {
            let mut whole = json!({"a": {"b": 1, "list": [1, 2]}, "paths": {"/x": {"get": {"p": [{"name": "q"}]}}}});
            merge_expected(&mut whole, expected);
            assert_eq!(document, whole);
        }
    }

    fn merge_expected(whole: &mut Value, expected: Value) {
        if let (Value::Object(whole), Value::Object(expected)) = (whole, expected) {
            whole.extend(expected);
        }
    }

    #[test]
    fn updates_merge_objects_and_concatenate_lists() {
        check(
            json!([{"target": "$.a", "update": {"b": 2, "c": {"d": true}, "list": [3]}}]),
            json!({"a": {"b": 2, "list": [1, 2, 3], "c": {"d": true}}}),
            &[],
        );
    }

    #[test]
    fn an_array_target_gets_one_more_element() {
        check(json!([{"target": "$.a.list", "update": 9}]), json!({"a": {"b": 1, "list": [1, 2, 9]}}), &[]);
    }

    #[test]
    fn filters_select_by_member() {
        check(
            json!([{"target": "$.paths.*.*.p[?@.name=='q']", "update": {"x": 1}}]),
            json!({"paths": {"/x": {"get": {"p": [{"name": "q", "x": 1}]}}}}),
            &[],
        );
    }

    #[test]
    fn every_match_is_removed() {
        check(json!([{"target": "$.a.list[*]", "remove": true}]), json!({"a": {"b": 1, "list": []}}), &[]);
    }

    #[test]
    fn an_action_has_to_match() {
        check(json!([{"target": "$.nothing", "update": {}}]), json!({}), &["overlay-no-match"]);
    }

    #[test]
    fn an_action_has_to_change_something() {
        check(json!([{"target": "$.a", "update": {"b": 1}}]), json!({}), &["overlay-no-change"]);
    }

    #[test]
    fn malformed_actions_are_named() {
        check(json!([{"target": "$.a["}]), json!({}), &["overlay-invalid"]);
        check(json!([{"update": {}}]), json!({}), &["overlay-invalid"]);
        check(json!([{"target": "$.a"}]), json!({}), &["overlay-invalid"]);
        check(json!([{"target": "$.a.b", "update": {}}]), json!({}), &["overlay-invalid"]);
    }

    #[test]
    fn stages_are_kept_apart() {
        let overlay = json!({"overlay": "1.0.0", "actions": [
            {"target": "$.a", "update": {"type": "number"}, "x-stage": "inferred"},
            {"target": "$.a", "update": {}, "x-stage": "later"},
        ]});
        let mut document = json!({"a": {"type": "integer", "x-inferred": {"rule": "R5"}}});
        let found = apply(&mut document, &overlay, Stage::Inferred);
        assert_eq!(document, json!({"a": {"type": "number"}}));
        assert_eq!((found[0].code, found[0].pointer.as_str()), ("overlay-invalid", "/actions/1/x-stage"));
    }

    #[test]
    fn other_versions_are_refused() {
        let found = apply(&mut json!({}), &json!({"overlay": "2.0.0", "actions": []}), Stage::Document);
        assert_eq!((found[0].code, found[0].pointer.as_str()), ("overlay-invalid", "/overlay"));
    }
}
