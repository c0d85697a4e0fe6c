//! Calls the API as its document shows it, and keeps what it responds with, redacted, as a journal. What is no JSON is kept
//! as a text beside it: a person may read what was paid for.
//!
//! The requests are made here and not by the SDK, which repairs what is to be seen, and is not there while the document is
//! bad.

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;

use keyapi_provider::KEY_VARIABLE;
use keyapi_redaction::Redactor;
use keyapi_spec::document::body::json_content;
use keyapi_spec::document::envelope::Envelope;
use keyapi_spec::document::extension;
use keyapi_spec::document::resolve;
use keyapi_spec::{Diagnostic, Source};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::Args;
use super::journal::Journal;
use super::request::Request;
use crate::http::{Limits, Proxies, body, client, failed, is_private, shown};
use crate::input::{Failure, refused};
use crate::output::{self, counted};
use crate::recorded::{Operation, Operations};
use crate::redaction::Spelled;
use crate::workspace::display;

/// What came of the calls.
pub(super) struct Live {
    /// Where the responses are.
    pub(super) journal: PathBuf,
    /// Whether every call that was planned brought a response to compare.
    pub(super) is_complete: bool,
}

/// Calls the operations, after whoever runs this has agreed to what it costs. The journal is complete after every response,
/// so that none that was paid for is lost where this is interrupted.
///
/// # Errors
///
/// There is no key, nothing to call, no agreement, or not one response.
pub(super) fn record(
    args: &Args,
    document: &Value,
    operations: &Operations,
    redactor: &Redactor,
) -> Result<Live, Failure> {
    let key = std::env::var(KEY_VARIABLE).unwrap_or_default();
    if key.is_empty() {
        return Err(refused(format!("nothing is sent: set {KEY_VARIABLE} to the API key")));
    }
    let mut authorization = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| {
        refused(format!("nothing is sent: the key in {KEY_VARIABLE} has a character that no header allows"))
    })?;
    authorization.set_sensitive(true);
    let calls = plan(args, document, operations)?;
    if !args.yes {
        let input = io::stdin();
        if !input.is_terminal() {
            return Err(refused("nothing is sent: say by --yes that it may cost what is listed"));
        }
        print!("send them? [y/N] ");
        _ = io::Write::flush(&mut output::standard());
        if !is_agreed(&mut input.lock())? {
            return Err(refused("nothing is sent, as nobody agreed to it"));
        }
    }
    let limits = Limits::default();
    // Without https, a proxy would read the key.
    let is_https = calls.iter().all(|call| call.request.url.starts_with("https:"));
    let client = client(limits, if is_https { Proxies::Environment } else { Proxies::None })?;
    let caller = Caller { client, limits, authorization, document, redactor };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(caller.call_all(&calls))
}

/// A call that is to be made.
struct Call<'a> {
    operation: &'a Operation,
    request: Request,
    credits: Option<u64>,
}

/// Prints what will be called, what will not and why, and what it costs.
fn plan<'a>(args: &Args, document: &Value, operations: &'a Operations) -> Result<Vec<Call<'a>>, Failure> {
    let base_url = args.base_url.as_deref();
    let chosen = match &args.operation {
        Some(name) => {
            let unknown = || refused(format!("nothing is sent: the document has no operation `{name}`"));
            vec![operations.find(name).ok_or_else(unknown)?]
        }
        None => operations.iter().collect(),
    };
    let (mut calls, mut total) = (Vec::new(), 0_u64);
    for operation in chosen {
        match planned(args, document, operation, base_url, total) {
            Ok(call) => {
                let Request { method, url, .. } = &call.request;
                println!("{}: {method} {url}: {}", operation.name, price(call.credits));
                total = total.saturating_add(call.credits.unwrap_or_default());
                calls.push(call);
            }
            Err(why) => println!("{}: not called: {why}", operation.name),
        }
    }
    if calls.is_empty() {
        return Err(refused("nothing is sent: no operation can be called"));
    }
    println!("{}", cost(&calls));
    Ok(calls)
}

