//! The mock server beside a bare hyper server that sends the same bytes, and beside Prism.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use super::load::{self, Load, load};
use super::process::{Memory, first_response, free_port, memory};
use super::table::{Table, figure, median, ratio};
use super::{Effort, RELEASE, house_style};
use crate::programs::{Server, build};
use crate::workspace::{Platform, platform};

/// Operations of the documents that are served; the last one is asked for, which a linear search finds last.
const SIZES: [usize; 3] = [1, 200, 1_000];

/// Keep-alive connections.
const CONNECTIONS: [usize; 2] = [16, 64];

/// A request for the last operation of every document.
const TARGET: &str = "/v1/tiktok/trending/music/detail?period=7&region=US&clip_id=6703723351497508865";

/// A server that can be started again and again.
struct Contender {
    name: String,
    /// The size of the document that it serves, in megabytes.
    document: Option<f64>,
    start: Box<dyn Fn() -> io::Result<Server>>,
}

/// Measures and prints.
pub(super) fn run(effort: Effort, prism: Option<&Path>) -> io::Result<()> {
    if !load::is_installed() {
        println!("mock: skipped, because wrk is not installed (Debian: `apt-get install wrk`)\n");
        return Ok(());
    }
    let [hyper, mock] = build(["bench_hyper", &platform().mock_server()], &RELEASE)?;
    let folder = TempDir::new()?;
    let prism = prism_in(prism);
    let contenders = contenders(&hyper, &mock, prism.as_deref(), folder.path())?;
    throughput(effort, &contenders)?;
    let published = as_published(&mock, prism.as_deref(), folder.path());
    start(effort, &contenders.iter().chain(&published).collect::<Vec<_>>())?;
    endurance(effort, &contenders)
}

fn contenders(hyper: &Path, mock: &Path, prism: Option<&Path>, folder: &Path) -> io::Result<Vec<Contender>> {
    let Platform { spec, overlay, .. } = platform();
    let vendored: Value = serde_json::from_slice(&std::fs::read(spec)?)?;
    let mut mocks = Vec::new();
    for size in SIZES {
        let spec = folder.join(format!("{size}.json"));
        std::fs::write(&spec, serde_json::to_string_pretty(&house_style::grow(&vendored, size))?)?;
        mocks.push(mock_server(format!("mock, {size} operations"), mock, spec, Some(overlay.clone())));
    }
    // The bare server gets its bytes from the mock server.
    let body = folder.join("body");
    let server = (mocks[0].start)()?;
    std::fs::write(&body, first_response(server.url(), TARGET)?)?;
    let hyper = hyper.to_owned();
    let bare = move || Server::start(Command::new(&hyper).arg(&body));
    let mut contenders = vec![Contender { name: "bare hyper".to_owned(), document: None, start: Box::new(bare) }];
    contenders.extend(mocks);
    let Some(prism) = prism else {
        println!(
            "mock: without Prism, because it is not installed (`npm install @stoplight/prism-cli`, then --prism DIR)"
        );
        return Ok(contenders);
    };
    for (name, size, flags) in [
        ("Prism", 1, &[][..]),
        ("Prism, silent", 1, &["--verboseLevel", "silent", "--errors"]),
        ("Prism, 200 operations", 200, &[]),
    ] {
        contenders.push(prism_server(name.to_owned(), prism, folder.join(format!("{size}.json")), flags));
    }
    Ok(contenders)
}

/// Servers of a document without an overlay, for the sake of which a server has to read all of a document.
fn as_published(mock: &Path, prism: Option<&Path>, folder: &Path) -> Vec<Contender> {
    let largest = SIZES[SIZES.len() - 1];
    let spec = folder.join(format!("{largest}.json"));
    let prism = prism.map(|prism| prism_server(format!("Prism, {largest} operations"), prism, spec.clone(), &[]));
    let mock = mock_server(format!("mock, {largest} operations, no overlay"), mock, spec.clone(), None);
    std::iter::once(mock).chain(prism).collect()
}

fn mock_server(name: String, program: &Path, spec: PathBuf, overlay: Option<PathBuf>) -> Contender {
    let program = program.to_owned();
    let document = size(&spec);
    let start = move || {
        let mut command = Command::new(&program);
        command.args(["--addr", "127.0.0.1:0", "--spec"]).arg(&spec);
        Server::start(overlay.iter().fold(&mut command, |command, overlay| command.arg("--overlay").arg(overlay)))
    };
    Contender { name, document, start: Box::new(start) }
}

fn prism_server(name: String, program: &Path, spec: PathBuf, flags: &'static [&str]) -> Contender {
    let program = program.to_owned();
    let document = size(&spec);
    Contender { name, document, start: Box::new(move || start_prism(&program, &spec, flags)) }
}

/// Megabytes of a file.
fn size(file: &Path) -> Option<f64> {
    Some(std::fs::metadata(file).ok()?.len() as f64 / 1024.0 / 1024.0)
}

