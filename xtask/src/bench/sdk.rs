//! A call through the SDK beside one that is written by hand.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::table::{Table, figure, median, ratio};
use super::{Effort, RELEASE};
use crate::programs::{Server, build};
use crate::samples::published_response;

/// Measures and prints.
pub(super) fn run(effort: Effort) -> io::Result<()> {
    let [hyper, program] = build(["bench_hyper", "bench_sdk"], &RELEASE)?;
    let folder = TempDir::new()?;
    let body = folder.path().join("body");
    std::fs::write(&body, published_response()?)?;
    let server = Server::start(Command::new(&hyper).arg(&body))?;
    calls(effort, &program, server.url())?;
    instructions(effort, &program, server.url(), folder.path())
}

/// Time of a call. Both ways take turns within one process, because the machine's speed changes from one second to the
/// next by more than they differ.
fn calls(effort: Effort, program: &Path, url: &str) -> io::Result<()> {
    let (rounds, count) = (effort.pick(3, 5), effort.pick("19200", "64000"));
    println!(
        "sdk: one call against a local hyper server, medians of {rounds} runs of {count} calls in each way, by turns"
    );
    let mut table = Table::new(["callers", "SDK µs", "by hand µs", "SDK : by hand"]);
    let mut rates = Vec::new();
    for callers in ["1", "64"] {
        let [sdk, hand] = medians(rounds, program, &["race", url, callers, count])?;
        table.row([callers.to_owned(), figure(sdk / 1000.0), figure(hand / 1000.0), ratio(sdk, hand)]);
        rates.push((sdk, hand));
    }
    table.print();
    if let [(sdk_1, hand_1), (sdk_64, hand_64)] = rates.as_slice() {
        println!(
            "64 callers on one client: SDK {} as fast as one, by hand {}",
            ratio(*sdk_1, *sdk_64),
            ratio(*hand_1, *hand_64)
        );
    }
    println!("target: ≤ 1.15× of a call by hand, in instructions or time\n");
    Ok(())
}

/// Instructions of a call, which the machine's load does not change.
fn instructions(effort: Effort, program: &Path, url: &str, folder: &Path) -> io::Result<()> {
    let present = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if present.is_err() {
        println!("sdk: instructions skipped, because valgrind is not installed (Debian: `apt-get install valgrind`)\n");
        return Ok(());
    }
    let (few, many) = (effort.pick(50, 100), effort.pick(150, 1_100));
    // The difference leaves out what is done once.
    let per_call = |how: &str| -> io::Result<f64> {
        let count = |calls: i32| instructions_of(program, &[how, url, "1", &calls.to_string()], folder);
        Ok((count(many)? - count(few)?) / f64::from(many - few))
    };
    let (sdk, hand) = (per_call("sdk")?, per_call("hand")?);
    println!("sdk: instructions of one call, by callgrind");
    let mut table = Table::new(["", "SDK", "by hand", "SDK : by hand"]);
    table.row(["one call".to_owned(), figure(sdk), figure(hand), ratio(sdk, hand)]);
    table.print();
    println!();
    Ok(())
}

/// Nanoseconds of one repetition in each way, as the program says: medians of several runs.
fn medians<const N: usize>(rounds: usize, program: &Path, arguments: &[&str]) -> io::Result<[f64; N]> {
    let mut runs = [const { Vec::new() }; N];
    for _ in 0..rounds {
        let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let times: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
        let times: Option<[f64; N]> = times.ok().and_then(|times| times.try_into().ok());
        let measured = times.ok_or_else(|| io::Error::other(format!("bench_sdk {arguments:?} measured nothing")))?;
        runs.iter_mut().zip(measured).for_each(|(runs, time)| runs.push(time));
    }
    Ok(runs.map(median))
}

/// Instructions of the whole program.
fn instructions_of(program: &Path, arguments: &[&str], folder: &Path) -> io::Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", folder.join("callgrind").display())])
        .arg(program)
        .args(arguments)
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.filter(|_| output.status.success()).ok_or_else(|| io::Error::other(format!("valgrind failed: {text}")))
}
