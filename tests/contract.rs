//! One test for every (operation, status) of the document: the generated client gets the documented response through the
//! mock server, and what it decodes equals the documented example.
//!
//! The rows come from the document. A new operation or status is a new test without a line of code, and a status
//! without an example is a test that fails and names it.

use std::process::ExitCode;

use contract::document::{self, Operation, Response};
use contract::exercise::{builder, client, exercise, represented, sent_as, tolerate};
use contract::representation::Representation;
use keyapi_redaction::named;
use libtest_mimic::{Arguments, Failed, Trial};
use mock::options::Validation;
use mock::{MockServer, Options, load};
use sdk::{Client, OPERATIONS, Recorder};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match document::load() {
        Ok(operations) => trials(operations),
        Err(message) => vec![Trial::test("the_document_resolves", move || Err(Failed::from(message)))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(operations: Vec<Operation>) -> Vec<Trial> {
    let documented: Vec<String> = operations.iter().map(|operation| operation.name.clone()).collect();
    let mut trials = vec![Trial::test("the_client_has_every_operation", move || {
        let generated: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
        if generated == documented {
            Ok(())
        } else {
            Err(format!("the client has {generated:?}, the document {documented:?}").into())
        }
    })];
    for operation in operations {
        let (name, drifting) = (format!("{}::drift", operation.name), operation.clone());
        trials.push(Trial::test(name, move || drifting_responses(&drifting)));
        let (name, recorded) = (format!("{}::recorded", operation.name), operation.clone());
        trials.push(Trial::test(name, move || recorded_responses(&recorded)));
        for response in operation.responses.clone() {
            trials.extend(of_representations(&operation, &response));
            let operation = operation.clone();
            trials
                .push(Trial::test(operation.test_name(&response), move || documented_response(&operation, &response)));
        }
        trials.extend(of_bodies(&operation));
    }
    trials
}

/// The media types of a response that callers can ask for instead.
fn of_representations(operation: &Operation, response: &Response) -> Vec<Trial> {
    let one = |other: &Representation| {
        let (operation, response, other) = (operation.clone(), response.clone(), other.clone());
        let name = format!("{}::{}", operation.test_name(&response), other.media_type);
        Trial::test(name, move || {
            against_strict(async |client| represented(client, &operation, &response, &other).await)
        })
    };
    response.others.iter().map(one).collect()
}

/// The media types of a request body that callers can send instead.
fn of_bodies(operation: &Operation) -> Vec<Trial> {
    let Some(success) = operation.responses.iter().find(|response| response.status.starts_with('2')) else {
        return Vec::new();
    };
    let one = |(label, _): &(String, Value)| {
        let (operation, success, label) = (operation.clone(), success.clone(), label.clone());
        let name = format!("{}::body::{label}", operation.name);
        Trial::test(name, move || against_strict(async |client| sent_as(client, &operation, &success, &label).await))
    };
    operation.other_bodies.iter().map(one).collect()
}

/// What an API may change without a word, the client bears: properties that come, go, are null, or have other values.
fn drifting_responses(operation: &Operation) -> Result<(), Failed> {
    const SEEDS: u64 = 20;
    const CALLS: usize = 5;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for seed in 0..SEEDS {
            let options = Options { drift: Some(seed), ..Options::default() };
            let server = MockServer::start_with(load::vendored()?, options);
            let client = client(&server)?;
            for call in 1..=CALLS {
                for response in &operation.responses {
                    let call = format!("seed {seed}, call {call}, status {}", response.status);
                    tolerate(&client, operation, response).await.map_err(|why| format!("{call}: {why}"))?;
                }
            }
        }
        Ok(())
    })
}

/// What a client records is what the server sent, called as the server calls it.
fn recorded_responses(operation: &Operation) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = MockServer::start_with(load::vendored()?, Options { drift: Some(1), ..Options::default() });
        let folder = TempDir::new()?;
        let path = folder.path().join("journal.json");
        let client = builder(&server).observer(Recorder::open(&path)?).build()?;
        for response in &operation.responses {
            // Of a body that its caller reads while it comes, nothing is recorded.
            tolerate(&client, operation, &Response { representation: None, ..response.clone() }).await?;
        }
        let sent = server.journal().into_iter().filter_map(|entry| {
            let body = serde_json::from_slice(&entry.response?.body?).ok()?;
            Some((entry.operation.unwrap_or_default(), entry.status, kinds(body)))
        });
        let journal = std::fs::read(path)?;
        // Responses without a body are no samples, and an operation may have no others.
        let entries: Vec<Value> = if journal.is_empty() { Vec::new() } else { serde_json::from_slice(&journal)? };
        let recorded = entries.iter().map(|entry| {
            let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let status = entry["status"].as_u64().and_then(|status| u16::try_from(status).ok());
            let body = serde_json::from_str(text("/response/body")).map(kinds);
            body.map(|body| (text("/operation").to_owned(), status, body))
        });
        let (sent, recorded): (Vec<_>, Vec<_>) = (sent.collect(), recorded.collect::<Result<_, _>>()?);
        if sent == recorded { Ok(()) } else { Err(format!("sent {sent:?}, recorded {recorded:?}").into()) }
    })
}

/// A value with nothing but its structure, and without secrets, which the server and the client take out in their own ways.
fn kinds(value: Value) -> Value {
    match value {
        Value::String(_) => Value::from("text"),
        Value::Number(_) => Value::from(0),
        Value::Array(items) => items.into_iter().map(kinds).collect(),
        Value::Object(properties) => {
            let properties = properties.into_iter().filter(|(name, _)| named(name).is_none());
            properties.map(|(name, property)| (name, kinds(property))).collect()
        }
        other => other,
    }
}

fn documented_response(operation: &Operation, response: &Response) -> Result<(), Failed> {
    against_strict(async |client| exercise(client, operation, response).await)
}

/// Does something with a client of a mock server that refuses what the document does not allow.
fn against_strict(call: impl AsyncFnOnce(&Client) -> Result<(), String>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let options = Options { validation: Validation::Strict, ..Options::default() };
        let server = MockServer::start_with(load::vendored()?, options);
        call(&client(&server)?).await.map_err(Failed::from)
    })
}
