//! What callers are told not to use any more: what the document deprecates, and former names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use keyapi_codegen::{RustNames, Sdk, public_items};
use keyapi_spec::Input;

fn sdk(document: &str, lock: &str) -> Sdk {
    let input = Input::new("spec.yaml", Ok(document.as_bytes().to_vec()));
    let input = input.with_lock("a.lock", Ok(lock.as_bytes().to_vec()));
    let resolved = input.resolve(&RustNames).unwrap_or_else(|found| panic!("{found:#?}"));
    keyapi_codegen::sdk(&resolved.document, "scratch").unwrap_or_else(|found| panic!("{found:#?}"))
}

/// The deprecated items of the crate, without the implementations of types.
fn deprecated(sdk: &Sdk) -> Vec<String> {
    let modules = [("", "pub mod generated; pub mod requests; pub mod blocking;"), ("generated", &sdk.client)];
    let modules = modules.into_iter().chain([("requests", &*sdk.requests), ("blocking", &*sdk.blocking)]);
    let modules: BTreeMap<String, String> =
        modules.map(|(path, source)| (path.to_owned(), source.to_owned())).collect();
    let items = public_items::list("c", &[], &modules).unwrap();
    items.lines().filter_map(|line| line.strip_prefix("#[deprecated] ")).map(str::to_owned).collect()
}

#[test]
fn callers_are_told_of_what_the_document_deprecates() {
    let document = std::fs::read_to_string(manifest_dir().join("tests/specs/31z_deprecated.yaml")).unwrap();
    let sdk = sdk(&document, "{}");
    let expected = [
        "pub c::generated::types::AddThingRequest::kind: ::std::option::Option<::std::string::String>",
        "pub c::generated::types::AddThingRequest::name: ::std::string::String",
        "pub c::generated::types::AddThingResponse::id: ::std::string::String",
        "pub c::generated::types::AddThingResponse::owner: ::std::option::Option<AddThingLender>",
        "pub c::generated::types::AddThingResponse::parts: ::std::option::Option<::std::vec::Vec<AddThingPart>>",
        "pub c::generated::types::AddThingResponse::type_: ::std::option::Option<::std::string::String>",
        "pub fn c::blocking::Client::add_thing(&self) -> operations::AddThing",
        "pub fn c::blocking::operations::AddThing::needed(mut self, value: impl Into<Option<i64>>) -> Self",
        "pub fn c::blocking::operations::AddThing::old<By>(mut self, value: impl crate::IntoParameter<String, By>) -> Self",
        "pub fn c::requests::Client::add_thing(&self) -> operations::AddThing",
        "pub fn c::requests::operations::AddThing::needed(mut self, value: impl Into<Option<i64>>) -> Self",
        "pub fn c::requests::operations::AddThing::old<By>(mut self, value: impl crate::IntoParameter<String, By>) -> Self",
    ];
    assert_eq!(deprecated(&sdk), expected);
    let note = "#[deprecated(note = \"Deprecated in favour of `PUT /things` (sunset: 2027-01-01)\")]";
    assert!(sdk.requests.contains(note) && sdk.blocking.contains(note), "{}", sdk.requests);
    assert_eq!(
        sdk.requests.matches("#[deprecated(note = \"the document deprecates it\")]").count(),
        3,
        "{}",
        sdk.requests
    );
}

#[test]
fn what_is_renamed_has_its_former_names_too() {
    let document = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      x-rust-name: things
      parameters:
        - {name: q, in: query, x-rust-name: text, schema: {type: string}}
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                x-rust-name: Things
                type: object
                properties: {owner: {x-rust-name: Owner, type: object, properties: {a: {type: string}}}}
";
    let lock = r##"{
        "names": {
            "GET /things": "listThings",
            "GET /things#query/q": "q",
            "GET /things#response": "ListThingsResponse",
            "GET /things#response/owner": "ListThingsOwner"
        },
        "former-names": {"GET /things#response/owner": ["Keeper"]}
    }"##;
    let found = deprecated(&sdk(document, lock));
    let expected = [
        "pub fn c::blocking::Client::list_things(&self) -> operations::Things",
        "pub fn c::blocking::operations::ListThings::q<By>(self, value: impl crate::IntoParameter<String, By>) -> Self",
        "pub fn c::blocking::operations::Things::q<By>(self, value: impl crate::IntoParameter<String, By>) -> Self",
        "pub fn c::requests::Client::list_things(&self) -> operations::Things",
        "pub fn c::requests::operations::ListThings::q<By>(self, value: impl crate::IntoParameter<String, By>) -> Self",
        "pub fn c::requests::operations::Things::q<By>(self, value: impl crate::IntoParameter<String, By>) -> Self",
        "pub type c::blocking::operations::ListThings = Things",
        "pub type c::generated::types::Keeper = Owner",
        "pub type c::generated::types::ListThingsOwner = Owner",
        "pub type c::generated::types::ListThingsResponse = Things",
        "pub type c::requests::operations::ListThings = Things",
    ];
    assert_eq!(found, expected);
}

#[test]
fn typed_mocks_keep_former_names() {
    let document = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /things/{id}:
    get:
      operationId: listThings
      x-rust-name: things
      parameters:
        - {name: id, in: path, required: true, x-rust-name: thing, schema: {type: string}}
        - {name: q, in: query, x-rust-name: text, schema: {type: string}}
      responses: {'204': {description: d}}
";
    let lock = r##"{
        "names": {
            "GET /things/{id}": "listThings",
            "GET /things/{id}#path/id": "id",
            "GET /things/{id}#query/q": "q"
        }
    }"##;
    let httpmock = sdk(document, lock).httpmock;
    let lines: Vec<&str> = httpmock.lines().map(str::trim).collect();
    let marked = lines.windows(2).filter(|pair| pair[0].starts_with("#[deprecated")).map(|pair| pair[1]);
    let expected = [
        "pub type ListThingsWhen = ThingsWhen;",
        "pub fn id(self, value: &str) -> Self {",
        "pub fn q<'a, T>(self, value: T) -> Self",
        "pub type ListThingsThen = ThingsThen;",
        "fn list_things<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>",
    ];
    assert_eq!(marked.collect::<Vec<_>>(), expected);
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
