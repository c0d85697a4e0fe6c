//! A program of a platform that has what is difficult: pages, lists, bodies, and parameters with odd names. The test runs
//! itself as that program, against a mock server of the same operations.
#![allow(clippy::unwrap_used, clippy::panic)]

mod odd;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, ExitCode, Output, Stdio};
use std::sync::mpsc;

use keyapi_mock::{Expectation, MockServer, Options, load};
use libtest_mimic::{Arguments, Trial};
use odd::{DOCUMENT, program};
use serde_json::json;

/// Tells the test that it is the program.
const ROLE: &str = "KEYAPI_CLI_TEST_PROGRAM";

fn server() -> MockServer {
    MockServer::start_with(load::text("odd.yaml", DOCUMENT).unwrap(), Options::default())
}

/// Says how the next requests for a page are answered.
fn answer(server: &MockServer, steps: &[&str]) {
    let steps = steps.iter().map(|step| step.parse::<keyapi_mock::Step>().unwrap());
    server.script("search", steps).unwrap();
}

fn command(server: &MockServer, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let (name, rest) = arguments.split_first().unwrap();
    command.args([name, "--base-url", &server.url()]).args(rest);
    command.env(ROLE, "1").env("KEYAPI_TOKEN", "sk_live_test").stdin(Stdio::null());
    command
}

#[track_caller]
fn succeed(server: &MockServer, arguments: &[&str]) -> String {
    let output = command(server, arguments).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(output: Output, expected: &str) {
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(expected), "{message}");
}

/// The first page as a table.
const FIRST: &str = "more  true\n\nrows\na\n1\n2\n";

/// The pages that were asked for.
fn asked(server: &MockServer) -> Vec<Option<String>> {
    server.journal().iter().map(|entry| entry.query("page").map(str::to_owned)).collect()
}

fn pages_are_asked_for_until_the_last() {
    let server = server();
    answer(&server, &["200:first", "200:last", "500"]);
    assert_eq!(
        succeed(&server, &["search", "--pages", "9", "--table"]),
        format!("{FIRST}\nmore  false\n\nrows\na\n3\n")
    );
    assert_eq!(asked(&server), [None, Some("2".to_owned())]);
    server.reset();
    answer(&server, &["200:first"]);
    assert_eq!(succeed(&server, &["search", "--pages", "1", "--page", "4", "--table"]), FIRST);
    assert_eq!(asked(&server), [Some("4".to_owned())]);
    server.reset();
    answer(&server, &["200:first", "200:last"]);
    succeed(&server, &["search", "--pages", "9", "--deep", "--page", "4", "--json"]);
    assert_eq!(asked(&server), [Some("4".to_owned()), Some("5".to_owned())]);
}

fn pages_that_came_are_printed_whatever_comes_after_them() {
    let server = server();
    let first = format!("{:#}\n", json!({"more": true, "rows": [{"a": 1}, {"a": 2}]}));
    // The second page is the first once more, or refused.
    for (second, code) in [("200:first", 12), ("html:402", 5)] {
        answer(&server, &["200:first", second]);
        let output = command(&server, &["search", "--pages", "9"]).output().unwrap();
        assert_eq!(
            (output.status.code(), str::from_utf8(&output.stdout).unwrap()),
            (Some(code), &*first),
            "{output:?}"
        );
        assert_eq!(asked(&server), [None, Some("2".to_owned())]);
        server.reset();
    }
}

