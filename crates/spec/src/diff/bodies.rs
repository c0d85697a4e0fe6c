//! Request bodies, responses and their headers.

use serde_json::{Map, Value};

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison, Draft};
use super::lifecycle::Announcement;
use super::operations::Operation;
use super::place::{Place, Scope};
use super::serialization::{self, Serialization};
use super::spelling::{self, backticked};
use crate::document::resolve;

impl<'a> Comparison<'a> {
    pub(super) fn request_body(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        const WORDS: &str = "request body";
        let body = |operation: &Operation<'a>| resolve(operation.document, operation.node.get("requestBody")?);
        let is_required = |body: &Value| body.get("required") == Some(&Value::Bool(true));
        let (one, other) = (body(old), body(new));
        let (id, effect, at) = match (one, other) {
            (None, None) => return,
            (None, Some(body)) if is_required(body) => {
                ("request-body-added-required", Effect::Incomparable, At::New(body))
            }
            (None, Some(body)) => ("request-body-added-optional", Effect::Widens, At::New(body)),
            // All of its media types are gone, and whoever sends one of them has nowhere to send it to.
            (Some(body), None) => {
                let effect = if is_required(body) { Effect::Incomparable } else { Effect::Narrows };
                ("request-body-removed", effect, At::Old(body))
            }
            (Some(one), Some(other)) => {
                self.texts(Some(&new.key), WORDS, &["description"], one, other);
                self.contents(new, Direction::Request, WORDS, one.get("content"), other.get("content"));
                match (is_required(one), is_required(other)) {
                    (false, true) => ("request-body-became-required", Effect::Narrows, At::New(other)),
                    (true, false) => ("request-body-became-optional", Effect::Widens, At::New(other)),
                    _ => return,
                }
            }
        };
        let message = match id {
            "request-body-added-required" => "it was added, and is required",
            "request-body-added-optional" => "it was added, and is optional",
            "request-body-removed" => "it was removed",
            "request-body-became-required" => "it became required",
            _ => "it became optional",
        };
        let message = format!("{WORDS}: {message}");
        self.add(at, Draft::wire(Some(&new.key), Direction::Request, id, effect, message).place(WORDS).change());
    }

    pub(super) fn responses(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (olds, news) = (Responses::of(old), Responses::of(new));
        for (status, response) in &news.0 {
            let words = format!("response {}", spelling::label(status));
            match olds.get(status) {
                Some(known) => self.response(new, &words, known, response),
                None => self.status(new, &words, status, At::New(response), olds.covering(status), Some(response)),
            }
        }
        for (status, response) in olds.0.iter().filter(|(status, _)| news.get(status).is_none()) {
            let words = format!("response {}", spelling::label(status));
            self.status(new, &words, status, At::Old(response), Some(response), news.covering(status));
        }
    }

    /// A status that only one of the documents has. It may be one of a range that the other has.
    fn status(
        &mut self,
        operation: &Operation<'a>,
        words: &str,
        status: &str,
        at: At<'a>,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
    ) {
        let success = if status.starts_with('2') { "success" } else { "non-success" };
        let (verb, effect) = match at {
            At::New(_) => ("added", Effect::Widens),
            At::Old(_) => ("removed", Effect::Narrows),
        };
        let is_covered = old.is_some() && new.is_some();
        let effect = if is_covered { Effect::None } else { effect };
        let message = format!("{words}: the status was {verb}");
        let id = format!("response-{success}-status-{verb}");
        let draft = Draft::wire(Some(&operation.key), Direction::Response, id, effect, message);
        self.add(at, draft.place(words).guard(Some(Guard::Selected)).change());
        if let (Some(old), Some(new)) = (old, new) {
            self.response(operation, words, old, new);
        }
    }

