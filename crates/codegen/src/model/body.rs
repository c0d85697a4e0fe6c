//! The body of a request.

use serde_json::Value;

use super::RustType;

/// What a request sends.
pub(crate) enum Body {
    /// A value that is sent as JSON or as a form.
    Typed(RustType),
    /// Text that is sent as it is.
    Text,
    /// Bytes that are sent as they are.
    Bytes,
}

impl Body {
    /// `prepared` is the request body as the generator gets it, which has one media type.
    pub(super) fn new(prepared: &Value) -> Option<Self> {
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
            Self::Bytes => RustType::Bytes,
        }
    }
}
