//! `cargo xtask update` against a server of its own: pages that change, vanish, turn into something else, or never end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use support::server::{Response, serve};
use support::{copy, root, text};
use tempfile::TempDir;
use xtask::update::fetch::{Limits, fetch};

#[test]
fn each_bad_response_is_told_from_the_others() {
    #[track_caller]
    fn check(response: Response, limits: Limits, expected: &str) {
        let address = serve([("/a.md", response)]) + "/a.md";
        let found = fetch(&[&address], limits).unwrap().remove(0).unwrap_err();
        assert!(found.contains(expected), "{found}");
    }
    let limits = Limits { bytes: 64, ..Limits::default() };
    check(Response::of("404 Not Found", b""), limits, "the page is gone");
    check(Response::of("410 Gone", b""), limits, "the page is gone");
    check(Response::of("500 Oops", b""), limits, "answers 500");
    check(Response::of("204 No Content", b""), limits, "answers 204");
    check(Response::of("302 Found\r\nlocation: https://x.io/", b""), limits, "redirects to https://x.io/");
    check(Response::of("200 OK\r\ncontent-type: Text/HTML; charset=utf-8", b"x"), limits, "answers HTML");
    check(Response::page(b"\n <!DOCTYPE HTML><title>"), limits, "answers HTML");
    check(Response::of("200 OK\r\ncontent-encoding: gzip", b"\x1f\x8b"), limits, "compressed (gzip)");
    check(Response::page(&[b'x'; 65]), limits, "larger than 64 bytes");
    check(Response::Endless, limits, "larger than 64 bytes");
    check(Response::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_vec()), limits, "cannot be fetched");
    check(Response::Bytes(b"nonsense".to_vec()), limits, "cannot be fetched");
    // The server never answers, so that any limit is reached, also one that nobody has to wait for.
    check(Response::Silence, Limits { time: Duration::ZERO, ..limits }, "no complete response within 0ns");
}

#[test]
fn a_text_that_fits_arrives() {
    let address = serve([("/a.md", Response::page(&[b'x'; 64]))]) + "/a.md";
    let limits = Limits { bytes: 64, ..Limits::default() };
    assert_eq!(fetch(&[&address], limits).unwrap(), [Ok(vec![b'x'; 64])]);
}

/// Corrections that fit any pages.
const OVERLAY: &str = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - target: $\n    update:\n      \
                       x-operation-names: {from: path, strip: /v1/tiktok}\n";

/// What the command reads and writes, without a document yet.
struct Checkout(TempDir);

impl Checkout {
    fn new(sources: &str) -> Self {
        let folder = TempDir::new().unwrap();
        for part in ["crates/tiktok", "crates/provider/src", "crates/runtime/src"] {
            copy(&root().join(part), &folder.path().join(part));
        }
        for part in ["openapi", "tests/snapshots", "xtask"] {
            fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        fs::write(folder.path().join("openapi/tiktok.overlay.yaml"), OVERLAY).unwrap();
        fs::write(folder.path().join("xtask/Cargo.toml"), "").unwrap();
        fs::write(folder.path().join("openapi/sources.toml"), sources).unwrap();
        Self(folder)
    }

    fn update(&self) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("update").env("CARGO_MANIFEST_DIR", self.0.path().join("xtask")).output().unwrap()
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        read(self.0.path(), &mut files);
        files
    }
}

fn read(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            read(&entry, files);
        } else {
            files.insert(entry.clone(), fs::read(&entry).unwrap());
        }
    }
}

fn page(name: &str) -> Vec<u8> {
    fs::read(root().join("crates/spec/tests/pages").join(name)).unwrap()
}

fn sources(address: &str, pages: &[&str]) -> String {
    let pages: Vec<String> = pages.iter().map(|page| format!("    \"{address}{page}\",\n")).collect();
    format!("index = \"{address}/llms.txt\"\nunder = \"{address}/en/\"\npages = [\n{}]\n", pages.concat())
}

