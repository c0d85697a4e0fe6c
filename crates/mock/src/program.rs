//! The server as a program: its command line, and what becomes of it.

use std::future::Future;
use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use crate::admin::page;
use crate::document::Role;
use crate::document::load::{self, LoadError};
use crate::engine::coverage;
use crate::engine::latency::Latency;
use crate::engine::options::{Admin, Data, Responses};
use crate::engine::validation::Validation;
use crate::server::Server;
use crate::server::access_log::AccessLog;
use crate::server::reload::{Watch, follow};
use crate::{Document, Engine, Options};
use clap::{CommandFactory, FromArgMatches, Parser, ValueEnum};
use tokio::net::TcpListener;

/// So many keywords that are left out are named at the start.
const MOST_WARNINGS: usize = 20;

/// What one server's program has of its own.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// One line about it.
    pub about: &'static str,
    /// The document that it serves where it is given none.
    pub document: fn() -> Result<Arc<Document>, LoadError>,
}

impl Program {
    /// Reads the command line and does what it says; a server is served until Ctrl-C or SIGTERM.
    pub fn run(&self) -> ExitCode {
        let command = Arguments::command().name(self.name).version(self.version).about(self.about);
        let arguments = Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
        match run(arguments, self.document) {
            Ok(code) => code,
            Err(message) => {
                eprintln!("error: {message}");
                ExitCode::from(2)
            }
        }
    }
}

#[derive(Parser)]
struct Arguments {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4010", value_parser = address)]
    addr: SocketAddr,
    /// The document to serve, as JSON or YAML; the API's own without it
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Corrections of the document (OpenAPI Overlay 1.0)
    #[arg(long, value_name = "FILE", requires = "spec")]
    overlay: Option<PathBuf>,
    /// Requests per second that a key has; more are answered with 429
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    qps: Option<u32>,
    /// Credits that a key has; without enough of them the response is 402
    #[arg(long, value_name = "N")]
    credits: Option<u64>,
    /// How long answers take: 100ms, 50ms..2s (uniform), or 100ms~0.5 (log-normal)
    #[arg(long, value_name = "DUR", default_value = "0ms")]
    latency: Latency,
    /// What everything random is derived from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// A key to accept; every well-formed one without it
    #[arg(long = "api-key", value_name = "KEY")]
    api_keys: Vec<String>,
    /// Refuse parameters that the document does not know, too, and bodies that fit in spite of their discriminator
    #[arg(long, conflicts_with = "report_only")]
    strict: bool,
    /// Answer requests that are not what the document asks for, and only report what is wrong
    #[arg(long)]
    report_only: bool,
    /// Answer 500 where an example does not fit its own schema
    #[arg(long)]
    errors: bool,
    /// Make bodies up from their schemas unless a request asks for examples
    #[arg(long)]
    dynamic: bool,
    /// Let JSON responses differ from the document in ways that a client has to bear: properties come, go, are null, and take
    /// other values
    #[arg(long, value_name = "SEED")]
    drift: Option<u64>,
    /// Write a line for each request to standard error
    #[arg(long, value_name = "FORMAT", default_value = "off")]
    log: Log,
    /// Leave out the admin interface under /__mock/
    #[arg(long)]
    no_admin: bool,
    /// Serve nothing; print what servers exercised of the document that ran with KEYAPI_MOCK_COVERAGE=DIR
    #[arg(long, value_name = "DIR")]
    coverage: Option<PathBuf>,
    /// How the coverage is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "coverage")]
    format: Format,
    /// Exit with 1 where less than this part of the document was exercised
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, requires = "coverage", value_parser = percent)]
    require: f64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Log {
    Off,
    Text,
    Json,
}

impl From<Log> for AccessLog {
    fn from(log: Log) -> Self {
        match log {
            Log::Off => Self::Off,
            Log::Text => Self::Text,
            Log::Json => Self::Json,
        }
    }
}

