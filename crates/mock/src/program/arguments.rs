//! The command line, and what it says of serving.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use crate::Options;
use crate::engine::latency::Latency;
use crate::engine::options::{Admin, Data, Responses};
use crate::engine::validation::Validation;
use crate::server::access_log::AccessLog;
use clap::{Parser, ValueEnum};

#[derive(Parser)]
pub(super) struct Arguments {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4010", value_parser = address)]
    pub(super) addr: SocketAddr,
    /// The document to serve, as JSON or YAML; the API's own without it
    #[arg(long, value_name = "FILE")]
    pub(super) spec: Option<PathBuf>,
    /// Corrections of the document (OpenAPI Overlay 1.0)
    #[arg(long, value_name = "FILE", requires = "spec")]
    pub(super) overlay: Option<PathBuf>,
    /// Requests per second that a key has; more are answered with 429
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) qps: Option<u32>,
    /// Credits that a key has; without enough of them the response is 402
    #[arg(long, value_name = "N")]
    pub(super) credits: Option<u64>,
    /// How long answers take: 100ms, 50ms..2s (uniform), or 100ms~0.5 (log-normal)
    #[arg(long, value_name = "DUR", default_value = "0ms")]
    pub(super) latency: Latency,
    /// What everything random is derived from
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
    /// A key to accept; every well-formed one without it
    #[arg(long = "api-key", value_name = "KEY")]
    pub(super) api_keys: Vec<String>,
    /// Refuse parameters that the document does not know, too, and bodies that fit in spite of their discriminator
    #[arg(long, conflicts_with = "report_only")]
    pub(super) strict: bool,
    /// Answer requests that are not what the document asks for, and only report what is wrong
    #[arg(long)]
    pub(super) report_only: bool,
    /// Answer 500 where an example does not fit its own schema
    #[arg(long)]
    pub(super) errors: bool,
    /// Make bodies up from their schemas unless a request asks for examples
    #[arg(long)]
    pub(super) dynamic: bool,
    /// Let JSON responses differ from the document in ways that a client has to bear: properties come, go, are null, and take
    /// other values
    #[arg(long, value_name = "SEED")]
    pub(super) drift: Option<u64>,
    /// Write a line for each request to standard error
    #[arg(long, value_name = "FORMAT", default_value = "off")]
    pub(super) log: Log,
    /// Leave out the admin interface under /__mock/
    #[arg(long)]
    pub(super) no_admin: bool,
    /// Serve nothing; print what servers exercised of the document that ran with KEYAPI_MOCK_COVERAGE=DIR
    #[arg(long, value_name = "DIR")]
    pub(super) coverage: Option<PathBuf>,
    /// How the coverage is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "coverage")]
    pub(super) format: Format,
    /// Exit with 1 where less than this part of the document was exercised
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, requires = "coverage", value_parser = percent)]
    pub(super) require: f64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Log {
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

/// What the command line says of serving.
pub(super) fn options(arguments: &Arguments) -> Options {
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
pub(super) fn check_keys(keys: &[String]) -> Result<(), String> {
    let wrong =
        keys.iter().any(|key| key.is_empty() || key.chars().any(|char| char.is_whitespace() || char.is_control()));
    if wrong { Err("--api-key is empty or has blanks in it; give the key as it is sent".to_owned()) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
