//! The program: its flags, its one line, its signals and its errors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../mock/tests/wire/mod.rs"]
mod wire;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use wire::get;

const TARGET: &str = "/v1/tiktok/trending/music/detail";

struct Program {
    child: Child,
    url: String,
    out: BufReader<std::process::ChildStdout>,
}

fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyapi-tiktok-mock"));
    let address: &[&str] = if flags.contains(&"--addr") { &[] } else { &["--addr", "127.0.0.1:0"] };
    command.args(address).args(flags).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Drop for Program {
    /// A test that fails, or needs no more of it, leaves no program behind.
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Program {
    fn start(flags: &[&str]) -> Self {
        let mut child = command(flags).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").expect("the line says where").to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Self { child, url, out }
    }

    /// Sends a signal, and returns the exit code and what else was printed.
    fn stop(mut self, signal: &str) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (status.code(), out, err)
    }
}

#[test]
fn it_serves_until_a_signal_and_prints_one_line() {
    for signal in ["TERM", "INT"] {
        let program = Program::start(&[]);
        assert_eq!(get(&program.url, TARGET, &[("authorization", "Bearer sk_live_test")]).status, 200);
        assert_eq!(program.stop(signal), (Some(0), String::new(), String::new()));
    }
}

#[test]
fn it_warns_of_an_address_that_others_can_reach() {
    let mut child = command(&["--addr", "0.0.0.0:0"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("warning: other machines can reach this server on 0.0.0.0:"), "{line}");
    assert!(line.contains("--no-admin"), "{line}");
}

#[test]
fn its_flags_reach_the_engine() {
    let program =
        Program::start(&["--api-key", "sk_live_test", "--credits", "3", "--strict", "--no-admin", "--log", "json"]);
    let key = ("authorization", "Bearer sk_live_test");
    assert_eq!(get(&program.url, TARGET, &[("authorization", "Bearer other")]).status, 401);
    assert_eq!(get(&program.url, &format!("{TARGET}?x=1"), &[key]).status, 400);
    assert_eq!(get(&program.url, TARGET, &[key]).status, 200);
    assert_eq!(get(&program.url, TARGET, &[key]).status, 402);
    assert_eq!(get(&program.url, "/__mock/health", &[]).status, 404);
    let (_, _, log) = program.stop("TERM");
    assert_eq!(log.lines().count(), 5, "{log}");
    // A limit that is reached at once.
    let program = Program::start(&["--qps", "1", "--credits", "1000"]);
    assert!((0..50).any(|_| get(&program.url, TARGET, &[key]).status == 429));
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    assert!(!log.contains("sk_live"), "{log}");
}

#[track_caller]
fn fails(flags: &[&str], expected: &str) {
    let output = command(flags).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{flags:?}: {error}");
    assert!(error.contains(expected), "{flags:?}: {error}");
}

#[test]
fn mistakes_are_explained() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_keyapi-tiktok-mock")).args(["--addr", &address]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && error.contains("give --addr 127.0.0.1:0"), "{error}");

    fails(&["--spec", "nowhere.json"], "the file cannot be read");
    fails(&["--spec", "nowhere.json"], "--> nowhere.json");
    fails(&["--latency", "soon"], "is no duration");
    fails(&["--qps", "0"], "--qps");
    fails(&["--nonsense"], "--nonsense");
    fails(&["--api-key", ""], "--api-key is empty");
    fails(&["--api-key", "sk_live test"], "has blanks in it; give the key as it is sent\n");
    let directory = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("{\"swagger\": \"2.0\"}", "convert the document"),
        ("{", "spec.json:1"),
        ("{\"openapi\": \"3.0.1\"}", "no object `paths`"),
        ("[]", "not an OpenAPI document"),
    ] {
        let path = directory.path().join("spec.json");
        std::fs::write(&path, text).unwrap();
        fails(&["--spec", path.to_str().unwrap()], expected);
    }
}

/// What only the schemas that examples tell can say about an overlay comes a moment after the start.
#[test]
fn an_overlay_that_corrects_nothing_stops_the_program() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let spec = write("spec.yaml", "openapi: 3.0.0\npaths: {}\n");
    for (stage, out) in [("document", 0), ("inferred", 1)] {
        let action = format!("{{target: $.nowhere, update: {{}}, x-stage: {stage}}}");
        let head = "overlay: 1.0.0\ninfo: {title: t, version: '1'}";
        let overlay = write("overlay.yaml", &format!("{head}\nactions: [{action}]\n"));
        let output = command(&["--spec", &spec, "--overlay", &overlay]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.lines().count()), (Some(2), out), "{stage}: {error}");
        assert!(error.contains("`$.nowhere` matches nothing") && error.contains("overlay.yaml:3"), "{stage}: {error}");
    }
}

