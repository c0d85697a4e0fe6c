//! Runs the load generator wrk.

use std::io;
use std::process::{Command, Stdio};

use super::process::KEY;

/// What a run of the load generator found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// How many requests were answered.
    pub(super) requests: u64,
    /// Requests per second.
    pub(super) rate: f64,
    /// The time within which 99 of 100 requests were answered, in milliseconds.
    pub(super) p99: f64,
}

/// Whether the load generator is installed.
pub(super) fn is_installed() -> bool {
    Command::new("wrk").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Sends requests over so many keep-alive connections for so many seconds.
pub(super) fn load(url: &str, connections: usize, seconds: u64) -> io::Result<Load> {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--latency", "--timeout", "10s", "--header", &format!("Authorization: Bearer {KEY}")])
        .args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s"), url])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    read(&text)
        .ok_or_else(|| io::Error::other(format!("wrk on {url}: {}{text}", String::from_utf8_lossy(&output.stderr))))
}

/// Reads wrk's report; `None` where it is none, or tells of requests that failed.
fn read(report: &str) -> Option<Load> {
    if report.contains("Non-2xx") || report.contains("Socket errors") {
        return None;
    }
    let value = |name: &str| report.lines().find_map(|line| line.trim().strip_prefix(name).map(str::trim));
    let requests = report.lines().find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok())?;
    Some(Load { requests, rate: value("Requests/sec:")?.parse().ok()?, p99: milliseconds(value("99%")?)? })
}

fn milliseconds(text: &str) -> Option<f64> {
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match &text[number.len()..] {
        "us" => 0.001,
        "ms" => 1.0,
        "s" => 1000.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Running 1s test @ http://127.0.0.1:4010/\n  1 threads and 16 connections\n  \
        Latency Distribution\n     50%  201.00us\n     99%    1.25ms\n  31406 requests in 1.00s, 12.00MB read\n\
        Requests/sec:  31400.52\nTransfer/sec:     12.00MB\n";

    #[test]
    fn reports_of_wrk_are_read() {
        assert_eq!(read(REPORT), Some(Load { requests: 31_406, rate: 31_400.52, p99: 1.25 }));
        assert_eq!(read(&format!("{REPORT}  Non-2xx or 3xx responses: 12\n")), None);
        assert_eq!(read("unable to connect to 127.0.0.1:1 Connection refused"), None);
    }

    #[test]
    fn times_have_units() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(milliseconds(text), expected);
        check("250.00us", Some(0.25));
        check("1.50ms", Some(1.5));
        check("2.00s", Some(2000.0));
        check("2.00", None);
    }
}
