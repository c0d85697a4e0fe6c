//! `cargo xtask bench`: side-by-side figures, as ratios, of release builds. Writes nothing into the tree.
//!
//! What is compared runs in turns, and every figure is the median of several runs: a machine that is busy for a while
//! slows all of them down alike.

mod build;
mod check;
mod corpus;
mod crate_alone;
mod decode;
pub mod diff;
mod growth;
mod house_style;
mod load;
mod mock;
mod pipeline;
mod process;
mod sdk;
pub mod stages;
mod table;

use std::fs;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::OK;
use crate::input::Failure;

/// What `bench` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// What to measure; everything where nothing is named.
    #[arg(value_enum, value_name = "NAME")]
    sections: Vec<Section>,
    /// Fewer and shorter runs: enough to see whether something broke, too little to quote.
    #[arg(long)]
    quick: bool,
    /// Take this document through the pipeline, too; can be repeated.
    #[arg(long = "document", value_name = "FILE")]
    documents: Vec<PathBuf>,
    /// The public documents, in place of those that `xtask/fetch-large-documents.sh` has fetched.
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// The folder that `npm install @stoplight/prism-cli` ran in; `prism` on the path is found without.
    #[arg(long, value_name = "DIR")]
    prism: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Section {
    /// Time and memory of the pipeline's stages beside those of progenitor and formatting.
    Pipeline,
    /// `diff` of two versions of a large document beside loading and resolving both.
    Diff,
    /// `regen --check` of this workspace.
    Check,
    /// The mock server beside a bare hyper server, and beside Prism where it is installed.
    Mock,
    /// A call through the SDK beside one that is written by hand.
    Sdk,
    /// Cold builds of a program on the packaged SDK beside one on reqwest and serde.
    Build,
    /// The SDK crate of a large document by itself beside its structs alone.
    Crate,
    /// What a maintainer waits for as the document grows: generating, building the SDK, and the contract suite.
    Growth,
    /// Decoding of the documented body, with and without maps of unknown properties.
    Decode,
    /// Public documents: how many pass `lint`, and whether their clients compile.
    Corpus,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    Quick,
    Full,
}

impl Effort {
    /// A number that depends on the effort.
    fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// How the programs that are measured are built, all of them with the same features.
const RELEASE: [&str; 3] = ["--release", "--features", "contract/bench"];

/// Runs the command.
///
/// # Errors
///
/// Something does not build or does not run.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let effort = if args.quick { Effort::Quick } else { Effort::Full };
    println!("{}\n", machine());
    let wanted = |section| args.sections.is_empty() || args.sections.contains(&section);
    if wanted(Section::Pipeline) {
        pipeline::run(effort, &args.documents)?;
    }
    if wanted(Section::Diff) {
        diff::run(effort)?;
    }
    if wanted(Section::Check) {
        check::run(effort)?;
    }
    if wanted(Section::Mock) {
        mock::run(effort, args.prism.as_deref())?;
    }
    if wanted(Section::Sdk) {
        sdk::run(effort)?;
    }
    if wanted(Section::Decode) {
        decode::run(effort)?;
    }
    if wanted(Section::Build) {
        build::run(effort)?;
    }
    if wanted(Section::Crate) {
        crate_alone::run(effort)?;
    }
    if wanted(Section::Growth) {
        growth::run(effort)?;
    }
    if wanted(Section::Corpus) {
        corpus::run(effort, args.corpus.as_deref())?;
    }
    Ok(OK)
}

/// One line about the machine, without which no figure means anything.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("machine: {cores} cores of {model}, load {load}, {}", std::env::consts::OS)
}
