//! Parameters of operations, wherever they are written.

use serde_json::Value;

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison, Draft};
use super::lifecycle::Announcement;
use super::operations::Operation;
use super::place::{Place, Scope};
use super::serialization::{self, Serialization};
use super::spelling::backticked;
use crate::document::resolve;
use crate::document::template;
use crate::message::form_text;

/// Headers that the description of parameters does not count for (OpenAPI 3.0, "Parameter Object").
const OF_OPENAPI: [&str; 3] = ["accept", "content-type", "authorization"];

/// A parameter of an operation.
struct Parameter<'a> {
    location: &'a str,
    name: &'a str,
    /// What tells it from the others, on the wire: where it is, and its name, or its position in the path. What stands in
    /// the query of a path is where it is sent.
    key: (&'a str, String),
    node: &'a Value,
}

impl<'a> Parameter<'a> {
    /// The parameters of an operation, its own before those of its path.
    fn all(operation: &Operation<'a>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let lists = [operation.node, operation.item].map(|owner| owner.get("parameters").and_then(Value::as_array));
        let (path, query) = template::split_query(&operation.key.path);
        let names = template::parameters(path);
        let of_query = |name: &str| {
            let mut fields = template::query_fields(query);
            fields
                .find(|(_, value)| template::query_parameter(value) == Some(name))
                .map(|(name, _)| form_text::decoded(name))
        };
        for node in lists.into_iter().flatten().flatten() {
            let Some(node) = resolve(operation.document, node) else { continue };
            let text = |property: &str| node.get(property).and_then(Value::as_str).unwrap_or_default();
            let (location, name) = (text("in"), text("name"));
            let key = match (location, names.iter().position(|known| *known == name), of_query(name)) {
                ("path", Some(at), _) => ("path", at.to_string()),
                ("path", None, Some(field)) => ("query", field),
                ("header", ..) => ("header", name.to_ascii_lowercase()),
                _ => (location, name.to_owned()),
            };
            if location == "header" && OF_OPENAPI.contains(&key.1.as_str()) {
                continue;
            }
            if !all.iter().any(|known| known.key == key) {
                all.push(Self { location, name, key, node });
            }
        }
        all
    }

    fn is_required(&self) -> bool {
        self.location == "path" || self.node.get("required") == Some(&Value::Bool(true))
    }

    fn words(&self) -> String {
        format!("{} parameter {}", self.location, backticked(self.name))
    }