/// The call of an operation, after others that cost so much.
fn planned<'a>(
    args: &Args,
    document: &Value,
    operation: &'a Operation,
    base_url: Option<&str>,
    spent: u64,
) -> Result<Call<'a>, String> {
    let name = &operation.name;
    let method = operation.key.method.to_uppercase();
    if method != "GET" && args.operation.is_none() {
        return Err(format!("{method} may change something; --operation {name} calls it"));
    }
    let node = document.pointer(&operation.key.pointer).unwrap_or(&Value::Null);
    let mut responses = node.get("responses").and_then(Value::as_object).into_iter().flat_map(|all| all.values());
    if !responses.any(|response| resolve(document, response).is_some_and(|response| json_content(response).is_some())) {
        return Err("the document has no JSON response of it".to_owned());
    }
    let credits = node.get(extension::CREDITS).and_then(Value::as_u64);
    match (args.max_credits, credits) {
        (Some(_), None) => return Err("its price is not known, and --max-credits limits what is spent".to_owned()),
        (Some(most), Some(credits)) if spent.saturating_add(credits) > most => {
            return Err(format!("it costs {credits}, and --max-credits leaves {}", most - spent));
        }
        _ => {}
    }
    let request = Request::shown(document, operation, base_url)?;
    if !is_private(&request.url) {
        return Err("its URL is neither https nor on this machine, and the key would be readable on the way".to_owned());
    }
    Ok(Call { operation, request, credits })
}

fn price(credits: Option<u64>) -> String {
    credits.map_or_else(|| "price not known".to_owned(), |credits| format!("{credits} credits"))
}

/// What all calls cost.
fn cost(calls: &[Call<'_>]) -> String {
    let total = calls.iter().filter_map(|call| call.credits).fold(0, u64::saturating_add);
    let unknown = calls.iter().filter(|call| call.credits.is_none()).count();
    let others = if unknown > 0 {
        format!(", and {} whose price is not known", counted(unknown, "call"))
    } else {
        String::new()
    };
    format!("{}, {total} credits{others}", counted(calls.len(), "call"))
}

/// Whether a person says yes.
fn is_agreed(input: &mut impl BufRead) -> io::Result<bool> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(["y", "yes"].contains(&line.trim().to_ascii_lowercase().as_str()))
}

/// Why a call brought nothing to compare.
struct Problem {
    message: String,
    next: Next,
    /// The body that came and is no JSON, redacted.
    text: Option<String>,
}

/// What becomes of the calls after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

impl Problem {
    fn of_one(message: impl Into<String>) -> Self {
        Self { message: message.into(), next: Next::GoOn, text: None }
    }

    fn of_all(message: impl Into<String>) -> Self {
        Self { message: message.into(), next: Next::Stop, text: None }
    }
}

struct Caller<'a> {
    client: Client,
    limits: Limits,
    authorization: HeaderValue,
    document: &'a Value,
    redactor: &'a Redactor,
}

