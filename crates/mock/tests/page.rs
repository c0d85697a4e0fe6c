//! The page of the admin interface, in a real browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod browser;
mod support;
mod wire;

use std::process::Command;

use browser::Browser;
use keyapi_mock::script::Fault;
use keyapi_mock::{MockServer, Options, Step};
use serde_json::{Value, json};
use support::document;
use wire::{Wire, get, send};

const SONGS: &str = "
openapi: 3.0.3
info: {title: '<b>Songs</b> {{operations}}', version: '1'}
paths:
  /songs:
    get:
      operationId: list_songs
      security: [{bearer: []}]
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses:
        '200': {description: ok, content: {application/json: {example: {songs: [one], token: from-the-example}}}}
        '429': {description: slow, content: {application/json: {example: {oops: true}}}}
    post:
      operationId: add_song
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {'201': {description: made}}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
";

const KEY: (&str, &str) = ("authorization", "Bearer sk_live_test");
const FIRST: &str = "#requests tbody tr";

fn server() -> MockServer {
    MockServer::start_with(document(SONGS), Options::default())
}

/// Opens the page and waits until it shows so many requests.
fn open(server: &MockServer, rows: usize) -> Option<Browser> {
    let mut browser = Browser::open(&format!("{}/__mock/", server.url()))?;
    shows(&mut browser, rows);
    Some(browser)
}

#[track_caller]
fn shows(browser: &mut Browser, rows: usize) {
    browser.until(&format!("document.querySelectorAll('{FIRST}').length === {rows}"));
}

fn select(browser: &mut Browser) {
    browser.value(&format!("document.querySelector('{FIRST}').click()"));
}

#[test]
fn an_entry_shows_request_response_and_what_was_validated() {
    let server = server();
    let hostile = "%3Cimg%20src=x%20onerror=document.title=1%3E";
    let header = ("x-note", "<script>document.title=1</script>");
    get(&server.url(), &format!("/songs?page={hostile}"), &[KEY, header]);
    let Some(mut browser) = open(&server, 1) else { return };
    assert_eq!(browser.value("document.title"), "<b>Songs</b> {{operations}}");
    select(&mut browser);
    let request = browser.text("#request");
    assert!(request.starts_with("GET /songs?page=<img src=x onerror=document.title=1>\nhost: mock\n"), "{request}");
    assert!(request.contains("\nauthorization: ***\nx-note: <script>document.title=1</script>"), "{request}");
    let validated = browser.value("[...document.querySelectorAll('#validated tbody tr')].map((row) => row.innerText)");
    let expected =
        ["security\tyes\tyes\tyes\t", "query page\tno\tyes\tno\tRequest query parameter page must be integer"];
    assert_eq!(validated, json!(expected));
    assert_eq!(browser.text("#refusal"), "Refused: Invalid value for parameter: page");
    assert!(browser.text("#response").starts_with("422\ncontent-type: application/problem+json\n"));

    get(&server.url(), "/songs", &[KEY]);
    browser.tick();
    select(&mut browser);
    assert_eq!(browser.text("#refusal"), "");
    let response = browser.text("#response");
    assert!(response.ends_with("\n\n{\"songs\":[\"one\"],\"token\":\"***\"}"), "{response}");
    let made = "document.querySelectorAll('img, b, section script').length";
    assert_eq!(
        (browser.value(made), browser.value("document.title")),
        (json!(0), json!("<b>Songs</b> {{operations}}"))
    );
    let policy = get(&server.url(), "/__mock/", &[]).header("content-security-policy").map(str::to_owned).unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
}

#[test]
fn the_journal_refreshes_while_it_is_seen() {
    let server = server();
    let Some(mut browser) = open(&server, 0) else { return };
    let timers = "document.documentElement.dataset.timers";
    get(&server.url(), "/songs", &[]);
    browser.tick();
    shows(&mut browser, 1);
    // Nobody looks at a hidden page.
    browser.value("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })");
    browser.value("document.dispatchEvent(new Event('visibilitychange'))");
    assert_eq!(browser.value(timers), "0");
    get(&server.url(), "/songs", &[]);
    browser.value("delete document.visibilityState");
    browser.value("document.dispatchEvent(new Event('visibilitychange'))");
    shows(&mut browser, 2);
    browser.until(&format!("{timers} === '1'"));
    // A server that is away for a while.
    browser.value("window.kept = window.fetch; window.fetch = () => Promise.reject(new Error('away'))");
    browser.tick();
    assert_eq!(browser.text("#message"), "The server does not respond; the page goes on trying.");
    browser.value("window.fetch = kept");
    // What comes after a restart has the numbers of what came before it.
    server.reset();
    for path in ["/a", "/b"] {
        get(&server.url(), path, &[]);
    }
    browser.tick();
    assert_eq!(browser.text("#message"), "The server is back.");
    let shown =
        browser.value(&format!("[...document.querySelectorAll('{FIRST} code')].map((code) => code.textContent)"));
    assert_eq!(shown, json!(["GET /b", "GET /a"]));
}

