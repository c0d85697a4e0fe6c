//! The journal, as the admin interface shows it.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::document::Document;
use crate::document::response::Code;
use crate::engine::journal::{Entry, Filter};
use crate::engine::outcome::Response;
use crate::engine::{Engine, Loaded};

/// The entries that the query asks for, or 304 where the client has seen this journal already.
pub(super) fn show<'q>(
    engine: &Engine,
    loaded: &Loaded,
    headers: &HeaderMap,
    asked: &impl Fn(&str) -> Option<&'q str>,
) -> Response {
    let filter = match filter(&loaded.document, asked) {
        Ok(filter) => filter,
        Err(detail) => return super::refused(StatusCode::BAD_REQUEST, detail),
    };
    // Before the entries are read: what comes meanwhile is shown again rather than never.
    let tag = format!("\"{}\"", engine.state().journal.version());
    let is_seen = headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes());
    let mut response = match is_seen {
        true => super::text(StatusCode::NOT_MODIFIED, "application/json", String::new()),
        false => {
            let entries = engine.journal_for(&loaded.document, filter);
            super::json(StatusCode::OK, &Value::Array(entries.iter().map(Entry::to_json).collect()))
        }
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers.insert(header::ETAG, tag);
    }
    response
}

fn filter<'q>(document: &Document, asked: &impl Fn(&str) -> Option<&'q str>) -> Result<Filter, &'static str> {
    let mut filter = Filter::default();
    if let Some(name) = asked("operation") {
        let unknown = "there is no such operation; /__mock/operations lists them all, and an empty name asks for none";
        filter.operation = Some(match name {
            "" => None,
            name => Some(document.find(name).ok_or(unknown)?),
        });
    }
    if let Some(status) = asked("status") {
        filter.status = Some(match (status, Code::parse(status)) {
            ("none", _) => None,
            (_, Some(code @ (Code::Exact(_) | Code::Range(_)))) => Some(code),
            _ => return Err("a status is 404, 4XX, or none where there was no response"),
        });
    }
    if let Some(limit) = asked("limit") {
        filter.limit = limit.parse().map_err(|_| "the limit is no number")?;
    }
    Ok(filter)
}
