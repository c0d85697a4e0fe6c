//! The server as a program: its command line, and what becomes of it.

mod arguments;

use std::future::Future;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use crate::admin::page;
use crate::document::Role;
use crate::document::load::{self, LoadError};
use crate::engine::coverage;
use crate::server::Server;
use crate::server::reload::{Watch, follow};
use crate::{Document, Engine};
use arguments::{Arguments, Format, check_keys, options};
use clap::{CommandFactory, FromArgMatches};
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

fn exposed(address: SocketAddr, arguments: &Arguments) -> String {
    let admin = if arguments.no_admin { "" } else { ", and its admin interface: --no-admin leaves that out" };
    let port = address.port();
    format!(
        "warning: other machines can reach this server on {address}{admin}; --addr 127.0.0.1:{port} keeps it to this one"
    )
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
    use clap::Parser;

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
