//! Pages and documents merged into the vendored document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_spec::import::{Incoming, Merged, merge, read};
use keyapi_spec::{Diagnostic, Source};
use serde_json::{Value, json};

const VENDORED: &str = include_str!("cases/tiktok.openapi.json");
const MUSIC: &str = include_str!("pages/trending-music.md");
const VIDEO: &str = include_str!("pages/video-search.md");

fn files(files: &[(&str, &str)]) -> Vec<Incoming> {
    read(files.iter().map(|(name, text)| (*name, text.as_bytes()))).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn try_import(vendored: Option<&str>, list: &[(&str, &str)]) -> Result<Merged, Vec<Diagnostic>> {
    let vendored = vendored.map(|text| Source::parse("vendored.json", text.as_bytes()).unwrap());
    merge(vendored.as_ref(), &files(list))
}

#[track_caller]
fn import(vendored: Option<&str>, files: &[(&str, &str)]) -> Merged {
    try_import(vendored, files).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// Checks that an import is refused with these findings, each its place and its message.
#[track_caller]
fn check_conflict(vendored: Option<&str>, files: &[(&str, &str)], expected: &[(&str, &str)]) {
    let errors = try_import(vendored, files).expect_err("must be refused");
    let found: Vec<_> = errors
        .iter()
        .map(|error| (format!("{}:{}:{}", error.file, error.line, error.column), error.message.clone()))
        .collect();
    let expected: Vec<_> = expected.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect();
    assert_eq!(found, expected);
    assert!(errors.iter().all(|error| error.code == "import-conflict" && !error.help.is_empty()));
}

/// A text with one part of it replaced.
#[track_caller]
fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// A document with these properties beside the ones that every document has.
fn document(properties: &Value) -> String {
    let mut document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {}});
    for (name, property) in properties.as_object().unwrap() {
        document[name] = property.clone();
    }
    serde_json::to_string_pretty(&document).unwrap()
}

fn changes(merged: &Merged) -> Vec<String> {
    let shown = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
    let lines = merged.changes.iter();
    lines.map(|change| format!("{} {} > {}", change.pointer, shown(&change.old), shown(&change.new))).collect()
}

#[test]
fn a_document_alone_stays_as_it_is() {
    let merged = import(None, &[("tiktok.json", VENDORED)]);
    assert_eq!(merged.json, VENDORED);
    let merged = import(Some(VENDORED), &[]);
    assert_eq!((merged.json.as_str(), merged.changes.len()), (VENDORED, 0));
    let merged = import(Some(VENDORED), &[("tiktok.json", VENDORED)]);
    assert_eq!((merged.json.as_str(), merged.changes.len()), (VENDORED, 0));
}

#[test]
fn a_page_alone_gives_its_document() {
    for page in [MUSIC, VIDEO] {
        let input = Incoming::parse("page.md", page.as_bytes()).unwrap();
        assert_eq!(import(None, &[("page.md", page)]).json, input.source().to_json());
    }
}

#[test]
fn pages_add_their_operations_in_a_stable_order() {
    let merged = import(Some(VENDORED), &[("video.md", VIDEO), ("music.md", MUSIC)]);
    let value: Value = serde_json::from_str(&merged.json).unwrap();
    let paths: Vec<&String> = value["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/v1/tiktok/trending/music", "/v1/tiktok/trending/music/detail", "/v1/tiktok/video/search"]);
    let pointers: Vec<&str> = merged.changes.iter().map(|change| change.pointer.as_str()).collect();
    assert_eq!(pointers, ["/paths/~1v1~1tiktok~1trending~1music/get", "/paths/~1v1~1tiktok~1video~1search/post"]);
    assert!(merged.changes.iter().all(|change| change.old.is_none() && change.new.is_some()));
    assert!(merged.json.contains("\"score\": 1.0,"));
}

#[test]
fn any_order_and_any_number_of_runs_give_the_same_bytes() {
    let third = edit(MUSIC, "json GET /v1/tiktok/trending/music", "json GET /v1/tiktok/trending");
    let third = edit(&third, "  /v1/tiktok/trending/music:\n", "  /v1/tiktok/trending:\n");
    let pages = [("a.md", MUSIC), ("b.md", VIDEO), ("c.md", third.as_str())];
    let all = import(Some(VENDORED), &pages);
    for [first, second, third] in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let (first, second, third) = (pages[first], pages[second], pages[third]);
        assert_eq!(import(Some(VENDORED), &[first, second, third]), all);
        let one = import(Some(VENDORED), &[first]).json;
        let two = import(Some(&one), &[second]).json;
        assert_eq!(import(Some(&two), &[third]).json, all.json);
        assert_eq!(import(Some(&one), &[third, second]).json, all.json);
        assert_eq!(import(None, &[first, second, third, ("d.json", VENDORED)]).json, all.json);
    }
}

