//! JSON Schemas of the types, which are there with the feature `schema`; without it, the crate compiles as well.

use keyapi_generated_cases::case_11k_ref_recursive_struct::client::types;

#[test]
fn every_type_has_a_schema_by_its_name() {
    let schema = types::json_schema("U").unwrap();
    assert_eq!(schema["title"], "U");
    assert_eq!(schema["properties"]["kids"]["items"]["$ref"], "#", "{schema}");
    assert_eq!(schema["required"], serde_json::json!(["child"]));
    assert_eq!(types::json_schema("u"), None);
}
