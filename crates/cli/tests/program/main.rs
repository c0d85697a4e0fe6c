//! A program of a platform that has what is difficult: pages, lists, bodies, and parameters with odd names. The test runs
//! itself as that program, against a mock server of the same operations.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write;
use std::process::{Command, ExitCode, Output, Stdio};

use keyapi_cli::Program;
use keyapi_mock::{Expectation, MockServer, Options, load};
use keyapi_runtime::codegen::{BodyDescription, Description, ParameterDescription, ValueType};
use keyapi_runtime::{
    CallOptions, Client, EnvelopeProperties, Error, HeaderName, HeaderValue, Method, Pagination, Platform, Response,
};
use libtest_mimic::{Arguments, Trial};
use serde_json::{Value, json};

/// Tells the test that it is the program.
const ROLE: &str = "KEYAPI_CLI_TEST_PROGRAM";

const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Odd, version: '1'}
security: [{token: []}]
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
paths:
  /search:
    get:
      operationId: search
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: json, in: query, schema: {type: string}}
        - {name: 'x[]', in: query, schema: {type: array, items: {type: integer}}}
        - {name: X-Trace-Id, in: header, schema: {type: string}}
        - {name: id, in: query, schema: {type: string}}
        - {name: id, in: header, schema: {type: string}}
        - {name: 页码, in: query, schema: {type: string}}
        - {name: deep, in: query, schema: {type: boolean}}
      responses:
        '200':
          description: found
          content:
            application/json:
              examples:
                first: {value: {more: true, rows: [{a: 1}, {a: 2}]}}
                last: {value: {more: false, rows: [{a: 3}]}}
  /things:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [n]}}}}
      responses: {'201': {description: added, content: {application/json: {example: {id: 7}}}}}
  /files:
    post:
      operationId: upload
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses: {'200': {description: added, content: {application/octet-stream: {schema: {type: string, format: binary}}}}}
";

const PLAIN: ParameterDescription = ParameterDescription {
    name: "",
    key: "",
    place: "query",
    required: false,
    ty: ValueType::Text,
    is_list: false,
    values: &[],
    description: None,
    example: None,
    default: None,
    deprecated: None,
};

const fn named(name: &'static str) -> ParameterDescription {
    ParameterDescription { name, key: name, ..PLAIN }
}

const SIMPLE: Description = Description {
    name: "",
    former: &[],
    method: "GET",
    path: "/",
    summary: None,
    description: None,
    deprecated: None,
    credits: None,
    parameters: &[],
    body: None,
    data: None,
    response: None,
    shape: None,
    pagination: None,
};

static OPERATIONS: &[Description] = &[
    Description {
        name: "search",
        former: &["look_up", "add", "help"],
        path: "/search",
        deprecated: Some("use another one"),
        shape: Some("rows: list of object\n  a: integer = 1"),
        parameters: &[
            ParameterDescription { ty: ValueType::Integer, ..named("page") },
            named("json"),
            ParameterDescription { ty: ValueType::Integer, is_list: true, ..named("x[]") },
            ParameterDescription { place: "header", ..named("X-Trace-Id") },
            ParameterDescription { key: "query:id", example: Some("-1"), ..named("id") },
            ParameterDescription { key: "header:id", place: "header", ..named("id") },
            named("页码"),
            ParameterDescription { ty: ValueType::Boolean, ..named("deep") },
        ],
        pagination: Some(Pagination::Announced { page: "page", has_more: "/more", items: Some("/rows") }),
        ..SIMPLE
    },
    Description {
        name: "add",
        method: "POST",
        path: "/things",
        body: Some(BodyDescription { required: true, media_type: None, example: None }),
        ..SIMPLE
    },
    Description {
        name: "upload",
        method: "POST",
        path: "/files",
        body: Some(BodyDescription { required: true, media_type: Some("application/octet-stream"), example: None }),
        ..SIMPLE
    },
    Description {
        name: "count",
        path: "/count",
        parameters: &[
            ParameterDescription { ty: ValueType::Integer, required: true, ..named("from") },
            ParameterDescription { ty: ValueType::Boolean, required: true, ..named("all") },
            ParameterDescription { required: true, ..named("of") },
        ],
        ..SIMPLE
    },
    // Its name is that of a command which every program has.
    Description { name: "help", path: "/help", ..SIMPLE },
];

static PLATFORM: Platform = Platform {
    user_agent: "odd/1",
    base_url: "https://api.example.com",
    operations: &[],
    key: keyapi_provider::KEY,
    statuses: keyapi_provider::STATUSES,
    envelope: EnvelopeProperties { code: None, success: 0, message: None, data: None, request_id: None },
};

/// Calls an operation as a generated dispatcher does.
async fn call(
    client: &Client,
    operation: &str,
    parameters: &[(&str, &str)],
    body: Option<&Value>,
    mut options: CallOptions,
) -> Result<Response<Value>, Error> {
    let operation = OPERATIONS.iter().find(|known| known.name == operation).unwrap();
    let mut request = client.request(operation.method.parse::<Method>().unwrap(), operation.path);
    for (key, value) in parameters {
        let parameter = operation.parameters.iter().find(|known| known.key == *key).unwrap();
        if parameter.place == "header" {
            let name = HeaderName::from_bytes(parameter.name.as_bytes()).unwrap();
            options = options.header(name, HeaderValue::from_str(value).unwrap());
        } else if parameter.is_list {
            for element in serde_json::from_str::<Vec<Value>>(value).unwrap() {
                request = request.query(parameter.name, element.to_string());
            }
        } else {
            request = request.query(parameter.name, *value);
        }
    }
    let request = body.into_iter().fold(request, |request, body| request.json(body));
    request.options(options).send().await
}

fn program() -> Program<Client> {
    Program {
        name: "odd",
        version: "1",
        about: "Odd",
        operations: OPERATIONS,
        builder: || Client::builder(&PLATFORM),
        call: |client, operation, parameters, body, options| {
            Box::pin(call(client, operation, parameters, body, options))
        },
        schema: None,
    }
}

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
    assert_eq!(succeed(&server, &["search", "--pages", "9", "--table"]), format!("{FIRST}more  false\n\nrows\na\n3\n"));
    assert_eq!(asked(&server), [None, Some("2".to_owned())]);
    server.reset();
    answer(&server, &["200:first"]);
    assert_eq!(succeed(&server, &["search", "--pages", "1", "--page", "4", "--table"]), FIRST);
    assert_eq!(asked(&server), [Some("4".to_owned())]);
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

fn pages_of_what_has_none_are_refused() {
    let server = server();
    refused(command(&server, &["add", "--body", "{}", "--pages", "2"]).output().unwrap(), "tells of no pages");
    refused(command(&server, &["search", "--pages", "0"]).output().unwrap(), "--pages");
    assert!(server.journal().is_empty());
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
    std::fs::File::create(&path).unwrap().set_len((16 << 20) + 1).unwrap();
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
        "--id=-1",
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
    let trials = trials![
        pages_are_asked_for_until_the_last,
        pages_that_came_are_printed_whatever_comes_after_them,
        pages_of_what_has_none_are_refused,
        odd_names_are_sent_as_they_are,
        bodies_come_from_the_command_line_a_file_or_standard_input,
        a_body_that_is_no_text_is_sent_as_it_is,
        a_renamed_operation_keeps_its_command,
        bodies_that_are_none_are_refused,
        help_shows_what_there_is,
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
