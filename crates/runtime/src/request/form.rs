//! Bodies in several parts (`multipart/form-data`, RFC 7578), and files, which are sent as they come.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, ready};
use std::{fmt, io};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use http::HeaderValue;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::io::{AsyncRead, ReadBuf};

/// The media type of a part of which nothing is known.
const BYTES: &str = "application/octet-stream";

/// How much is read of a file at once.
const CHUNK: usize = 64 * 1024;

/// Content that is sent as it is: the body of a request, or a part of a [`Form`].
#[derive(Clone)]
pub struct File {
    content: Content,
    name: Option<String>,
    media_type: Option<String>,
    /// Why it cannot be sent.
    refused: Option<String>,
}

/// A body in several parts, in the order in which they are added. Several parts may have one name.
///
/// A form that reads one of its files while it is sent is sent once, and a call with it is not repeated.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Form {
    parts: Vec<Part>,
    /// Why it cannot be sent.
    refused: Option<String>,
}

#[derive(Clone, Debug)]
struct Part {
    name: String,
    kind: PartKind,
    /// Its media type is what the caller said, and else what the document or the kind of the part says.
    file: File,
}

/// What kind of part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartKind {
    Text,
    Json,
    File,
}

/// The media types that the document gives to the parts of a name, by the kinds of them.
#[derive(Clone, Copy, Debug)]
pub struct PartMediaTypes {
    /// The name of the parts.
    pub name: &'static str,
    /// That of a text.
    pub text: Option<&'static str>,
    /// That of a value as JSON, and of a text that is one.
    pub json: Option<&'static str>,
    /// That of a file.
    pub file: Option<&'static str>,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Reader(Reader),
    /// One after the other, as the parts of a form.
    Pieces(Vec<Content>),
}

/// What is read while it is sent. Whoever reads it first takes it.
#[derive(Clone)]
struct Reader(Arc<Mutex<Option<Unread>>>);

type Unread = Pin<Box<dyn AsyncRead + Send>>;

impl File {
    /// A file of bytes.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Self { content: Content::Bytes(content.into()), name: None, media_type: None, refused: None }
    }

    /// A file that is read while it is sent, which happens once.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        let reader = Reader(Arc::new(Mutex::new(Some(Box::pin(reader)))));
        Self { content: Content::Reader(reader), name: None, media_type: None, refused: None }
    }

    /// Says what the file is called, as a part of a form.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says what the file holds. A part of a form for which nothing is said is what the document has for
    /// it, or else, and where that is one of several, `application/octet-stream`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// The media type and the body of a request.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent.
    #[doc(hidden)]
    pub fn into_body(self) -> Result<(String, reqwest::Body), String> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let Some(media_type) = self.media_type else {
            return Err("the document leaves open what the body holds: say it with `media_type`".to_owned());
        };
        Ok((checked(media_type)?, self.content.into_body()))
    }

    /// The body of a request whose media type is known.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent.
    #[doc(hidden)]
    pub fn into_content(self) -> Result<reqwest::Body, String> {
        self.refused.map_or_else(|| Ok(self.content.into_body()), Err)
    }

    /// What cannot be sent, and why.
    fn refused(why: String) -> Self {
        Self { refused: Some(why), ..Self::new("") }
    }
}

