//! The successful response of an operation.

use std::collections::HashSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::OperationKey;
use keyapi_spec::document::body::json_content;
use keyapi_spec::document::envelope;
use keyapi_spec::document::reference::unescape;
use keyapi_spec::document::response::{Content, Responses as Documented, Stream as Documents, stream, successes, xml};
use keyapi_spec::message::event::EventSchema;
use keyapi_spec::message::media_type::{MediaType, is_plain_json};
use keyapi_spec::message::sequence::Sequence;
use serde_json::Value;
use syn::Ident;

use super::operation::ident;
use super::{RustType, Xml};
use crate::prepare::reach::extend;
use crate::prepare::{ITEM, OfStatus, XML};

/// The media type that is asked for where a document does not say more.
pub(crate) const PLAIN_JSON: &str = "application/json";

/// What a successful response is decoded into.
pub(crate) struct Response {
    pub(crate) ty: RustType,
    /// The media types that a request asks for; nothing where it takes whatever comes.
    pub(crate) accept: Option<String>,
    /// Where its type has the properties of the envelope, if the document has one.
    pub(crate) envelope: Option<Envelope>,
    /// What it is made of, where the status chooses.
    pub(crate) variants: Vec<Variant>,
    /// The type of the documented errors, where the status chooses.
    pub(crate) error: Option<RustType>,
    /// What callers can read while it comes.
    pub(crate) stream: Option<Stream>,
    /// The media types that callers can ask for instead.
    pub(crate) others: Vec<String>,
    /// What is decoded of XML.
    pub(crate) xml: Option<Xml>,
}

/// What is decoded of a status.
pub(crate) struct Variant {
    pub(crate) ty: RustType,
    /// Where its type has the properties of the envelope, if the document has one.
    pub(crate) envelope: Option<Envelope>,
}

/// A body that is read while it comes.
pub(crate) enum Stream {
    /// Whatever it is.
    Bytes,
    /// Server-sent events.
    Events {
        /// The media type.
        accept: String,
        /// What each of them carries, or is.
        item: RustType,
        described: EventSchema,
    },
    /// JSON values, one on a line.
    JsonLines {
        /// The media type.
        accept: String,
        /// What each of them is.
        item: RustType,
    },
    /// JSON values, each behind a record separator.
    JsonSequence {
        /// The media type.
        accept: String,
        /// What each of them is.
        item: RustType,
    },
}

/// The properties of a response that make the envelope (`x-envelope`).
pub(crate) struct Envelope {
    /// The code that says whether the call succeeded.
    pub(crate) code: Option<Property>,
    pub(crate) data: Option<Property>,
    /// Whether the data may hold the whole, so that it may be in a box.
    pub(crate) is_recursive: bool,
}

/// A list in a response: the fields that lead to it, and what it is a list of.
pub(crate) struct List {
    pub(crate) path: Vec<Property>,
    pub(crate) item: RustType,
}

/// One field of a type.
pub(crate) struct Property {
    pub(crate) field: Ident,
    /// The type without the `Option` around it.
    pub(crate) ty: RustType,
    pub(crate) optional: bool,
}

impl Response {
    /// `prepared` is the document as the generator gets it for a client with typed responses, and `of_generator` the
    /// operation in it.
    pub(super) fn new(
        resolved: &Value,
        prepared: &Value,
        key: &OperationKey,
        operation: &Value,
        of_generator: &Value,
    ) -> Self {
        let ty = success(of_generator);
        let roles = envelope::Envelope::of(resolved);
        let envelope = |ty: &RustType| match ty {
            RustType::Named(name) => roles.as_ref().and_then(|roles| envelope(roles, prepared, name)),
            _ => None,
        };
        let (successes, errors): (Vec<_>, Vec<_>) =
            OfStatus::all(of_generator).into_iter().partition(OfStatus::is_success);
        let variants = successes.into_iter().filter_map(|of_status| of_status.content);
        let variants = variants.map(|ty| Variant { envelope: envelope(&ty), ty }).collect();
        let documented = Documented::of(&key.method, operation);
        let stream = match stream(resolved, &documented, operation) {
            Some(stream) => Some(Stream::of(resolved, &stream, of_generator)),
            None => (ty == RustType::Bytes).then_some(Stream::Bytes),
        };
        let others = others(&documented, operation, &ty);
        let xml = xml(resolved, &documented, operation).zip(of_generator.get(XML));
        let xml = xml.and_then(|((accept, schema), prepared)| Xml::new(resolved, accept, schema, prepared));
        Self {
            accept: accept(operation, &documented),
            envelope: envelope(&ty),
            ty,
            variants,
            error: errors.into_iter().next().map(|of_status| of_status.ty),
            stream,
            others,
            xml,
        }
    }
}

