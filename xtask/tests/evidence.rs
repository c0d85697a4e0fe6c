//! `cargo xtask sample` and `cargo xtask drift` as a maintainer runs them: exit codes, what they say, what they write.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::things::{Checkout, KEY, OVERLAY};
use support::{copy, root};

/// A HAR file of one exchange.
fn har(url: &str, status: u16, content: Value) -> String {
    let request =
        json!({"method": "GET", "url": url, "headers": [{"name": "Authorization", "value": "Bearer another-key-1"}]});
    let response = json!({"status": status, "content": content});
    json!({"log": {"version": "1.2", "entries": [{"request": request, "response": response}]}}).to_string()
}

const URL: &str = "https://api.things.io/v1/things/7?page=1";

#[test]
fn a_body_is_stored_once_under_its_digest() {
    let checkout = Checkout::new();
    checkout.write("body.json", r#"{"code": 0, "data": {"size": 1.0, "colour": "red"}}"#);
    let said = checkout.adds(&["get_thing", "body.json"]);
    let [(name, text)] = checkout.stored().try_into().unwrap();
    assert!(name.starts_with("get_thing/200-") && name.len() == "get_thing/200-0123456789abcdef.json".len(), "{name}");
    // Numbers stay as they are spelled.
    assert_eq!(text, "{\n  \"code\": 0,\n  \"data\": {\n    \"size\": 1.0,\n    \"colour\": \"red\"\n  }\n}\n");
    assert!(
        said.contains(&format!("written: openapi/evidence/{name}")) && said.contains("cargo xtask regen"),
        "{said}"
    );

    // The same in another form and under another name is the same.
    checkout.write("again.json", "{\"code\":0,\n\"data\":{\"size\":1.0,\"colour\":\"red\"}}");
    assert!(checkout.adds(&["GET /v1/things/{id}", "again.json", "body.json"]).contains("nothing new"));
    assert_eq!(checkout.stored(), [(name, text)]);
}

#[test]
fn a_platform_needs_no_overlay() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.at("openapi/tiktok.overlay.yaml")).unwrap();
    checkout.write("body.json", r#"{"code": 0, "data": {"size": 1.0}}"#);
    checkout.adds(&["get_thing", "body.json"]);
    assert_eq!(checkout.stored().len(), 1);

    // The same method by another path would take the name of the first one.
    let page = "{openapi: 3.0.3, info: {title: Things, version: '1'}, paths: {/a: {get: {operationId: get_thing, \
                responses: {'204': {description: none}}}}}}";
    checkout.write("page.yaml", page);
    let (code, said) = checkout.run(&["import", "page.yaml"]);
    assert!(code == Some(2) && said.contains("error[import-rename]"), "{code:?} {said}");
}

#[test]
fn a_recording_without_entries_is_no_body() {
    let checkout = Checkout::new();
    for empty in ["[]\n", r#"{"log": {"version": "1.2", "entries": []}}"#] {
        checkout.write("journal.json", empty);
        checkout.refuses(&["get_thing", "journal.json"], &["journal.json:1:", "nothing is recorded here"]);
        checkout.drifts(&["journal.json"], Some(2), &["nothing is recorded here"]);
    }
}

