//! The pipeline on any bytes, as JSON and as YAML: diagnostics or a resolved document, never a panic.
#![no_main]

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::diagnostic::render::Style;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["fuzz.json", "fuzz.yaml"] {
        let input = Input::new(name, Ok(bytes.to_vec()));
        let found = match input.resolve(&RustNames) {
            Ok(resolved) => resolved.diagnostics,
            Err(found) => found,
        };
        input.render(&found, Style::Plain);
        let _ = input.serve(&RustNames);
    }
});
