//! Calls go where the document says that the operation is served; a mock server of the document judges that.

use std::sync::Arc;

use keyapi_generated_cases::case_31k_servers::client::Client;
use keyapi_tiktok_mock::{MockServer, Options, load};

use crate::server::provide_tls;

const DOCUMENT: &str = include_str!("../../../codegen/tests/specs/31k_servers.yaml");

/// The targets of one call of each operation, as the mock server saw them.
async fn targets(server: &MockServer, base: &str) -> Vec<String> {
    provide_tls();
    let client = Client::new(&format!("{}{base}", server.url()));
    client.items().await.unwrap();
    client.item("a/b").await.unwrap();
    client.upload().await.unwrap();
    client.replace().await.unwrap();
    client.remove().await.unwrap();
    server.journal().iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect()
}

#[tokio::test]
async fn a_base_url_stands_in_for_the_host_of_every_server() {
    let document = load::text("servers.yaml", DOCUMENT).unwrap();
    for base in ["", "/", "/v2", "/v2/"] {
        let server = MockServer::start_with(Arc::clone(&document), Options::default());
        let expected =
            ["GET /v2/items", "GET /v2/items/a%2Fb", "POST /files/v1/upload", "PUT /files/v2/upload", "DELETE /upload"];
        assert_eq!(targets(&server, base).await, expected, "{base}");
    }
}

#[tokio::test]
async fn typed_mocks_take_calls_with_and_without_the_path_of_the_server() {
    use keyapi_generated_cases::case_31k_servers::client::types::ItemResponse;
    use keyapi_generated_cases::case_31k_servers::httpmock::MockServerExt;

    provide_tls();
    let server = httpmock::MockServer::start();
    let item = server.item(|when, then| {
        when.id("a");
        then.ok(&serde_json::from_str::<ItemResponse>("{}").unwrap());
    });
    Client::new(&server.base_url()).item("a").await.unwrap();
    for target in ["/items/a", "/v2/items/a", "/v3/items/a", "/v2/v2/items/a"] {
        reqwest::get(format!("{}{target}", server.base_url())).await.unwrap();
    }
    assert_eq!(item.calls(), 3);
}
