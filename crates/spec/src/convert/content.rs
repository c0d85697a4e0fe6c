//! What is in a text: binary data is a format in OpenAPI 3.0.

use super::schema::Site;
use crate::message::media_type::MediaType;

/// `contentEncoding: base64` is the format `byte`, and a media type whose content is no text the format `binary`.
pub(super) fn content(site: &mut Site<'_, '_>) {
    let is_text = site.schema.get("type").is_none_or(|kind| kind == "string");
    if is_text && !site.has("format") {
        let encoding = site.text("contentEncoding").map(str::to_ascii_lowercase);
        let is_binary = site.text("contentMediaType").is_some_and(is_binary);
        let (format, origin) = match encoding.as_deref() {
            Some("base64") => ("byte", "/contentEncoding"),
            None | Some("binary") if is_binary => ("binary", "/contentMediaType"),
            Some("binary") => ("binary", "/contentEncoding"),
            _ => ("", ""),
        };
        if !format.is_empty() {
            site.put("format", format);
            site.moved("/format", origin);
        }
    }
    // They put no condition on values, and say of a text what only its readers need.
    for keyword in ["contentEncoding", "contentMediaType", "contentSchema"] {
        let Some(value) = site.take(keyword) else { continue };
        let is_said = ["base64", "binary", "application/octet-stream"].contains(&value.as_str().unwrap_or_default());
        if !is_said {
            site.keep(keyword, value);
        }
    }
}

fn is_binary(media_type: &str) -> bool {
    MediaType::parse(media_type).is_some_and(|kind| {
        let text = media_type.to_ascii_lowercase();
        !kind.is_json()
            && !text.starts_with("text/")
            && !["xml", "yaml", "javascript"].iter().any(|of| text.contains(of))
    })
}
