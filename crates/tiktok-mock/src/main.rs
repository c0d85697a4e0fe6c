//! The mock server as a program.

fn main() -> std::process::ExitCode {
    keyapi_tiktok_mock::program()
}
