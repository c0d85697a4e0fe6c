//! Which credentials do: by their form, by what code samples show, and by the keys that the server knows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options};
use support::{document, response};

const KEYS: &str = r#"
openapi: 3.0.3
paths:
  /sampled:
    get:
      security: [{formed: []}]
      x-codeSamples: [{lang: shell, source: 'curl -H "Authorization: Bearer YOUR_KEY" https://example.com'}]
      responses: {'200': {description: d}}
  /formed: {get: {security: [{formed: []}], responses: {'200': {description: d}}}}
  /bearer: {get: {security: [{bearer: []}], responses: {'200': {description: d}}}}
  /basic: {get: {security: [{basic: []}], responses: {'200': {description: d}}}}
  /digest: {get: {security: [{digest: []}], responses: {'200': {description: d}}}}
  /oauth: {get: {security: [{oauth: []}], responses: {'200': {description: d}}}}
  /openid: {get: {security: [{openid: []}], responses: {'200': {description: d}}}}
  /header: {get: {security: [{header: []}], responses: {'200': {description: d}}}}
  /query: {get: {security: [{query: []}], responses: {'200': {description: d}}}}
  /cookie: {get: {security: [{cookie: []}], responses: {'200': {description: d}}}}
  /unknown: {get: {security: [{nowhere: []}], responses: {'200': {description: d}}}}
  /both: {get: {security: [{bearer: [], header: []}], responses: {'200': {description: d}}}}
  /either: {get: {security: [{basic: []}, {header: []}], responses: {'200': {description: d}}}}
components:
  securitySchemes:
    formed: {type: http, scheme: bearer, description: 'Format: `sk_live_xxxxxxxx`'}
    bearer: {type: http, scheme: Bearer}
    basic: {type: http, scheme: basic}
    digest: {type: http, scheme: digest}
    oauth: {type: oauth2, flows: {}}
    openid: {type: openIdConnect, openIdConnectUrl: 'https://example.com'}
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: session}
"#;

#[track_caller]
fn check_with(keys: &[&str], target: &str, headers: &str, status: u16) {
    let api_keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let engine = Engine::new(document(KEYS), Options { api_keys, ..Options::default() });
    assert_eq!(response(&engine, &format!("GET {target}\n{headers}")).status, status, "{target} {headers}");
}

#[track_caller]
fn check(target: &str, headers: &str, status: u16) {
    check_with(&[], target, headers, status);
}

#[test]
fn a_key_has_the_form_that_is_shown_or_is_the_one_in_a_code_sample_of_the_operation() {
    for target in ["/sampled", "/formed"] {
        check(target, "Authorization: Bearer sk_live_1", 200);
        check(target, "Authorization: bearer  sk_live_1", 200);
        for wrong in ["Bearer sk_live_", "Bearer sk_test_1", "Bearer sk_live_1 2", "Basic sk_live_1", "sk_live_1"] {
            check(target, &format!("Authorization: {wrong}"), 401);
        }
    }
    check("/sampled", "Authorization: Bearer YOUR_KEY", 200);
    check("/sampled", "Authorization: Bearer YOUR_KEY2", 401);
    check("/formed", "Authorization: Bearer YOUR_KEY", 401);
    check("/bearer", "Authorization: Bearer anything", 200);
    // Where keys are known, neither the form nor the sample is enough.
    check_with(&["k"], "/sampled", "Authorization: Bearer YOUR_KEY", 401);
    check_with(&["k"], "/sampled", "Authorization: Bearer sk_live_1", 401);
    check_with(&["k"], "/sampled", "Authorization: Bearer k", 200);
}

#[test]
fn a_credential_stands_where_its_scheme_says() {
    let digest = "username=\"a\", realm=\"*\", nonce=\"b\", uri=\"/\", response=\"c\"";
    check("/digest", &format!("Authorization: Digest {digest}"), 200);
    check("/digest", &format!("Authorization: Digest {}", digest.replace("nonce", "once")), 401);
    // `a:b` and `ab` in Base64.
    check("/basic", "Authorization: Basic YTpi", 200);
    check("/basic", "Authorization: Basic YWI=", 401);
    check("/basic", "Authorization: Basic a:b", 401);
    check("/header", "X-Key: k", 200);
    check("/header", "X-Key: k\nX-Key: k", 401);
    check("/header?X-Key=k", "", 401);
    check("/query?key=k", "", 200);
    check("/query?key=", "", 401);
    check("/query", "key: k", 401);
    check("/cookie", "Cookie: a=b; session=k", 200);
    check("/cookie", "Cookie: session=", 401);
    check("/cookie", "session: k", 401);
    check("/unknown", "", 200);
    check("/both", "Authorization: Bearer a", 401);
    check("/both", "Authorization: Bearer a\nX-Key: k", 200);
    check("/either", "X-Key: k", 200);
    check_with(&["k"], "/both", "Authorization: Bearer a\nX-Key: k", 401);
    check_with(&["k", "a"], "/both", "Authorization: Bearer a\nX-Key: k", 200);
}

#[test]
fn a_refusal_says_what_is_asked_for() {
    let engine = Engine::new(document(KEYS), Options::default());
    let asked = |target: &str| {
        let refused = response(&engine, &format!("GET {target}"));
        assert_eq!(refused.status, 401, "{target}");
        refused.headers.get("www-authenticate").map(|asked| asked.to_str().unwrap().to_owned())
    };
    for (target, expected) in [
        ("/bearer", Some("Bearer")),
        ("/basic", Some("Basic realm=\"*\"")),
        ("/digest", Some("Digest realm=\"*\", nonce=\"abc123\"")),
        ("/oauth", Some("OAuth2")),
        ("/openid", Some("OpenID")),
        ("/header", None),
        ("/query", None),
        ("/cookie", None),
        ("/both", Some("Bearer")),
        ("/either", Some("Basic realm=\"*\"")),
    ] {
        assert_eq!(asked(target).as_deref(), expected, "{target}");
    }
}

#[test]
fn options_in_a_log_show_how_many_keys_there_are_and_none_of_them() {
    let options =
        Options { api_keys: vec!["hunter2".to_owned(), "hunter3".to_owned()], qps: Some(7), ..Options::default() };
    let shown = format!("{options:?}");
    assert!(shown.starts_with("Options { api_keys: 2, qps: Some(7), ") && !shown.contains("hunter"), "{shown}");
}