impl Caller<'_> {
    async fn call_all(&self, calls: &[Call<'_>]) -> Result<Live, Failure> {
        let mut journal = Journal::default();
        let mut problems = Vec::new();
        for (index, call) in calls.iter().enumerate() {
            match self.call(call).await {
                Ok((status, body)) => {
                    let (key, response) = (&call.operation.key, json!({ "body": body }));
                    journal.add(json!({"sequence": index + 1, "operation": call.operation.name, "status": status,
                        "method": call.request.method, "path": key.path, "response": response}))?;
                    if journal.len() == 1 {
                        // Whoever ends this finds what was paid for.
                        println!("responses are kept in {} as they come", display(journal.file()));
                    }
                }
                Err(Problem { message, next, text }) => {
                    let kept = text.map(|text| journal.keep_text(&call.operation.name, &text)).transpose()?;
                    let kept = kept.map(|file| format!("; kept in {}", display(&file))).unwrap_or_default();
                    let message = self.redactor.mask(&message) + &kept;
                    problems.push(format!("error: {}: {message}", call.operation.name));
                    let left = calls.len() - index - 1;
                    if next == Next::Stop {
                        problems
                            .extend((left > 0).then(|| format!("{} not made for that reason", counted(left, "call"))));
                        break;
                    }
                }
            }
        }
        if journal.is_empty() {
            return Err(Failure::Diagnostics(problems.join("\n")));
        }
        problems.iter().for_each(|problem| eprintln!("{problem}"));
        println!("kept: {} in {}", counted(journal.len(), "response"), display(journal.file()));
        Ok(Live { journal: journal.file().to_path_buf(), is_complete: problems.is_empty() })
    }

    /// The status and the redacted body of a response that can be compared.
    async fn call(&self, call: &Call<'_>) -> Result<(u16, String), Problem> {
        let Request { method, url, headers, body: sent } = &call.request;
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| Problem::of_one(error.to_string()))?;
        let mut request = self.client.request(method, url).header(ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(sent) = sent {
            request = request.header(CONTENT_TYPE, "application/json").body(sent.clone());
        }
        let sent = request.header(AUTHORIZATION, self.authorization.clone()).send().await;
        let response = sent.map_err(|error| match error.is_builder() {
            true => Problem::of_one(failed(&error, self.limits)),
            false => Problem::of_all(failed(&error, self.limits)),
        })?;
        let status = response.status().as_u16();
        if response.status().is_redirection() {
            let place = shown(response.headers(), LOCATION);
            return Err(Problem::of_one(format!("responds with {status}, which leads to {place}")));
        }
        let kind = shown(response.headers(), CONTENT_TYPE);
        refusal(status)?;
        let body = body(response, self.limits).await.map_err(Problem::of_one)?;
        self.redacted(status, &kind, &body).map(|body| (status, body))
    }

    /// What to say of a body that is no JSON, and what to keep of it.
    fn no_json(&self, status: u16, kind: &str, body: &[u8], found: &[Diagnostic]) -> Problem {
        let why = found.first().map(|found| format!(": line {}: {}", found.line, found.message)).unwrap_or_default();
        let (text, _) = self.redactor.text(&String::from_utf8_lossy(body));
        let text = (!text.is_empty() && !self.redactor.has_key(&text)).then_some(text);
        Problem { text, ..Problem::of_one(format!("responds with {status} and no JSON ({kind}){why}")) }
    }

    fn redacted(&self, status: u16, kind: &str, body: &[u8]) -> Result<String, Problem> {
        // It has no body, and so nothing to take out.
        if status == 204 {
            return Ok(String::new());
        }
        let source = Source::parse_json("response", body).map_err(|found| self.no_json(status, kind, body, &found))?;
        let Envelope { code, success, .. } = Envelope::of(self.document).unwrap_or_default();
        let code = code.and_then(|name| source.root().get(&name));
        if let Some(code) = code.and_then(|code| code.to_value().as_i64()).filter(|_| status < 300)
            && code != success
        {
            u16::try_from(code).map_or(Ok(()), refusal)?;
            return Err(Problem::of_one(format!("responds with {status} and the code {code}, so it has no data")));
        }
        let mut node = source.root().clone();
        let redacted = self.redactor.redact(&mut Spelled(&mut node));
        match redacted.map_err(|error| Problem::of_one(error.to_string()))?.left.first() {
            Some(left) => Err(Problem::of_one(format!("{} remains at {} of its body", left.what, left.pointer))),
            None => Ok(node.to_json()),
        }
    }
}

/// What a status says of the calls after it, too, or of the server alone.
fn refusal(status: u16) -> Result<(), Problem> {
    match status {
        401 | 403 => Err(Problem::of_all(format!("responds with {status}: the key in {KEY_VARIABLE} is not accepted"))),
        402 => Err(Problem::of_all("responds with 402: no credits are left")),
        429 => Err(Problem::of_all("responds with 429: the limit of requests is reached, so try again later")),
        500..600 => Err(Problem::of_one(format!("responds with {status}: try again later"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_an_agreement() {
        for (line, agreed) in
            [("y\n", true), (" Yes \r\n", true), ("\n", false), ("", false), ("no\n", false), ("yep\n", false)]
        {
            assert_eq!(is_agreed(&mut line.as_bytes()).ok(), Some(agreed), "{line:?}");
        }
    }
}
