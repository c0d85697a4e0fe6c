//! The stages of the pipeline on one document: how long each takes, and how much memory.
//!
//! The bench runs them in a process of their own, since memory that was used once is not given back.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use keyapi_codegen::RustNames;
use keyapi_spec::document::operations;
use serde::{Deserialize, Serialize};

use super::process::{Memory, memory};
use crate::OK;
use crate::input::{Failure, failure, read};

/// What the stages are run on.
#[derive(clap::Args)]
pub struct Args {
    /// The document.
    spec: PathBuf,
    /// Its overlay.
    overlay: Option<PathBuf>,
}

/// What was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stages {
    /// How many operations the document has.
    pub(super) operations: usize,
    /// Reading and parsing, in milliseconds.
    pub(super) load: f64,
    /// Overlay, inference and normalisation, in milliseconds.
    pub(super) resolve: f64,
    /// The copy that progenitor gets, and the rewriting of what it gives, in milliseconds.
    pub(super) rewrite: f64,
    /// Progenitor, in milliseconds.
    pub(super) progenitor: f64,
    /// Parsing and printing what progenitor gives, in milliseconds.
    pub(super) format: f64,
    /// Peak memory before progenitor ran, in megabytes.
    pub(super) own_peak: f64,
    /// Peak memory in the end, in megabytes.
    pub(super) peak: f64,
}

impl Stages {
    /// The time of the pipeline's own stages, in milliseconds.
    pub(super) fn own(&self) -> f64 {
        self.load + self.resolve + self.rewrite
    }

    /// The time of progenitor and formatting, in milliseconds.
    pub(super) fn libraries(&self) -> f64 {
        self.progenitor + self.format
    }
}

/// Runs all stages and prints what they took as JSON.
///
/// # Errors
///
/// The document is bad.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let start = Instant::now();
    let mut input = read(&args.spec, args.overlay.as_deref());
    // It is parsed when somebody asks for it.
    input.spec();
    let load = milliseconds(start.elapsed());

    let start = Instant::now();
    let resolved = input.resolve(&RustNames).map_err(|found| failure(&input, &found))?.document;
    let resolve = milliseconds(start.elapsed());

    let own_peak = memory(std::process::id(), Memory::Peak);
    input.forget();

    let (_, times) = keyapi_codegen::generate_timed(&resolved).map_err(|found| failure(&input, &input.place(found)))?;
    let peak = memory(std::process::id(), Memory::Peak);

    let operations = operations(&resolved).len();
    let stages = Stages {
        operations,
        load,
        resolve,
        rewrite: milliseconds(times.own()),
        progenitor: milliseconds(times.progenitor),
        format: milliseconds(times.format),
        own_peak,
        peak,
    };
    println!("{}", serde_json::to_string(&stages).map_err(std::io::Error::from)?);
    Ok(OK)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_stage_is_of_the_pipeline_or_of_a_library() {
        let stages = Stages {
            operations: 1,
            load: 1.0,
            resolve: 2.0,
            rewrite: 4.0,
            progenitor: 8.0,
            format: 16.0,
            own_peak: 0.0,
            peak: 0.0,
        };
        assert_eq!((stages.own(), stages.libraries()), (7.0, 24.0));
        assert_eq!(milliseconds(Duration::from_micros(2_500)), 2.5);
    }
}
