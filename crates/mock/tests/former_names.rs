//! Operations that were renamed after a release go by their former names, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;

use keyapi_mock::operations::BodyInfo;
use keyapi_mock::{Engine, Expectation, Options, load};
use serde_json::json;
use support::{body, response};

/// A document of two operations, the first of which was renamed; the second one is called as the first was once.
fn renamed() -> Engine {
    let operation = |name: &str| json!({"x-rust-name": name, "responses": {"200": {"description": "ok"}}});
    let paths = json!({"/songs": {"get": operation("song_detail")}, "/tunes": {"get": operation("tune_detail")}});
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths});
    let lock = json!({
        "names": {"GET /songs": "trending_music_detail", "GET /tunes": "tune_detail"},
        "former-names": {"GET /songs": ["tune_detail"]},
    });
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("songs.openapi.json");
    fs::write(&spec, document.to_string()).unwrap();
    fs::write(folder.path().join("songs.lock"), lock.to_string()).unwrap();
    Engine::new(load::files(&spec, None).unwrap(), Options::default())
}

#[test]
fn whatever_takes_the_name_of_an_operation_takes_a_former_one() {
    let engine = renamed();
    engine.script("trending_music_detail", [404]).unwrap();
    let added =
        response(&engine, "POST /__mock/scripts\n\n{\"operation\": \"trending_music_detail\", \"steps\": [500]}");
    assert_eq!(added.status, 204);
    let waiting = body(&response(&engine, "GET /__mock/scripts"));
    assert_eq!(waiting, json!([{"operation": "song_detail", "steps": ["404", "500"]}]));
    let statuses = [(); 3].map(|()| response(&engine, "GET /songs").status.as_u16());
    assert_eq!(statuses, [404, 500, 200]);

    engine.assert(&Expectation::of("trending_music_detail").times(3));
    let of_former = body(&response(&engine, "GET /__mock/journal?operation=trending_music_detail"));
    assert_eq!(of_former.as_array().unwrap().len(), 3);
    assert!(BodyInfo::of(&engine.document(), "trending_music_detail").is_some());
    assert!(engine.script("music_detail", [404]).is_err());
}

#[test]
fn a_former_name_makes_way_for_what_is_called_so_now() {
    let engine = renamed();
    engine.script("tune_detail", [404]).unwrap();
    assert_eq!(["/songs", "/tunes"].map(|path| response(&engine, &format!("GET {path}")).status.as_u16()), [200, 404]);
}

#[test]
fn the_list_of_operations_has_former_names() {
    let engine = renamed();
    assert_eq!(engine.operations()[0].former, ["trending_music_detail", "tune_detail"]);
    let listed = body(&response(&engine, "GET /__mock/operations"));
    assert_eq!(listed[0]["former"], json!(["trending_music_detail", "tune_detail"]));
    assert_eq!(listed[1]["former"], json!([]));
}
