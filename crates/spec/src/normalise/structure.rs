//! Checks that the parts of a document have the shape that the following stages rely on.

use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::diagnostic::{join, push_token};
use crate::document::METHODS;

/// What an object of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Schema,
}

/// What a property of an object has to be.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Flag,
    Texts,
    Values,
    Object,
    Node(Kind),
    Nodes(Kind),
    Properties(Kind),
    FlagOrNode(Kind),
    /// `required`: a list of names, or the flag of Swagger's early days.
    Required,
}

use Form::{Flag, FlagOrNode, Node, Nodes, Object, Properties, Required, Text, Texts, Values};

impl Kind {
    /// The properties that anything depends on. The others are not looked at.
    fn properties(self) -> &'static [(&'static str, Form)] {
        match self {
            Self::Document => {
                &[("info", Object), ("paths", Properties(Kind::PathItem)), ("components", Node(Self::Components))]
            }
            Self::Components => &[
                ("schemas", Properties(Self::Schema)),
                ("responses", Properties(Self::Response)),
                ("parameters", Properties(Self::Parameter)),
                ("requestBodies", Properties(Self::RequestBody)),
            ],
            Self::PathItem => &[("parameters", Nodes(Self::Parameter))],
            Self::Operation => &[
                ("operationId", Text),
                ("summary", Text),
                ("description", Text),
                ("tags", Texts),
                ("parameters", Nodes(Self::Parameter)),
                ("requestBody", Node(Self::RequestBody)),
                ("responses", Properties(Self::Response)),
            ],
            Self::Parameter => &[
                ("name", Text),
                ("in", Text),
                ("description", Text),
                ("required", Flag),
                ("style", Text),
                ("explode", Flag),
                ("schema", Node(Self::Schema)),
                ("content", Properties(Self::MediaType)),
            ],
            Self::RequestBody => &[("description", Text), ("required", Flag), ("content", Properties(Self::MediaType))],
            Self::Response => &[("description", Text), ("content", Properties(Self::MediaType))],
            Self::MediaType => &[("schema", Node(Self::Schema))],
            Self::Schema => &[
                ("type", Text),
                ("format", Text),
                ("title", Text),
                ("description", Text),
                ("nullable", Flag),
                ("readOnly", Flag),
                ("writeOnly", Flag),
                ("enum", Values),
                ("required", Required),
                ("properties", Properties(Self::Schema)),
                ("additionalProperties", FlagOrNode(Self::Schema)),
                ("items", Node(Self::Schema)),
                ("allOf", Nodes(Self::Schema)),
                ("oneOf", Nodes(Self::Schema)),
                ("anyOf", Nodes(Self::Schema)),
                ("not", Node(Self::Schema)),
            ],
        }
    }

    /// Whether a reference may stand in place of the object.
    pub(super) fn may_be_reference(self) -> bool {
        !matches!(self, Self::Document | Self::Components | Self::Operation | Self::MediaType)
    }

    /// Where references to such objects lead.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Parameter => "parameters",
            Self::RequestBody => "requestBodies",
            Self::Response => "responses",
            _ => "schemas",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Document => "an OpenAPI document",
            Self::Components => "the components object",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::MediaType => "a media type",
            Self::Schema => "a schema",
        }
    }
}

/// A place in the document that is spelled out only where something is to be said about it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    token: &'a str,
}

impl At<'_> {
    const ROOT: At<'static> = At { parent: None, token: "" };

    /// The pointer of a property.
    pub(super) fn child(&self, token: &str) -> String {
        let mut pointer = self.pointer();
        push_token(&mut pointer, token);
        pointer
    }

    /// The pointer of the place itself.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.write(&mut pointer);
        pointer
    }

    fn write(&self, pointer: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(pointer);
            push_token(pointer, self.token);
        }
    }
}