/// A value as a body in XML; `schema` is a [`keyapi_xml::XmlSchema`] in JSON.
#[cfg(feature = "xml")]
pub fn xml_body(value: &impl Serialize, media_type: &str, schema: &str) -> File {
    let encoded = serde_json::from_str(schema).and_then(|schema| Ok((serde_json::to_value(value)?, schema)));
    let written = match encoded {
        Ok((value, schema)) => keyapi_xml::write(&value, &schema).map_err(|why| why.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match written {
        Ok(xml) => File::new(xml).media_type(media_type),
        Err(why) => File::refused(format!("the body does not encode: {why}")),
    }
}

/// A form as a body among those of other media types.
impl From<Form> for File {
    fn from(form: Form) -> Self {
        match form.into_pieces() {
            Ok((media_type, pieces)) => {
                Self { content: Content::Pieces(pieces), ..Self::new("").media_type(media_type) }
            }
            Err(why) => Self::refused(why),
        }
    }
}

impl<T: Into<Bytes>> From<T> for File {
    fn from(content: T) -> Self {
        Self::new(content)
    }
}

impl Form {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text. It has a media type where the document has one for it.
    pub fn text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.part(name.into(), PartKind::Text, File::new(value))
    }

    /// Adds a value as JSON, of the media type of JSON that the document has for it, or else `application/json`.
    pub fn json(mut self, name: impl Into<String>, value: &impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_vec(value) {
            Ok(json) => self.part(name, PartKind::Json, File::new(json)),
            Err(error) => {
                self.refused.get_or_insert(format!("the part `{name}` of the form does not encode: {error}"));
                self
            }
        }
    }

    /// Adds a file.
    pub fn file(self, name: impl Into<String>, file: impl Into<File>) -> Self {
        let (name, mut file) = (name.into(), file.into());
        // Servers tell files from texts by their having a name.
        file.name.get_or_insert_with(|| name.clone());
        self.part(name, PartKind::File, file)
    }

    fn part(mut self, name: String, kind: PartKind, file: File) -> Self {
        self.parts.push(Part { name, kind, file });
        self
    }

    /// Gives parts the media types that the document has for them, where callers did not say what they are.
    #[doc(hidden)]
    pub fn media_types(mut self, documented: &[PartMediaTypes]) -> Self {
        for part in &mut self.parts {
            if let Some(known) = documented.iter().find(|known| known.name == part.name) {
                part.file.media_type = part.file.media_type.take().or_else(|| part.documented(known));
            }
        }
        self
    }

    /// The media type and the body of a request.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent.
    #[doc(hidden)]
    pub fn into_body(self) -> Result<(String, reqwest::Body), String> {
        let (media_type, pieces) = self.into_pieces()?;
        Ok((media_type, Content::Pieces(pieces).into_body()))
    }

    fn into_pieces(self) -> Result<(String, Vec<Content>), String> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let boundary = boundary(&self.parts);
        let mut pieces = vec![];
        for Part { name, kind, file } in self.parts {
            let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&name));
            if let Some(name) = file.name {
                head.push_str(&format!("; filename=\"{}\"", quoted(&name)));
            }
            if let Some(media_type) = file.media_type.or_else(|| kind.media_type()) {
                head.push_str(&format!("\r\nContent-Type: {}", checked(media_type)?));
            }
            head.push_str("\r\n\r\n");
            pieces.extend([Content::Bytes(head.into()), file.content, Content::Bytes(Bytes::from_static(b"\r\n"))]);
        }
        pieces.push(Content::Bytes(format!("--{boundary}--\r\n").into()));
        Ok((format!("multipart/form-data; boundary={boundary}"), pieces))
    }
}

impl Part {
    /// The media type that the document has for it. A text is called JSON only where it is.
    fn documented(&self, known: &PartMediaTypes) -> Option<String> {
        let media_type = match self.kind {
            PartKind::Text => known.text.or_else(|| known.json.filter(|_| self.file.content.is_json())),
            PartKind::Json => known.json,
            PartKind::File => known.file,
        };
        media_type.map(str::to_owned)
    }
}

impl PartKind {
    /// The media type of a part of which the document says nothing. A text needs none (RFC 7578, section 4.4).
    fn media_type(self) -> Option<String> {
        match self {
            Self::Text => None,
            Self::Json => Some("application/json".to_owned()),
            Self::File => Some(BYTES.to_owned()),
        }
    }
}

/// The form that a JSON object describes: texts are texts, other scalars are written as JSON is, lists are several parts,
/// and objects are JSON. Properties that are files have their text as their content.
///
/// # Errors
///
/// What is no object.
pub fn form_of_json(body: &Value, files: &[&str]) -> Result<Form, String> {
    let Value::Object(properties) = body else {
        return Err("the body is no object, which a form has to be".to_owned());
    };
    let mut form = Form::new();
    for (name, value) in properties {
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            form = match value {
                Value::Null => form,
                _ if files.contains(&name.as_str()) => form.file(name, text),
                Value::Object(_) | Value::Array(_) => form.json(name, value),
                _ => form.text(name, text),
            };
        }
    }
    Ok(form)
}

