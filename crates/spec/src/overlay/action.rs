//! What an overlay asks for: the actions of an OpenAPI Overlay 1.0 document.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::{Stage, path};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::schema::json_type::noun;

/// The properties of an overlay, of its `info` and of an action, beside extensions.
const OVERLAY: [&str; 4] = ["overlay", "info", "extends", "actions"];
const INFO: [&str; 2] = ["title", "version"];
const ACTION: [&str; 4] = ["target", "description", "update", "remove"];

/// One action.
pub(super) struct Action<'a> {
    /// JSON pointer to the action.
    pub(super) pointer: String,
    /// The target as the overlay spells it.
    pub(super) target: &'a str,
    pub(super) path: JsonPath,
    pub(super) change: Change<'a>,
    pub(super) stage: Stage,
}

/// What an action does to its targets.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    Update(&'a Value),
    Remove,
    /// The specification asks for neither `update` nor `remove`.
    Nothing,
}

/// The actions of an overlay, and everything in which it is not as the specification has it.
pub(super) fn read(overlay: &Value) -> (Vec<Action<'_>>, Vec<Diagnostic>) {
    let mut reader = Reader { found: Vec::new() };
    let actions = reader.overlay(overlay);
    (actions, reader.found)
}

struct Reader {
    found: Vec<Diagnostic>,
}

impl Reader {
    fn overlay<'a>(&mut self, overlay: &'a Value) -> Vec<Action<'a>> {
        let Some(properties) = self.object(overlay, "", "an overlay") else { return Vec::new() };
        // Another version may have other properties, and mean something else by the same ones.
        if !self.is_version_read(properties.get("overlay")) {
            return Vec::new();
        }
        self.known(properties, "", &OVERLAY);
        self.info(properties.get("info"));
        if properties.get("extends").is_some_and(|target| !target.is_string()) {
            self.invalid("/extends", "`extends` has to be text");
        }
        let Some(actions) = properties.get("actions").and_then(Value::as_array).filter(|actions| !actions.is_empty())
        else {
            self.invalid("/actions", "an overlay needs a list of `actions`, at least one");
            return Vec::new();
        };
        let mut read = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            let pointer = format!("/actions/{index}");
            if let Some(first) = actions[..index].iter().position(|earlier| earlier == action) {
                self.invalid(&pointer, format!("the action is the same as /actions/{first}"));
            }
            read.extend(self.action(action, pointer));
        }
        read
    }

    fn is_version_read(&mut self, version: Option<&Value>) -> bool {
        let message = match version.map(|version| (version, version.as_str())) {
            Some((_, Some(text))) if is_version(text) => return true,
            Some((_, Some(text))) => format!("the version of the overlay is `{text}`, and only 1.0.x is read"),
            Some((other, None)) => format!("`overlay` is {}, and has to be text such as 1.0.0", noun(other)),
            None => "the file is not an OpenAPI Overlay 1.0 document: it has no `overlay`".to_owned(),
        };
        let pointer = if version.is_some() { "/overlay" } else { "" };
        let error = Diagnostic::error("overlay-invalid", pointer, message);
        self.found.push(error.help("start it with `overlay: 1.0.0`"));
        false
    }

    fn info(&mut self, info: Option<&Value>) {
        let Some(info) = info else { return self.invalid("", "an overlay needs `info`") };
        let Some(properties) = self.object(info, "/info", "`info`") else { return };
        self.known(properties, "/info", &INFO);
        for name in INFO {
            match properties.get(name) {
                None => self.invalid("/info", format!("`info` needs a `{name}`")),
                Some(value) if !value.is_string() => {
                    self.invalid(&join("/info", name), format!("`{name}` has to be text"));
                }
                Some(_) => {}
            }
        }
    }

    fn action<'a>(&mut self, action: &'a Value, pointer: String) -> Option<Action<'a>> {
        let properties = self.object(action, &pointer, "an action")?;
        let before = self.found.len();
        self.known(properties, &pointer, &ACTION);
        if properties.get("description").is_some_and(|text| !text.is_string()) {
            self.invalid(&join(&pointer, "description"), "`description` has to be text");
        }
        let target = self.target(properties, &pointer);
        let change = match (properties.get("remove"), properties.get("update")) {
            (Some(Value::Bool(true)), _) => Change::Remove,
            (None | Some(Value::Bool(false)), Some(update)) => Change::Update(update),
            (None | Some(Value::Bool(false)), None) => Change::Nothing,
            (Some(_), _) => {
                self.invalid(&join(&pointer, "remove"), "`remove` has to be `true` or `false`");
                Change::Nothing
            }
        };
        let stage = self.stage(properties, &pointer);
        let ((target, path), stage) = (target?, stage?);
        (self.found.len() == before).then_some(Action { pointer, target, path, change, stage })
    }

    fn target<'a>(&mut self, action: &'a Map<String, Value>, pointer: &str) -> Option<(&'a str, JsonPath)> {
        let target = action.get("target");
        let Some(text) = target.and_then(Value::as_str) else {
            match target {
                None => self.invalid(pointer, "the action has no `target`"),
                Some(_) => self.invalid(&join(pointer, "target"), "`target` has to be text, a JSONPath"),
            }
            return None;
        };
        match path::parse(text) {
            Ok(path) => Some((text, path)),
            Err(error) => {
                self.invalid(&join(pointer, "target"), format!("`{text}` is not a JSONPath: {error}"));
                None
            }
        }
    }

    fn stage(&mut self, action: &Map<String, Value>, pointer: &str) -> Option<Stage> {
        match action.get("x-stage").map(Value::as_str) {
            None | Some(Some("document")) => Some(Stage::Document),
            Some(Some("inferred")) => Some(Stage::Inferred),
            Some(_) => {
                let pointer = join(pointer, "x-stage");
                let error = Diagnostic::error("overlay-invalid", pointer, "the action has an unknown `x-stage`");
                self.found.push(error.help("use `document` or `inferred`"));
                None
            }
        }
    }

    fn object<'a>(&mut self, value: &'a Value, pointer: &str, what: &str) -> Option<&'a Map<String, Value>> {
        let properties = value.as_object();
        if properties.is_none() {
            self.invalid(pointer, format!("{what} has to be an object, and is {}", noun(value)));
        }
        properties
    }

    /// A property that is misspelled would be a correction that is missing without a word.
    fn known(&mut self, properties: &Map<String, Value>, pointer: &str, known: &[&str]) {
        let other = properties.keys().filter(|name| !known.contains(&name.as_str()) && !name.starts_with("x-"));
        for name in other {
            self.invalid(&join(pointer, name), format!("`{name}` is not known here; extensions start with `x-`"));
        }
    }

    fn invalid(&mut self, pointer: &str, message: impl Into<String>) {
        let error = Diagnostic::error("overlay-invalid", pointer, message);
        self.found.push(error.help("see OpenAPI Overlay 1.0.0, section 4.4.3"));
    }
}

/// Whether this is `1.0.` and digits.
fn is_version(text: &str) -> bool {
    text.strip_prefix("1.0.").is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()))
}
