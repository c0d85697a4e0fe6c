//! Calls of a generated SDK against the mock server of its document.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod by_name;
mod by_status;
mod lists;
mod names;
mod parts;
mod recursions;
mod representations;
mod tokens_and_servers;
mod unions;
#[path = "../../../generated-cases/tests/wire/server.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod wire;
mod xml;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use keyapi_generated_sdk::{Client, ClientBuilder, RetryPolicy};
use keyapi_mock::{Document, MockServer, Options, load};

fn document() -> Arc<Document> {
    static DOCUMENT: LazyLock<Arc<Document>> = LazyLock::new(|| {
        load::text("other-platform.json", include_str!("../../../../tests/other-platform.json")).unwrap()
    });
    Arc::clone(&DOCUMENT)
}

/// The mock server of the document.
fn server() -> MockServer {
    MockServer::start_with(document(), Options::default())
}

/// A client of it, which waits for nothing between its attempts.
fn client(server: &MockServer) -> ClientBuilder {
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO);
    Client::builder().api_key("sk_live_test").base_url(server.url()).retry(retry)
}