#[test]
fn the_same_operation_is_replaced() {
    let vendored = import(Some(VENDORED), &[("music.md", MUSIC), ("video.md", VIDEO)]).json;
    let page = edit(MUSIC, "summary: Trending Music\n", "summary: Trending Songs\n");
    let page = edit(&page, "rank_diff: 0", "rank_diff: 0.0");
    let page = edit(&page, "      deprecated: false\n", "      x-new: [a]\n");
    let merged = import(Some(&vendored), &[("music.md", &page)]);
    let operation = "/paths/~1v1~1tiktok~1trending~1music/get";
    let example = "responses/200/content/application~1json/schema/example";
    let expected = [
        format!("{operation}/deprecated false > -"),
        format!("{operation}/{example}/data/sound_list/0/rank_diff 0 > 0.0"),
        format!("{operation}/summary \"Trending Music\" > \"Trending Songs\""),
        format!("{operation}/x-new - > [\"a\"]"),
    ];
    assert_eq!(changes(&merged), expected);
    assert!(merged.json.contains("Trending Songs") && !merged.json.contains("\"Trending Music\""));
    assert_eq!(import(Some(&merged.json), &[("music.md", MUSIC)]).json, vendored);
}

#[test]
fn costs_and_origins_are_told() {
    let merged = import(None, &[("music.md", MUSIC), ("video.md", VIDEO), ("vendored.json", VENDORED)]);
    let credits: Vec<_> = merged.credits.iter().map(|(operation, cost)| (operation.as_str(), *cost)).collect();
    assert_eq!(credits, [("GET /v1/tiktok/trending/music", 2), ("POST /v1/tiktok/video/search", 1)]);
    let origins: Vec<_> = merged.origins.iter().map(|(operation, name)| (operation.as_str(), name.as_str())).collect();
    let expected = [
        ("GET /v1/tiktok/trending/music", "music.md"),
        ("GET /v1/tiktok/trending/music/detail", "vendored.json"),
        ("POST /v1/tiktok/video/search", "video.md"),
    ];
    assert_eq!(origins, expected);

    let cheaper = edit(MUSIC, "2 credits", "1 credit");
    let message = "the cost of GET /v1/tiktok/trending/music is 1 here, but 2 in a.md";
    check_conflict(None, &[("a.md", MUSIC), ("b.md", &cheaper)], &[("b.md:61:5", message)]);
}

#[test]
fn what_differs_is_shown_from_both_sides() {
    let conflict = |from: &str, to: &str, place: &str, message: &str| {
        check_conflict(Some(VENDORED), &[("music.md", &edit(MUSIC, from, to))], &[(place, message)]);
    };
    conflict(
        "https://api.keyapi.ai\n",
        "https://eu.keyapi.ai\n",
        "music.md:51:3",
        "`/servers/0/url` is \"https://eu.keyapi.ai\" here, but \"https://api.keyapi.ai\" at vendored.json:10:7",
    );
    conflict(
        "version: 1.0.0",
        "version: 1.0.0\n  x-a: 1\n  x-b: 1",
        "music.md:50:3",
        "`/info/x-a` is 1 here, but missing at vendored.json:3:3; one more thing differs",
    );
    conflict(
        "      scheme: bearer\n",
        "      scheme: basic\n",
        "music.md:237:7",
        "`/components/securitySchemes/JWT Bearer/scheme` is \"basic\" here, but \"bearer\" at vendored.json:382:9",
    );
    conflict(
        "- name: TikTok Shop\n",
        "- name: TikTok Shop\n  description: Shops\n",
        "music.md:57:3",
        "`/tags/1/description` is \"Shops\" here, but missing at vendored.json:19:5",
    );
    conflict(
        "openapi: 3.0.1",
        "openapi: 3.0.3",
        "music.md:44:1",
        "`/openapi` is \"3.0.3\" here, but \"3.0.1\" at vendored.json:2:3",
    );
    let described = |text: &str| document(&json!({"info": {"title": "t", "version": "1", "description": text}}));
    let (long, tail) = ("word ".repeat(100), " and more".repeat(20));
    check_conflict(
        Some(&described(&format!("{long}old{tail}"))),
        &[("new.json", &described(&format!("{long}new{tail}")))],
        &[(
            "new.json:6:5",
            "`/info/description` is …word word word word new and more and more and more and more … here, \
             but …word word word word old and more and more and more and more … at vendored.json:6:5",
        )],
    );
}

