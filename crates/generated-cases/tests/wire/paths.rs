//! Values in a path, which stay in their segment or are refused before anything is sent.

use httpmock::MockServer;
use keyapi_generated_cases::case_31j_path_values::client::{Client, Error};
use keyapi_generated_cases::case_31j_path_values::httpmock::MockServerExt;

use crate::server::{answer, provide_tls};

#[tokio::test]
async fn no_value_leaves_its_segment() {
    for (value, sent) in [
        ("..\\..", "..%5C.."),
        ("a/../b", "a%2F..%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("..;", "..;"),
        (" ", "%20"),
        ("\t\r\n", "%09%0D%0A"),
        ("?a#b", "%3Fa%23b"),
        ("\"<>[\\]^`{|}", "%22%3C%3E%5B%5C%5D%5E%60%7B%7C%7D"),
        ("-._~!$&'()*+,;=:@", "-._~!$&'()*+,;=:@"),
    ] {
        let (url, server) = answer(200, "", "");
        Client::new(&url).whole(value, "2").await.unwrap();
        assert_eq!(server.join().unwrap().line, format!("GET /a/{sent}/2/x HTTP/1.1"));
    }
}

#[tokio::test]
async fn a_value_that_would_make_another_path_is_refused() {
    // Nothing listens there, so that whatever is sent fails in another way.
    provide_tls();
    let client = Client::new("http://127.0.0.1:0");
    #[track_caller]
    fn check<T: std::fmt::Debug>(sent: Result<T, Error<()>>, expected: &str) {
        match sent {
            Err(Error::InvalidRequest(message)) => assert_eq!(message, expected),
            other => panic!("{other:?}"),
        }
    }
    check(
        client.whole("", "2").await,
        "the path parameter `one` is empty, which would make another path: give it a value",
    );
    check(
        client.whole("1", "").await,
        "the path parameter `two` is empty, which would make another path: give it a value",
    );
    for step in [".", ".."] {
        let message = format!(
            "the parameters of `/a/{{one}}/{{two}}/x` make the segment `{step}`, which would lead to another path"
        );
        check(client.whole("1", step).await, &message);
        check(client.whole(step, "2").await, &message);
    }
    let message = "the parameters of `/c/%2e{rest}` make the segment `%2e.`, which would lead to another path";
    check(client.encoded_dot(".").await, message);
}

#[tokio::test]
async fn dots_are_no_step_where_they_are_a_part_of_a_segment() {
    let (url, server) = answer(200, "", "");
    Client::new(&url).parts(".", ".").await.unwrap();
    assert_eq!(server.join().unwrap().line, "GET /b/... HTTP/1.1");
}

#[tokio::test]
async fn the_empty_segments_of_a_path_are_sent() {
    let (url, server) = answer(200, "", "");
    Client::new(&url).empty_segments("1").await.unwrap();
    assert_eq!(server.join().unwrap().line, "GET //d//1 HTTP/1.1");

    let server = MockServer::start();
    let called = server.empty_segments(|when, then| {
        when.one("1");
        then.ok();
    });
    Client::new(&server.base_url()).empty_segments("1").await.unwrap();
    called.assert();
}