#[test]
fn a_link_leads_to_an_entry() {
    let server = server();
    for path in ["/a", "/b", "/c"] {
        get(&server.url(), path, &[]);
    }
    let Some(mut browser) = open(&server, 3) else { return };
    let hash = "location.hash";
    select(&mut browser);
    assert_eq!(browser.value(hash), "#3");
    browser.press("Escape");
    assert_eq!(browser.value(hash), "");

    let mut browser = Browser::open(&format!("{}/__mock/#2", server.url())).unwrap();
    assert_eq!(browser.text("#detail-title"), "#2 GET /b");
    // Who closes it, or looks at another one, is not led back.
    browser.press("Escape");
    browser.tick();
    assert_eq!(browser.value("document.querySelector('#detail').hidden"), true);
    select(&mut browser);
    browser.tick();
    assert_eq!(browser.text("#detail-title"), "#3 GET /c");
    // An entry that is not there yet is waited for.
    browser.value("location.hash = '#4'");
    browser.tick();
    assert_eq!(browser.text("#detail-title"), "#3 GET /c");
    get(&server.url(), "/d", &[]);
    browser.tick();
    assert_eq!(browser.text("#detail-title"), "#4 GET /d");
    // Nothing is opened by what is no number.
    let mut browser = Browser::open(&format!("{}/__mock/#detail']", server.url())).unwrap();
    assert_eq!(browser.value("document.querySelector('#detail').hidden"), true);
}

#[test]
fn requests_are_filtered_by_operation_and_status() {
    let server = server();
    get(&server.url(), "/songs", &[KEY]);
    get(&server.url(), "/songs", &[]);
    get(&server.url(), "/nowhere", &[]);
    let Some(mut browser) = open(&server, 3) else { return };
    for (operation, status, rows) in [
        ("list_songs", "*", 2),
        ("list_songs", "4XX", 1),
        ("*", "4XX", 2),
        ("", "*", 1),
        ("add_song", "*", 0),
        ("*", "*", 3),
    ] {
        browser.choose("operation", operation);
        browser.choose("status", status);
        shows(&mut browser, rows);
    }
}

#[test]
fn a_status_of_the_journal_is_chosen_and_stays_chosen() {
    /// The field's value, the statuses that it offers beside their classes, and whether it has the focus.
    fn field(browser: &mut Browser) -> Value {
        browser.value(
            "{ const field = document.getElementsByName('status')[0];
               const values = [...field.options].map((option) => option.value);
               [field.value, values.slice(values.indexOf('none') + 1).join(), document.activeElement === field]; }",
        )
    }
    let server = server();
    let Some(mut browser) = open(&server, 0) else { return };
    assert_eq!(field(&mut browser), json!(["*", "", false]));
    assert_eq!(browser.value("getComputedStyle(document.querySelector('#statuses')).display"), "none");
    for (path, headers) in [("/nowhere", &[][..]), ("/songs", &[KEY]), ("/songs", &[])] {
        get(&server.url(), path, headers);
    }
    browser.tick();
    shows(&mut browser, 3);
    assert_eq!(field(&mut browser), json!(["*", "200,401,404", false]));
    // By keys alone: the last one is 404.
    browser.value("document.getElementsByName('status')[0].focus()");
    browser.press("End");
    shows(&mut browser, 1);
    assert_eq!(field(&mut browser), json!(["404", "200,401,404", true]));
    assert_eq!(browser.text(&format!("{FIRST} code")), "GET /nowhere");
    // While only this one is shown, others come.
    get(&server.url(), "/songs", &[KEY, ("prefer", "code=429")]);
    get(&server.url(), "/songs?page=x", &[KEY]);
    get(&server.url(), "/elsewhere", &[]);
    browser.tick();
    shows(&mut browser, 2);
    assert_eq!(field(&mut browser), json!(["404", "200,401,404,422,429", true]));
    browser.choose("status", "422");
    shows(&mut browser, 1);
    assert_eq!(browser.text(&format!("{FIRST} code")), "GET /songs?page=x");
    // Of a journal that begins anew nothing is left but what is chosen.
    server.reset();
    get(&server.url(), "/songs", &[]);
    browser.tick();
    shows(&mut browser, 0);
    assert_eq!(field(&mut browser), json!(["422", "401,422", true]));
    // A request without a response has no status to choose.
    server.script("list_songs", [Fault::Close]).unwrap();
    let mut connection = Wire::connect(&server.url());
    connection.send(b"GET /songs HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer sk_live_test\r\n\r\n");
    assert!(connection.read_all().0.is_empty());
    browser.choose("status", "none");
    shows(&mut browser, 1);
    assert_eq!(field(&mut browser), json!(["none", "401,422", true]));
}