#[test]
fn a_page_is_imported_once_and_new_ones_are_reported() {
    let caption = page("caption.md");
    let changed = text(&caption).replacen("summary: ", "summary: More of ", 1);
    let index = "# Docs\n- [One](ADDRESS/en/caption.md): d\n- [Two](ADDRESS/en/new.md)\n- [Other](ADDRESS/zh/new.md)\n";
    let listener = serve([("/en/caption.md", Response::page(&caption))]);
    let index = index.replace("ADDRESS", &listener);
    // The index is on a server of its own, since it names the address of the first.
    let second = serve([("/llms.txt", Response::page(index.as_bytes()))]);
    let file = sources(&listener, &["/en/caption.md"]).replace(&format!("{listener}/llms"), &format!("{second}/llms"));
    let checkout = Checkout::new(&file);
    let output = checkout.update();
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}{}", text(&output.stderr));
    assert!(stdout.contains("written: openapi/tiktok.openapi.json") && stdout.contains("tests/snapshots"), "{stdout}");
    assert!(stdout.contains(&format!("not imported: {listener}/en/new.md\n1 of")), "{stdout}");
    let lock = fs::read_to_string(checkout.0.path().join("openapi/tiktok.lock")).unwrap();
    assert!(lock.contains("\"name\": \"caption.md\""), "{lock}");

    let before = checkout.files();
    let output = checkout.update();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(checkout.files(), before);

    // The run before was cut short after its import.
    fs::remove_file(checkout.0.path().join("tests/snapshots/public_items.snap")).unwrap();
    let output = checkout.update();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(checkout.files(), before);

    let third = serve([("/en/caption.md", Response::page(changed.as_bytes()))]);
    let file = sources(&third, &["/en/caption.md"]).lines().skip(1).collect::<Vec<_>>().join("\n");
    fs::write(checkout.0.path().join("openapi/sources.toml"), file).unwrap();
    let output = checkout.update();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("More of"), "{}", text(&output.stdout));
}

#[test]
fn an_operation_that_its_page_documents_no_more_is_told_of() {
    let caption = text(&page("caption.md"));
    let moved = caption.replace("    get:\n", "    post:\n").replace(" GET ", " POST ");
    assert_ne!(caption, moved);
    let sources = |address: &str| sources(address, &["/en/caption.md"]).lines().skip(1).collect::<Vec<_>>().join("\n");
    let checkout = Checkout::new("");
    let told = [&caption, &moved, &moved].map(|page| {
        let address = serve([("/en/caption.md", Response::page(page.as_bytes()))]);
        fs::write(checkout.0.path().join("openapi/sources.toml"), sources(&address)).unwrap();
        let output = checkout.update();
        let stdout = text(&output.stdout);
        let line = stdout.lines().skip_while(|line| !line.starts_with("no longer documented: GET ")).nth(1);
        line.map(str::to_owned).ok_or(text(&output.stderr))
    });
    let [Err(_), Ok(action), Err(_)] = &told else { panic!("{told:?}") };
    assert!(action.ends_with("['/v1/tiktok/caption']['get']\", \"remove\": true}"), "{action}");
}

#[test]
fn one_bad_page_keeps_all_from_being_written() {
    let cut = page("caption.md");
    let cut = &cut[..cut.len() / 2];
    let responses = [
        ("/en/video-detail.md", Response::page(&page("video-detail.md"))),
        ("/en/html.md", Response::page(b"<html>")),
        ("/en/nothing.md", Response::page(b"# Nothing\n")),
        ("/en/cut.md", Response::page(cut)),
        ("/en/endless.md", Response::Endless),
        ("/llms.txt", Response::page(b"")),
    ];
    let address = serve(responses);
    for bad in ["/en/gone.md", "/en/html.md", "/en/nothing.md", "/en/cut.md", "/en/endless.md"] {
        let checkout = Checkout::new(&sources(&address, &["/en/video-detail.md", bad]));
        let before = checkout.files();
        let output = checkout.update();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(&format!("{address}{bad}")), "{stderr}");
        let fetched = ["/en/nothing.md", "/en/cut.md"].contains(&bad);
        assert!(fetched || stderr.contains("openapi/sources.toml:5: "), "{stderr}");
        assert!(checkout.files() == before, "{bad}");
    }
}

#[test]
fn a_document_that_cannot_be_generated_from_is_put_back() {
    let address = serve([("/en/caption.md", Response::page(&page("caption.md")))]);
    let file = sources(&address, &["/en/caption.md"]).lines().skip(1).collect::<Vec<_>>().join("\n");
    let checkout = Checkout::new(&file);
    // What is wrong here is in no page.
    fs::write(checkout.0.path().join("crates/tiktok/src/broken.rs"), "fn").unwrap();
    let before = checkout.files();
    let output = checkout.update();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("put back as it was"), "{}", text(&output.stderr));
    assert!(checkout.files() == before);
}

#[test]
fn bad_sources_are_located() {
    for (sources, expected) in [
        (
            "pages = [\n\"http://example.com/a.md\"]",
            "openapi/sources.toml:2: `http://example.com/a.md` is not an https",
        ),
        ("pages = [\n\"http://127.0.0.1:80@example.com/a.md\"]", "is not an https"),
        ("pages = [\n\"file:///etc/passwd\"]", "openapi/sources.toml:2: "),
        ("pages = [\"https://a.io/a.md\",\n\"https://a.io/a.md\"]", "is listed twice"),
        ("pages = 1", "openapi/sources.toml: "),
        ("page = []\npages = []", "unknown field"),
    ] {
        let output = Checkout::new(sources).update();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
    }
}