/// Something that is shown every object of a document.
pub(super) trait Visitor {
    /// Called for every object of a known kind, before those in it; a reference is told by its `$ref`.
    fn object(&mut self, kind: Kind, object: &mut Map<String, Value>, at: &At<'_>);

    /// Called for every object of a known kind that is null.
    fn null(&mut self, _value: &mut Value, _at: &At<'_>) {}

    /// Called for everything that does not have the shape that it has to have.
    fn malformed(&mut self, _at: &At<'_>, _message: String) {}
}

impl<F: FnMut(Kind, &mut Map<String, Value>, &At<'_>)> Visitor for F {
    fn object(&mut self, kind: Kind, object: &mut Map<String, Value>, at: &At<'_>) {
        self(kind, object, at);
    }
}

/// Shows a whole document to a visitor.
pub(super) fn walk(document: &mut Value, visitor: &mut dyn Visitor) {
    node(Kind::Document, document, &At::ROOT, visitor);
}

/// Takes out properties that are there without a value, which YAML has wherever nothing follows a colon.
///
/// An object of which nothing is said is an empty one.
pub(crate) fn drop_nulls(document: &mut Value) -> Vec<Diagnostic> {
    let mut nulls = Nulls { diagnostics: Vec::new() };
    walk(document, &mut nulls);
    nulls.diagnostics
}

struct Nulls {
    diagnostics: Vec<Diagnostic>,
}

impl Nulls {
    fn found(&mut self, pointer: String, reading: &str) {
        let message = format!("there is no value here: {reading}");
        let warning = Diagnostic::warning("null-member", pointer, message);
        self.diagnostics.push(warning.help("give a value in the overlay, or remove the property"));
    }
}

impl Visitor for Nulls {
    fn object(&mut self, kind: Kind, object: &mut Map<String, Value>, at: &At<'_>) {
        let is_known = |name: &str| kind.properties().iter().any(|(known, _)| *known == name);
        object.retain(|name, value| {
            let is_dropped = value.is_null() && is_known(name);
            if is_dropped {
                self.found(at.child(name), "it is read as missing");
            }
            !is_dropped
        });
    }

    fn null(&mut self, value: &mut Value, at: &At<'_>) {
        *value = Value::Object(Map::new());
        self.found(at.pointer(), "it is read as an empty object");
    }
}

/// Reports what does not have the shape that it has to have.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let mut check = Check { diagnostics: Vec::new() };
    walk(document, &mut check);
    check.diagnostics
}

struct Check {
    diagnostics: Vec<Diagnostic>,
}

impl Visitor for Check {
    fn object(&mut self, kind: Kind, object: &mut Map<String, Value>, at: &At<'_>) {
        match kind {
            Kind::PathItem => self.methods(object, at),
            Kind::Operation => self.statuses(object, at),
            Kind::Parameter if !object.contains_key("$ref") => {
                for property in ["name", "in"].into_iter().filter(|property| !object.contains_key(*property)) {
                    self.malformed(at, format!("the parameter has no `{property}`"));
                }
            }
            _ => {}
        }
    }

    fn malformed(&mut self, at: &At<'_>, message: String) {
        let error = Diagnostic::error("malformed", at.pointer(), message);
        self.diagnostics.push(error.help("correct it in the overlay: the OpenAPI 3.0 specification says how"));
    }
}

impl Check {
    fn statuses(&mut self, object: &Map<String, Value>, at: &At<'_>) {
        let responses = object.get("responses").and_then(Value::as_object).into_iter().flatten();
        let mut classes: Vec<&str> = Vec::new();
        for (status, _) in responses.filter(|(status, _)| !status.starts_with("x-")) {
            let error = |message| Diagnostic::error("status", join(&at.child("responses"), status), message);
            if !is_status(status) {
                let error = error(format!("`{status}` is not a status"));
                self.diagnostics.push(error.help("use a status such as `404`, a class such as `4XX`, or `default`"));
            } else if let Some(other) = classes.iter().find(|other| other.eq_ignore_ascii_case(status)) {
                let error = error(format!("`{status}` stands for the same statuses as `{other}`"));
                self.diagnostics.push(error.help("remove one of them in the overlay"));
            } else {
                classes.push(status);
            }
        }
    }

    /// A misspelled method would be an operation that is silently missing.
    fn methods(&mut self, object: &Map<String, Value>, at: &At<'_>) {
        for (property, value) in object {
            let known = METHODS.contains(&property.as_str()) || property.starts_with("x-");
            if !known && value.get("responses").is_some() {
                let at = At { parent: Some(at), token: property };
                self.malformed(&at, format!("`{property}` is not a method; methods are spelled in lower case"));
            }
        }
    }
}

fn node(kind: Kind, value: &mut Value, at: &At<'_>, visitor: &mut dyn Visitor) {
    if value.is_null() {
        visitor.null(value, at);
    }
    let Value::Object(object) = value else {
        return visitor.malformed(at, format!("{} has to be an object", kind.name()));
    };
    visitor.object(kind, object, at);
    if kind.may_be_reference()
        && let Some(target) = object.get("$ref")
    {
        if !target.is_string() {
            visitor.malformed(&At { parent: Some(at), token: "$ref" }, "`$ref` has to be text".to_owned());
        }
        return;
    }
    if kind == Kind::PathItem {
        for (method, operation) in object.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str())) {
            node(Kind::Operation, operation, &At { parent: Some(at), token: method }, visitor);
        }
    }
    for (name, value) in object {
        let known = kind.properties().iter().find(|(known, _)| known == name);
        if let Some((name, form)) = known {
            property(name, *form, value, &At { parent: Some(at), token: name }, visitor);
        }
    }
}

fn property(name: &str, form: Form, value: &mut Value, at: &At<'_>, visitor: &mut dyn Visitor) {
    if let Err(expected) = look_into(name, form, value, at, visitor) {
        visitor.malformed(at, format!("`{name}` has to be {expected}"));
    }
}

/// Walks what is in a property, or says what the property has to be.
fn look_into(
    name: &str,
    form: Form,
    value: &mut Value,
    at: &At<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), &'static str> {
    let expect = |holds: bool, expected| if holds { Ok(()) } else { Err(expected) };
    match form {
        Text => expect(value.is_string(), "text"),
        Flag => expect(value.is_boolean(), "`true` or `false`"),
        Texts => expect(is_texts(value), "a list of texts"),
        Values => expect(value.is_array(), "a list"),
        Required => expect(value.is_boolean() || is_texts(value), "a list of names"),
        Object => expect(value.is_object(), "an object"),
        FlagOrNode(_) if value.is_boolean() => Ok(()),
        Node(kind) | FlagOrNode(kind) => {
            node(kind, value, at, visitor);
            Ok(())
        }
        Nodes(kind) => {
            for (index, element) in value.as_array_mut().ok_or("a list")?.iter_mut().enumerate() {
                node(kind, element, &At { parent: Some(at), token: &index.to_string() }, visitor);
            }
            Ok(())
        }
        Properties(kind) => {
            // Paths and responses may have extensions between them; whatever else is named may have any name.
            let extended = ["paths", "responses"].contains(&name);
            for (key, property) in value.as_object_mut().ok_or("an object")? {
                if !(extended && key.starts_with("x-")) {
                    node(kind, property, &At { parent: Some(at), token: key }, visitor);
                }
            }
            Ok(())
        }
    }
}

fn is_status(status: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) || text.eq_ignore_ascii_case("xx");
    status == "default" || (status.len() == 3 && status.starts_with(['1', '2', '3', '4', '5']) && digits(&status[1..]))
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|elements| elements.iter().all(Value::is_string))
}
