//! What the features of the mock server keep out of a build.
#![allow(clippy::expect_used)]

use std::process::Command;

/// All that a package needs with its features, as `cargo tree` lists it.
fn needs(package: &str, flags: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").expect("cargo runs the tests");
    let mut tree = Command::new(cargo);
    // Only the crates of the machine's own target are there when nothing but its builds was ever fetched.
    tree.args(["tree", "--locked", "--offline", "--prefix", "none", "--edges", "features,no-build,no-dev"]);
    let output = tree.args(["--package", package]).args(flags).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints text")
}

#[test]
fn a_server_in_a_test_needs_nothing_of_the_program() {
    let of_the_program = ["clap feature", "signal-hook-registry v"];
    let server = needs("keyapi-tiktok-mock", &["--no-default-features"]);
    assert_eq!(of_the_program.map(|needed| server.contains(needed)), [false, false]);
    assert!(!server.contains("keyapi-tiktok v"), "the typed client is not built either");
    let program = needs("keyapi-tiktok-mock", &[]);
    assert_eq!(of_the_program.map(|needed| program.contains(needed)), [true, true]);
}

#[test]
fn the_tests_of_the_workspace_turn_the_program_off() {
    let contract = needs("contract", &[]);
    assert!(contract.contains("keyapi-mock v") && !contract.contains("clap feature"), "{contract}");
}

#[test]
fn an_sdk_needs_the_tls_and_the_codings_that_it_is_asked_for() {
    let parts = ["rustls v", "native-tls v", "flate2 v", "brotli-decompressor v"];
    #[track_caller]
    fn check(flags: &[&str], expected: [bool; 4], parts: [&str; 4]) {
        let needed = needs("keyapi-tiktok", flags);
        let has = parts.map(|part| needed.lines().any(|line| line.starts_with(part)));
        assert_eq!(has, expected, "{flags:?}");
    }
    check(&[], [true, false, false, false], parts);
    check(&["--no-default-features"], [false; 4], parts);
    check(&["--no-default-features", "--features", "native-tls"], [false, true, false, false], parts);
    check(&["--features", "gzip"], [true, false, true, false], parts);
    check(&["--features", "br"], [true, false, false, true], parts);
}