#[test]
fn inputs_must_agree_on_an_operation() {
    let other = edit(MUSIC, "summary: Trending Music\n", "summary: Other\n");
    let operation = "/paths/~1v1~1tiktok~1trending~1music/get";
    let message = format!("`{operation}/summary` is \"Trending Music\" here, but \"Other\" at b.md:64:7");
    check_conflict(Some(VENDORED), &[("b.md", &other), ("a.md", MUSIC)], &[("a.md:64:7", &message)]);
    import(Some(VENDORED), &[("a.md", MUSIC), ("b.md", MUSIC)]);
}

#[test]
fn components_and_tags_are_united() {
    let a = document(&json!({"tags": [{"name": "y"}, {"name": "x"}], "components": {
        "schemas": {"B": {"type": "string"}, "A": {"type": "object", "nullable": true}}, "x-more": 1
    }}));
    let b = document(&json!({"tags": [{"name": "z"}, {"name": "y"}, {"name": "x"}], "components": {
        "responses": {}, "schemas": {"A": {"nullable": true, "type": "object"}, "get": {"type": "integer"}}
    }}));
    let merged = import(None, &[("a.json", &a), ("b.json", &b)]);
    assert_eq!(import(Some(&a), &[("b.json", &b)]).json, merged.json);
    assert_eq!(import(Some(&b), &[("a.json", &a)]).json, merged.json);
    let value: Value = serde_json::from_str(&merged.json).unwrap();
    let expected = json!({"schemas": {
        "A": {"nullable": true, "type": "object"}, "B": {"type": "string"}, "get": {"type": "integer"}
    }, "responses": {}, "x-more": 1});
    assert_eq!(value["components"].to_string(), expected.to_string());
    assert_eq!(value["tags"], json!([{"name": "z"}, {"name": "y"}, {"name": "x"}]));
    let added = changes(&import(Some(&a), &[("b.json", &b)]));
    assert_eq!(added, ["/tags/0 - > {\"name\":\"z\"}", "/components/schemas/get - > {\"type\":\"integer\"}"]);
}

#[test]
fn what_applies_to_all_operations_must_be_said_by_all() {
    let with = document(&json!({"servers": [{"url": "https://a"}]}));
    let without = document(&json!({}));
    let message = "`/servers` is missing here, but given at b.json:8:3";
    check_conflict(Some(&without), &[("b.json", &with)], &[("vendored.json:1:1", message)]);
    import(Some(&without), &[("b.json", &document(&json!({"servers": [{"url": "/"}], "security": []})))]);

    let shared = json!([{"name": "lang", "in": "query", "schema": {"type": "string"}}]);
    let get = document(&json!({"paths": {"/a": {"parameters": shared, "get": {"responses": {}}}}}));
    let post = document(&json!({"paths": {"/a": {"post": {"responses": {}}}}}));
    let message = "`/paths/~1a/parameters` is missing here, but given at vendored.json:9:7";
    check_conflict(Some(&get), &[("b.json", &post)], &[("b.json:8:5", message)]);
}

#[test]
fn what_a_path_says_goes_with_its_last_operation() {
    let old = document(&json!({"paths": {"/a": {"summary": "old", "description": "x", "get": {"responses": {}}}}}));
    let new = document(&json!({"paths": {"/a": {"get": {"responses": {}}, "summary": "new"}}}));
    let merged = import(Some(&old), &[("b.json", &new)]);
    assert_eq!(changes(&merged), ["/paths/~1a/summary \"old\" > \"new\"", "/paths/~1a/description \"x\" > -"]);
    let two = edit(&old, "\"get\"", "\"put\": {\"responses\": {}}, \"get\"");
    let message = "`/paths/~1a/summary` is \"new\" here, but \"old\" at vendored.json:9:7";
    check_conflict(Some(&two), &[("b.json", &new)], &[("b.json:12:7", message)]);
}