#[test]
fn keys_move_open_and_close() {
    let server = server();
    (1..=3).for_each(|page| _ = get(&server.url(), &format!("/songs?page={page}"), &[KEY]));
    let Some(mut browser) = open(&server, 3) else { return };
    let focused = "document.activeElement.dataset.sequence ?? document.activeElement.id";
    browser.value(&format!("document.querySelector('{FIRST}[tabindex=\"0\"]').focus()"));
    for (key, expected) in [
        ("ArrowDown", "2"),
        ("ArrowUp", "3"),
        ("ArrowUp", "3"),
        ("End", "1"),
        ("ArrowDown", "1"),
        ("Home", "3"),
        ("ArrowDown", "2"),
        ("Enter", "detail"),
    ] {
        browser.press(key);
        assert_eq!(browser.value(focused), expected, "{key}");
    }
    assert!(browser.text("#detail-title").starts_with("#2 "));
    // The focus is seen where it is, and stays while the list changes.
    browser.press("Escape");
    assert_eq!(browser.value(focused), "2");
    assert_eq!(browser.value("document.querySelector('#detail').hidden"), true);
    assert_eq!(browser.value("getComputedStyle(document.activeElement).outlineStyle"), "solid");
    get(&server.url(), "/songs", &[KEY]);
    browser.tick();
    shows(&mut browser, 4);
    assert_eq!(browser.value(focused), "2");
}

/// The words that a shell makes of a command, in which the key is `the-key`.
fn words(command: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}");
    let output = Command::new("bash").args(["-c", &script]).env("API_KEY", "the-key").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{command}\n{output:?}");
    let words = String::from_utf8(output.stdout).unwrap();
    words.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn an_entry_is_copied_as_a_command_that_does_nothing_else() {
    let server = server();
    let url = server.url();
    let body = "{\"a\": \"'; touch x; $(touch x) `touch x` \\\\ !! \u{1b}[201~\\n\",\n \"password\": \"hunter2\"}";
    send(
        &url,
        "POST",
        "/songs/../'$(touch%20x)'?q=%27%3B%20a%20%26%5B1-9%5D&token=hunter2",
        &[KEY, ("x-note", "it's \"$HOME\" @/etc/passwd"), ("x-empty", ""), ("content-type", "application/json")],
        body,
    );
    let Some(mut browser) = open(&server, 1) else { return };
    select(&mut browser);
    let command = browser.text("#curl");
    assert!(!command.contains("hunter2") && !command.contains("sk_live"), "{command}");
    assert!(!command.contains(|char: char| char.is_control()), "{command:?}");
    let expected = [
        "--globoff",
        "--path-as-is",
        "--request",
        "POST",
        "--header",
        "authorization: Bearer the-key",
        "--header",
        "x-note: it's \"$HOME\" @/etc/passwd",
        "--header",
        "x-empty;",
        "--header",
        "content-type: application/json",
        "--data-raw",
        &body.replace("hunter2", "the-key"),
        "--url",
        &format!("{url}/songs/../'$(touch%20x)'?q='%3B%20a%20%26%5B1-9%5D&token=the-key"),
    ];
    assert_eq!(words(&command), expected);
    // A headless browser may not copy without being asked to.
    browser.value(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => window.copied = text } })",
    );
    browser.value("document.querySelector('#copy').click()");
    browser.until("document.querySelector('#message').textContent === 'The command is copied.'");
    assert_eq!(browser.value("window.copied"), command);
}

#[test]
fn an_entry_becomes_steps_of_a_script() {
    let server = server();
    get(&server.url(), "/songs", &[KEY, ("prefer", "code=429")]);
    let Some(mut browser) = open(&server, 1) else { return };
    select(&mut browser);
    let submit = "document.querySelector('#script button').click()";
    browser.value(&format!("document.getElementsByName('times')[0].value = 2; {submit}"));
    browser.until("document.querySelector('#message').textContent === 'The next 2 of list_songs get 429.'");
    let statuses: Vec<u16> = (0..3).map(|_| get(&server.url(), "/songs", &[KEY]).status).collect();
    assert_eq!(statuses, [429, 429, 200]);
    browser.value(&format!("document.getElementsByName('step')[0].value = 'nonsense'; {submit}"));
    browser.until("document.querySelector('#message').textContent.startsWith('The script is refused: ')");
}

#[test]
fn a_step_is_offered_where_it_lets_the_same_happen() {
    let server = server();
    server
        .script("list_songs", ["envelope:402:no credits", "html:200"].map(|step| step.parse::<Step>().unwrap()))
        .unwrap();
    (0..2).for_each(|_| _ = get(&server.url(), "/songs", &[KEY]));
    get(&server.url(), "/songs", &[KEY, ("prefer", "dynamic=true")]);
    let Some(mut browser) = open(&server, 3) else { return };
    for (sequence, expected) in [(1, "envelope:402:no credits"), (2, "html:200"), (3, "")] {
        browser.value(&format!("document.querySelector('[data-sequence=\"{sequence}\"]').click()"));
        assert_eq!(browser.value("document.getElementsByName('step')[0].value"), expected);
        assert_eq!(browser.value("document.querySelector('#script').hidden"), false);
    }
}