#[test]
fn a_reset_drops_what_is_not_given_again() {
    let checkout = Checkout::new();
    checkout.write("one.json", r#"{"code": 1}"#);
    checkout.write("two.json", r#"{"code": 2}"#);
    checkout.adds(&["get_thing", "one.json", "two.json"]);
    assert_eq!(checkout.stored().len(), 2);
    assert!(checkout.adds(&["get_thing", "two.json", "--reset"]).contains("removed: "));
    assert_eq!(checkout.stored().len(), 1);
    checkout.adds(&["get_thing", "--reset"]);
    assert!(checkout.stored().is_empty() && !checkout.at("openapi/evidence/get_thing").exists());
    checkout.adds(&["get_thing", "--reset"]);
}

#[test]
fn a_reset_drops_samples_that_are_bad_too() {
    let checkout = Checkout::new();
    let bad = ["{\"a\":", "{\"a\": \"...\"}", "", "[1, 2", "\u{0}"];
    for (index, text) in bad.into_iter().enumerate() {
        fs::create_dir_all(checkout.at("openapi/evidence/get_thing")).unwrap();
        checkout.write(&format!("openapi/evidence/get_thing/200-{index}.json"), text);
    }
    checkout.write("good.json", "{\"code\": 1}");
    assert_eq!(checkout.run(&["sample", "add", "get_thing", "good.json"]).0, Some(2));
    checkout.adds(&["get_thing", "good.json", "--reset"]);
    assert_eq!(checkout.stored().len(), 1);

    // Those of other operations do not keep them.
    fs::create_dir_all(checkout.at("openapi/evidence/drop_thing")).unwrap();
    for file in ["get_thing/200-0.json", "drop_thing/204-0.json"] {
        checkout.write(&format!("openapi/evidence/{file}"), "{\"a\":");
    }
    checkout.adds(&["get_thing", "--reset"]);
    checkout.adds(&["drop_thing", "--reset"]);
    assert!(checkout.stored().is_empty());
}

#[test]
fn har_files_and_journals_hold_responses_too() {
    let checkout = Checkout::new();
    checkout.write("x.har", &har(URL, 404, json!({"text": "eyJraW5kIjoiZ29uZSJ9", "encoding": "base64"})));
    let entry = |operation: &str, body: &str| {
        json!({"sequence": 1, "operation": operation, "method": "GET", "path": "/v1/things/7", "status": 200,
            "body": "", "response": {"headers": [], "body": body}})
    };
    checkout
        .write("journal.json", &json!([entry("get_thing", "{\"code\": 3}"), entry("other", "no JSON")]).to_string());
    checkout.adds(&["get_thing", "x.har", "journal.json"]);
    let stored: Vec<_> = checkout.stored().into_iter().map(|(name, text)| (name[..13].to_owned(), text)).collect();
    let expected = [("get_thing/200", "{\n  \"code\": 3\n}\n"), ("get_thing/404", "{\n  \"kind\": \"gone\"\n}\n")];
    assert_eq!(stored, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

#[test]
fn what_is_secret_is_taken_out() {
    let checkout = Checkout::new();
    let body = json!({"code": 0, "data": {"echo": format!("{KEY} another-key-1"), "email": "jane@x.io", "size": 1}});
    checkout.write("x.har", &har(URL, 200, json!({"text": body.to_string()})));
    let said = checkout.adds(&["get_thing", "x.har"]);
    let [(_, text)] = checkout.stored().try_into().unwrap();
    let stored: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(stored["data"], json!({"echo": "REDACTED REDACTED", "email": "REDACTED", "size": 1}));
    assert!(said.contains("the key at /data/echo") && said.contains("contact at /data/email"), "{said}");
    assert!(!said.contains(KEY) && !said.contains("jane"), "{said}");
}

#[test]
fn what_is_exchanged_beside_the_body_is_taken_out_of_it() {
    let checkout = Checkout::new();
    for (request, response) in [
        (json!({"url": "https://api.things.io/v1/things/7?k=MyVerySecretKey12345"}), json!({})),
        (json!({"headers": [{"name": "X-Session", "value": "MyVerySecretKey12345"}]}), json!({})),
        (json!({}), json!({"headers": [{"name": "set-cookie", "value": "a=MyVerySecretKey12345; Path=/"}]})),
    ] {
        let mut har: Value =
            serde_json::from_str(&har(URL, 200, json!({"text": r#"{"a": "MyVerySecretKey12345"}"#}))).unwrap();
        let entry = &mut har["log"]["entries"][0];
        for (side, more) in [("request", request), ("response", response)] {
            entry[side].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        checkout.write("x.har", &har.to_string());
        let said = checkout.adds(&["get_thing", "x.har", "--reset"]);
        let [(_, text)] = checkout.stored().try_into().unwrap();
        assert_eq!(text, "{\n  \"a\": \"REDACTED\"\n}\n");
        assert!(!said.contains("MyVerySecret"), "{said}");
    }
}

#[test]
fn a_short_key_and_one_of_digits_are_taken_out() {
    let checkout = Checkout::new();
    for (key, body, expected) in
        [("short77", r#"{"a": "echo short77"}"#, "echo REDACTED"), ("1234567890123", r#"{"a": 1234567890123}"#, "0")]
    {
        checkout.write("x.json", body);
        let mut command = checkout.command(&["sample", "add", "get_thing", "x.json", "--reset"]);
        assert!(command.env("KEYAPI_TOKEN", key).output().unwrap().status.success());
        let [(_, text)] = checkout.stored().try_into().unwrap();
        assert!(text.contains(expected) && !text.contains(key), "{text}");
    }
}

#[test]
fn the_examples_of_the_document_have_nothing_to_take_out() {
    fn check(redactor: &keyapi_redaction::Redactor, node: &Value) {
        if let Some(example) = node.get("example") {
            let mut kept = example.clone();
            let redacted = redactor.redact(&mut kept).unwrap();
            assert!(kept == *example && redacted.left.is_empty(), "{redacted:?}");
        }
        let inner = node.as_object().into_iter().flat_map(|node| node.values());
        inner.chain(node.as_array().into_iter().flatten()).for_each(|node| check(redactor, node));
    }
    let document = fs::read(root().join("openapi/tiktok.openapi.json")).unwrap();
    check(&keyapi_redaction::Redactor::new().unwrap(), &serde_json::from_slice(&document).unwrap());
}

#[test]
fn a_sample_in_which_the_key_remains_is_refused() {
    let checkout = Checkout::new();
    checkout.write("name.json", &json!({"data": { KEY: 1 }}).to_string());
    checkout.refuses(&["get_thing", "name.json"], &["the key remains", "name.json:1:"]);
    checkout.write(
        "hex.json",
        &json!({"data": KEY.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()}).to_string(),
    );
    checkout.refuses(&["get_thing", "hex.json"], &["the key remains", "hex.json:1:"]);
}

#[test]
fn what_is_no_sample_is_refused_with_its_place() {
    let checkout = Checkout::new();
    checkout.write("good.json", r#"{"code": 1}"#);
    for (file, text, words) in [
        ("page.html", "<html>\n</html>", &["json-syntax", "page.html:1:1"][..]),
        ("text.txt", "hello: you", &["json-syntax", "text.txt:1:1"]),
        ("empty.json", "", &["empty-file", "empty.json"]),
        ("twice.json", "{\"a\": 1,\n\"a\": 2}", &["duplicate-key", "twice.json:2:1"]),
        ("cut.json", "{\"data\": \"...\"}", &["truncated-sample", "cut.json"]),
        (
            "binary.har",
            &har(URL, 200, json!({"text": "/////w==", "encoding": "base64"})),
            &["the body is binary", "binary.har:1:"],
        ),
        ("bodiless.har", &har(URL, 200, json!({})), &["has no body", "bodiless.har:1:"]),
        ("status.har", &har(URL, 418, json!({"text": "{}"})), &["status 418", "status.har"]),
        (
            "other.har",
            &har("https://x.io/logo.png", 200, json!({"text": "{}"})),
            &["no response of `get_thing`", "other.har"],
        ),
    ] {
        checkout.write(file, text);
        // One that is good beside it is not stored either.
        checkout.refuses(&["get_thing", "good.json", file], words);
    }
    checkout.refuses(&["get_thing", "missing.json"], &["unreadable", "missing.json"]);
    checkout.refuses(&["get_things", "good.json"], &["no operation `get_things`", "get_thing, "]);
    checkout.refuses(
        &["drop_thing", "good.json", "--status", "204"],
        &["no JSON response of `drop_thing` with status 204"],
    );
    // Nothing of a file that is too large is read, and this one is on no disk.
    fs::File::create(checkout.at("huge.json")).unwrap().set_len(200 << 20).unwrap();
    checkout.refuses(&["get_thing", "huge.json"], &["too-large", "huge.json:1:1"]);
}

#[test]
fn a_response_as_documented_is_no_drift() {
    let checkout = Checkout::new();
    checkout.write("good.json", r#"{"code": 7, "data": {"size": 2, "colour": null, "tags": []}}"#);
    checkout.drifts(&["good.json", "--operation", "get_thing"], Some(0), &["no drift: 1"]);
    checkout.write("gone.har", &har(URL, 404, json!({"text": "{\"kind\": \"gone\"}"})));
    checkout.drifts(&["gone.har"], Some(0), &["no drift: 1"]);
    // A recording has something else in the place of what it does not tell.
    checkout.write("redacted.har", &har(URL, 404, json!({"text": "{\"kind\": \"REDACTED\"}"})));
    checkout.drifts(&["redacted.har"], Some(0), &["no drift: 1"]);
    checkout.write("logo.har", &har("https://x.io/logo.png", 200, json!({})));
    checkout.drifts(&["logo.har"], Some(0), &["skipped: 1"]);
}

#[test]
fn drift_is_told_with_what_settles_it() {
    let checkout = Checkout::new();
    let store = "store it: `cargo xtask sample add get_thing x.json`";
    for (body, words) in [
        (r#"{"code": 0, "more": true}"#, ["drift-property", "x.json:1:13", store]),
        (r#"{"data": {"tags": [1]}}"#, ["drift-kind", "x.json:1:20", store]),
        (r#"{"data": {"size": 1.5}}"#, ["drift-kind", "a float", store]),
        (r#"{"code": null}"#, ["drift-null", "x.json:1:2", store]),
        (r#"{"data": {"colour": "red"}}"#, ["drift-unknown", "x.json:1:11", store]),
    ] {
        checkout.write("x.json", body);
        checkout.drifts(&["x.json", "--operation", "get_thing"], Some(1), &words);
        // Each is as the command says: what was stored is no drift any more.
        checkout.adds(&["get_thing", "x.json"]);
        checkout.drifts(&["x.json", "--operation", "get_thing"], Some(0), &[]);
        checkout.adds(&["get_thing", "--reset"]);
    }
}

#[test]
fn the_actions_that_are_printed_settle_what_they_are_for() {
    for (status, body, code) in [
        (404, json!({"kind": "lost"}), "drift-value"),
        (404, json!({"count": "x"}), "drift-kind"),
        (404, json!({"count": null}), "drift-null"),
        (404, json!({"more": {"a": 1}}), "drift-property"),
        (404, json!({"bare": {"a": 1}}), "drift-property"),
        (404, json!({"part": []}), "drift-kind"),
        (404, json!({"part": null}), "drift-null"),
        (404, json!({"parts": 1}), "drift-kind"),
        (404, json!({"parts": null}), "drift-null"),
        (418, json!({"kind": 1}), "drift-status"),
        (202, json!({"code": 0, "data": null}), "drift-status"),
    ] {
        let checkout = Checkout::new();
        checkout.write("x.har", &har(URL, status, json!({"text": body.to_string()})));
        let (exit, said) = checkout.run(&["drift", "x.har"]);
        assert!(exit == Some(1) && said.contains(code), "{said}");
        // Where it is, and what stands there.
        assert!(said.contains("--> x.har#/log/entries/0/response/content/text:1:"), "{said}");
        assert!(code == "drift-status" || said.contains(&format!("\n1 | {body}\n")), "{said}");
        let action = said.split_once(": {\"target\"").map(|(_, action)| action.lines().next().unwrap()).unwrap();
        checkout.write("openapi/tiktok.overlay.yaml", &format!("{OVERLAY}- {{\"target\"{action}\n"));
        if code == "drift-status" {
            checkout.adds(&["get_thing", "x.har"]);
        }
        checkout.drifts(&["x.har"], Some(0), &["no drift: 1"]);
    }
}

/// The actions that are printed, each once.
fn actions(said: &str) -> String {
    let lines = said.lines().filter_map(|line| Some(format!("{{\"target\"{}", line.split_once(": {\"target\"")?.1)));
    let lines: std::collections::BTreeSet<String> = lines.collect();
    lines.iter().flat_map(|line| line.split(" and ")).map(|action| format!("- {action}\n")).collect()
}

#[test]
fn what_no_sample_settles_is_settled_by_actions() {
    let requiring = format!(
        "{OVERLAY}- {{target: \"$.paths['/v1/things/{{id}}'].get.responses['404'].content['application/json'].schema\", \
         update: {{required: [kind, count]}}}}\n"
    );
    for (status, bodies, code) in [
        ("200", [r#"{"data": {"colour": ["a", "..."]}}"#, "{}"], "drift-unknown"),
        ("200", [r#"{"data": {"colour": {"$ref": "//x"}}}"#, r#"{"data": {"colour": 1}}"#], "drift-unknown"),
        ("200", [r#"{"data": {"tags": "..."}}"#, "{}"], "drift-kind"),
        ("200", [r#"{"data": {"tags": [{"$ref": "x"}]}}"#, "{}"], "drift-kind"),
        ("200", [r#"{"data": {"size": "..."}}"#, r#"{"data": {"size": 1.5}}"#], "drift-kind"),
        ("200", [r#"{"more": ["..."]}"#, "{}"], "drift-property"),
        ("404", [r#"{"kind": "gone", "count": "x"}"#, r#"{"kind": "gone", "count": 1.5}"#], "drift-kind"),
        ("404", [r#"{"kind": "gone"}"#, r#"{"kind": "gone"}"#], "drift-missing"),
        ("404", ["{}", "{}"], "drift-missing"),
    ] {
        let checkout = Checkout::new();
        checkout.write("openapi/tiktok.overlay.yaml", &requiring);
        bodies.iter().zip(["a.json", "b.json"]).for_each(|(body, file)| checkout.write(file, body));
        let drift = ["drift", "--operation", "get_thing", "--status", status, "a.json", "b.json"];
        let (exit, said) = checkout.run(&drift);
        assert!(exit == Some(1) && said.contains(code), "{said}");
        let actions = actions(&said);
        assert!(!actions.is_empty(), "{said}");
        checkout.write("openapi/tiktok.overlay.yaml", &format!("{requiring}{actions}"));
        let (exit, rest) = checkout.run(&drift);
        // What is left is for samples, which are not refused.
        if exit == Some(1) {
            assert!(rest.contains("store it: ") && !rest.contains("add th"), "{bodies:?} {said} {rest}");
            continue;
        }
        assert_eq!(exit, Some(0), "{bodies:?} {said} {rest}");
        let (exit, said) = checkout.run(&["lint"]);
        assert_eq!(exit, Some(0), "{actions} {said}");
    }
}

#[test]
fn what_a_file_refuses_for_another_response_is_settled_by_an_action() {
    let checkout = Checkout::new();
    let entry = |body: &str| {
        json!({"sequence": 1, "operation": "get_thing", "method": "GET", "path": "/v1/things/7", "status": 200,
            "response": {"body": body}})
    };
    let both = json!([entry(r#"{"more": [1]}"#), entry(r#"{"more": ["..."]}"#)]);
    checkout.write("journal.json", &both.to_string());
    checkout.refuses(&["get_thing", "journal.json"], &["truncated-sample"]);
    let (_, said) = checkout.run(&["drift", "journal.json"]);
    assert!(!said.contains("store it: ") && said.contains("add this action to the overlay: "), "{said}");
    checkout.write("journal.json", &json!([both[0]]).to_string());
    checkout.drifts(&["journal.json"], Some(1), &["store it: "]);
}

#[test]
fn what_nothing_settles_is_said_to_be_so() {
    let checkout = Checkout::new();
    for body in ["7", "\"text\"", "[1]"] {
        checkout.write("x.json", body);
        let drift = ["drift", "--operation", "get_thing", "x.json"];
        let (exit, said) = checkout.run(&drift);
        assert!(exit == Some(1) && said.contains("nothing here settles it: "), "{said}");
        checkout.adds(&["get_thing", "x.json"]);
        assert_eq!(checkout.run(&drift), (exit, said));
        checkout.adds(&["get_thing", "--reset"]);
    }
}

#[test]
fn a_success_that_is_documented_later_leaves_the_types_of_the_others() {
    let (page, empty) = (json!({"text": "<html>"}), json!({"text": ""}));
    for (status, content) in [(201, json!({"text": "{\"data\": null}"})), (202, page), (204, empty), (205, json!({}))] {
        let checkout = Checkout::new();
        let types = || {
            let spec = ["openapi/tiktok.openapi.json", "--overlay", "openapi/tiktok.overlay.yaml", "--out", "out"];
            let (exit, said) = checkout.run(&[&["regen", "--spec"], &spec[..]].concat());
            assert_eq!(exit, Some(0), "{said}");
            let client = fs::read_to_string(checkout.at("out/client.rs")).unwrap();
            client.lines().filter(|line| line.contains("pub struct ")).map(str::to_owned).collect::<Vec<_>>()
        };
        let before = types();
        checkout.write("x.har", &har(URL, status, content));
        let (_, said) = checkout.run(&["drift", "x.har"]);
        let action = said.split_once(": {\"target\"").map(|(_, action)| action.lines().next().unwrap()).unwrap();
        checkout.write("openapi/tiktok.overlay.yaml", &format!("{OVERLAY}- {{\"target\"{action}\n"));
        if said.contains("then `cargo xtask sample add get_thing x.har`") {
            checkout.adds(&["get_thing", "x.har"]);
        }
        checkout.drifts(&["x.har"], Some(0), &["no drift: 1"]);
        assert_eq!(types(), before, "{status}");
    }
}

#[test]
fn the_commands_that_are_printed_run_as_they_are() {
    let checkout = Checkout::new();
    for (name, status, body) in [
        ("a b;$(id)'`x.json", "404", r#"{"data": 1}"#),
        ("-x.json", "404", r#"{"more": 1}"#),
        ("x.json", "418", r#"{"kind": 1}"#),
    ] {
        checkout.write(name, body);
        let (_, said) = checkout.run(&["drift", "--operation", "get_thing", "--status", status, "--", name]);
        let action = said.split_once(": {\"target\"").map(|(_, action)| action.lines().next().unwrap()).unwrap();
        checkout.write("openapi/tiktok.overlay.yaml", &format!("{OVERLAY}- {{\"target\"{action}\n"));
        if status == "418" {
            assert!(said.contains("`cargo xtask sample add get_thing --status 418 x.json`"), "{said}");
        }
    }
    for (name, body) in [("a b;$(id)'`x.json", r#"{"more": 1}"#), ("-x.json", r#"{"more": 2}"#)] {
        checkout.write(name, body);
        let (_, said) = checkout.run(&["drift", "--operation", "get_thing", "--", name]);
        let (_, command) = said.split_once("store it: `cargo xtask ").unwrap();
        let command = command.lines().next().unwrap().strip_suffix('`').unwrap();
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("exec \"$0\" {command}"), env!("CARGO_BIN_EXE_xtask")]).current_dir(checkout.at(""));
        let output = shell.env_remove("CARGO_MANIFEST_DIR").output().unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        checkout.drifts(&["--operation", "get_thing", "--", name], Some(0), &["no drift"]);
        checkout.adds(&["get_thing", "--reset"]);
    }
}

#[test]
fn what_is_stored_in_a_value_of_any_kind_is_settled() {
    let checkout = Checkout::new();
    checkout.write("x.json", r#"{"data": {"mixed": [1, {"deep": [1, "a", {"deeper": null}]}]}}"#);
    checkout.drifts(&["x.json", "--operation", "get_thing"], Some(1), &["drift-property"]);
    checkout.adds(&["get_thing", "x.json"]);
    checkout.write("x.json", r#"{"data": {"mixed": [{"other": {"a": 1}}, "x", {"deep": [{"b": true}]}]}}"#);
    checkout.drifts(&["x.json", "--operation", "get_thing"], Some(0), &["no drift"]);
}

#[test]
fn all_elements_of_a_list_are_one_finding() {
    let checkout = Checkout::new();
    checkout.write("x.json", r#"{"data": {"tags": [1, 2, "b", 3]}}"#);
    let (_, said) = checkout.run(&["drift", "x.json", "--operation", "get_thing"]);
    assert_eq!(said.matches("drift-kind").count(), 1, "{said}");
}

#[test]
fn what_was_corrected_after_the_inference_is_corrected_there_again() {
    let checkout = Checkout::new();
    let schema = "$.paths.*.get.responses['200'].content.*.schema.properties.data.properties.size";
    let overlay = format!("{OVERLAY}- {{target: \"{schema}\", update: {{type: number}}, x-stage: inferred}}\n");
    checkout.write("openapi/tiktok.overlay.yaml", &overlay);
    checkout.write("x.json", r#"{"data": {"size": "big"}}"#);
    let arguments = ["x.json", "--operation", "get_thing"];
    let (exit, said) = checkout.run(&[&["drift"][..], &arguments].concat());
    assert!(exit == Some(1) && said.contains("drift-kind"), "{said}");
    let action = said.split_once(": {\"target\"").map(|(_, action)| action.lines().next().unwrap()).unwrap();
    checkout.write("openapi/tiktok.overlay.yaml", &format!("{overlay}- {{\"target\"{action}\n"));
    checkout.drifts(&arguments, Some(0), &[]);
}

#[test]
fn what_holds_no_responses_is_bad_input() {
    let checkout = Checkout::new();
    checkout.write("x.json", "{}");
    checkout.drifts(&["x.json"], Some(2), &["which operation", "--operation"]);
    checkout.drifts(&["x.json", "--operation", "x"], Some(2), &["no operation `x`"]);
    checkout.write("x.html", "<html>");
    checkout.drifts(&["x.html"], Some(2), &["json-syntax", "x.html:1:1"]);
    checkout.drifts(&["missing.json"], Some(2), &["unreadable", "missing.json"]);
    checkout.write("b.har", &har(URL, 200, json!({"text": "/////w==", "encoding": "base64"})));
    checkout.drifts(&["b.har"], Some(2), &["binary", "b.har:1:"]);
}

#[test]
fn a_type_that_widens_shows() {
    let checkout = Checkout::new();
    for folder in ["crates/tiktok", "crates/provider/src", "crates/runtime/src"] {
        copy(&root().join(folder), &checkout.at(folder));
    }
    assert_eq!(checkout.run(&["regen"]).0, Some(0));
    assert_eq!(checkout.run(&["regen", "--check"]).0, Some(0));
    let lock = fs::read_to_string(checkout.at("openapi/tiktok.lock")).unwrap();
    assert!(!lock.contains("evidence"), "{lock}");
    checkout.write("x.json", r#"{"code": 0, "data": {"size": 0.5}}"#);
    checkout.adds(&["get_thing", "x.json"]);
    let (code, said) = checkout.run(&["regen", "--check"]);
    assert!(code == Some(1) && said.contains("resolved.snap") && said.contains("GetThing"), "{said}");
    assert_eq!(checkout.run(&["regen"]).0, Some(0));
    let lock: Value = serde_json::from_slice(&fs::read(checkout.at("openapi/tiktok.lock")).unwrap()).unwrap();
    let listed: Vec<&String> = lock["evidence"].as_object().unwrap().keys().collect();
    assert!(listed.len() == 1 && listed[0].starts_with("openapi/evidence/get_thing/200-"), "{lock}");
    // Without it, all is as it was.
    checkout.adds(&["get_thing", "--reset"]);
    assert_eq!(checkout.run(&["regen"]).0, Some(0));
    assert!(!fs::read_to_string(checkout.at("openapi/tiktok.lock")).unwrap().contains("evidence"));
}
