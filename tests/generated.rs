//! One test for every reviewed copy in `tests/snapshots`: the pipeline still makes the same of the document.
//!
//! `cargo xtask regen` makes the copies, and these tests refuse any difference.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use xtask::{artefacts, workspace};

const FIX: &str = "run `cargo xtask regen` and review what it changes";

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let platform = workspace::named(mock::PLATFORM);
    let trials = match artefacts::make(&platform) {
        Err(failure) => {
            let message = failure.to_string();
            vec![Trial::test("the_document_generates", move || Err(Failed::from(message)))]
        }
        Ok(made) => {
            let orphans = artefacts::orphans(&platform.snapshots, &made.files);
            let types = made.snapshots.iter().filter(|(name, _)| name.starts_with("generated__type__"));
            let undocumented: Vec<String> = types.flat_map(|(name, text)| undocumented(name, text)).collect();
            let mut trials: Vec<Trial> = made
                .snapshots
                .into_iter()
                .map(|(name, text)| Trial::test(name.clone(), move || reviewed(&name, &text)))
                .collect();
            trials.push(Trial::test("no_orphans", move || match orphans.as_slice() {
                [] => Ok(()),
                [first, ..] => Err(format!("nothing makes {} any more: {FIX}", workspace::display(first)).into()),
            }));
            trials.push(Trial::test("every_field_is_documented", move || match undocumented.as_slice() {
                [] => Ok(()),
                fields => Err(format!("these fields have no documentation: {}", fields.join(", ")).into()),
            }));
            let (lock, files) = (platform.lock, made.files);
            trials.push(Trial::test("lock", move || match std::fs::read_to_string(&lock) {
                Ok(found) if Some(&found) == files.get(&lock) => Ok(()),
                _ => Err(format!("{} is stale: {FIX}", workspace::display(&lock)).into()),
            }));
            trials
        }
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn reviewed(name: &str, text: &str) -> Result<(), Failed> {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(workspace::named(mock::PLATFORM).snapshots);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(artefacts::DESCRIPTION);
    settings.bind(|| insta::assert_snapshot!(name, text, FIX));
    Ok(())
}

/// The fields of a generated type that say nothing of themselves, or not where they come from.
fn undocumented(name: &str, source: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut before = String::new();
    for line in source.lines() {
        let field =
            line.trim_start().strip_prefix("pub ").and_then(|rest| rest.split_once(": ")).map(|(field, _)| field);
        match field.filter(|field| field.chars().all(|c| c.is_alphanumeric() || c == '_')) {
            Some(field) => {
                let origin = if field == "extra" { "as it was received" } else { "example" };
                // What would end a comment stands in an attribute.
                let is_documented = ["/**", "///", "#[doc"].iter().any(|beginning| before.contains(beginning));
                if !is_documented || !before.contains(origin) {
                    fields.push(format!("{name}::{field}"));
                }
                before.clear();
            }
            None => before.push_str(line),
        }
    }
    fields
}
