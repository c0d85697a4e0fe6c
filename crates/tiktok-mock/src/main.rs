//! The mock server as a program.

use std::process::ExitCode;

use keyapi_tiktok_mock::{Program, load};

fn main() -> ExitCode {
    let about = "Answers requests from an OpenAPI document: KeyAPI's TikTok API, or the one of --spec";
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Program { name, version, about, document: load::vendored }.run()
}
