//! Server-sent events (WHATWG HTML, section 9.2).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::BodyStream;
use super::json_lines::json;
use super::lines::{LineEnd, Lines};
use crate::Error;
use crate::decode::{Decoded, tolerant};

/// What many servers send as the data of the last event, which is then no JSON.
const DONE: &[u8] = b"[DONE]";

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// Its type; `message` where the server says nothing else.
    pub event: String,
    /// The id of the last event that had one, which tells a server where to go on (`Last-Event-ID`).
    pub id: Option<Arc<str>>,
    /// What it carries, or all of its fields, where a document describes the type of these.
    pub data: T,
}

/// What the data of events is where a document describes them by their fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventData {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// A JSON object or list, or else a text.
    JsonOrText,
}

/// The events of a body, as they come.
///
/// Events without data are left out, as the standard has it, and one that the body ends in is not. Data `[DONE]`, where it
/// does not decode, is the end. An event that does not decode is an error, after which the next event comes; after any
/// other error nothing comes. For time and size of an event, see [`BodyStream`]. Nobody connects again when the body ends:
/// call the operation once more, with the last [`id`](Event::id) in the header `Last-Event-ID` if its server knows that.
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Self::next).
#[must_use = "a body comes only while it is read"]
pub struct EventStream<T> {
    lines: Lines,
    decode: Decode<T>,
    is_begun: bool,
    is_over: bool,
    id: Option<Arc<str>>,
    retry: Option<Duration>,
    data: Option<BytesMut>,
    fields: Fields,
}

/// The fields that an event has besides its data.
#[derive(Default)]
struct Fields {
    event: Option<String>,
    id: Option<Arc<str>>,
    retry: Option<u64>,
}

/// Makes a value of the data of an event, and of its other fields.
type Decode<T> = fn(&BodyStream, &Bytes, &Fields) -> Result<T, Error>;

impl<T: DeserializeOwned> EventStream<T> {
    /// Events whose data is JSON.
    pub(crate) fn of_json(body: BodyStream) -> Self {
        Self::new(body, |body, data, _| json(body, data))
    }

    /// Events as objects of their fields.
    pub(crate) fn of_objects(body: BodyStream, data: EventData) -> Self {
        Self::new(
            body,
            match data {
                EventData::Json => |body, data, fields| whole(body, fields, json::<Value>(body, data)?),
                EventData::Text => |body, data, fields| whole(body, fields, text(data).into()),
                EventData::JsonOrText => |body, data, fields| {
                    let found = tolerant::json(data, &body.context().key);
                    let found = found.filter(|found| found.value.is_object() || found.value.is_array());
                    whole(body, fields, found.map_or_else(|| text(data).into(), Decoded::noted))
                },
            },
        )
    }
}

impl EventStream<String> {
    /// Events whose data is text; what is not UTF-8 in it is replaced.
    pub(crate) fn of_text(body: BodyStream) -> Self {
        Self::new(body, |_, data, _| Ok(text(data)))
    }
}

impl<T> EventStream<T> {
    fn new(body: BodyStream, decode: Decode<T>) -> Self {
        Self {
            lines: Lines::new(body, LineEnd::CrOrLf),
            decode,
            is_begun: false,
            is_over: false,
            id: None,
            retry: None,
            data: None,
            fields: Fields::default(),
        }
    }

    /// The next event, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for an event that does not decode, and those of a [`BodyStream`].
    pub async fn next(&mut self) -> Option<Result<Event<T>, Error>> {
        self.lines.body.wait_anew();
        poll_fn(|context| self.poll_event(context)).await
    }

