//! Proxies that want to be paid in passwords, and variables that name none.

use std::process::Command;

use keyapi_runtime::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::example::Client;
use crate::support::{FakeTime, KEY, Nobody, OK, Server, Step, json, response};

/// The test of this program that runs with variables of its own, and the variable that tells it so.
const CHILD: (&str, &str) = ("proxies::in_a_process_of_its_own", "PROXIES_TEST_URL");

/// A client that reaches this URL through this proxy.
fn client(url: &str, proxy: &str) -> Client {
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let http = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy();
    let http = http.proxy(reqwest::Proxy::all(proxy).unwrap()).build().unwrap();
    let client = Client::builder().api_key(KEY).base_url(url).allow_plain_http().http_client(http);
    client.environment(FakeTime::new()).build().unwrap()
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_asked_once() {
    for url in ["http://api.example", "https://api.example"] {
        let proxy = Server::start([response(407, "proxy-authenticate: Basic realm=\"x\"\r\n", b"<html>")]).await;
        let error = client(url, &proxy.url).track_detail().send().await.unwrap_err();
        assert!(error.is_proxy_authentication(), "{error}");
        assert_eq!((error.attempts(), proxy.seen().len()), (1, 1));
        let text = error.to_string();
        assert!(text.contains("not let through by the proxy: the proxy asks for a user name and password: "), "{text}");
    }
}

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_says_that_it_is_the_proxy() {
    let proxy = Server::start([response(403, "", b"")]).await;
    let error = client("https://api.example", &proxy.url).track_detail().send().await.unwrap_err();
    assert!(error.to_string().contains("could not connect: the proxy opens no tunnel to the server: "), "{error}");
}

#[tokio::test]
async fn a_proxy_that_speaks_no_tls_says_that_it_is_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            // Until the client hangs up.
            _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    let expected = "no trusted connection: the proxy does not speak TLS as this client does: check scheme, host and port of the \
                    proxy's URL";
    for url in ["http://api.example", "https://api.example"] {
        let error = client(url, &proxy).track_detail().send().await.unwrap_err();
        assert_eq!((error.to_string(), error.attempts()), (format!("track_detail: {expected}"), 1));
    }
    let text = run_child("http://api.example", &[("HTTP_PROXY", &proxy)]).await;
    assert_eq!(
        text,
        format!("Tls 1 track_detail: {}\n", expected.replace("connection: ", "connection: through the proxy: "))
    );
}

#[tokio::test]
async fn what_happens_behind_a_proxy_of_the_environment_says_so() {
    let nobody = Nobody::new();
    let with_password = nobody.url.replace("//", "//user:hunter2@");
    let text = run_child("http://api.example", &[("http_proxy", &with_password)]).await;
    assert!(text.contains("could not connect: through the proxy: "), "{text}");
    assert!(!text.contains("hunter2"), "{text}");

    for (body, expected) in
        [("zz\r\n", "unreadable response: through the proxy: "), ("5\r\n{", "through the proxy: end of file")]
    {
        let response = format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{body}");
        let proxy = Server::start([Step::Raw(response.into_bytes())]).await;
        let text = run_child("http://api.example", &[("HTTP_PROXY", &proxy.url)]).await;
        assert!(text.contains(expected) && !text.contains("api.example"), "{text}");
    }

    let proxy = Server::start([response(407, "", b"")]).await;
    let text = run_child("http://api.example", &[("ALL_PROXY", &proxy.url)]).await;
    assert!(text.starts_with("ProxyAuthentication 1 "), "{text}");

    let server = Server::start([json(200, OK)]).await;
    let text = run_child(&server.url, &[("HTTP_PROXY", &nobody.url)]).await;
    assert_eq!(text, "no error\n");
}

#[tokio::test]
async fn a_variable_that_names_no_proxy_is_an_error_of_the_configuration() {
    for name in ["ALL_PROXY", "HTTPS_PROXY", "http_proxy"] {
        let text = run_child("http://api.example", &[(name, "http://user:hunter2@[")]).await;
        assert_eq!(
            text,
            format!(
                "Configuration 0 client configuration: the environment variable {name} is not the URL of a proxy: \
                 correct it, as in `http://HOST:PORT`, or unset it\n"
            )
        );
    }
    let server = Server::start([json(200, OK)]).await;
    assert_eq!(run_child(&server.url, &[("HTTP_PROXY", "http://user:hunter2@[")]).await, "no error\n");
}

#[tokio::test]
async fn a_proxy_that_speaks_socks_is_an_error_of_the_configuration() {
    let text = run_child("http://api.example", &[("ALL_PROXY", "socks5h://user:hunter2@127.0.0.1:1")]).await;
    assert!(
        text.starts_with("Configuration 0 client configuration: the environment variable ALL_PROXY names a"),
        "{text}"
    );
    assert!(text.contains("SOCKS") && !text.contains("hunter2"), "{text}");
    let server = Server::start([json(200, OK)]).await;
    assert_eq!(run_child(&server.url, &[("ALL_PROXY", "socks5://127.0.0.1:1")]).await, "no error\n");
}

/// What a call to this base URL ends with in a process that has only these variables.
async fn run_child(url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([CHILD.0, "--exact", "--nocapture"]).env_clear().env(CHILD.1, url);
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, text) = text.split_once("outcome: ").unwrap_or_else(|| panic!("{text}"));
    text.split_inclusive('\n').next().unwrap().to_owned()
}

#[tokio::test]
async fn in_a_process_of_its_own() {
    let Ok(url) = std::env::var(CHILD.1) else { return };
    let client = Client::builder().api_key(KEY).base_url(url).allow_plain_http().environment(FakeTime::new()).build();
    let result = match client {
        Ok(client) => client.track_detail().send().await.map(drop),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => println!("outcome: no error"),
        Err(error) => {
            let kind: ErrorKind = error.kind();
            println!("outcome: {kind:?} {} {error}", error.attempts());
        }
    }
}
