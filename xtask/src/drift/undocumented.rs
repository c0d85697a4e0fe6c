//! What settles a status that an operation does not document.

use keyapi_spec::diagnostic::join;
use keyapi_spec::document::body::json_content;
use keyapi_spec::document::reference;
use keyapi_spec::document::resolve;
use keyapi_spec::overlay;
use serde_json::{Value, json};

/// The action that documents a response with this status, whose body is JSON or not known, for the operation at a pointer.
pub(super) fn action(document: &Value, operation: &str, status: u16, is_json: bool) -> String {
    let responses = join(operation, "responses");
    let description = "Seen in real responses.";
    let response = match is_json {
        true => like(document, &responses, status)
            .unwrap_or_else(|| json!({"description": description, "content": {"application/json": {"schema": {}}}})),
        false => json!({ "description": description }),
    };
    overlay::action(document, &join(&responses, &status.to_string()), &response.to_string())
}

/// A reference to the success that is documented, for another one. All of them are decoded as one type, and what one of them
/// leaves open would be open in that.
fn like(document: &Value, responses: &str, status: u16) -> Option<Value> {
    let is_json = |response: &Value| resolve(document, response).and_then(json_content).is_some();
    let mut all = document.pointer(responses)?.as_object()?.iter();
    let (success, _) = all.find(|(status, response)| status.starts_with('2') && is_json(response))?;
    (200..300).contains(&status).then(|| json!({ "$ref": reference::to(&join(responses, success)) }))
}
