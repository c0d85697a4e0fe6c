//! `cargo xtask samples`: runs the document's own code samples against the mock server.
//!
//! The samples are what readers of the documentation paste. Only the host and the placeholder of the key are replaced,
//! and what they print has to be the documented response.
//!
//! They are text of somebody else, so that they run without the environment of whoever runs them, each in a folder of its
//! own, and, where the system allows it, without any network but loopback and beside no programs but their own. A sample runs in the language that the document
//! names for it, or not at all.

mod isolation;
mod language;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use keyapi_codegen::RustNames;
use keyapi_spec::document::{operations, resolve};
use keyapi_spec::json_difference;
use keyapi_spec::message::media_type::is_json;
use serde_json::Value;
use tempfile::TempDir;

use crate::input::{Failure, failure, read};
use crate::programs::{Server, build};
use crate::workspace::platform;
use crate::{OK, STALE};
use language::Language;

/// What samples have in the place of a key, and a key that the mock server takes.
const KEY: [(&str, &str); 1] = [("<YOUR_API_KEY>", isolation::PLACEHOLDER_KEY)];

/// What `samples` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// The document; the vendored one where none is given.
    file: Option<PathBuf>,
    /// Run here, where network and environment have been taken away, with this mock server.
    #[arg(long, value_name = "PROGRAM", hide = true)]
    isolated: Option<PathBuf>,
}

/// Runs the command: exit code 0 where all that ran agreed.
///
/// # Errors
///
/// The document is bad, or the mock server does not start.
pub fn run(args: &Args) -> Result<u8, Failure> {
    if let Some(program) = &args.isolated {
        return run_all(args, program);
    }
    let [program] = build([&platform().mock_server()], &["--quiet"])?;
    // The server has to be where the samples are, so all that follows runs there.
    let mut words =
        vec![std::env::current_exe()?.into_os_string(), "samples".into(), "--isolated".into(), program.into()];
    words.extend(args.file.as_ref().map(|file| file.clone().into_os_string()));
    let mut command = match isolation::unavailable() {
        None => isolation::without_network(words),
        Some(why) => {
            println!(
                "the samples can reach the network and other programs, which cannot be kept from them here: {why}"
            );
            isolation::with_little_environment(words)
        }
    };
    let status = command.status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(STALE))
}

fn run_all(args: &Args, program: &Path) -> Result<u8, Failure> {
    let file = args.file.clone().unwrap_or(platform().spec);
    let input = read(&file, None);
    // The samples are published, so the document is taken as it is published, too.
    let document = input.serve(&RustNames).map_err(|found| failure(&input, &found))?;
    let mut command = Command::new(program);
    command.args(["--addr", "127.0.0.1:0", "--strict"]);
    if let Some(file) = &args.file {
        command.arg("--spec").arg(file);
    }
    let server = Server::start(&mut command)?;

    let (mut agreed, mut failed, mut skipped) = (0, 0, 0);
    for sample in samples(&document) {
        let label = visible(&format!("{}: {}", sample.operation, sample.language));
        match sample.run(&hosts(&document, server.url()), TempDir::new()?.path())? {
            Outcome::Agreed => {
                agreed += 1;
                println!("ok       {label}");
            }
            Outcome::Failed(why) => {
                failed += 1;
                println!("FAILED   {label}: {}", visible(&why));
            }
            Outcome::Skipped(why) => {
                skipped += 1;
                println!("skipped  {label}: {why}");
            }
        }
    }
    println!("{agreed} samples got the documented response, {failed} did not, {skipped} skipped");
    Ok(if failed == 0 { OK } else { STALE })
}

/// A text with its control characters spelled out: those of a sample are not meant for the terminal.
fn visible(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// The documented response of the first operation of the vendored document, as one line of JSON.
///
/// # Errors
///
/// There is none.
pub(crate) fn published_response() -> io::Result<String> {
    let document: Value = serde_json::from_slice(&std::fs::read(platform().spec)?)?;
    let response = operations(&document).first().and_then(|key| response(&document, document.pointer(&key.pointer)?));
    response.map(Value::to_string).ok_or_else(|| io::Error::other("the vendored document shows no response"))
}

/// A code sample of an operation.
struct Sample<'a> {
    operation: String,
    language: &'a str,
    source: &'a str,
    /// The documented response.
    response: Option<&'a Value>,
}

/// What became of a sample.
enum Outcome {
    Agreed,
    Failed(String),
    Skipped(String),
}