fn a_cursor_in_the_body_goes_from_page_to_page() {
    let server = server();
    let steps = ["200:first", "200:last"].map(|step| step.parse::<keyapi_mock::Step>().unwrap());
    server.script("scan", steps).unwrap();
    succeed(&server, &["scan", "--pages", "9", "--body", r#"{"at": "a", "of": 1}"#]);
    let sent: Vec<_> = server.journal().iter().map(|entry| entry.json()).collect();
    assert_eq!(sent, [Some(json!({"at": "a", "of": 1})), Some(json!({"at": "b", "of": 1}))]);
    refused(command(&server, &["scan", "--pages", "2", "--body", "[]"]).output().unwrap(), "");
    assert_eq!(server.journal().len(), 2);
}

fn a_cursor_is_written_as_the_body_takes_it() {
    let server = server();
    let script = |steps: &[&str]| {
        let steps = steps.iter().map(|step| step.parse::<keyapi_mock::Step>().unwrap());
        server.script("scan", steps).unwrap();
    };
    script(&["200:number", "200:last"]);
    succeed(&server, &["scan", "--pages", "9", "--body", "{}"]);
    assert_eq!(server.journal()[1].json(), Some(json!({"at": "7"})));
    server.reset();
    // One that it takes in no way is an answer that cannot be used: something was sent by then.
    script(&["200:far"]);
    let output = command(&server, &["scan", "--pages", "9", "--body", "{}"]).output().unwrap();
    assert_eq!((output.status.code(), server.journal().len()), (Some(12), 1), "{output:?}");
    refused(command(&server, &["scan", "--pages", "9", "--body", r#"{"at": "8"}"#]).output().unwrap(), "path");
}

/// Whoever sends the pages to a file sees at the terminal how many have come.
#[cfg(unix)]
fn a_terminal_tells_of_pages_that_go_elsewhere() {
    use std::io::Read;

    let server = server();
    let told = |arguments: &[&str]| {
        let (mut terminal, pts) = pty_process::blocking::open().unwrap();
        let command = pty_process::blocking::Command::new(std::env::current_exe().unwrap());
        let command = command.args(["search", "--base-url", &server.url()]).args(arguments);
        let mut child =
            command.env(ROLE, "1").env("KEYAPI_TOKEN", "sk_live_test").stdout(Stdio::null()).spawn(pts).unwrap();
        let mut shown = Vec::new();
        // A terminal that nobody holds any more cannot be read.
        _ = terminal.read_to_end(&mut shown);
        assert!(child.wait().unwrap().success());
        String::from_utf8(shown).unwrap()
    };
    answer(&server, &["200:first", "200:last"]);
    assert_eq!(told(&["--pages", "9"]), "\r1 of at most 9 pages\r2 of at most 9 pages\r\n");
    assert_eq!(told(&["--dry-run", "--pages", "9"]), "");
}

fn pages_of_what_has_none_are_refused() {
    let server = server();
    refused(command(&server, &["add", "--body", "{}", "--pages", "2"]).output().unwrap(), "tells of no pages");
    refused(command(&server, &["search", "--pages", "0"]).output().unwrap(), "--pages");
    assert!(server.journal().is_empty());
}

fn what_is_open_needs_no_key() {
    let server = server();
    let output = command(&server, &["open"]).env_remove("KEYAPI_TOKEN").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = command(&server, &["choice"]).env_remove("KEYAPI_TOKEN").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = command(&server, &["choice", "--dry-run"]).env_remove("KEYAPI_TOKEN").output().unwrap();
    assert!(output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("uthorization"), "{output:?}");
    refused(command(&server, &["search"]).env_remove("KEYAPI_TOKEN").output().unwrap(), "no API key");
    assert_eq!(server.journal().len(), 2);
}

/// A part is printed before the next one comes.
fn parts_of_a_stream_are_printed_as_they_come() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (printed, is_printed) = mpsc::channel();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = BufReader::new(stream.try_clone().unwrap()).lines();
        assert!(request.map(Result::unwrap).any(|line| line.is_empty()));
        stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\none sk_live_test").unwrap();
        is_printed.recv().unwrap();
        stream.write_all(b"two").unwrap();
    });
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["watch", "--base-url", &url]).env(ROLE, "1").env("KEYAPI_TOKEN", "sk_live_test");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "\"one ************\"");
    printed.send(()).unwrap();
    assert_eq!(lines.collect::<Vec<_>>(), ["\"two\""]);
    assert!(child.wait().unwrap().success());
    server.join().unwrap();
}