fn run(arguments: Arguments, own: fn() -> Result<Arc<Document>, LoadError>) -> Result<ExitCode, String> {
    check_keys(&arguments.api_keys)?;
    // It is looked at before it is read, so that no change is missed.
    let watch = arguments.spec.clone().map(|spec| Watch::new(spec, arguments.overlay.clone()));
    let document = match &arguments.spec {
        Some(spec) => load::files(spec, arguments.overlay.as_deref()),
        None => own(),
    };
    let document = document.map_err(|error| error.to_string())?;
    if let Some(directory) = &arguments.coverage {
        return report(&document, directory, &arguments);
    }
    let engine = Arc::new(Engine::new(document, options(&arguments)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start the runtime: {error}"))?;
    let ended = runtime.block_on(serve_until_stopped(engine, watch, &arguments));
    // A document that is still being loaded does not keep the program from stopping.
    runtime.shutdown_background();
    ended
}

async fn serve_until_stopped(
    engine: Arc<Engine>,
    watch: Option<Watch>,
    arguments: &Arguments,
) -> Result<ExitCode, String> {
    // Before the line that says that all is ready, so that no signal is missed after it.
    let stop = stopped().map_err(|error| format!("cannot listen for signals: {error}"))?;
    let listener = TcpListener::bind(arguments.addr).await.map_err(|error| bind_error(arguments.addr, &error))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    if !address.ip().is_loopback() {
        eprintln!("{}", exposed(address, arguments));
    }
    if let Err(error) = coverage::store() {
        eprintln!("warning: {error}");
    }
    announce(address).map_err(|error| format!("cannot write to standard output: {error}"))?;
    if let Some(watch) = watch {
        tokio::spawn(follow(Arc::clone(&engine), watch, report_reload));
    }
    tokio::task::spawn_blocking({
        let document = Arc::clone(&engine.loaded().document);
        move || warn(&document)
    });
    let bad = OnceLock::new();
    let document = Arc::clone(&engine.loaded().document);
    let stop = async {
        tokio::select! {
            () = stop => {}
            error = wrong(document) => { _ = bad.set(error.to_string()); }
        }
    };
    let mut server = Server::new(engine);
    server.log = arguments.log.into();
    server.serve(listener, stop).await;
    // Connections that outlive the server, and whoever follows the document, keep the engine from doing it.
    coverage::store().map_err(|error| error.to_string())?;
    bad.into_inner().map_or(Ok(ExitCode::SUCCESS), Err)
}

/// Prints what the servers of a test run exercised.
fn report(document: &Document, directory: &Path, arguments: &Arguments) -> Result<ExitCode, String> {
    let unreadable = |error| format!("cannot read the coverage in {}: {error}", directory.display());
    let report = coverage::read(directory).map_err(unreadable)?.of(document);
    let text = match arguments.format {
        Format::Text => report.to_text(),
        Format::Json => report.to_json() + "\n",
        Format::Html => page::coverage(&report) + "\n",
    };
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    written.map_err(|error| format!("cannot write to standard output: {error}"))?;
    let Err(missing) = report.require(arguments.require) else { return Ok(ExitCode::SUCCESS) };
    eprintln!("{missing}");
    Ok(ExitCode::from(1))
}

/// What is wrong with the part of a document that loading puts off. Where nothing is wrong, it waits for ever.
async fn wrong(document: Arc<Document>) -> LoadError {
    if document.role() == Role::Binding
        && let Ok(Err(error)) = tokio::task::spawn_blocking(move || document.check()).await
    {
        return error;
    }
    std::future::pending().await
}

fn report_reload(loaded: Result<&Document, &LoadError>) {
    eprintln!("{}", reloaded(loaded));
    loaded.into_iter().for_each(warn);
}

fn reloaded(loaded: Result<&Document, &LoadError>) -> String {
    match loaded.map(|document| document.operations.len()) {
        Ok(1) => "loaded the changed document: 1 operation".to_owned(),
        Ok(count) => format!("loaded the changed document: {count} operations"),
        Err(error) => format!("error: the changed document cannot be served, so the old one stays\n{error}"),
    }
}

/// Says what of the document requests and bodies are not judged by.
fn warn(document: &Document) {
    if let Some(version) = document.newer_version() {
        eprintln!(
            "warning: /openapi: version {version} is served as 3.1, without what is new in it, such as `itemSchema`"
        );
    }
    let unusable = document.unusable_keywords();
    for found in unusable.iter().take(MOST_WARNINGS) {
        eprintln!("warning: {}: {}", found.pointer, found.message);
    }
    if unusable.len() > MOST_WARNINGS {
        eprintln!(
            "warning: {} more keywords are left out; `cargo xtask lint` lists all",
            unusable.len() - MOST_WARNINGS
        );
    }
}

fn options(arguments: &Arguments) -> Options {
    Options {
        api_keys: arguments.api_keys.clone(),
        qps: arguments.qps,
        credits: arguments.credits,
        latency: arguments.latency,
        seed: arguments.seed,
        validation: match (arguments.strict, arguments.report_only) {
            (true, _) => Validation::Strict,
            (false, true) => Validation::ReportOnly,
            (false, false) => Validation::Enforce,
        },
        data: if arguments.dynamic { Data::Dynamic } else { Data::Examples },
        responses: if arguments.errors { Responses::Refused } else { Responses::Reported },
        drift: arguments.drift,
        admin: if arguments.no_admin { Admin::Off } else { Admin::On },
        ..Options::default()
    }
}

/// A key that no request can present is a mistake, most often of a shell. The message does not repeat it.
fn check_keys(keys: &[String]) -> Result<(), String> {
    let wrong =
        keys.iter().any(|key| key.is_empty() || key.chars().any(|char| char.is_whitespace() || char.is_control()));
    if wrong { Err("--api-key is empty or has blanks in it; give the key as it is sent".to_owned()) } else { Ok(()) }
}

fn exposed(address: SocketAddr, arguments: &Arguments) -> String {
    let admin = if arguments.no_admin { "" } else { ", and its admin interface: --no-admin leaves that out" };
    let port = address.port();
    format!(
        "warning: other machines can reach this server on {address}{admin}; --addr 127.0.0.1:{port} keeps it to this one"
    )
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "no part of a document; write a number from 0 to 100".to_owned())
}

/// An address and a port, of which the address may be a name such as `localhost`.
fn address(text: &str) -> Result<SocketAddr, String> {
    let help = "write an address and a port, such as 127.0.0.1:4010";
    let mut found = text.to_socket_addrs().map_err(|error| format!("{error}; {help}"))?;
    found.next().ok_or_else(|| format!("no address is called so; {help}"))
}

fn announce(address: SocketAddr) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    out.flush()
}

