//! The command line of the API.

use std::process::ExitCode;

use keyapi_cli::Program;
use keyapi_tiktok::{Client, dispatch};

fn main() -> ExitCode {
    let program = Program {
        name: env!("CARGO_BIN_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        about: env!("CARGO_PKG_DESCRIPTION"),
        operations: dispatch::DESCRIPTIONS,
        builder: Client::builder,
        call: dispatch::call,
        #[cfg(feature = "schema")]
        schema: Some(keyapi_tiktok::types::json_schema),
        #[cfg(not(feature = "schema"))]
        schema: None,
    };
    program.run()
}