fn shells_are_told_of_what_an_operation_has() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["completions", "fish"]).env(ROLE, "1").output().unwrap();
    let script = String::from_utf8(output.stdout).unwrap();
    let offers = |operation: &str, flag: &str| {
        let (of, flag) = (format!("__fish_odd_using_subcommand {operation}\""), format!("-l {flag} "));
        script.lines().any(|line| line.contains(&of) && line.contains(&flag))
    };
    assert!(offers("search", "pages") && offers("add", "body") && offers("add", "json"), "{script}");
    assert!(!offers("add", "pages") && !offers("search", "schema"), "{script}");
}

fn odd_names_are_sent_as_they_are() {
    let server = server();
    let flags =
        ["--query-json", "j", "--x", "-1", "--x=2", "--x-trace-id", "t", "--页码", "三", "--deep", "--page", "-3"];
    succeed(&server, &[&["search"], &flags[..]].concat());
    let expected = Expectation::of("search").query("json", "j").header("x-trace-id", "t").query("页码", "三");
    server.assert(&expected.query("deep", "true").query("page", "-3"));
    let sent = server.journal().remove(0).query;
    let list: Vec<&str> = sent.iter().filter(|(name, _)| name == "x[]").map(|(_, value)| value.as_str()).collect();
    assert_eq!(list, ["-1", "2"]);
    server.reset();
    // Each of two parameters with one name is set by itself.
    succeed(&server, &["search", "--header-id", "h"]);
    assert_eq!(server.journal().remove(0).query("id"), None);
    server.assert(&Expectation::of("search").header("id", "h"));
    server.reset();
    succeed(&server, &["search", "--id=-q", "--deep", "false"]);
    server.assert(&Expectation::of("search").query("id", "-q").query("deep", "false"));
    server.reset();
    // What looks like a number is none in a list of texts.
    succeed(&server, &["search", "--tag", "1", "--with", "true"]);
    server.assert(&Expectation::of("search").query("tag", "\"1\"").query("with", "true"));
    refused(command(&server, &["search", "--with"]).output().unwrap(), "--with");
}

fn an_answer_of_nothing_is_null() {
    let server = server();
    server.overrides(|httpmock| httpmock.mock(|_, then| _ = then.status(204)).id());
    assert_eq!(succeed(&server, &["search", "--json"]), "null\n");
}

fn the_end_of_an_operation_is_a_warning() {
    let server = server();
    for header in ["deprecation: true", "sunset: Sun Nov  6 08:49:37 1994"] {
        answer(&server, &[&format!("200:last[{header}]")]);
        let output = command(&server, &["search"]).output().unwrap();
        let warning = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{warning}");
        assert_eq!(warning, "warning: the API says that this operation is deprecated\n", "{header}");
    }
}

fn bodies_come_from_the_command_line_a_file_or_standard_input() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("n.json");
    let file = path.to_str().unwrap();
    std::fs::write(&path, "{\"n\": 2}").unwrap();
    let expected = format!("{:#}\n", json!({"id": 7}));
    assert_eq!(succeed(&server, &["add", "--body", " {\"n\": 1}"]), expected);
    assert_eq!(succeed(&server, &["add", "--body", file]), expected);
    let mut fed = command(&server, &["add", "--body", "-"]);
    let mut child = fed.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{\"n\": 3}").unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, expected.as_bytes());
    for n in 1..=3 {
        server.assert(&Expectation::of("add").json(json!({"n": n})));
    }
}