    fn response(&mut self, operation: &Operation<'a>, words: &str, old: &'a Value, new: &'a Value) {
        self.texts(Some(&operation.key), words, &["description"], old, new);
        if operation.key.method != "head" {
            self.contents(operation, Direction::Response, words, old.get("content"), new.get("content"));
        }
        let (olds, news) = (headers(self.old, old), headers(self.new, new));
        let named = |headers: &[(&'a str, &'a Value)], name: &str| {
            headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, header)| *header)
        };
        for (name, header) in &news {
            let place = Place::new(
                &operation.key,
                Direction::Response,
                Scope::Header,
                &format!("{words} header {}", backticked(name)),
            );
            match named(&olds, name) {
                Some(known) => self.header(place, known, header),
                None => {
                    let (effect, message) = (Effect::Widens, format!("{place}: it was added"));
                    let id = "response-header-added";
                    let draft = Draft::wire(Some(&operation.key), Direction::Response, id, effect, message);
                    self.add(At::New(header), draft.place(place).guard(Some(Guard::Selected)).change());
                }
            }
        }
        for (name, header) in olds.iter().filter(|(name, _)| named(&news, name).is_none()) {
            let place = format!("{words} header {}", backticked(name));
            let need = if is_required(header) { "required" } else { "optional" };
            let (effect, message) = (Effect::Narrows, format!("{place}: it was removed"));
            let id = format!("{need}-response-header-removed");
            let draft = Draft::wire(Some(&operation.key), Direction::Response, id, effect, message);
            let guard = match self.announcement(Some(header)) {
                Announcement::Kept => Guard::Announced,
                _ => Guard::Selected,
            };
            self.add(At::Old(header), draft.place(place).guard(Some(guard)).change());
        }
    }

    fn header(&mut self, mut place: Place, old: &'a Value, new: &'a Value) {
        let (action, effect) = match (is_required(old), is_required(new)) {
            (false, true) => ("became-required", Effect::Narrows),
            (true, false) => ("became-optional", Effect::Widens),
            _ => ("", Effect::None),
        };
        if effect != Effect::None {
            self.schema(&place, action, effect, Some(At::New(new)), "", || format!("it {}", action.replace('-', " ")));
        }
        let operation = place.operation.clone();
        self.texts(operation.as_ref(), &place, &["description"], old, new);
        self.examples(operation.as_ref(), &place, old, new);
        let (one, other) = (Serialization::of(old, "simple"), Serialization::of(new, "simple"));
        let types = serialization::types((self.old, one.schema), (self.new, other.schema));
        let effect = one.effect(&other, types);
        if effect != Effect::None {
            let (id, message) =
                ("response-header-style-changed", format!("{place}: how it is written changed from {one} to {other}"));
            let draft = Draft::wire(operation.as_ref(), Direction::Response, id, effect, message);
            self.add(At::New(new), draft.place(&place).subject(format!("{one} {other}")).change());
        }
        place.is_text = one.is_text() && other.is_text();
        self.message(place, one.schema, other.schema);
    }
}

/// The responses of an operation by their statuses.
struct Responses<'a>(Vec<(String, &'a Value)>);

impl<'a> Responses<'a> {
    fn of(operation: &Operation<'a>) -> Self {
        let responses = operation.node.get("responses").and_then(Value::as_object).into_iter().flat_map(Map::iter);
        let responses = responses.filter(|(status, _)| !status.starts_with("x-"));
        let resolved = |(status, response): (&String, &'a Value)| {
            let status = if status == "default" { status.clone() } else { status.to_ascii_uppercase() };
            Some((status, resolve(operation.document, response)?))
        };
        Self(responses.filter_map(resolved).collect())
    }

    fn get(&self, status: &str) -> Option<&'a Value> {
        self.0.iter().find(|(known, _)| known == status).map(|(_, response)| *response)
    }

    /// The response of a range that a status is in, or of all that are not named.
    fn covering(&self, status: &str) -> Option<&'a Value> {
        let class = status.chars().next().filter(char::is_ascii_digit).map(|class| format!("{class}XX"));
        class.and_then(|class| self.get(&class)).or_else(|| self.get("default"))
    }
}

fn headers<'a>(document: &'a Value, response: &'a Value) -> Vec<(&'a str, &'a Value)> {
    let headers = response.get("headers").and_then(Value::as_object).into_iter().flat_map(Map::iter);
    // The media type of the content says what this header is (OpenAPI 3.0, "Response Object").
    let headers = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    headers.filter_map(|(name, header)| Some((name.as_str(), resolve(document, header)?))).collect()
}

fn is_required(node: &Value) -> bool {
    node.get("required") == Some(&Value::Bool(true))
}
