//! What of a request and its response counts as a credential.

use keyapi_redaction::Presented;
use serde_json::json;

/// What is found, in order and without repetitions.
#[track_caller]
fn check(present: impl FnOnce(&mut Presented), expected: &[&str]) {
    let mut found = Presented::to_operation(&["Region".to_owned()]);
    present(&mut found);
    let mut found = found.credentials();
    found.sort();
    found.dedup();
    assert_eq!(found, expected);
}

#[test]
fn urls_have_users_queries_and_what_stands_before_a_path() {
    check(|found| found.url("https://me:pw@x.io/a1b2c3d4e5?token=t#access_token=u"), &["me", "pw", "t", "u"]);
    check(|found| found.url("https://x.io/?region=eu-west-100&z=q1w2e3r4t5&w=short"), &["q1w2e3r4t5"]);
    check(|found| found.base("https://x.io/s3cr3t-path/v1/things/a1b2c3d4e5?q=1", "/v1/things/{id}"), &["s3cr3t-path"]);
    check(|found| found.base("https://x.io/things/a1b2c3d4e5", "/things/{id}"), &[]);
}

#[test]
fn values_that_are_no_words_count_and_those_that_let_somebody_in_do_always() {
    check(|found| found.value("x", "keyboard layout-for_all"), &[]);
    check(|found| found.value("x", "a1B2"), &[]);
    check(|found| found.value("x", "a1b2c3d4"), &["a1b2c3d4"]);
    check(|found| found.value("password", "word"), &["word"]);
    check(|found| found.value("REGION", "a1b2c3d4"), &[]);
}

#[test]
fn headers_tell_of_clients_cookies_and_urls() {
    check(|found| found.header("User-Agent", "Mozilla/5.0 a1b2c3d4"), &[]);
    check(|found| found.header("If-None-Match", "a1b2c3d4; token=t"), &["t"]);
    check(|found| found.header("X-Tenant", "a1b2c3d4"), &["a1b2c3d4"]);
    check(|found| found.header("Authorization", "Bearer t"), &["Bearer t", "t"]);
    check(|found| found.header("Cookie", "sid=s; z=a1b2c3d4"), &["a1b2c3d4", "s"]);
    check(|found| found.header("Set-Cookie", "sid=s; Path=/a1b2c3d4\nz=e5f6g7h8; Secure"), &["e5f6g7h8", "s"]);
    check(|found| found.header("Referer", "https://x.io/a1b2c3d4?sig=t"), &["t"]);
    check(|found| found.response_header("X-Trace", "a1b2c3d4 token=t"), &["t"]);
    check(|found| found.response_header("Set-Cookie", "sid=s"), &["s"]);
    check(|found| found.response_header("Location", "https://x.io/?sig=t"), &["t"]);
}

#[test]
fn bodies_are_json_forms_or_lines() {
    check(|found| found.body("token=t&a=short"), &["t"]);
    check(|found| found.body("<a>s3cr3t-text</a>"), &["s3cr3t-text"]);
    check(|found| found.body("s3cr3t-text"), &["s3cr3t-text"]);
    check(|found| found.body("Content-Disposition: form-data; name=s3cr3t-text"), &[]);
    check(|found| found.body("{\"token\":\"t\"}\n{\"token\":\"u\"}"), &["t", "u"]);
}

#[test]
fn names_in_json_say_what_is_a_credential() {
    let json = |value: serde_json::Value| value.to_string();
    check(|found| found.body(&json(json!({"token": 12, "a": 34, "b": "a1b2c3d4"}))), &["12"]);
    check(|found| found.body(&json(json!({"token": {"a": ["t", null, true]}}))), &["t"]);
    check(|found| found.body(&json(json!(["password", "pw"]))), &["pw"]);
    check(|found| found.body(&json(json!(["a", "pw"]))), &[]);
    check(|found| found.body(&json(json!(["password", "a", "b"]))), &[]);
    check(|found| found.body(&json(json!({"name": "token", "value": "t", "other": "a"}))), &["t"]);
    check(|found| found.body(&json(json!({"text": "{\"token\":\"t\"}", "n": "[1]"}))), &["t"]);
}
