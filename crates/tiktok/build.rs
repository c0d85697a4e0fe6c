//! Generates the client from the vendored document, its overlay and the samples that are stored beside it.

fn main() -> std::process::ExitCode {
    keyapi_codegen::build::script()
}
