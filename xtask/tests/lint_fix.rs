//! `cargo xtask lint --fix` as a maintainer runs it: what it proposes, and what becomes of that.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::text;
use tempfile::TempDir;

/// An overlay with something after its actions, and comments everywhere.
const OVERLAY: &str = "# Above.\noverlay: 1.0.0\nactions: # Beside.\n  - target: $.info\n    # Inside.\n    update:\n      \
                       title: >-\n        Other\n        title\n\n# Below, about the next.\ninfo: {title: t, version: '1'}\n";

struct Case {
    folder: TempDir,
}

impl Case {
    fn new(document: &Value, overlay: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("spec.json"), document.to_string()).unwrap();
        fs::write(folder.path().join("overlay.yaml"), overlay).unwrap();
        Self { folder }
    }

    fn overlay(&self) -> String {
        fs::read_to_string(self.path("overlay.yaml")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lint(&self, more: &[&str]) -> Output {
        let (spec, overlay) = (self.path("spec.json"), self.path("overlay.yaml"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("lint").arg(spec).arg("--overlay").arg(overlay).args(["--format", "json"]).args(more);
        command.output().unwrap()
    }

    fn fix(&self) -> Output {
        self.lint(&["--fix"])
    }

    /// The codes of what is found, without what is only told of what was inferred.
    fn codes(&self) -> Vec<String> {
        let output = self.lint(&[]);
        let found: Vec<Value> =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        let codes = found.into_iter().map(|found| found["code"].as_str().unwrap().to_owned());
        codes.filter(|code| !["inferred", "no-example", "skipped-operation"].contains(&code.as_str())).collect()
    }
}

/// A document with one operation that answers with an example.
fn document(example: &Value, parameters: &Value) -> Value {
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": example}});
    let responses = json!({"200": {"description": "d", "content": content}});
    let operation = json!({"operationId": "things", "parameters": parameters, "responses": responses});
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/v1/it's": {"get": operation}}})
}

fn parameter(schema: &Value, description: &str) -> Value {
    json!([{"name": "id", "in": "query", "description": description, "schema": schema}])
}

/// The overlay with the lines below each heading uncommented.
fn taken_over(overlay: &str) -> String {
    let mut proposed = false;
    let lines = overlay.split_inclusive('\n').map(|line| {
        let is_comment = line.trim_start().starts_with("# ");
        if line.contains("# lint proposes this") {
            proposed = true;
            return line.to_owned();
        }
        proposed &= is_comment;
        if proposed { line.replacen("# ", "", 1) } else { line.to_owned() }
    });
    lines.collect()
}

/// Proposes for one code, and takes the proposals over as they stand.
#[track_caller]
fn settled(document: &Value, code: &str) -> String {
    let case = Case::new(document, OVERLAY);
    assert!(case.codes().contains(&code.to_owned()), "{:?}", case.codes());
    let output = case.fix();
    assert!(text(&output.stderr).contains(" proposed in "), "{}", text(&output.stderr));
    let proposed = case.overlay();
    let (above, below) = OVERLAY.split_at(OVERLAY.find("\n# Below").unwrap());
    assert!(proposed.starts_with(above) && proposed.ends_with(below), "{proposed}");
    assert!(case.codes().contains(&code.to_owned()), "a comment changes nothing");

    case.fix();
    assert_eq!(case.overlay(), proposed, "again changes nothing");
    fs::write(case.path("overlay.yaml"), taken_over(&proposed)).unwrap();
    assert_eq!(case.codes(), Vec::<String>::new(), "{proposed}");
    let taken = case.overlay();
    let output = case.fix();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(case.overlay(), taken, "nothing is left to propose");
    proposed
}

#[test]
fn a_value_that_is_always_null_is_declared() {
    let proposed = settled(&document(&json!({"a": {"liked": null}}), &json!([])), "null-only");
    assert!(proposed.contains("nullable: true"), "{proposed}");
    // The best evidence is a property of the same name.
    let example = json!({"a": {"liked": null}, "b": {"liked": true}, "list": []});
    let proposed = settled(&document(&example, &json!([])), "null-only");
    assert!(proposed.contains("type: boolean"), "{proposed}");
}

#[test]
fn values_that_prose_lists_are_listed() {
    let schema = json!({"type": "integer"});
    let proposed = settled(
        &document(&json!({"a": 1}), &parameter(&schema, "Valid options are: 7 (a week: \"7\"), 30 (a month)")),
        "values-in-prose",
    );
    assert!(proposed.contains("enum: [7, 30]") && proposed.contains("x-extensible-enum."), "{proposed}");
    assert!(proposed.contains("[?@.name == 'id' && @.in == 'query'].schema"), "{proposed}");
}

#[test]
fn a_placeholder_is_replaced() {
    let schema = json!({"type": "string", "default": "<id>", "example": "x"});
    let proposed = settled(&document(&json!({"id": "17"}), &parameter(&schema, "d")), "placeholder");
    assert!(proposed.contains("schema: {\"default\": \"17\"}"), "{proposed}");
    settled(&document(&json!({"a": 1}), &parameter(&schema, "d")), "placeholder");
}

#[test]
fn an_ambiguous_number_is_declared() {
    let proposed = settled(&document(&json!({"view_rate": 3}), &json!([])), "ambiguous-number");
    assert!(proposed.contains("type: number") && proposed.contains("x-stage: inferred"), "{proposed}");
    settled(&document(&json!({"a": {"value": 3}, "b": {"value": 0.5}}), &json!([])), "ambiguous-number");
    settled(&document(&json!({"a": 9_300_000_000_000_000_000_u64}), &json!([])), "integer-beyond-i64");
}

#[test]
fn what_cannot_be_generated_is_left_out() {
    let mut two = document(&json!({"a": 1}), &json!([]));
    let mut operation = two["paths"]["/v1/it's"]["get"].clone();
    operation["operationId"] = "others".into();
    operation["responses"]["2000"] = operation["responses"]["200"].clone();
    operation["parameters"] = parameter(&json!({"type": "string"}), "One of: a, b");
    two["paths"]["/others"]["get"] = operation;
    let proposed = settled(&two, "status");
    assert!(proposed.contains("target: \"$.paths['/others'].get\"") && proposed.contains("x-skip: "), "{proposed}");
    let mut whole = document(&json!({"a": 1}), &json!([]));
    whole["paths"]["/a b"] = two["paths"]["/v1/it's"].clone();
    assert!(settled(&whole, "path-template").contains("$.paths['/a b'].get"));
    let mut shared = document(&json!({"a": 1}), &json!([]));
    let schema = json!({"schema": {"$ref": "#/components/schemas/Bad"}});
    shared["paths"]["/others"] =
        json!({"post": {"responses": {"200": {"description": "d", "content": {"application/json": schema}}}}});
    shared["components"] = json!({"schemas": {"Bad": {"type": "strange"}}});
    assert!(settled(&shared, "schema-type").contains("$.paths['/others'].post"));
    let proposed = settled(&document(&json!({"a": ["1", "..."]}), &json!([])), "truncated-sample");
    assert!(proposed.contains(".example\"") && proposed.contains("remove: true"), "{proposed}");
}

#[test]
fn of_paths_that_are_the_same_the_first_one_stays() {
    let mut document = document(&json!({"a": 1}), &json!([]));
    for name in ["id", "item_id", "key"] {
        let mut operation = document["paths"]["/v1/it's"]["get"].clone();
        operation["operationId"] = name.into();
        operation["parameters"] = json!([{"name": name, "in": "path", "required": true, "schema": {"type": "string"}}]);
        document["paths"][format!("/items/{{{name}}}")]["get"] = operation;
    }
    let proposed = settled(&document, "identical-paths");
    assert!(!proposed.contains("$.paths['/items/{id}']"), "{proposed}");
    assert_eq!(proposed.matches("# - target: ").count(), 2, "{proposed}");
}

#[test]
fn what_no_operation_is_made_of_is_removed() {
    let mut document = document(&json!({"a": 1}), &json!([]));
    document["paths"]["/elsewhere"] = json!({"$ref": "other.yaml#/paths/~1elsewhere"});
    document["components"] = json!({"schemas": {
        "Free": {"items": {"$ref": "#/components/schemas/Gone"}},
        "Of free": {"properties": {"free": {"$ref": "#/components/schemas/Free"}}},
    }});
    let proposed = settled(&document, "missing-reference");
    for target in ["$.paths['/elsewhere']", "$.components.schemas.Free", "$.components.schemas['Of free']"] {
        assert!(proposed.contains(&format!("# - target: \"{target}\"")), "{target}: {proposed}");
    }
    assert_eq!(proposed.matches("remove: true").count(), 3, "{proposed}");
}

#[test]
fn an_edited_proposal_stays() {
    let case = Case::new(&document(&json!({"liked": null}), &json!([])), OVERLAY);
    case.fix();
    let edited = case.overlay().replace("nullable: true", "type: boolean");
    fs::write(case.path("overlay.yaml"), &edited).unwrap();
    case.fix();
    assert_eq!(case.overlay(), edited);
    let taken = taken_over(&edited);
    fs::write(case.path("overlay.yaml"), &taken).unwrap();
    case.fix();
    assert_eq!(case.overlay(), taken);
    assert_eq!(case.codes(), Vec::<String>::new());
}

#[test]
fn lines_end_as_they_did() {
    let case = Case::new(&document(&json!({"liked": null}), &json!([])), &OVERLAY.replace('\n', "\r\n"));
    case.fix();
    let proposed = case.overlay();
    assert!(proposed.contains("# lint proposes this"), "{proposed}");
    assert_eq!(proposed.matches('\n').count(), proposed.matches("\r\n").count());
    fs::write(case.path("overlay.yaml"), taken_over(&proposed)).unwrap();
    assert_eq!(case.codes(), Vec::<String>::new());
    // A file that ends in the middle of a line.
    let case = Case::new(
        &document(&json!({"liked": null}), &json!([])),
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $.info\n  update: {x-a: 1}",
    );
    case.fix();
    assert!(case.overlay().contains("{x-a: 1}\n\n# lint proposes this"), "{}", case.overlay());
    fs::write(case.path("overlay.yaml"), taken_over(&case.overlay())).unwrap();
    assert_eq!(case.codes(), Vec::<String>::new());
}

#[test]
fn an_overlay_without_a_place_or_with_an_error_stays() {
    let target = "{\"target\": \"$.info\", \"update\": {\"x-a\": 1}}";
    for actions in [format!("[{target}]"), "\n  - target: $.nowhere\n    update: {}\n".to_owned()] {
        let overlay = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions: {actions}\n");
        let case = Case::new(&document(&json!({"liked": null}), &json!([])), &overlay);
        let output = case.fix();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("overlay"), "{}", text(&output.stderr));
        assert_eq!(case.overlay(), overlay);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["lint", "--fix"])
        .arg(Case::new(&document(&json!({}), &json!([])), OVERLAY).path("spec.json"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--overlay"), "{}", text(&output.stderr));
}

#[test]
fn hostile_texts_stay_in_comments_and_in_quotes() {
    let key = "a: #\"'\\\n- x\u{85}\u{2028}\u{feff}é";
    settled(&document(&json!({"v": {key: null}}), &json!([])), "null-only");
    let description = "Valid options are: 1 (a\n--- # \t'\"), 2 (b)";
    settled(&document(&json!({"a": 1}), &parameter(&json!({"type": "string"}), description)), "values-in-prose");
}

#[test]
fn the_vendored_overlay_takes_all_proposals() {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    let openapi = Path::new(&manifest).join("../openapi");
    let vendored: Value = serde_json::from_slice(&fs::read(openapi.join("tiktok.openapi.json")).unwrap()).unwrap();
    let case = Case::new(&vendored, &fs::read_to_string(openapi.join("tiktok.overlay.yaml")).unwrap());
    case.fix();
    let taken = taken_over(&case.overlay());
    fs::write(case.path("overlay.yaml"), &taken).unwrap();
    let output = case.fix();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(case.overlay(), taken);
}
