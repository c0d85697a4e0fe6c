//! A checkout with a document of its own, and the commands about real responses in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The key in the environment of every command.
pub(crate) const KEY: &str = "kx-0123456789abcdef";

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /v1/things/{id}:
    get:
      operationId: get_thing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {}}
              example: {code: 0, data: {size: 1, colour: null, tags: [a]}}
        '404':
          description: gone
          content:
            application/json:
              schema:
                type: object
                properties:
                  kind: {type: string, enum: [gone]}
                  count: {type: integer}
                  bare: {type: object}
                  part: {properties: {a: {type: integer}}}
                  parts: {items: {type: integer}}
    delete:
      operationId: drop_thing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: gone}}
"#;

/// Corrections that change nothing.
pub(crate) const OVERLAY: &str =
    "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n- {target: $.info, update: {title: t}}\n";

/// A checkout with a document of its own.
pub(crate) struct Checkout(TempDir);

impl Checkout {
    /// One of a document with a hole, a schema, and an operation without a body.
    pub(crate) fn new() -> Self {
        Self::of(DOCUMENT)
    }

    /// One of a document in YAML.
    pub(crate) fn of(document: &str) -> Self {
        let checkout = Self(TempDir::new().unwrap());
        for folder in ["xtask", "openapi"] {
            fs::create_dir_all(checkout.at(folder)).unwrap();
        }
        let document = keyapi_spec::Source::parse("d.yaml", document.as_bytes()).unwrap();
        for (file, text) in [
            ("xtask/Cargo.toml", ""),
            ("openapi/tiktok.openapi.json", &document.to_json()),
            ("openapi/tiktok.overlay.yaml", OVERLAY),
        ] {
            checkout.write(file, text);
        }
        checkout
    }

    pub(crate) fn at(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.at(file), text).unwrap();
    }

    /// Runs a command with the key in its environment, and returns its exit code and all that it said.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let said = [stdout, stderr].concat();
        (status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// A command with the key in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).env_remove("CARGO_MANIFEST_DIR").env("KEYAPI_TOKEN", KEY).current_dir(self.0.path());
        command
    }

    /// The stored samples by the ends of their paths.
    pub(crate) fn stored(&self) -> Vec<(String, String)> {
        let root = self.at("openapi/evidence");
        let files = keyapi_spec::infer::evidence::beside(&self.at("openapi/tiktok.openapi.json"));
        let name = |file: &Path| file.strip_prefix(&root).unwrap().display().to_string();
        files.iter().map(|file| (name(file), fs::read_to_string(file).unwrap())).collect()
    }

    #[track_caller]
    pub(crate) fn adds(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run(&[&["sample", "add"], arguments].concat());
        assert_eq!(code, Some(0), "{said}");
        said
    }

    /// Checks that nothing is written, and that the words are said.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], words: &[&str]) {
        let before = self.stored();
        let (code, said) = self.run(&[&["sample", "add"], arguments].concat());
        assert_eq!(code, Some(2), "{said}");
        for word in words {
            assert!(said.contains(word), "no {word:?} in {said}");
        }
        assert!(!said.contains(KEY), "{said}");
        assert_eq!(self.stored(), before);
    }

    #[track_caller]
    pub(crate) fn drifts(&self, arguments: &[&str], expected: Option<i32>, words: &[&str]) {
        let (code, said) = self.run(&[&["drift"], arguments].concat());
        assert_eq!(code, expected, "{said}");
        for word in words {
            assert!(said.contains(word), "no {word:?} in {said}");
        }
    }
}