impl Stream {
    fn of(resolved: &Value, documented: &Documents<'_>, of_generator: &Value) -> Self {
        let accept = documented.media_type.to_owned();
        let item = of_generator.get(ITEM).map(RustType::of);
        match documented.sequence {
            Sequence::Events => {
                let described = documented.item.map_or(EventSchema::TEXT, |item| EventSchema::of(resolved, item));
                // Without a schema nobody says that the data of an event is JSON.
                Self::Events { accept, item: item.unwrap_or(RustType::String), described }
            }
            Sequence::JsonLines => Self::JsonLines { accept, item: item.unwrap_or(RustType::Value) },
            Sequence::JsonSequence => Self::JsonSequence { accept, item: item.unwrap_or(RustType::Value) },
        }
    }
}

/// The media types of successes beside what is decoded: where a body is taken as it comes, all of them, if there are several.
fn others(documented: &Documented<'_>, operation: &Value, ty: &RustType) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for (label, _) in successes(documented, operation) {
        let is_other = MediaType::parse(label)
            .is_some_and(|media_type| !media_type.is_range() && (*ty == RustType::Bytes || !media_type.is_json()));
        if is_other && !others.iter().any(|known| known == label) {
            others.push(label.to_owned());
        }
    }
    if others.len() == 1 && *ty == RustType::Bytes {
        others.clear();
    }
    others
}

/// The list at a JSON pointer into a type, if its fields lead to one.
pub(crate) fn list_at(prepared: &Value, ty: &RustType, pointer: &str) -> Option<List> {
    let (mut path, mut ty) = (Vec::new(), ty.clone());
    for name in pointer.strip_prefix('/')?.split('/') {
        let RustType::Named(of) = &ty else { return None };
        let next = property(prepared.pointer("/components/schemas")?.get(of)?, &unescape(name))?;
        ty = next.ty.clone();
        path.push(next);
    }
    match ty {
        RustType::Vec(item) => Some(List { path, item: *item }),
        _ => None,
    }
}

/// The field of a property.
fn property(schema: &Value, name: &str) -> Option<Property> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = required.is_some_and(|names| names.iter().any(|other| other == name));
    let (ty, nullable) = RustType::of(schema.get("properties")?.get(name)?).without_option();
    Some(Property { field: ident(&RustNames.field(name))?, ty, optional: nullable || !is_required })
}

/// The JSON media types of the successes of an operation, or of its errors where it has nothing else to say.
pub(crate) fn accept(operation: &Value, documented: &Documented<'_>) -> Option<String> {
    let is = |list: &[(&str, Content)], wanted| list.iter().any(|(_, content)| *content == wanted);
    if is(&documented.successes, Content::Bytes) {
        return None;
    }
    if !is(&documented.successes, Content::Json) {
        return is(&documented.errors, Content::Json).then(|| PLAIN_JSON.to_owned());
    }
    let mut accepted: Vec<&str> = Vec::new();
    for (status, _) in documented.successes.iter().filter(|(_, content)| *content == Content::Json) {
        let media_type = json_content(&operation["responses"][*status]).map(|(media_type, _)| media_type);
        accepted.extend(media_type.filter(|media_type| !accepted.contains(media_type)));
    }
    let is_plain = accepted.iter().all(|media_type| is_plain_json(media_type));
    Some(if is_plain { PLAIN_JSON.to_owned() } else { accepted.join(", ") })
}

/// All successes of a prepared operation have one type.
fn success(operation: &Value) -> RustType {
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let successes = responses.filter(|(status, _)| status.starts_with('2'));
    let contents = successes.filter_map(|(_, response)| response.get("content")?.as_object()?.iter().next());
    let mut types = contents.map(|(media_type, media)| match media.get("schema") {
        Some(schema) if media_type == "application/json" => RustType::of(schema),
        _ => RustType::Bytes,
    });
    types.next().unwrap_or(RustType::Unit)
}

fn envelope(roles: &envelope::Envelope, prepared: &Value, name: &str) -> Option<Envelope> {
    let schema = prepared.pointer("/components/schemas")?.get(name)?;
    let property = |name: &Option<String>| property(schema, name.as_deref()?);
    let data = roles.data.as_ref().and_then(|data| schema.get("properties")?.get(data));
    let is_recursive = data.is_some_and(|data| {
        let mut reached = HashSet::new();
        extend(prepared, &mut reached, data);
        reached.contains(name)
    });
    Some(Envelope { code: property(&roles.code), data: property(&roles.data), is_recursive })
}
