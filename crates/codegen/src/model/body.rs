//! The body of a request.

use keyapi_spec::document::body::{Chosen, Encoding, choose, others, xml_body};
use keyapi_spec::document::part::{PartMediaTypes, files};
use serde_json::Value;

use super::{RustType, Xml};
use crate::prepare::XML_BODY;

/// What a request sends.
pub(crate) enum Body {
    /// A value that is sent as JSON or as a form.
    Typed(RustType),
    /// Text that is sent as it is.
    Text,
    /// Bytes that are sent as they are.
    Bytes,
    /// Content whose media type callers tell; one that the document allows.
    File { media_type: String },
    /// A form in several parts: the names of those that are files, and the media types that the document gives to some.
    Form { files: Vec<String>, media_types: Vec<(String, PartMediaTypes)> },
}

impl Body {
    /// `prepared` is the request body as the generator gets it, which has one media type, and `body` the one in the
    /// document.
    pub(super) fn new(document: &Value, body: &Value, prepared: &Value) -> Option<Self> {
        if let Some(chosen) = choose(body).filter(Chosen::is_told_by_body) {
            return Some(match chosen.encoding {
                Encoding::Multipart => {
                    let media = &body["content"][chosen.media_type];
                    Self::Form { files: files(document, media), media_types: part_media_types(media) }
                }
                _ => Self::File { media_type: example_of(chosen.media_type) },
            });
        }
        let (media_type, media) = prepared.get("content")?.as_object()?.iter().next()?;
        Some(match media_type.as_str() {
            "text/plain" => Self::Text,
            "application/octet-stream" => Self::Bytes,
            _ => Self::Typed(RustType::of(media.get("schema")?)),
        })
    }

    /// The type that callers give.
    pub(crate) fn ty(&self) -> RustType {
        match self {
            Self::Typed(ty) => ty.clone(),
            Self::Text => RustType::String,
            Self::Bytes | Self::File { .. } => RustType::File,
            Self::Form { .. } => RustType::Form,
        }
    }

    /// The media type of content that is sent as it is given.
    pub(crate) fn content_type(&self) -> Option<&str> {
        match self {
            Self::Typed(_) | Self::Form { .. } => None,
            Self::Text => Some("text/plain"),
            Self::Bytes => Some("application/octet-stream"),
            Self::File { media_type } => Some(media_type),
        }
    }

    /// Whether the body tells its media type itself.
    pub(crate) fn tells_its_media_type(&self) -> bool {
        matches!(self, Self::File { .. } | Self::Form { .. })
    }
}

/// A body that is written in XML.
pub(crate) struct XmlBody {
    pub(crate) xml: Xml,
    /// Whether another body is what callers give as a rule.
    pub(crate) is_other: bool,
    /// The documented example, as it is sent.
    pub(crate) example: Option<String>,
}

impl XmlBody {
    /// `body` is the request body in the document, and `of_generator` the operation as the generator gets it.
    pub(super) fn new(document: &Value, body: &Value, of_generator: &Value) -> Option<Self> {
        let (media_type, schema) = xml_body(document, body)?;
        let xml = Xml::new(document, media_type, schema, of_generator.get(XML_BODY)?)?;
        let example = example(&body["content"][media_type]).and_then(|example| match example {
            Value::String(text) => Some(text.clone()),
            // One that cannot be written is told of.
            value => keyapi_spec::schema::xml::write(document, schema, value).ok(),
        });
        Some(Self { xml, is_other: others(body).contains(&media_type), example })
    }
}

/// What the document shows of a body in a media type.
pub(crate) fn example(media: &Value) -> Option<&Value> {
    media.get("example").or_else(|| media.pointer("/schema/example"))
}

/// A media type of a range, for whoever makes a body up.
fn example_of(range: &str) -> String {
    let subtype = match range.split('/').next() {
        Some("image") => "png",
        Some("text") => "plain",
        Some("audio") => "mpeg",
        Some("video") => "mp4",
        _ => "octet-stream",
    };
    range.replace('*', subtype)
}

/// The media types of the parts whose encodings decide them, by name.
fn part_media_types(media: &Value) -> Vec<(String, PartMediaTypes)> {
    let encodings = media.get("encoding").and_then(Value::as_object).into_iter().flatten();
    let decided = encodings.map(|(name, encoding)| (name.clone(), PartMediaTypes::of(encoding)));
    decided.filter(|(_, media_types)| !media_types.is_empty()).collect()
}
