//! The credentials that are exchanged in an entry of a HAR file.

use keyapi_redaction::Presented;
use keyapi_spec::source::Node;

/// What an entry has for credentials. `path` is that of its operation, and `documented` are the names of its parameters.
pub(crate) fn exchanged(entry: &Node, path: &str, documented: &[String]) -> Vec<String> {
    let list = |pointer: &str| {
        let items = entry.pointer(pointer).map(Node::items).unwrap_or_default();
        items.iter().filter_map(|item| Some((item.get("name")?.as_str()?, item.get("value")?.as_str()?)))
    };
    let text = |pointer: &str| entry.pointer(pointer).and_then(Node::as_str).unwrap_or_default();
    let mut found = Presented::to_operation(documented);
    found.url(text("/request/url"));
    found.base(text("/request/url"), path);
    for values in ["/request/queryString", "/request/postData/params", "/request/cookies", "/response/cookies"] {
        list(values).for_each(|(name, value)| found.value(name, value));
    }
    found.body(text("/request/postData/text"));
    list("/request/headers").for_each(|(name, value)| found.header(name, value));
    list("/response/headers").for_each(|(name, value)| found.response_header(name, value));
    found.url(text("/response/redirectURL"));
    found.credentials()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use keyapi_redaction::Redactor;
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "MyVerySecretKey12345";

    fn redacts(entry: &Value, text: &str) -> bool {
        let source = keyapi_spec::Source::parse_json("x.har", entry.to_string().as_bytes()).unwrap();
        let exchanged = exchanged(source.root(), "/v1/a/{id}", &["music_id".to_owned()]);
        Redactor::new().unwrap().knowing(exchanged).unwrap().text(text).0 != text
    }

    #[test]
    fn what_is_exchanged_in_any_place_is_a_key() {
        let header = |name: &str, value: &str| json!({"request": {"headers": [{"name": name, "value": value}]}});
        let url = |url: &str| json!({"request": {"url": url}});
        let post = |data: Value| json!({"request": {"postData": data}});
        let body = |body: Value| json!({"request": {"postData": {"text": body.to_string()}}});
        let response = |response: Value| json!({ "response": response });
        for entry in [
            url("https://x.io/a?api_key=MyVerySecretKey12345"),
            url("https://x.io/a?k=MyVerySecret%4Bey12345&b=1#c"),
            url("https://x.io/a#access_token=MyVerySecretKey12345"),
            url("https://user:MyVerySecretKey12345@x.io/a"),
            header("Cookie", "a=b; sid=MyVerySecretKey12345"),
            header("Authorization", "Basic dXNlcjpNeVZlcnlTZWNyZXRLZXkxMjM0NQ=="),
            header("Authorization", "Digest username=\"x\", response=\"MyVerySecretKey12345\""),
            header("X-Auth", SECRET),
            header("x-session", SECRET),
            header("x-anything", "v1;id=MyVerySecretKey12345"),
            header("Referer", "https://x.io/?t=MyVerySecretKey12345"),
            header(":path", "/a?t=MyVerySecretKey12345"),
            json!({"request": {"cookies": [{"name": "a", "value": SECRET}]}}),
            post(json!({"params": [{"name": "p", "value": SECRET}]})),
            post(json!({"text": "user=me&p=MyVerySecretKey12345"})),
            post(json!({"text": json!({"login": [{"password": SECRET}]}).to_string()})),
            post(json!({"text": "--x\r\nContent-Disposition: form-data; name=p\r\n\r\nMyVerySecretKey12345\r\n--x--"})),
            response(json!({"headers": [{"name": "Set-Cookie", "value": "sid=MyVerySecretKey12345; Path=/"}]})),
            response(json!({"headers": [{"name": "X-Api-Token", "value": SECRET}]})),
            response(json!({"headers": [{"name": "Location", "value": "/a?code=MyVerySecretKey12345"}]})),
            response(json!({"cookies": [{"name": "a", "value": SECRET}]})),
            response(
                json!({"headers": [{"name": "Link", "value": "<https://x.io/a?token=MyVerySecretKey12345>; rel=next"}]}),
            ),
            response(json!({"headers": [{"name": "X-CSRF", "value": SECRET}]})),
            url("https://x.io/k/MyVerySecretKey12345/v1/a/7"),
            header("If-Auth-Token", SECRET),
            header("Sec-Api-Key", SECRET),
            header("Content-Signature", SECRET),
            header("Authorization", "Basic dXNlcjpNeVZlcnlTZWNyZXRLZXkxMjM0NQ"),
            body(json!({"tokens": [SECRET]})),
            body(json!({"token": {"value": SECRET}})),
            body(json!([{"name": "password", "value": SECRET}])),
            body(json!([["password", SECRET]])),
            body(json!({"payload": json!({"password": SECRET}).to_string()})),
            post(json!({"text": "{\"password\":\"MyVerySecretKey12345\"}\n{\"a\":1}"})),
            post(json!({"text": "<a><password>MyVerySecretKey12345</password></a>"})),
            post(
                json!({"text": "--x\r\nContent-Disposition: form-data; name=p\r\n\r\nab:MyVerySecretKey12345\r\n--x--"}),
            ),
        ] {
            assert!(redacts(&entry, &format!("echo {SECRET}!")), "{entry}");
        }
        assert!(redacts(&header("Authorization", "Bearer short77"), "echo short77"));
        assert!(redacts(&url("https://x.io/?token=short77"), "echo short77"));
        assert!(redacts(&header("Cookie", "sid=short77"), "echo short77"));
        assert!(redacts(&body(json!({"password": 8412973})), "echo 8412973"));
    }

    #[test]
    fn what_is_asked_for_is_no_key() {
        let header = |name: &str, value: &str| json!({"request": {"headers": [{"name": name, "value": value}]}});
        for (entry, text) in [
            (
                json!({"request": {"url": "https://x.io/a?music_id=6703723351497508865&page=1"}}),
                "6703723351497508865 1",
            ),
            (
                json!({"request": {"queryString": [{"name": "music_id", "value": "6703723351497508865"}]}}),
                "6703723351497508865",
            ),
            (header("Content-Type", "application/json"), "application/json"),
            (header("User-Agent", "Mozilla/5.0 something"), "something"),
            (header("Cookie", "theme=dark; lang=en"), "dark en"),
            (json!({"request": {"postData": {"text": "{\"title\": \"a long title\"}"}}}), "a long title"),
            (json!({"request": {"url": "https://x.io/a?include=longevity"}}), "longevity"),
            (json!({"request": {"url": "https://x.io/v1/a/JaneDoe1990"}}), "JaneDoe1990"),
            (json!({"response": {"headers": [{"name": "X-Request-Id", "value": "0123456789"}]}}), "0123456789"),
        ] {
            assert!(!redacts(&entry, text), "{entry}");
        }
    }
}