    fn serialization(&self) -> Serialization<'a> {
        Serialization::of(self.node, if ["query", "cookie"].contains(&self.location) { "form" } else { "simple" })
    }

    /// Whether characters may stand in its values that a URL gives a meaning to (OpenAPI 3.0, "Parameter Object").
    fn allows_reserved(&self) -> bool {
        self.location == "query" && self.node.get("allowReserved") == Some(&Value::Bool(true))
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn parameters(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (mut gone, come) = (Parameter::all(old), Parameter::all(new));
        for other in come {
            let place = Place::new(&new.key, Direction::Request, Scope::Parameter, &other.words());
            match gone.iter().position(|one| one.key == other.key).map(|at| gone.remove(at)) {
                Some(one) => self.parameter(place, &one, &other),
                None => self.parameter_added(&place, &other),
            }
        }
        for one in gone {
            let place = Place::new(&new.key, Direction::Request, Scope::Parameter, &one.words());
            self.parameter_removed(&place, &one);
        }
    }

    fn parameter_added(&mut self, place: &Place, parameter: &Parameter<'a>) {
        let (id, effect) = match (parameter.location, parameter.is_required()) {
            ("path", _) => ("new-request-path-parameter", Effect::Narrows),
            (_, true) => ("new-required-request-parameter", Effect::Narrows),
            (_, false) => ("new-optional-request-parameter", Effect::Widens),
        };
        let need = if parameter.is_required() { "required" } else { "optional" };
        self.of_parameter(
            place,
            id,
            effect,
            None,
            At::New(parameter.node),
            "",
            &format!("it was added, and is {need}"),
        );
    }

    /// No document says whether a parameter that it does not name is refused.
    fn parameter_removed(&mut self, place: &Place, parameter: &Parameter<'a>) {
        let (id, effect, guard) = match self.announcement(Some(parameter.node)) {
            Announcement::None => ("request-parameter-removed", Effect::Unknown, None),
            Announcement::Kept => {
                ("request-parameter-removed-with-deprecation", Effect::Unknown, Some(Guard::Announced))
            }
            Announcement::Broken(_) => ("request-parameter-removed-before-sunset", Effect::Violation, None),
        };
        self.of_parameter(place, id, effect, guard, At::Old(parameter.node), "", "it was removed");
    }

    fn parameter(&mut self, mut place: Place, old: &Parameter<'a>, new: &Parameter<'a>) {
        let at = At::New(new.node);
        if old.location == "path" && old.name != new.name {
            let message = format!("the name in the path changed from `{}` to `{}`", old.name, new.name);
            let subject = format!("{} {}", old.name, new.name);
            self.of_parameter(&place, "request-parameter-renamed", Effect::None, None, at, &subject, &message);
        }
        let requiredness = match (old.is_required(), new.is_required()) {
            (false, true) => Some(("became-required", Effect::Narrows, "it became required")),
            (true, false) => Some(("became-optional", Effect::Widens, "it became optional")),
            _ => None,
        };
        let may_be_empty =
            |parameter: &Parameter<'a>| parameter.node.get("allowEmptyValue") == Some(&Value::Bool(true));
        let emptiness = match (may_be_empty(old), may_be_empty(new)) {
            (false, true) => Some(("empty-value-allowed", Effect::Widens, "it may be empty now")),
            (true, false) => Some(("empty-value-forbidden", Effect::Narrows, "it may not be empty any more")),
            _ => None,
        };
        for (action, effect, message) in [requiredness, emptiness].into_iter().flatten() {
            self.of_parameter(&place, &format!("request-parameter-{action}"), effect, None, at, "", message);
        }
        self.lifecycle_of_parameter(&place, old.node, new.node);
        self.texts(place.operation.clone().as_ref(), &place, &["description"], old.node, new.node);
        self.examples(place.operation.clone().as_ref(), &place, old.node, new.node);
        let (one, other) = (old.serialization(), new.serialization());
        let types = serialization::types((self.old, one.schema), (self.new, other.schema));
        let effect = one.effect(&other, types);
        if effect != Effect::None {
            let message = format!("how it is written changed from {one} to {other}");
            let subject = format!("{one} {other}");
            let id = "request-parameter-style-changed";
            self.of_parameter(&place, id, effect, None, at, &subject, &message);
        }
        let has_style = one.has_style() && other.has_style();
        let reserved = match (old.allows_reserved(), new.allows_reserved()) {
            (false, true) => Some(("allowed", Effect::Widens, "reserved characters may stand in it as they are")),
            (true, false) => Some(("forbidden", Effect::Narrows, "reserved characters have to be encoded in it")),
            _ => None,
        };
        if let Some((verb, effect, message)) = reserved.filter(|_| has_style && serialization::has_text(types)) {
            let id = format!("request-parameter-reserved-characters-{verb}");
            self.of_parameter(&place, &id, effect, None, at, "", message);
        }
        place.is_text = one.is_text() && other.is_text();
        self.message(place, one.schema, other.schema);
    }

    #[expect(clippy::too_many_arguments, reason = "they are the parts of one change")]
    fn of_parameter(
        &mut self,
        place: &Place,
        id: &str,
        effect: Effect,
        guard: Option<Guard>,
        at: At<'a>,
        subject: &str,
        message: &str,
    ) {
        let message = format!("{place}: {message}");
        let draft = Draft::wire(place.operation.as_ref(), Direction::Request, id, effect, message);
        self.add(at, draft.place(place).guard(guard).subject(subject).change());
    }
}