impl Sample<'_> {
    fn run(&self, hosts: &[(String, String)], folder: &Path) -> io::Result<Outcome> {
        let Some(language) = Language::find(self.language) else {
            return Ok(Outcome::Skipped("nothing here runs this language".to_owned()));
        };
        let Some(response) = self.response else {
            return Ok(Outcome::Skipped("the document shows no response".to_owned()));
        };
        if !language.is_installed(folder) {
            return Ok(Outcome::Skipped(format!("{} is not installed", language.needs)));
        }
        let hosts = hosts.iter().map(|(from, to)| (from.as_str(), to.as_str()));
        let source =
            KEY.into_iter().chain(hosts).fold(self.source.to_owned(), |text, (from, to)| text.replace(from, to));
        Ok(match language.run(&source, folder)? {
            Err(why) => Outcome::Failed(why),
            Ok(printed) => json_difference(response, &printed).map_or(Outcome::Agreed, Outcome::Failed),
        })
    }
}

fn samples(document: &Value) -> Vec<Sample<'_>> {
    let mut samples = Vec::new();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let listed = operation.get("x-codeSamples").and_then(Value::as_array);
        for sample in listed.into_iter().flatten() {
            let text = |name: &str| sample.get(name).and_then(Value::as_str).unwrap_or_default();
            let response = response(document, operation);
            samples.push(Sample {
                operation: key.to_string(),
                language: text("lang"),
                source: text("source"),
                response,
            });
        }
    }
    samples
}

/// The documented JSON body of success.
fn response<'a>(document: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let responses = operation.get("responses")?.as_object()?;
    let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let content = resolve(document, response)?.get("content")?.as_object()?;
    let (_, media) = content.iter().find(|(media_type, _)| is_json(media_type))?;
    let named = || resolve(document, media.get("examples")?.as_object()?.values().next()?)?.get("value");
    let of_schema = || resolve(document, media.get("schema")?)?.get("example");
    media.get("example").or_else(named).or_else(of_schema)
}

/// Every host of the document, with what stands in for it.
fn hosts(document: &Value, url: &str) -> Vec<(String, String)> {
    let items = document.get("paths").and_then(Value::as_object).into_iter().flat_map(|paths| paths.values());
    let inside = items.flat_map(|item| item.as_object().into_iter().flat_map(|item| item.values()).chain([item]));
    let lists = inside.chain([document]).filter_map(|holder| holder.get("servers")?.as_array());
    let mut hosts: Vec<String> =
        lists.flatten().filter_map(|server| host(server.get("url")?.as_str()?)).map(str::to_owned).collect();
    hosts.sort();
    hosts.dedup();
    // A host may be the beginning of another, so the longest goes first.
    hosts.reverse();
    hosts.into_iter().map(|host| (host, url.to_owned())).collect()
}

/// Scheme, name and port of a URL.
fn host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find('/').unwrap_or(rest.len());
    Some(&url[..scheme.len() + "://".len() + end])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hosts_are_those_of_all_server_lists_and_keep_base_paths() {
        let document = json!({
            "servers": [{ "url": "https://api.example.com/v1" }, { "url": "/relative" }],
            "paths": {
                "/a": {
                    "servers": [{ "url": "https://api.example.com:8443" }],
                    "get": { "servers": [{ "url": "http://files.example.com/" }] }
                }
            }
        });
        let hosts: Vec<String> = hosts(&document, "http://localhost").into_iter().map(|(from, _)| from).collect();
        assert_eq!(hosts, ["https://api.example.com:8443", "https://api.example.com", "http://files.example.com"]);
    }

    #[track_caller]
    fn check_response(media: Value, expected: Option<Value>) {
        let document = json!({
            "paths": { "/a": { "get": {
                "x-codeSamples": [{ "lang": "curl", "source": "curl" }],
                "responses": { "404": {}, "200": { "content": { "application/json; charset=utf-8": media } } }
            } } },
            "components": { "examples": { "One": { "value": 1 } }, "schemas": { "Two": { "example": 2 } } }
        });
        let samples = samples(&document);
        assert_eq!(samples[0].operation, "GET /a");
        assert_eq!(samples[0].response, expected.as_ref());
    }

    #[test]
    fn text_of_a_sample_does_nothing_to_a_terminal() {
        assert_eq!(visible("\u{1b}[2Jé\r\n"), "\\u{1b}[2Jé\\r\\n");
    }

    #[test]
    fn responses_are_found_wherever_examples_may_stand() {
        check_response(json!({ "example": 0 }), Some(json!(0)));
        check_response(json!({ "examples": { "first": { "$ref": "#/components/examples/One" } } }), Some(json!(1)));
        check_response(json!({ "schema": { "$ref": "#/components/schemas/Two" } }), Some(json!(2)));
        check_response(json!({ "schema": {} }), None);
    }
}