/// The program looks at its files every quarter of a second, and nothing outside of it makes it look sooner: the test waits for
/// one look. What becomes of a bad document is tested where time is made.
#[test]
fn a_changed_document_is_loaded() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("spec.yaml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    let document = |name: &str| {
        format!("openapi: 3.0.0\npaths: {{{name}: {{get: {{responses: {{'200': {{description: ok}}}}}}}}}}\n")
    };
    write(&document("/first"));
    let mut program = Program::start(&["--spec", path.to_str().unwrap()]);
    let mut errors = BufReader::new(program.child.stderr.take().unwrap());
    let mut said = || {
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the program goes on");
        line
    };
    assert_eq!(get(&program.url, "/first", &[]).status, 200);
    write(&document("/second/one"));
    // It may have come by while the file was half written.
    while !said().starts_with("loaded the changed document: 1 operation") {}
    assert_eq!(get(&program.url, "/first", &[]).status, 404);
    assert_eq!(get(&program.url, "/second/one", &[]).status, 200);
}

#[test]
fn it_says_what_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec.yaml");
    let text = "
openapi: 3.2.0
paths: {}
components: {schemas: {A: {type: string, pattern: (}, B: {properties: {b: {type: integer, multipleOf: 0}}}}}
";
    std::fs::write(&spec, text).unwrap();
    let mut program = Program::start(&["--spec", spec.to_str().unwrap()]);
    let err = BufReader::new(program.child.stderr.take().unwrap());
    let lines: Vec<String> = err.lines().map(Result::unwrap).take(3).collect();
    assert!(lines[0].starts_with("warning: /openapi: version 3.2.0 is served as 3.1, "), "{lines:?}");
    assert_eq!(lines[1].split('`').next(), Some("warning: /components/schemas/A/pattern: "), "{lines:?}");
    assert!(lines[2].starts_with("warning: /components/schemas/B/properties/b/multipleOf: "), "{lines:?}");
}

#[test]
fn coverage_of_a_run_is_stored_and_added_up() {
    use keyapi_tiktok_mock::coverage;
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let mut command = command(&[]);
        let mut child = command.env(coverage::DIRECTORY, directory.path()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        get(
            line.trim_end().strip_prefix("listening on ").unwrap(),
            TARGET,
            &[("authorization", "Bearer sk_live_test")],
        );
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        assert!(child.wait().unwrap().success());
    }
    let folder = directory.path().to_str().unwrap();
    for (flags, code, expected) in [
        (&[][..], 0, "ok   status 200 (2)"),
        (&["--format", "json", "--require", "0.1"], 0, "{\"name\":\"200\",\"hits\":2}"),
        (&["--format", "html", "--require", "99"], 1, "<span class=\"hit\">200 (2)</span>"),
    ] {
        let output = command(&["--coverage", folder]).args(flags).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.code() == Some(code) && out.contains(expected), "{flags:?}: {out}");
        assert_eq!(output.stderr.is_empty(), code == 0, "{flags:?}");
    }
    for percent in ["NaN", "101", "-1", "all"] {
        let flag = format!("--require={percent}");
        fails(&["--coverage", folder, &flag], "no part of a document; write a number from 0 to 100");
    }
    fails(&["--coverage", "nowhere"], "cannot read the coverage in nowhere");
    let total = coverage::read(directory.path()).unwrap();
    let operation = total.operations.iter().find(|operation| operation.path == TARGET).unwrap();
    assert_eq!((&*operation.statuses[0].name, operation.statuses[0].hits, total.totals().1), ("200", 2, 1));
}

/// Neither a kill nor a process id that others have, too, loses what was counted. What is counted first is written at once, by
/// a thread that nothing outside of the program can wait for: the test looks until it is there.
#[test]
#[cfg(unix)]
fn coverage_of_a_killed_program_is_stored() {
    use keyapi_tiktok_mock::coverage;
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(&[]);
    let mut child = command.env(coverage::DIRECTORY, directory.path()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let files = || std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path());
    let names: Vec<_> = files().collect();
    assert!(names.len() == 1 && !names[0].ends_with(format!("coverage-{}.json", child.id())), "{names:?}");
    let url = line.trim_end().strip_prefix("listening on ").unwrap();
    get(url, TARGET, &[("authorization", "Bearer sk_live_test")]);
    while coverage::read(directory.path()).unwrap().totals().1 == 0 {
        assert!(child.try_wait().unwrap().is_none(), "the program goes on until it is killed");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(coverage::read(directory.path()).unwrap().totals().1, 1);
}
