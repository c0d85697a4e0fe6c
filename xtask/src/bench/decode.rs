//! Decoding with and without maps of unknown properties, as `divan` measures it.

use std::io;

use super::Effort;
use crate::programs::bench;

/// Measures and prints.
pub(super) fn run(effort: Effort) -> io::Result<()> {
    println!("decode: the documented body into the generated types, into the same without `extra`, and into any JSON");
    bench("contract", "decode", &["--sample-count", effort.pick("20", "1000")])?;
    println!("target: `extra` costs ≤ 1.5×\n");
    Ok(())
}
