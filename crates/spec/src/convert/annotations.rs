//! What schemas say that puts no condition on values: what they are called, and examples.

use serde_json::{Value, json};

use super::schema::Site;

/// The further examples of a schema, of which OpenAPI 3.0 has only one.
pub(crate) const EXAMPLES: &str = "x-examples";

/// What is the dialect of OpenAPI 3.1, or read as it is: what differs is not in use there.
const DIALECTS: [&str; 6] = [
    "https://spec.openapis.org/oas/3.1/dialect/",
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/schema",
];

/// Whether schemas of a dialect are read as it has them.
pub(super) fn is_known_dialect(dialect: &str) -> bool {
    let secure = |text: &str| text.replacen("http://", "https://", 1);
    DIALECTS.iter().any(|known| secure(dialect).starts_with(&secure(known)))
}

/// What to do about a dialect that is not known.
pub(super) const DIALECT_HELP: &str = "write the schemas in the dialect of OpenAPI 3.1, which is JSON Schema 2020-12";

/// Takes out what identifies a schema, once references to it lead there by a pointer, and notes of its authors.
pub(super) fn identity(site: &mut Site<'_, '_>) {
    if let Some(dialect) = site.text("$schema").filter(|dialect| !is_known_dialect(dialect)) {
        let message = format!("`{dialect}` is read as JSON Schema 2020-12");
        site.warn("schema-dialect", "$schema", message, DIALECT_HELP);
    }
    for keyword in ["$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment"] {
        site.take(keyword);
    }
}

/// Says of words of OpenAPI 3.0 that they are read as they are there.
pub(super) fn earlier(site: &mut Site<'_, '_>) {
    let now = [
        ("nullable", "a type `null` beside the others"),
        ("exclusiveMinimum", "the bound itself in its place"),
        ("exclusiveMaximum", "the bound itself in its place"),
    ];
    for (keyword, instead) in now {
        if site.schema.get(keyword) == Some(&Value::Bool(true)) {
            let message = format!("`{keyword}: true` is of OpenAPI 3.0, and read as it is there");
            site.warn("earlier-keyword", keyword, message, &format!("OpenAPI 3.1 has {instead}"));
        }
    }
}

/// The first of `examples` becomes the `example`.
pub(super) fn examples(site: &mut Site<'_, '_>) {
    if !site.schema.get("examples").is_some_and(Value::is_array) {
        return;
    }
    let Some(Value::Array(mut examples)) = site.take("examples") else { return };
    let mut taken = 0;
    if !site.has("example") && !examples.is_empty() {
        site.put("example", examples.remove(0));
        site.moved("/example", "/examples/0");
        taken = 1;
    }
    for index in 0..examples.len() {
        site.moved(&format!("/{EXAMPLES}/{index}"), &format!("/examples/{}", index + taken));
    }
    if !examples.is_empty() {
        site.put(EXAMPLES, json!(examples));
    }
}
