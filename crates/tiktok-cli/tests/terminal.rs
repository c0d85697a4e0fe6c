//! The program at a terminal: what it asks there, what it draws, and how it is stopped.
#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Child;

use keyapi_tiktok_mock::MockServer;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

const OPERATION: &str = "trending-music-detail";
const KEY: &str = "sk_live_typed";
const CTRL_C: &[u8] = b"\x03";
const CTRL_D: &[u8] = b"\x04";

/// The program at a terminal of its own.
fn program(key: Option<&str>, arguments: &[&str]) -> (Pty, Child) {
    let (pty, terminal) = open().unwrap();
    let command = Command::new(env!("CARGO_BIN_EXE_keyapi-tiktok")).args(arguments).env_remove("KEYAPI_TOKEN");
    let command = key.into_iter().fold(command, |command, key| command.env("KEYAPI_TOKEN", key));
    let child = command.spawn(terminal).unwrap();
    (pty, child)
}

/// What the terminal shows up to a text, or up to the end of the program.
fn shown_until(pty: &mut Pty, text: Option<&str>) -> String {
    let mut shown = Vec::new();
    let mut byte = [0];
    // A terminal that nobody holds any more cannot be read.
    while let Ok(1) = pty.read(&mut byte) {
        shown.push(byte[0]);
        if text.is_some_and(|text| shown.ends_with(text.as_bytes())) {
            break;
        }
    }
    String::from_utf8(shown).unwrap()
}

fn echoes(pty: &Pty) -> bool {
    tcgetattr(pty).unwrap().local_modes.contains(LocalModes::ECHO)
}

#[test]
fn a_key_is_asked_for_and_not_shown() {
    let server = MockServer::start();
    let (mut pty, mut child) = program(None, &[OPERATION, "--base-url", &server.url()]);
    let prompt = shown_until(&mut pty, Some("is not set): "));
    assert!(prompt.starts_with("API key, which is not shown (KEYAPI_TOKEN"), "{prompt:?}");
    // It asks before it reads.
    while echoes(&pty) && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    pty.write_all(format!("{KEY}\n").as_bytes()).unwrap();
    let shown = shown_until(&mut pty, None);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{shown}");
    assert!(!shown.contains("sk_live"), "{shown}");
    // A terminal gets rows, and a trend that is drawn.
    assert!(shown.contains("New Sun"), "{shown}");
    assert!(shown.contains('▁') && shown.contains('█'), "{shown}");
    assert!(!shown.contains('{'), "{shown}");
}

#[test]
fn ctrl_c_at_the_question_for_a_key_ends_it_with_130() {
    let (mut pty, mut child) = program(None, &[OPERATION, "--base-url", "http://127.0.0.1:1"]);
    shown_until(&mut pty, Some("is not set): "));
    pty.write_all(CTRL_C).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(echoes(&pty));
}

#[test]
fn ctrl_d_at_the_question_for_a_key_is_an_error_on_a_line_of_its_own() {
    let (mut pty, mut child) = program(None, &[OPERATION, "--base-url", "http://127.0.0.1:1"]);
    shown_until(&mut pty, Some("is not set): "));
    // It asks before it reads.
    while echoes(&pty) && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    pty.write_all(CTRL_D).unwrap();
    let shown = shown_until(&mut pty, None);
    assert_eq!(child.wait().unwrap().code(), Some(2), "{shown:?}");
    assert!(shown.starts_with("\r\nerror: no API key: ") && shown.matches('\n').count() == 2, "{shown:?}");
}

#[test]
fn ctrl_c_during_a_call_ends_it_with_130() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (mut pty, mut child) = program(Some(KEY), &[OPERATION, "--base-url", &url]);
    // It waits for an answer from here on.
    let (mut connection, _) = listener.accept().unwrap();
    connection.read_exact(&mut [0]).unwrap();
    pty.write_all(CTRL_C).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
