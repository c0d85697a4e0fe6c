//! Prints the page of all rules about changes, `docs/changes.md`.

fn main() {
    print!("{}", keyapi_spec::diff::markdown());
}
