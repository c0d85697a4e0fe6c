//! Operations that the client leaves out are served all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::operations::OperationInfo;
use keyapi_mock::{Engine, Options};
use support::{document, response};

#[test]
fn skipped_operations_are_served_and_take_no_name() {
    let document = document(
        "
openapi: 3.0.3
paths:
  /a: {get: {operationId: same, x-skip: it streams, responses: {'200': {description: d}, '2000': {description: d}}}}
  /b: {get: {operationId: same, responses: {'200': {description: d}}}}
",
    );
    let names: Vec<(String, String)> =
        OperationInfo::list(&document).into_iter().map(|info| (info.path.clone(), info.name.clone())).collect();
    // The client has one operation, which keeps its name.
    assert_eq!(names, [("/a".to_owned(), "a".to_owned()), ("/b".to_owned(), "same".to_owned())]);
    let engine = Engine::new(document, Options::default());
    assert_eq!(response(&engine, "GET /a").status.as_u16(), 200);
}