fn bind_error(address: SocketAddr, error: &std::io::Error) -> String {
    let help = match error.kind() {
        std::io::ErrorKind::AddrInUse => "; stop what listens there, or give --addr 127.0.0.1:0 for a free port",
        std::io::ErrorKind::PermissionDenied => "; give --addr a port above 1023",
        _ => "",
    };
    format!("cannot listen on {address}: {error}{help}")
}

#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { _ = tokio::signal::ctrl_c().await })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_document_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let spec = folder.path().join("spec.yaml");
        let check = |text: &str, expected: &str| {
            std::fs::write(&spec, text).unwrap();
            let loaded = load::files(&spec, None);
            let said = reloaded(loaded.as_ref().map(Arc::as_ref));
            assert!(said.starts_with(expected), "{text}: {said}");
        };
        check("openapi: 3.0.0\npaths: {/a: {get: {}}}\n", "loaded the changed document: 1 operation");
        check("openapi: 3.0.0\npaths: {/a: {get: {}, put: {}}}\n", "loaded the changed document: 2 operations");
        check("openapi: [", "error: the changed document cannot be served, so the old one stays\nthe document ");
    }

    /// What a command line comes to.
    fn read(line: &str) -> Options {
        options(&Arguments::try_parse_from(line.split(' ')).unwrap())
    }

    #[test]
    fn a_command_line_says_how_to_serve() {
        let usual = read("mock");
        assert_eq!((usual.validation, usual.data, usual.admin), (Validation::Enforce, Data::Examples, Admin::On));
        assert_eq!((usual.responses, usual.qps, usual.credits, usual.drift), (Responses::Reported, None, None, None));
        let all = read(
            "mock --strict --dynamic --errors --no-admin --qps 2 --credits 3 --seed 4 --drift 5 --latency 6ms --api-key a \
             --api-key b",
        );
        assert_eq!((all.validation, all.data, all.admin), (Validation::Strict, Data::Dynamic, Admin::Off));
        assert_eq!((all.responses, all.qps, all.credits), (Responses::Refused, Some(2), Some(3)));
        assert_eq!((all.seed, all.drift, all.latency), (4, Some(5), "6ms".parse().unwrap()));
        assert_eq!(all.api_keys, ["a", "b"]);
        assert_eq!(read("mock --report-only").validation, Validation::ReportOnly);
        for wrong in ["--strict --report-only", "--qps 0", "--addr nowhere", "--format json", "--overlay a.yaml"] {
            assert!(Arguments::try_parse_from(["mock"].into_iter().chain(wrong.split(' '))).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_and_not_repeated() {
        for wrong in ["", "hunter 2", "hunter2\n", "hunter\u{0}2"] {
            let said = check_keys(&["fine".to_owned(), wrong.to_owned()]).unwrap_err();
            assert!(!said.contains("hunter"), "{said}");
        }
        assert_eq!(check_keys(&["fine".to_owned(), "sk_live-1.=".to_owned()]), Ok(()));
    }

    #[test]
    fn a_part_of_a_document_is_a_percentage() {
        assert_eq!((percent("0"), percent("99.5"), percent("100")), (Ok(0.0), Ok(99.5), Ok(100.0)));
        for wrong in ["-1", "100.1", "NaN", "half", ""] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_that_others_reach_or_that_cannot_be_had_is_told_with_what_helps() {
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 4010));
        let said = |line: &str| exposed(everywhere, &Arguments::try_parse_from(line.split(' ')).unwrap());
        assert!(said("mock").contains("--no-admin") && said("mock").contains("--addr 127.0.0.1:4010"));
        assert!(!said("mock --no-admin").contains("--no-admin"));
        for (kind, help) in [
            (std::io::ErrorKind::AddrInUse, "--addr 127.0.0.1:0"),
            (std::io::ErrorKind::PermissionDenied, "a port above 1023"),
        ] {
            let said = bind_error(everywhere, &kind.into());
            assert!(said.starts_with("cannot listen on 0.0.0.0:4010: ") && said.contains(help), "{said}");
        }
        assert!(!bind_error(everywhere, &std::io::ErrorKind::AddrNotAvailable.into()).contains("--addr"));
    }
}