    /// How long the server asks to wait before somebody connects again, by the events so far.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    fn poll_event(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<Event<T>, Error>>> {
        while !self.is_over {
            let event = match ready!(self.lines.poll_line(context)) {
                Some(Ok(line)) => {
                    let line = if self.is_begun { &line[..] } else { tolerant::without_mark(&line) };
                    self.is_begun = true;
                    if line.is_empty() {
                        self.dispatch()
                    } else {
                        self.field(line);
                        let size = self.fields.event.as_ref().map_or(0, String::len)
                            + self.data.as_ref().map_or(0, BytesMut::len);
                        match size > self.lines.limit {
                            true => {
                                let error = self.lines.too_large();
                                self.end_with(error)
                            }
                            false => None,
                        }
                    }
                }
                Some(Err(error)) => self.end_with(error),
                None => {
                    let last = self.dispatch();
                    self.is_over = true;
                    last
                }
            };
            if let Some(event) = event {
                return Poll::Ready(Some(event));
            }
        }
        Poll::Ready(None)
    }

    /// Ends the stream. What has come of an event is not all of it.
    fn end_with(&mut self, error: Error) -> Option<Result<Event<T>, Error>> {
        (self.data, self.is_over) = (None, true);
        Some(Err(error))
    }

    fn field(&mut self, line: &[u8]) {
        let (name, value) = match memchr::memchr(b':', line) {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &b""[..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                let data = match &mut self.data {
                    Some(data) => {
                        data.extend_from_slice(b"\n");
                        data
                    }
                    None => self.data.insert(BytesMut::new()),
                };
                data.extend_from_slice(value);
            }
            b"event" => self.fields.event = Some(text(value)),
            b"id" if !value.contains(&0) => {
                let id: Arc<str> = text(value).into();
                self.id = Some(Arc::clone(&id)).filter(|id| !id.is_empty());
                self.fields.id = Some(id);
            }
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                self.fields.retry = text(value).parse().ok();
                self.retry = self.fields.retry.map(Duration::from_millis);
            }
            // A comment, or nothing that is known.
            _ => {}
        }
    }

    /// The event that a blank line ends, if it has data.
    fn dispatch(&mut self) -> Option<Result<Event<T>, Error>> {
        let fields = std::mem::take(&mut self.fields);
        let data = self.data.take()?.freeze();
        match (self.decode)(&self.lines.body, &data, &fields) {
            Ok(data) => {
                let event = fields.event.filter(|event| !event.is_empty()).unwrap_or_else(|| "message".to_owned());
                Some(Ok(Event { event, id: self.id.clone(), data }))
            }
            Err(_) if data == DONE => {
                self.is_over = true;
                None
            }
            Err(error) => Some(Err(error)),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Decodes an event as an object of its fields. Some servers send that as the data of one that says nothing else.
fn whole<T: DeserializeOwned>(body: &BodyStream, fields: &Fields, data: Value) -> Result<T, Error> {
    let Fields { event, id, retry } = fields;
    let event = event.as_deref().map(|event| ("event", event.into()));
    let id = id.as_deref().map(|id| ("id", id.into()));
    let others = [event, id, retry.map(|retry| ("retry", retry.into()))].into_iter().flatten();
    let mut object: Map<String, Value> = others.map(|(name, value)| (name.to_owned(), value)).collect();
    if object.is_empty() {
        let inner = data.as_str().and_then(|text| serde_json::from_str(text).ok());
        let event = inner.as_ref().unwrap_or(&data);
        if is_event(event) {
            return json(body, &event.to_string().into());
        }
    }
    object.insert("data".to_owned(), data);
    json(body, &Value::from(object).to_string().into())
}

/// Whether a value is an object of an event's fields.
fn is_event(value: &Value) -> bool {
    let is_field = |name: &String| ["data", "event", "id", "retry"].contains(&name.as_str());
    let has = |name: &str| value.get(name).is_some();
    value.as_object().is_some_and(|object| object.keys().all(is_field)) && has("data") && (has("event") || has("retry"))
}

impl<T> Stream for EventStream<T> {
    type Item = Result<Event<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(context)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("body", &self.lines.body).finish_non_exhaustive()
    }
}
