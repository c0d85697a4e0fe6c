//! One test for every reviewed copy in `tests/snapshots`: the pipeline still makes the same of the document.
//!
//! `cargo xtask regen` makes the copies, and these tests refuse any difference.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use xtask::{artefacts, workspace};

const FIX: &str = "run `cargo xtask regen` and review what it changes";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let platform = workspace::platform();
    let trials = match artefacts::make(&platform) {
        Err(failure) => {
            let message = failure.to_string();
            vec![Trial::test("the_document_generates", move || Err(Failed::from(message)))]
        }
        Ok(made) => {
            let orphans = artefacts::orphans(&platform.snapshots, &made.files);
            let mut trials: Vec<Trial> = made
                .snapshots
                .into_iter()
                .map(|(name, text)| Trial::test(name.clone(), move || reviewed(&name, &text)))
                .collect();
            trials.push(Trial::test("no_orphans", move || match orphans.as_slice() {
                [] => Ok(()),
                [first, ..] => Err(format!("nothing makes {} any more: {FIX}", workspace::display(first)).into()),
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
    settings.set_snapshot_path(workspace::platform().snapshots);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(artefacts::DESCRIPTION);
    settings.bind(|| insta::assert_snapshot!(name, text, FIX));
    Ok(())
}
