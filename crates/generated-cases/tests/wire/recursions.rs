//! Types that hold themselves, and that types before and behind them hold, too.

use keyapi_generated_cases::case_35a_recursions::client::{Client, types};
use serde_json::{Value, json};

use super::server::answer;

/// Decodes a value and encodes it again.
fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(value: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(value.clone()).unwrap()).unwrap()
}

#[test]
fn what_is_not_there_is_not_written() {
    for value in [
        json!({"text": "a"}),
        json!({"text": "a", "parent": {"text": "b", "replied-to": {"text": "c"}}, "replies": [{"text": "d"}]}),
    ] {
        assert_eq!(round_trip::<types::Comment>(&value), value);
        let value = json!({"pinned": value});
        assert_eq!(round_trip::<types::Article>(&value), value);
        assert_eq!(round_trip::<types::Zine>(&value), value);
    }
    for value in [json!({}), json!({"name": "a", "branch": {"tree": {"name": "b", "branch": {}}}, "other": 1})] {
        assert_eq!(round_trip::<types::Tree>(&value), value);
        let value = json!({"oldest": value, "branch": {"tree": value}});
        assert_eq!(round_trip::<types::Forest>(&value), value);
    }
}

#[test]
fn what_may_be_null_and_not_missing_is_written() {
    let value = json!({"first": {"next": {"next": null}}});
    assert_eq!(round_trip::<types::Chain>(&value), value);
    assert!(serde_json::from_value::<types::Link>(json!({})).is_err());
}

#[tokio::test]
async fn a_body_is_made_of_them() {
    let (url, server) = answer(200, "application/json", r#"{"text":"a"}"#);
    let comment = |text: &str| types::Comment {
        text: text.to_owned(),
        parent: None,
        replied_to: None,
        replies: None,
        extra: serde_json::Map::default(),
    };
    let reply = types::Comment { parent: Some(Box::new(comment("a"))), ..comment("b") };
    Client::new(&url).add_comment(&reply).await.unwrap();
    let sent: Value = serde_json::from_str(&server.join().unwrap().body).unwrap();
    assert_eq!(sent, json!({"text": "b", "parent": {"text": "a"}}));
}