/// A text that stands in no part. A stream may hold anything, so that of one only chance keeps it away.
fn boundary(parts: &[Part]) -> String {
    let contents: Vec<&Bytes> = parts
        .iter()
        .filter_map(|part| match &part.file.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Reader(_) | Content::Pieces(_) => None,
        })
        .collect();
    let is_all_there = contents.len() == parts.len();
    let mut number: u128 = if is_all_there { 0 } else { fastrand::u128(..) };
    loop {
        let boundary = format!("form-{number:032x}");
        let is_inside = |bytes: &&Bytes| memchr::memmem::find(bytes, boundary.as_bytes()).is_some();
        if !contents.iter().any(is_inside) {
            return boundary;
        }
        // Whoever made the content cannot know the next one.
        number = fastrand::u128(..);
    }
}

impl Content {
    /// The body of a request, in memory where nothing of it is read.
    fn into_body(self) -> reqwest::Body {
        if self.is_read() {
            return reqwest::Body::wrap_stream(self.into_stream());
        }
        match self {
            Self::Bytes(bytes) => bytes.into(),
            other => {
                let mut body = Vec::new();
                other.append_to(&mut body);
                body.into()
            }
        }
    }

    fn is_json(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if serde_json::from_slice::<IgnoredAny>(bytes).is_ok())
    }

    fn is_read(&self) -> bool {
        match self {
            Self::Bytes(_) => false,
            Self::Reader(_) => true,
            Self::Pieces(pieces) => pieces.iter().any(Self::is_read),
        }
    }

    fn append_to(&self, body: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => body.extend_from_slice(bytes),
            Self::Reader(_) => {}
            Self::Pieces(pieces) => pieces.iter().for_each(|piece| piece.append_to(body)),
        }
    }

    fn into_stream(self) -> BoxStream<'static, io::Result<Bytes>> {
        match self {
            Self::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
            Self::Reader(reader) => reader.chunks().boxed(),
            Self::Pieces(pieces) => stream::iter(pieces).flat_map(Self::into_stream).boxed(),
        }
    }
}

impl Reader {
    /// What is read. It is taken when it is asked for, so that a request can be looked at before it is sent.
    fn chunks(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let (mut taken, mut is_over) = (None, false);
        stream::poll_fn(move |context| {
            if is_over {
                return Poll::Ready(None);
            }
            let reader = match &mut taken {
                Some(reader) => reader,
                None => match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
                    Some(reader) => taken.insert(reader),
                    None => {
                        is_over = true;
                        let why = "a file was read and sent before: make another one for this request";
                        return Poll::Ready(Some(Err(io::Error::other(why))));
                    }
                },
            };
            let mut chunk = vec![0; CHUNK];
            let mut filled = ReadBuf::new(&mut chunk);
            let read = ready!(reader.as_mut().poll_read(context, &mut filled));
            let length = filled.filled().len();
            chunk.truncate(length);
            is_over = read.is_err() || length == 0;
            Poll::Ready(if read.is_ok() && is_over { None } else { Some(read.map(|()| chunk.into())) })
        })
    }
}

/// A name as the header of a part has it (WHATWG HTML, "multipart/form-data").
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn checked(media_type: String) -> Result<String, String> {
    match HeaderValue::from_str(&media_type) {
        Ok(_) => Ok(media_type),
        Err(_) => Err(format!("the media type {media_type:?} has characters that a header cannot have")),
    }
}

/// Shows how much there is of the content, and not what.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match &self.content {
            Content::Bytes(bytes) => Some(bytes.len()),
            Content::Reader(_) | Content::Pieces(_) => None,
        };
        let mut shown = f.debug_struct("File");
        shown.field("name", &self.name).field("media_type", &self.media_type).field("bytes", &bytes).finish()
    }
}
