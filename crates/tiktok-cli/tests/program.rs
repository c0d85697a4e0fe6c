//! The program against the mock server: what it sends, what it prints, and how it ends.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use keyapi_tiktok_mock::{Expectation, MockServer};
use serde_json::Value;

const OPERATION: &str = "trending-music-detail";
const KEY: &str = "sk_live_test";

/// The program, without anything of this environment that it would look at.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyapi-tiktok"));
    command.args(arguments).env_remove("KEYAPI_TOKEN").stdin(Stdio::null());
    command
}

/// Calls the operation on a server.
fn call(server: &MockServer, arguments: &[&str]) -> Output {
    program(&[&[OPERATION, "--base-url", &server.url()], arguments].concat()).env("KEYAPI_TOKEN", KEY).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// Lets the server answer everything with a body of the test's own.
fn answer(server: &MockServer, body: &str) {
    server.overrides(|httpmock| {
        httpmock.mock(|_, then| _ = then.status(200).header("content-type", "application/json").body(body)).id()
    });
}

#[test]
fn parameters_are_sent_and_the_data_is_printed() {
    let server = MockServer::start();
    let output = call(&server, &["--clip-id", "6703723351497508865", "--period", "7"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let data: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(data["sound"].is_object(), "{data}");
    assert!(output.stdout.ends_with(b"}\n"));
    let expected =
        Expectation::of("trending_music_detail").query("period", "7").query("clip_id", "6703723351497508865");
    server.assert(&expected);
    assert_eq!(call(&server, &["--json"]).stdout, call(&server, &[]).stdout);
}

#[test]
fn raw_is_the_body_as_it_came() {
    let server = MockServer::start();
    let body = " {\"code\": 0,\n \"message\":\"\u{9b}2J é\", \"data\": null, \"new\": 1.50}";
    answer(&server, body);
    assert_eq!(text(&call(&server, &["--raw"]).stdout), body);
    assert_eq!(text(&call(&server, &["--json"]).stdout), "null\n");
}

#[test]
fn numbers_are_printed_as_they_came() {
    let server = MockServer::start();
    answer(&server, r#"{"code": 0, "message": "m", "data": {"new": [18446744073709551616, 1.10, 1E2]}}"#);
    let expected = "{\n  \"new\": [\n    18446744073709551616,\n    1.10,\n    1E2\n  ]\n}\n";
    assert_eq!(text(&call(&server, &["--json"]).stdout), expected);
    assert_eq!(text(&call(&server, &["--table"]).stdout), "new  18446744073709551616, 1.10, 1E2\n");
}

#[test]
fn what_is_repaired_changes_no_other_number() {
    for (sound, printed) in [
        (r#"{"duration": 60.0}"#, r#"{"duration": 60.0}"#),
        (r#"{"duration": 5, "duration": 6}"#, r#"{"duration": 6}"#),
        (r#"{"trend": [null]}"#, r#"{"trend": [null]}"#),
        (r#"{"title": "a\ud800b"}"#, "{\"title\": \"a\u{fffd}b\"}"),
    ] {
        for mark in ["", "\u{feff}"] {
            let server = MockServer::start();
            let numbers = r#""id": 12345678901234567890123, "a": 1.10, "b": 1e5, "c": -0"#;
            let data = |sound: &str| format!(r#"{{{numbers}, "sound": {sound}}}"#);
            answer(&server, &format!(r#"{mark}{{"code": 0, "message": "{KEY}", "data": {}}}"#, data(sound)));
            let output = call(&server, &["--json"]);
            let shown = text(&output.stdout).replace(['\n', ' '], "");
            assert_eq!(shown, data(printed).replace(' ', ""), "{output:?}");
        }
    }
}

#[test]
fn raw_is_also_what_cannot_be_decoded() {
    let server = MockServer::start();
    answer(&server, &format!(r#"{{"code": 0, "message": "m", "data": {{"sound": ["{KEY}", 1]}}}}"#));
    let output = call(&server, &["--raw"]);
    let masked = r#"{"code": 0, "message": "m", "data": {"sound": ["************", 1]}}"#;
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(12), masked));
    assert!(text(&output.stderr).contains("$.data.sound"), "{output:?}");
    assert_eq!(text(&call(&server, &["--json"]).stdout), "");
}

#[test]
fn a_table_has_a_line_for_each_value_and_draws_trends() {
    let server = MockServer::start();
    answer(
        &server,
        r#"{"code": 0, "message": "m", "data": {"sound": {"title": "a\n\u001b[31mb", "trend": [{"time": 1, "value": 0}, {"time": 2, "value": 1}],
            "audience_countries": [{"country_info": {"label": "LV"}, "score": 1426}]}}}"#,
    );
    let table = call(&server, &["--table"]).stdout;
    let table = text(&table);
    assert!(table.contains("sound.title  a \\u001b[31mb\n"), "{table}");
    assert!(table.contains("sound.trend  ▁█  0 to 1, last 1\n"), "{table}");
    assert!(
        table.ends_with("\nsound.audience_countries\ncountry_info.label  score\nLV                  1426\n"),
        "{table}"
    );
}

#[test]
fn only_one_format_is_asked_for() {
    for formats in [["--json", "--table"], ["--json", "--raw"], ["--table", "--raw"]] {
        let output = program(&[&[OPERATION], &formats[..]].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{formats:?}");
    }
}

#[test]
fn odd_values_are_sent_as_they_are() {
    let server = MockServer::start();
    let huge = "x".repeat(7_000);
    for value in ["", "-5", "--json", "a b&c=d#e%20", "\u{202e}💥", "'\"$`\\", &huge] {
        let output = call(&server, &[&format!("--clip-id={value}")]);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{value:?}");
        server.assert(&Expectation::of("trending_music_detail").query("clip_id", value));
        server.reset();
    }
    // Values that the document does not name are for the API to judge.
    assert_eq!(call(&server, &["--period", "999"]).status.code(), Some(3));
}

#[test]
fn a_flag_is_not_taken_for_the_value_of_another() {
    let server = MockServer::start();
    for arguments in
        [&["--clip-id", "--json"][..], &["--clip-id", "-x"], &["--clip-id"], &["--no-such-flag"], &["stray"]]
    {
        let output = call(&server, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "");
    }
    assert!(text(&call(&server, &["--clip-id", "-x"]).stderr).contains("--flag=-value"));
    for unrelated in ["--no-such-flag", "stray"] {
        assert!(!text(&call(&server, &[unrelated]).stderr).contains("--flag=-value"), "{unrelated}");
    }
    assert!(server.journal().is_empty());
}

#[test]
fn a_dry_run_needs_no_key_and_sends_nothing() {
    let server = MockServer::start();
    let arguments = [OPERATION, "--base-url", &server.url(), "--clip-id", "it's", "--dry-run"];
    let output = program(&arguments).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let shown = text(&output.stdout);
    assert!(shown.starts_with(&format!("# GET {}/v1/", server.url())), "{shown}");
    assert!(shown.contains("\n# costs 2 credits\ncurl ") && shown.contains("$KEYAPI_TOKEN"), "{shown}");
    assert!(shown.lines().rev().skip(1).all(|line| line.starts_with("# ")), "{shown}");
    for key in ["sk_live_other", "no key"] {
        let with_key = program(&arguments).env("KEYAPI_TOKEN", key).output().unwrap();
        assert_eq!(text(&with_key.stdout), shown);
    }
    assert!(server.journal().is_empty());
}

#[test]
fn the_exit_code_says_what_went_wrong() {
    let server = MockServer::start();
    for (step, code) in [
        ("400", 3),
        ("401", 4),
        ("402", 5),
        ("envelope:403:no", 4),
        ("envelope:404:no", 6),
        ("envelope:77:no", 9),
        ("html:403", 4),
        ("html:404", 6),
        ("html:418", 9),
        ("not-json:200", 12),
    ] {
        server.script("trending_music_detail", [step.parse::<keyapi_tiktok_mock::Step>().unwrap()]).unwrap();
        let output = call(&server, &[]);
        assert_eq!(output.status.code(), Some(code), "{step}: {output:?}");
        assert!(text(&output.stderr).starts_with("error: trending_music_detail: "), "{output:?}");
        assert_eq!((text(&output.stdout), text(&output.stderr).lines().count()), ("", 1), "{output:?}");
    }
    // The server does not speak TLS.
    let url = server.url().replace("http:", "https:");
    let output = program(&[OPERATION, "--base-url", &url]).env("KEYAPI_TOKEN", KEY).output().unwrap();
    assert_eq!(output.status.code(), Some(11), "{output:?}");
    // Nothing listens there, and the key is sent nowhere until somebody says that it may be read on the way.
    for (flags, code) in [(&[][..], 2), (&["--allow-plain-http", "--dry-run"], 0)] {
        let arguments = [&[OPERATION, "--base-url", "http://mock.invalid:4010"], flags].concat();
        let output = program(&arguments).env("KEYAPI_TOKEN", KEY).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(code == 0 || text(&output.stderr).contains("`--allow-plain-http`"), "{output:?}");
    }
    let output = program(&[OPERATION, "--base-url", "ftp://x"]).env("KEYAPI_TOKEN", KEY).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn without_a_key_and_a_terminal_it_says_what_to_do() {
    for key in [None, Some("")] {
        let output = program(&[OPERATION]).envs(key.map(|key| ("KEYAPI_TOKEN", key))).output().unwrap();
        let expected = "error: no API key: set KEYAPI_TOKEN, or run this at a terminal to be asked for it\n";
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), expected));
    }
}

#[test]
fn no_key_is_printed() {
    let server = MockServer::start();
    let echo =
        format!(r#"{{"code": 0, "message": "{KEY}", "data": {{"sound": {{"title": "{KEY}", "sk_live_test": 1}}}}}}"#);
    answer(&server, &echo);
    for format in ["--json", "--table", "--raw"] {
        let output = call(&server, &[format]);
        assert!(output.status.success() && !text(&output.stdout).contains(KEY), "{output:?}");
        assert!(text(&output.stdout).contains("************"), "{output:?}");
    }
    let failed = MockServer::start();
    failed.script("*", [format!("envelope:402:{KEY}").parse::<keyapi_tiktok_mock::Step>().unwrap()]).unwrap();
    let output = call(&failed, &[]);
    assert!(output.status.code() == Some(5) && !text(&output.stderr).contains(KEY), "{output:?}");
    for arguments in [&[KEY][..], &[OPERATION, KEY], &[OPERATION, "--key=sk_live_test"], &[OPERATION, "--pages", KEY]] {
        let output = program(arguments).output().unwrap();
        assert!(output.status.code() == Some(2) && !text(&output.stderr).contains(KEY), "{output:?}");
    }
    let output = program(&[OPERATION]).env("KEYAPI_TOKEN", "not a key").output().unwrap();
    assert!(output.status.code() == Some(2) && !text(&output.stderr).contains("not a key"), "{output:?}");
    assert!(text(&output.stderr).contains("it came from KEYAPI_TOKEN"), "{output:?}");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let server = MockServer::start();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let arguments = [OPERATION, "--base-url", &server.url()];
    let child = program(&arguments).env("KEYAPI_TOKEN", KEY).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let server = MockServer::start();
    for arguments in [&[OPERATION, "--base-url", &server.url()][..], &["--help"], &["completions", "bash"]] {
        let full = std::fs::File::create("/dev/full").unwrap();
        let child = program(arguments).env("KEYAPI_TOKEN", KEY).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(text(&output.stderr).starts_with("error: the result cannot be written: "), "{output:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_with_130() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut child = program(&[OPERATION, "--base-url", &url])
        .env("KEYAPI_TOKEN", KEY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It waits for an answer from here on.
    let (mut connection, _) = listener.accept().unwrap();
    connection.read_exact(&mut [0]).unwrap();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    connection.write_all(b"x").ok();
}

#[test]
fn help_says_what_the_document_says() {
    let output = program(&[OPERATION, "--help"]).output().unwrap();
    let help = text(&output.stdout);
    for expected in ["--clip-id", "--period", "The last 30 days", "[example: 7]", "Costs 2 credits", "GET /v1/tiktok/"]
    {
        assert!(help.contains(expected), "{expected}: {help}");
    }
    // Values that are all that there are, and some of many.
    assert!(help.contains("Possible values:\n          - 7:"), "{help}");
    assert!(help.contains("Known values:\n          - US: The United States."), "{help}");
    let output = program(&[OPERATION, "-h"]).output().unwrap();
    let brief = text(&output.stdout);
    assert!(brief.contains("[known values: US]") && brief.contains("[possible values: 7, 30, 120]"), "{brief}");
    let output = program(&["--help"]).output().unwrap();
    let help = text(&output.stdout);
    for expected in [OPERATION, "KEYAPI_TOKEN", "Exit codes:", "130"] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
    assert_eq!(program(&[]).output().unwrap().status.code(), Some(2));
    let version = format!("keyapi-tiktok {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(text(&program(&["--version"]).output().unwrap().stdout), version);
}

#[test]
fn completions_know_operations_and_values() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = program(&["completions", shell]).output().unwrap();
        let script = text(&output.stdout);
        assert!(
            output.status.success() && script.contains(OPERATION) && script.contains("clip-id"),
            "{shell}: {script}"
        );
    }
    let output = program(&["completions", "bash"]).output().unwrap();
    let script = text(&output.stdout);
    assert!(script.contains("7 30 120") && script.contains("\"US\""), "{script}");
    assert!(script.contains(&format!("keyapi__tiktok__subcmd__help,{OPERATION})")), "{script}");
}

#[test]
fn what_is_wrong_is_said_in_the_words_of_the_command_line() {
    let plain = program(&[OPERATION, "--base-url", "http://api.example"]).env("KEYAPI_TOKEN", KEY).output().unwrap();
    assert!(text(&plain.stderr).contains("allow it (`--allow-plain-http`)"), "{plain:?}");
    let none = program(&[OPERATION]).env("KEYAPI_TOKEN", "").output().unwrap();
    assert!(!text(&none.stderr).contains("api_key"), "{none:?}");
}

/// The script sets a word for each command, and has a case for it.
#[test]
fn bash_finds_what_follows_a_command() {
    let output = program(&["completions", "bash"]).output().unwrap();
    let script = text(&output.stdout);
    let set: Vec<&str> =
        script.lines().filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"')).collect();
    assert!(set.len() > 3, "{script}");
    for word in set.iter().filter(|word| !word.is_empty()) {
        assert!(script.lines().any(|line| line.trim() == format!("{word})")), "{word} in {script}");
    }
}

#[test]
fn the_schema_of_the_response_needs_nothing() {
    let output = program(&[OPERATION, "--schema"]).output().unwrap();
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(schema["properties"]["data"].is_object(), "{schema}");
}
