//! Cargo features by the tags of a document: a program that needs the operations of one tag builds no others.

use std::collections::{BTreeMap, BTreeSet};

use keyapi_spec::document::operations;
use keyapi_spec::naming::suffixed;
use serde_json::Value;

/// The feature that has the operations of all tags.
pub const ALL: &str = "operations";

/// What features of an SDK are called that have nothing to do with tags.
pub const RESERVED: [&str; 13] = [
    ALL,
    "blocking",
    "br",
    "default",
    "dispatch",
    "gzip",
    "native-tls",
    "oauth2",
    "recorder",
    "rustls",
    "schema",
    "tracing",
    "xml",
];

/// The most that registries take.
const MAX_LENGTH: usize = 64;

/// The features of a document with the tags that each is for. Tags whose features would have one name share it.
pub fn of_document(document: &Value) -> BTreeMap<String, BTreeSet<&str>> {
    let mut features: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for operation in operations(document) {
        for tag in document.pointer(&operation.pointer).map(tags).unwrap_or_default() {
            features.entry(of_tag(tag)).or_default().insert(tag);
        }
    }
    features
}

/// The features of which one has to be on for an operation to be there; none where it always is.
pub fn of_operation(operation: &Value) -> BTreeSet<String> {
    tags(operation).into_iter().map(of_tag).collect()
}

fn tags(operation: &Value) -> Vec<&str> {
    operation.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The name of the feature for a tag, of which registries take ASCII alone.
fn of_tag(tag: &str) -> String {
    let words = tag.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    // What is left of a name in another script says nothing of what was there.
    let is_lossy = tag.chars().any(|char| char.is_alphanumeric() && !char.is_ascii());
    match name.as_str() {
        "" => suffixed("tag", "-", tag, 0),
        name if is_lossy || name.len() > MAX_LENGTH => {
            suffixed(name[..name.len().min(MAX_LENGTH - 5)].trim_end_matches('-'), "-", tag, 0)
        }
        name if RESERVED.contains(&name) => format!("tag-{name}"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_become_names_that_cargo_takes() {
        #[track_caller]
        fn check(tag: &str, expected: &str) {
            assert_eq!(of_tag(tag), expected);
            assert!(of_tag(tag).len() <= MAX_LENGTH);
        }
        check("Trending Music", "trending-music");
        check("trending_music", "trending-music");
        check("  Video / Shop (v2)  ", "video-shop-v2");
        check("360 video", "360-video");
        check("gzip", "tag-gzip");
        check("Default", "tag-default");
        check("operations", "tag-operations");
        // What says too little of a tag is told apart by digits.
        let numbered = |tag: &str, expected: &str| {
            let name = of_tag(tag);
            let digits = name.strip_prefix(expected).unwrap_or_default();
            assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{tag}: {name}");
            assert!(name.len() <= MAX_LENGTH);
        };
        numbered("", "tag-");
        numbered("!?", "tag-");
        numbered("\u{97f3}\u{4e50}", "tag-");
        numbered("caf\u{e9} music", "caf-music-");
        numbered(&"long ".repeat(40), "long-long-long-long-long-long-long-long-long-long-long-long-");
        assert_ne!(of_tag("\u{97f3}"), of_tag("\u{4e50}"));
    }

    #[test]
    fn an_operation_is_behind_all_of_its_tags() {
        let operation = |tags: Value| json!({"tags": tags, "responses": {}});
        let document = json!({"paths": {
            "/a": {"get": operation(json!(["B", "a"])), "post": operation(json!(["A"]))},
            "/b": {"get": {"responses": {}}, "put": operation(json!([]))},
        }});
        let expected =
            BTreeMap::from([("a".to_owned(), BTreeSet::from(["A", "a"])), ("b".to_owned(), BTreeSet::from(["B"]))]);
        assert_eq!(of_document(&document), expected);
        assert_eq!(of_operation(&document["paths"]["/a"]["get"]), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert!(of_operation(&document["paths"]["/b"]["get"]).is_empty());
    }
}
