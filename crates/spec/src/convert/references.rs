//! References to schemas with conditions beside them, which OpenAPI 3.0 does not look at: they become a part.

use serde_json::{Value, json};

use super::schema::Site;

/// `{"$ref": …, "minLength": 1}` becomes `{"minLength": 1, "allOf": [{"$ref": …}]}`.
pub(super) fn siblings(site: &mut Site<'_, '_>) {
    if site.schema.len() < 2 || site.text("$ref").is_none() {
        return;
    }
    let Some(target) = site.take("$ref") else { return };
    let parts = site.schema.entry("allOf").or_insert_with(|| json!([]));
    // Whatever is wrong with the parts is for later stages to say.
    let Value::Array(parts) = parts else { return };
    parts.insert(0, json!({ "$ref": target }));
    let others = parts.len() - 1;
    for index in (0..others).rev() {
        site.moved(&format!("/allOf/{}", index + 1), &format!("/allOf/{index}"));
    }
    site.moved("/allOf/0", "");
}
