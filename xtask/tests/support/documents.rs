//! Two documents, and what `cargo xtask diff` says of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{root, text};

/// Runs `diff` in a checkout, on the same day each time.
pub(crate) fn diff_in(checkout: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("diff").args(arguments).env_remove("CARGO_MANIFEST_DIR").env("SOURCE_DATE_EPOCH", "1767225600");
    command.current_dir(checkout).output().unwrap()
}

/// Two documents as files.
pub(crate) struct Documents {
    pub(crate) folder: TempDir,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Documents {
    pub(crate) fn of(old: &Value, new: &Value) -> Self {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, document: &Value| {
            let path = folder.path().join(name);
            fs::write(&path, serde_json::to_string_pretty(document).unwrap()).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (old, new) = (write("old.json", old), write("new.json", new));
        Self { folder, old, new }
    }

    pub(crate) fn diff(&self, arguments: &[&str]) -> Output {
        diff_in(&root(), &[&[self.old.as_str(), self.new.as_str()], arguments].concat())
    }

    #[track_caller]
    pub(crate) fn changes(&self) -> Vec<Value> {
        let output = self.diff(&["--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// A document of one operation, which gives an object of these properties.
pub(crate) fn document(properties: &Value, parameter: &Value) -> Value {
    let parameters = if parameter.is_null() { json!([]) } else { json!([parameter]) };
    let schema = json!({"type": "object", "properties": properties});
    let content = json!({"application/json": {"schema": schema, "example": {"id": "a"}}});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {
            "operationId": "getThing",
            "parameters": parameters,
            "responses": {"200": {"description": "ok", "content": content}},
        }}},
    })
}

pub(crate) fn both() -> Documents {
    let text = json!({"type": "string"});
    let parameter = |required: bool| json!({"name": "p", "in": "query", "required": required, "schema": text});
    let old = document(&json!({"id": text, "name": text}), &parameter(false));
    Documents::of(&old, &document(&json!({"id": text, "size": {"type": "integer"}}), &parameter(true)))
}