#[test]
fn properties_keep_their_numbers_and_get_one_order() {
    let text = |paths: &str| document(&json!({})).replace("\"paths\": {}", &format!("\"paths\": {paths}"));
    let one = text(r#"{"/b": {"x-n": 12345678901234567890123, "post": {}, "get": {"y": 1e2, "x": 1.0}}, "/a": {}}"#);
    let two = text(r#"{"/a": {}, "/b": {"get": {"x": 1.0, "y": 1e2}}}"#);
    let merged = import(None, &[("one.json", &one), ("two.json", &two)]);
    let flat: String = merged.json.split_whitespace().collect();
    let expected = r#""paths":{"/a":{},"/b":{"get":{"x":1.0,"y":1e2},"post":{},"x-n":12345678901234567890123}}"#;
    assert!(flat.contains(expected), "{flat}");
    assert_eq!(import(Some(&two), &[("one.json", &one)]).json, merged.json);
}

#[test]
fn yaml_documents_can_be_imported() {
    let yaml = "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get: {responses: {200: {description: ok}}}\n";
    let value: Value = serde_json::from_str(&import(None, &[("a.yaml", yaml)]).json).unwrap();
    assert_eq!(value["paths"]["/a"]["get"]["responses"]["200"]["description"], json!("ok"));
}

#[test]
fn documents_have_the_shape_of_openapi() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let errors = Incoming::parse("a.json", text.as_bytes()).expect_err("must be refused");
        let found: Vec<_> = errors.iter().map(|error| format!("{} {}", error.code, error.pointer)).collect();
        assert_eq!(found, expected);
        assert!(errors.iter().all(|error| error.line > 0));
    }
    check("[]", &["not-openapi ", "import-shape /info"]);
    check(r#"{"swagger": "2.0", "info": {}, "paths": {}}"#, &["not-openapi /swagger"]);
    let text =
        document(&json!({"info": "x", "paths": {"/a": null, "x-b": 1}, "components": {"schemas": []}, "tags": {}}));
    check(
        &text,
        &["import-shape /info", "import-shape /paths/~1a", "import-shape /components/schemas", "import-shape /tags"],
    );
    let text = document(&json!({"tags": [{"name": "a"}, {"title": "b"}, {"name": "a"}]}));
    check(&text, &["import-shape /tags/1", "import-shape /tags/2"]);
    let errors = try_import(Some("{}"), &[("a.md", MUSIC)]).unwrap_err();
    assert_eq!(errors.len(), 2);
}

#[test]
fn nothing_is_read_unless_all_is_good() {
    let files: [(&str, &[u8]); 3] = [("a.md", b"# A"), ("b.md", MUSIC.as_bytes()), ("c.json", b"{")];
    let errors = read(files).unwrap_err();
    let found: Vec<_> = errors.iter().map(|error| (error.file.as_str(), error.code)).collect();
    assert_eq!(found, [("a.md", "page-no-block"), ("c.json", "json-syntax")]);
}

/// A document with one operation, and a component that others have, too.
fn with_fault(path: &str, fault: &str) -> String {
    let schema = "{$ref: '#/components/schemas/Fault'}";
    format!(
        "openapi: 3.0.3\ninfo: {{title: Shared, version: '1'}}\npaths:\n  {path}:\n    get:\n      responses:\n        \
         '400': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}\ncomponents:\n  schemas:\n    \
         Fault: {fault}\n"
    )
}

#[test]
fn a_component_that_two_files_have_is_one_only_if_it_is_the_same() {
    let one = with_fault(
        "/one",
        "{type: object, description: What went wrong., properties: {code: {type: integer}, text: {type: string}}}",
    );
    let same = with_fault(
        "/two",
        "{\"properties\": {text: {type: 'string'}, code: {\"type\": \"integer\"}}, description: \"What went wrong.\", type: object}",
    );
    let files = [("one.yaml", one.as_str()), ("two.yaml", same.as_str())];
    let merged = import(None, &files);
    assert_eq!(import(None, &[files[1], files[0]]), merged);
    let value: Value = serde_json::from_str(&merged.json).unwrap();
    assert_eq!(value["components"]["schemas"].as_object().unwrap().len(), 1);
    for other in [
        "{type: object, description: What failed., properties: {code: {type: integer}, text: {type: string}}}",
        "{type: object, description: What went wrong., properties: {code: {type: string}, text: {type: string}}}",
    ] {
        let other = with_fault("/three", other);
        let found = |first, second| {
            let errors = try_import(None, &[first, second]).expect_err("must be refused");
            let shown = |error: &Diagnostic| (error.code, error.file.clone(), error.line, error.message.clone());
            errors.iter().map(shown).collect::<Vec<_>>()
        };
        let errors = found(files[0], ("three.yaml", &other));
        assert_eq!(errors, found(("three.yaml", &other), files[0]));
        let [(code, file, line, message)] = errors.as_slice() else { panic!("{errors:?}") };
        assert_eq!((*code, file.as_str()), ("import-conflict", "one.yaml"));
        assert!(*line > 0 && message.contains("three.yaml:"), "{message}");
    }
}
