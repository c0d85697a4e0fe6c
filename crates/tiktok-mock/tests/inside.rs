//! The document inside the server, which needs none of the features.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../mock/tests/wire/mod.rs"]
mod wire;

use keyapi_tiktok_mock::{MockServer, load};
use wire::get;

const PATH: &str = "/v1/tiktok/trending/music/detail";

const KEY: (&str, &str) = ("authorization", "Bearer sk_live_test");

#[test]
fn it_is_corrected_and_inferred() {
    let server = MockServer::start();
    let ask = |query: &str, prefer: &str| get(&server.url(), &format!("{PATH}{query}"), &[KEY, ("prefer", prefer)]);
    let documented = ask("?period=7", "example=default");
    assert_eq!((documented.status, documented.json()["data"]["sound"]["title"].as_str()), (200, Some("New Sun")));
    // The overlay closes the set of values, and says what a price and the envelope are.
    assert_eq!(ask("?period=999", "").json()["message"], "Invalid value for parameter: period");
    // The published schema says nothing of what is made up here.
    let made_up = ask("", "dynamic=true").json();
    assert!(made_up["data"]["sound"]["title"].is_string(), "{made_up}");
    assert_eq!(load::vendored().unwrap().check(), Ok(()));
}

#[test]
fn others_take_the_feature_documents() {
    let documents = || {
        [
            load::text("a.yaml", "{openapi: 3.0.3, paths: {}}"),
            load::value(serde_json::json!({"openapi": "3.0.3", "paths": {}})),
        ]
    };
    #[cfg(feature = "documents")]
    assert!(documents().iter().all(Result::is_ok));
    #[cfg(not(feature = "documents"))]
    for refused in documents() {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("turn on its feature `documents` in `Cargo.toml`"), "{refused}");
    }
}