fn a_body_that_is_no_text_is_sent_as_it_is() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image");
    let content = b"{\xff\x00\r\n";
    std::fs::write(&path, content).unwrap();
    let sent = server.overrides(|httpmock| {
        httpmock
            .mock(|when, then| {
                when.method("POST")
                    .path("/files")
                    .header("content-type", "application/octet-stream")
                    .is_true(|request| request.body_ref() == b"{\xff\x00\r\n");
                then.status(200).header("content-type", "application/octet-stream").body(b"\x89PNG\xff\x00");
            })
            .id()
    });
    let output = command(&server, &["upload", "--raw", "--body", path.to_str().unwrap()]).output().unwrap();
    assert_eq!((sent, output.stdout.as_slice()), (sent, &b"\x89PNG\xff\x00"[..]), "{output:?}");
}

fn a_renamed_operation_keeps_its_command() {
    let server = server();
    succeed(&server, &["look-up", "--json"]);
    server.assert(&Expectation::of("search"));
    assert!(!succeed(&server, &["search", "--help"]).contains("look-up"));
    // What another operation is called by now is that operation's.
    assert!(succeed(&server, &["add", "--dry-run", "--body", "{}"]).contains("/things"));
}

fn bodies_that_are_none_are_refused() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    let file = path.to_str().unwrap();
    let check = |body: &str, expected: &str| {
        refused(command(&server, &["add", "--body", body]).output().unwrap(), expected);
    };
    check("{", "no JSON");
    check("[1,]", "no JSON");
    check(file, "cannot read");
    check(folder.path().to_str().unwrap(), "cannot read");
    check("-", "from standard input is no JSON");
    std::fs::write(&path, [0xff]).unwrap();
    check(file, "no JSON");
    let size = |bytes: u64| std::fs::File::create(&path).unwrap().set_len(bytes).unwrap();
    size(16 << 20);
    check(file, "no JSON");
    size((16 << 20) + 1);
    check(file, "larger than 16 MiB");
    refused(command(&server, &["add"]).output().unwrap(), "--body");
    assert!(server.journal().is_empty());
}

fn help_shows_what_there_is() {
    let server = server();
    let help = succeed(&server, &["search", "--help"]);
    for expected in [
        "Response:\n  rows: list of object\n    a: integer = 1\n",
        "DEPRECATED: use another one",
        "--id=-1 --tag 'it'\\''s'",
        "--x <INTEGER>",
        "--页码",
        "--pages",
    ] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
    assert!(!help.contains("--schema") && !succeed(&server, &["add", "--help"]).contains("--pages"));
    let help = succeed(&server, &["count", "--help"]);
    assert!(help.contains("odd count --from 1 --all true --of VALUE"), "what is not text is not shown as text: {help}");
    refused(command(&server, &["search", "--schema"]).output().unwrap(), "no JSON Schema");
    assert!(succeed(&server, &["operation-help", "--dry-run"]).contains("/help"));
}

fn main() -> ExitCode {
    if std::env::var_os(ROLE).is_some() {
        return program().run();
    }
    macro_rules! trials {
        ($($test:ident),* $(,)?) => {
            vec![$(Trial::test(stringify!($test), || { $test(); Ok(()) })),*]
        };
    }
    let mut trials = trials![
        pages_are_asked_for_until_the_last,
        pages_that_came_are_printed_whatever_comes_after_them,
        a_cursor_in_the_body_goes_from_page_to_page,
        a_cursor_is_written_as_the_body_takes_it,
        pages_of_what_has_none_are_refused,
        what_is_open_needs_no_key,
        parts_of_a_stream_are_printed_as_they_come,
        shells_are_told_of_what_an_operation_has,
        odd_names_are_sent_as_they_are,
        an_answer_of_nothing_is_null,
        the_end_of_an_operation_is_a_warning,
        bodies_come_from_the_command_line_a_file_or_standard_input,
        a_body_that_is_no_text_is_sent_as_it_is,
        a_renamed_operation_keeps_its_command,
        bodies_that_are_none_are_refused,
        help_shows_what_there_is,
    ];
    #[cfg(unix)]
    trials.extend(trials![a_terminal_tells_of_pages_that_go_elsewhere]);
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
