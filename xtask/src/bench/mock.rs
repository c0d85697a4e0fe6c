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
    let contenders = contenders(&hyper, &mock, prism_in(prism), folder.path())?;
    throughput(effort, &contenders)?;
    start(effort, &contenders)?;
    endurance(effort, &contenders)
}

fn contenders(hyper: &Path, mock: &Path, prism: Option<PathBuf>, folder: &Path) -> io::Result<Vec<Contender>> {
    let Platform { spec, overlay, .. } = platform();
    let vendored: Value = serde_json::from_slice(&std::fs::read(spec)?)?;
    let mut mocks = Vec::new();
    for size in SIZES {
        let (mock, overlay, spec) = (mock.to_owned(), overlay.clone(), folder.join(format!("{size}.json")));
        std::fs::write(&spec, serde_json::to_string_pretty(&house_style::grow(&vendored, size))?)?;
        let start = move || {
            let mut command = Command::new(&mock);
            Server::start(command.args(["--addr", "127.0.0.1:0", "--spec"]).arg(&spec).arg("--overlay").arg(&overlay))
        };
        mocks.push(Contender { name: format!("mock, {size} operations"), start: Box::new(start) });
    }
    // The bare server gets its bytes from the mock server.
    let body = folder.join("body");
    let server = (mocks[0].start)()?;
    std::fs::write(&body, first_response(server.url(), TARGET)?)?;
    let hyper = hyper.to_owned();
    let bare = move || Server::start(Command::new(&hyper).arg(&body));
    let mut contenders = vec![Contender { name: "bare hyper".to_owned(), start: Box::new(bare) }];
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
        let (prism, spec) = (prism.clone(), folder.join(format!("{size}.json")));
        let start = move || start_prism(&prism, &spec, flags);
        contenders.push(Contender { name: name.to_owned(), start: Box::new(start) });
    }
    Ok(contenders)
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
fn start(effort: Effort, contenders: &[Contender]) -> io::Result<()> {
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
    let mut table = Table::new(["server", "ms", "resident MB"]);
    for ((contender, runs), resident) in contenders.iter().zip(runs).zip(resident) {
        table.row([contender.name.clone(), figure(median(runs)), figure(resident)]);
    }
    table.print();
    println!("targets: ≤ 20 ms with 1 operation, ≤ 100 ms with 200\n");
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
