//! Documentation pages of any bytes, read and merged: diagnostics or a document that reads back, never a panic.
#![no_main]

use keyapi_spec::Source;
use keyapi_spec::import::{Incoming, merge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(page) = Incoming::parse("fuzz.md", bytes) else { return };
    let Ok(merged) = merge(None, &[page]) else { return };
    assert!(Source::parse("merged.json", merged.json.as_bytes()).is_ok());
});
