//! Documents of any size in the style of the vendored one.

use keyapi_spec::document::operations;
use serde_json::{Map, Value, json};

const SUBJECTS: [&str; 10] =
    ["music", "video", "creator", "shop", "product", "hashtag", "live", "comment", "advert", "search"];

/// The operation of the vendored document that others are made from.
const MODEL: &str = "/v1/tiktok/trending/music/detail";

/// A document of so many operations: copies of the model, no two with the same schemas, and last the model itself.
///
/// One in ten has a JSON body, one in ten a list as its data, and one in ten more statuses.
pub(super) fn grow(document: &Value, count: usize) -> Value {
    let mut grown = document.clone();
    let Some(model) = operations(document).into_iter().find(|operation| operation.path == MODEL) else { return grown };
    let mut paths = Map::new();
    for number in 1..count {
        let subject = SUBJECTS[number % SUBJECTS.len()];
        let path = format!("/v1/tiktok/{subject}/list{number:04}/detail");
        let operation = document.pointer(&model.pointer).cloned().unwrap_or_default();
        // The samples speak of the path, too.
        let text = operation.to_string().replace(&model.path, &path);
        let mut operation: Value = serde_json::from_str(&text).unwrap_or_default();
        operation["operationId"] = format!("get_api_v3_{subject}_{number:04}").into();
        operation["summary"] = format!("Detail of {subject} {number}").into();
        diversify(&mut operation, subject, number);
        let method = if number % 10 == 3 { "post" } else { "get" };
        paths.insert(path, json!({ method: operation }));
    }
    let item = document.pointer("/paths").and_then(|paths| paths.get(&model.path)).cloned();
    paths.insert(model.path, item.unwrap_or_default());
    grown["paths"] = paths.into();
    grown
}

/// Makes an operation different from those of other subjects and numbers.
fn diversify(operation: &mut Value, subject: &str, number: usize) {
    let Some(example) = operation.pointer_mut("/responses/200/content/application~1json/schema/example") else {
        return;
    };
    example["requestId"] = format!("00000000-0000-4000-8000-{number:012}").into();
    let data = &mut example["data"];
    add_properties(data, subject, number);
    data[format!("{subject}_{number}")] = number.into();
    match number % 10 {
        3 => {
            let body =
                json!({ "keyword": subject, "filters": { "region": ["US", "GB"], "minimum": number }, "page": 1 });
            operation["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": { "type": "object", "properties": {}, "example": body } } }
            });
        }
        5 => *data = json!([data.clone()]),
        7 => {
            let error = json!({ "code": 404, "data": null, "message": format!("{subject} not found") });
            operation["responses"]["404"] = json!({
                "description": "Not Found",
                "content": { "application/json": { "schema": { "type": "object", "example": error } } }
            });
        }
        _ => {}
    }
}

/// Adds a property to every object inside.
fn add_properties(value: &mut Value, subject: &str, number: usize) {
    match value {
        Value::Object(properties) => {
            properties.values_mut().for_each(|property| add_properties(property, subject, number));
            properties.insert(format!("{subject}_id"), number.to_string().into());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| add_properties(item, subject, number)),
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use keyapi_spec::document::operations;

    use super::*;
    use crate::workspace::platform;

    #[test]
    fn a_grown_document_ends_with_the_operation_that_it_grew_from() {
        let vendored: Value = serde_json::from_str(&std::fs::read_to_string(platform().spec).unwrap()).unwrap();
        let grown = grow(&vendored, 20);
        let keys = operations(&grown);
        assert_eq!(keys.len(), 20);
        assert_eq!(keys[19].path, MODEL);
        assert_eq!(grown.pointer(&keys[19].pointer), vendored.pointer(&keys[19].pointer));
        assert_eq!(keys.iter().filter(|key| key.method == "post").count(), 2);
        assert_ne!(grown.pointer(&keys[0].pointer), grown.pointer(&keys[10].pointer));
        assert_eq!(operations(&grow(&vendored, 1)), keys[19..]);
    }
}
