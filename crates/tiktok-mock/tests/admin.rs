//! The admin interface, and its page in a real browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../mock/tests/browser/mod.rs"]
mod browser;
mod support;
#[path = "../../mock/tests/wire/mod.rs"]
mod wire;

use browser::Browser;
use keyapi_tiktok_mock::options::Admin;
use keyapi_tiktok_mock::{Engine, MockServer, Options};
use serde_json::json;
use support::{body, get, response, vendored};

fn admin(engine: &Engine, text: &str) -> (u16, serde_json::Value) {
    let response = response(engine, text);
    (response.status.as_u16(), if response.body.is_empty() { json!(null) } else { body(&response) })
}

#[test]
fn scripts_are_added_shown_and_reset() {
    let engine = vendored(Options::default());
    let add = |script: &str| admin(&engine, &format!("POST /__mock/scripts\n\n{script}"));
    assert_eq!(add(r#"{"operation": "trending_music_detail", "steps": [429, "200+1ms"]}"#), (204, json!(null)));
    assert_eq!(add(r#"{"steps": ["reset"]}"#), (204, json!(null)));
    let waiting = json!([
        { "operation": "*", "steps": ["reset"] },
        { "operation": "trending_music_detail", "steps": ["429", "200+1ms"] },
    ]);
    assert_eq!(admin(&engine, "GET /__mock/scripts"), (200, waiting));
    assert_eq!(response(&engine, &get("")).status, 429);
    for (script, expected) in [
        (r#"{"steps": ["nonsense"]}"#, "is no step"),
        (r#"{"steps": [{}]}"#, "is no step"),
        (r#"{"operation": "nonsense", "steps": []}"#, "there is no operation nonsense"),
        (r#"{"steps": ["200:nobody"]}"#, "no example for \"200:nobody\" there"),
        (r#"{"step": []}"#, "unknown field"),
        ("{", "EOF"),
    ] {
        let (status, problem) = add(script);
        assert!(status == 400 && problem["detail"].as_str().unwrap().contains(expected), "{script}: {problem}");
    }
    assert_eq!(admin(&engine, "DELETE /__mock/scripts"), (204, json!(null)));
    assert_eq!(response(&engine, &get("")).status, 200);
}

#[test]
fn journal_health_and_coverage_are_shown_and_reset() {
    let engine = vendored(Options::default());
    response(&engine, &get("?clip_id=1"));
    response(&engine, "GET /nowhere");
    let (_, health) = admin(&engine, "GET /__mock/health");
    assert_eq!((&health["status"], &health["operations"], &health["requests"]), (&json!("ok"), &json!(1), &json!(2)));
    let (_, journal) = admin(&engine, "GET /__mock/journal?operation=trending_music_detail");
    assert_eq!(journal.as_array().unwrap().len(), 1);
    assert_eq!(journal[0]["query"], json!([{ "name": "clip_id", "value": "1" }]));
    let (_, coverage) = admin(&engine, "GET /__mock/coverage");
    assert_eq!(coverage["operations"][0]["statuses"][0], json!({ "name": "200", "hits": 1 }));
    let text = response(&engine, "GET /__mock/coverage?format=text");
    assert!(text.body.ends_with(b"2 of 9 covered, 22.2 %\n"), "{text:?}");
    let (_, operations) = admin(&engine, "GET /__mock/operations");
    assert_eq!(operations[0]["name"], "trending_music_detail");
    let (_, document) = admin(&engine, "GET /__mock/openapi.json");
    assert_eq!(document["openapi"], "3.0.1");
    assert_eq!(admin(&engine, "POST /__mock/reset").0, 204);
    assert_eq!(admin(&engine, "GET /__mock/journal"), (200, json!([])));
    assert_eq!(admin(&engine, "GET /__mock/coverage?format=xml").0, 400);
    assert_eq!(admin(&engine, "GET /__mock/nonsense").0, 404);
}

#[test]
fn its_paths_have_methods() {
    let engine = vendored(Options::default());
    for (path, methods) in [
        ("", "GET, HEAD"),
        ("/", "GET, HEAD"),
        ("/health", "GET, HEAD"),
        ("/page.js", "GET, HEAD"),
        ("/journal", "GET, HEAD, DELETE"),
        ("/scripts", "GET, HEAD, POST, DELETE"),
        ("/reset", "POST"),
    ] {
        let refused = response(&engine, &format!("PUT /__mock{path}"));
        assert_eq!((refused.status.as_u16(), refused.headers["allow"].to_str().unwrap()), (405, methods), "{path}");
        let head = if methods == "POST" { 405 } else { 200 };
        assert_eq!(response(&engine, &format!("HEAD /__mock{path}")).status, head, "{path}");
    }
}

#[test]
fn it_can_be_left_out() {
    let engine = vendored(Options { admin: Admin::Off, ..Options::default() });
    assert_eq!(admin(&engine, "GET /__mock/health").0, 404);
    let like = vendored(Options::default());
    assert_eq!(admin(&like, "GET /__mockingbird").1["code"], 404);
}

#[test]
fn the_page_shows_operations_and_coverage_in_a_browser() {
    let server = MockServer::start_with(vendored(Options::default()).document(), Options::default());
    let target = format!("{}?clip_id=%3Cscript%3Edocument.title=1%3C/script%3E", support::PATH);
    wire::get(&server.url(), &target, &[("authorization", "Bearer sk_live_test")]);
    let Some(mut browser) = Browser::open(&format!("{}/__mock/", server.url())) else { return };
    browser.until("document.querySelectorAll('#requests tbody tr').length === 1");
    let dom = browser.value("document.documentElement.outerHTML");
    for expected in [
        "<title>Tiktok API english documentation</title>",
        "<td><code>GET /v1/tiktok/trending/music/detail</code><br>",
        "<span class=\"hit\">200 (1)</span>",
        "<span class=\"miss\">401 (0)</span>",
        "<summary>429 default</summary><code>{\"code\":429,\"data\":null,\"message\":\"qps limit exceeded\"}",
        "<span class=\"hit\">clip_id (1)</span>",
        "<span class=\"miss\">period (0)</span>",
        "2 of 9 statuses and parameters covered",
        "detail?clip_id=&lt;script&gt;document.title=1&lt;/script&gt;</code></td><td>trending_music_detail</td><td>200</td>",
    ] {
        assert!(dom.as_str().unwrap().contains(expected), "{expected} is not in\n{dom}");
    }
}