fn start_prism(prism: &Path, spec: &Path, flags: &[&str]) -> io::Result<Server> {
    let port = free_port()?;
    let mut command = Command::new(prism);
    command.args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()]).args(flags).arg(spec);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    Ok(Server::adopt(child, format!("http://127.0.0.1:{port}")))
}

fn prism_in(folder: Option<&Path>) -> Option<PathBuf> {
    let program = folder.map_or_else(|| "prism".into(), |folder| folder.join("node_modules/.bin/prism"));
    let version = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success()).then_some(program)
}

/// Requests per second, all servers in turns.
fn throughput(effort: Effort, contenders: &[Contender]) -> io::Result<()> {
    let (rounds, seconds) = (effort.pick(3, 7), effort.pick(1, 4));
    let servers: Vec<Server> = contenders.iter().map(|contender| (contender.start)()).collect::<io::Result<_>>()?;
    for server in &servers {
        first_response(server.url(), TARGET)?;
        load(&format!("{}{TARGET}", server.url()), CONNECTIONS[0], 1)?;
    }
    for connections in CONNECTIONS {
        let mut runs: Vec<Vec<Load>> = vec![Vec::new(); servers.len()];
        for _ in 0..rounds {
            for (server, runs) in servers.iter().zip(&mut runs) {
                runs.push(load(&format!("{}{TARGET}", server.url()), connections, seconds)?);
            }
        }
        println!("mock: {connections} keep-alive connections, medians of {rounds} runs of {seconds} s");
        let mut table = Table::new(["server", "requests/s", ": hyper", ": mock, 1", "p99 ms", "p99 : hyper"]);
        let rate = |runs: &[Load]| median(runs.iter().map(|run| run.rate).collect());
        let p99 = |runs: &[Load]| median(runs.iter().map(|run| run.p99).collect());
        for (contender, own) in contenders.iter().zip(&runs) {
            table.row([
                contender.name.clone(),
                figure(rate(own)),
                ratio(rate(own), rate(&runs[0])),
                ratio(rate(own), rate(&runs[1])),
                figure(p99(own)),
                ratio(p99(own), p99(&runs[0])),
            ]);
        }
        table.print();
        println!();
    }
    println!(
        "targets: ≥ 0.6× hyper (aim 0.8×), ≥ 30× Prism, p99 ≤ 2× hyper's, ≥ 0.95× with 200 and ≥ 0.9× with 1,000\n"
    );
    Ok(())
}

/// From the start of the process to the first 200.
fn start(effort: Effort, contenders: &[&Contender]) -> io::Result<()> {
    let rounds = effort.pick(3, 15);
    let mut runs: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    let mut resident = vec![0.0; contenders.len()];
    for round in 0..rounds {
        for ((contender, runs), resident) in contenders.iter().zip(&mut runs).zip(&mut resident) {
            // Prism takes seconds, and seconds do not need many runs.
            if contender.name.starts_with("Prism") && round >= 3 {
                continue;
            }
            let begin = Instant::now();
            let server = (contender.start)()?;
            first_response(server.url(), TARGET)?;
            runs.push(begin.elapsed().as_secs_f64() * 1000.0);
            *resident = memory(server.id(), Memory::Resident);
        }
    }
    println!("mock: from start to first 200, medians of {rounds} runs");
    let mut table = Table::new(["server", "document MB", "ms", "resident MB", ": document"]);
    for ((contender, runs), resident) in contenders.iter().zip(runs).zip(resident) {
        table.row([
            contender.name.clone(),
            contender.document.map(figure).unwrap_or_default(),
            figure(median(runs)),
            figure(resident),
            contender.document.map(|document| ratio(resident, document)).unwrap_or_default(),
        ]);
    }
    table.print();
    println!("targets: ≤ 20 ms with 1 operation, ≤ 100 ms with 200; with 1,000 ≤ 50 ms and ≤ 3× of the document\n");
    Ok(())
}

/// Resident memory over a million requests.
fn endurance(effort: Effort, contenders: &[Contender]) -> io::Result<()> {
    let wanted: u32 = effort.pick(100_000, 1_000_000);
    println!("mock: resident memory over at least {} requests, 16 connections", figure(f64::from(wanted)));
    let mut table = Table::new(["server", "requests", "MB before", "MB after", "growth MB"]);
    for contender in contenders.iter().take(2) {
        let server = (contender.start)()?;
        first_response(server.url(), TARGET)?;
        let before = memory(server.id(), Memory::Resident);
        let mut requests = 0;
        while requests < u64::from(wanted) {
            requests += load(&format!("{}{TARGET}", server.url()), CONNECTIONS[0], effort.pick(2, 10))?.requests;
        }
        let after = memory(server.id(), Memory::Resident);
        table.row([
            contender.name.clone(),
            figure(requests as f64),
            figure(before),
            figure(after),
            figure(after - before),
        ]);
    }
    table.print();
    println!("targets: ≤ 15 MB after a million requests, growth < 2 MB\n");
    Ok(())
}
