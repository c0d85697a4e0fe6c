//! Properties that go one way only.

use keyapi_generated_cases::case_34b_directions::client::{Client, types};
use serde_json::json;

use super::server::answer;

#[tokio::test]
async fn a_request_has_what_requests_have_and_a_response_what_responses_have() {
    let (url, server) = answer(201, "application/json", r#"{"id":7,"name":"a"}"#);
    let user = types::NewUser { name: "a".to_owned(), password: types::Secret::from("p".to_owned()) };
    let added = Client::new(&url).add_user(&user).await.unwrap().into_inner();
    assert_eq!(server.join().unwrap().body, r#"{"name":"a","password":"p"}"#);
    assert_eq!((added.id, added.name.as_str()), (7, "a"));
    // What comes in spite of that is kept.
    let user: types::User = serde_json::from_value(json!({"id": 7, "name": "a", "password": "p"})).unwrap();
    assert_eq!(user.extra["password"], "p");
}

#[tokio::test]
async fn a_type_that_goes_both_ways_has_all_and_needs_neither() {
    let (url, server) = answer(200, "application/json", r#"{"id":7,"name":"a"}"#);
    let both = types::Both { id: None, name: "a".to_owned(), password: None, extra: serde_json::Map::default() };
    let changed = Client::new(&url).change_user(&both).await.unwrap().into_inner();
    assert_eq!(server.join().unwrap().body, r#"{"name":"a"}"#);
    assert_eq!(changed.id, Some(7));
}
