//! Tokens of OAuth 2, and servers that are chosen, against servers on this machine.

use keyapi_generated_sdk::{Client, ClientBuilder, ClientCredentials, Error, Server, servers};

use crate::wire::{answer, provide_tls};

const TOKEN: &str = r#"{"access_token":"t1","token_type":"Bearer","expires_in":3599.0}"#;

#[tokio::test]
async fn a_token_goes_to_the_server_that_was_chosen() {
    let (tokens, asked) = answer(200, "application/json", TOKEN);
    let (api, called) = answer(200, "application/json", r#"{"status":0,"result":{"calls":7}}"#);
    let (_, port) = api.rsplit_once(':').unwrap();
    let credentials =
        ClientCredentials::new("me", "s3cret").scope("read").token_url(format!("{tokens}/token?tenant=2"));
    let local = servers::Local::new().port(port).version(servers::LocalVersion::X1);
    let client = Client::builder().client_credentials(credentials).server(local).build().unwrap();
    client.get_account().send().await.unwrap();
    let asked = asked.join().unwrap();
    assert_eq!(asked.line, "POST /token?tenant=2 HTTP/1.1");
    assert_eq!(asked.body, "grant_type=client_credentials&scope=read");
    assert_eq!(asked.header("authorization"), ["Basic bWU6czNjcmV0"]);
    let called = called.join().unwrap();
    assert_eq!((called.line.as_str(), called.header("authorization")), ("GET /1/account HTTP/1.1", vec!["Bearer t1"]));
}

#[tokio::test]
async fn an_endpoint_that_refuses_the_client_says_why() {
    let (tokens, asked) = answer(400, "application/json", r#"{"error":"invalid_scope"}"#);
    let (api, _) = answer(200, "application/json", "{}");
    let credentials = ClientCredentials::new("me", "s3cret").scope("admin").token_url(tokens);
    let client = Client::builder().client_credentials(credentials).base_url(api).build().unwrap();
    let error = client.get_account().send().await.unwrap_err();
    assert_eq!((error.is_key_provider(), error.oauth2_error()), (true, Some("invalid_scope")), "{error}");
    asked.join().unwrap();
}

#[tokio::test]
async fn what_is_open_takes_no_token() {
    let (api, called) = answer(200, "application/json", r#"{"status":0,"result":{"up":true}}"#);
    let client = Client::builder().client_credentials(ClientCredentials::new("me", "s3cret")).base_url(api);
    let response = client.build().unwrap().get_status().send().await.unwrap();
    assert_eq!(response.into_data().unwrap().up, Some(true));
    let called = called.join().unwrap();
    assert_eq!((called.line.as_str(), called.header("authorization")), ("GET /weather/status HTTP/1.1", vec![]));
}

/// The code of the guide.
#[test]
fn clients_are_made_in_these_ways() -> Result<(), Error> {
    provide_tls();
    let (id, secret, port) = ("me", "s3cret", "8081");
    let credentials = ClientCredentials::new(id, secret).scope("read");
    let client = Client::builder().client_credentials(credentials).build()?;
    assert!(!format!("{client:?}").contains(secret));
    let credentials = ClientCredentials::new(id, secret);
    let server = servers::Local::new().port(port).version(servers::LocalVersion::V2);
    let client = Client::builder().client_credentials(credentials).server(server).build()?;
    assert_eq!(client.get_account().preview()?.url(), "http://127.0.0.1:8081/v2/account");
    Ok(())
}

#[test]
fn calls_go_to_the_first_server_unless_another_one_is_chosen() {
    provide_tls();
    let target = |server: Option<Server>| {
        let builder = Client::builder().client_credentials(ClientCredentials::new("me", "s3cret"));
        let builder = server.into_iter().fold(builder, ClientBuilder::server);
        builder.build().unwrap().get_account().preview().unwrap().url().to_owned()
    };
    assert_eq!(target(None), "https://api.example.org/weather/account");
    assert_eq!(target(Some(servers::PRODUCTION)), target(None));
    assert_eq!(target(Some(servers::Local::new().into())), "http://127.0.0.1:8080/v2/account");
}
