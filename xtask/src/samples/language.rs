//! The languages of code samples, and how to run them.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::isolation::{command, end};

/// How long a sample may take; a response from this machine takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much a sample may print; a response is a small part of it.
const MOST: u64 = 16 << 20;

/// A language that can be run here.
pub(super) struct Language {
    /// How documents call it, in lower case.
    names: &'static [&'static str],
    /// What has to be installed.
    pub(super) needs: &'static str,
    /// A command that fails where that is missing.
    probe: &'static [&'static str],
    /// Runs the sample in the current folder.
    command: &'static [&'static str],
    /// The name of the sample's file.
    file: &'static str,
    /// A file beside it.
    helper: Option<(&'static str, &'static str)>,
}

// Python and JavaScript print values in their own notation, and JavaScript cuts deep ones, so what the samples call to
// print is made to print JSON. The samples themselves stay as they are.
const LANGUAGES: [Language; 3] = [
    Language {
        names: &["curl", "shell", "bash", "sh"],
        needs: "curl",
        probe: &["curl", "--version"],
        command: &["sh", "sample.sh"],
        file: "sample.sh",
        helper: None,
    },
    Language {
        names: &["python", "python3", "py"],
        needs: "python3 with the package `requests`",
        probe: &["python3", "-c", "import requests"],
        command: &["python3", "run.py"],
        file: "sample.py",
        helper: Some((
            "run.py",
            "import builtins, json, runpy, sys\n\
             builtins.print = lambda value: sys.stdout.write(json.dumps(value))\n\
             runpy.run_path('sample.py')\n",
        )),
    },
    Language {
        names: &["javascript", "js", "node"],
        needs: "node",
        probe: &["node", "--version"],
        command: &["node", "run.mjs"],
        // Samples await at the top level, which only modules can.
        file: "sample.mjs",
        helper: Some((
            "run.mjs",
            "console.log = (value) => process.stdout.write(JSON.stringify(value));\n\
             await import('./sample.mjs');\n",
        )),
    },
];

impl Language {
    /// The language that a document calls `name`.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        const KNOWN: &[Language] = &LANGUAGES;
        let name = name.to_lowercase();
        KNOWN.iter().find(|language| language.names.contains(&name.as_str()))
    }

    /// Whether samples can be run on this machine.
    pub(super) fn is_installed(&self, folder: &Path) -> bool {
        let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet(&mut command(self.probe, folder)).is_ok_and(|status| status.success())
    }

    /// Runs a sample in `folder` and reads the JSON that it prints; the inner error says what went wrong in the sample.
    pub(super) fn run(&self, source: &str, folder: &Path) -> io::Result<Result<Value, String>> {
        fs::write(folder.join(self.file), source)?;
        if let Some((name, text)) = self.helper {
            fs::write(folder.join(name), text)?;
        }
        let (out, err) = (folder.join("stdout"), folder.join("stderr"));
        let mut child =
            command(self.command, folder).stdout(File::create(&out)?).stderr(File::create(&err)?).spawn()?;
        let ended = watch(&mut child, [&out, &err]);
        // It may have left something running.
        end(child.id());
        let status = match ended? {
            Ok(status) => status,
            Err(why) => return Ok(Err(why)),
        };
        let printed = String::from_utf8_lossy(&fs::read(&out)?).into_owned();
        if !status.success() {
            let said = fs::read(&err)?;
            return Ok(Err(format!("it ended with {status}: {}", last_line(&String::from_utf8_lossy(&said)))));
        }
        Ok(serde_json::from_str(&printed).map_err(|_| format!("it printed no JSON: {}", last_line(&printed))))
    }
}

/// Waits for the end of a sample; the inner error says why it was ended before.
fn watch(child: &mut Child, printed: [&Path; 2]) -> io::Result<Result<ExitStatus, String>> {
    let start = Instant::now();
    let is_too_much = |path: &&Path| fs::metadata(path).is_ok_and(|file| file.len() > MOST);
    loop {
        if let Some(status) = child.try_wait()? {
            let too_much = printed.iter().any(is_too_much).then(|| format!("it printed more than {MOST} bytes"));
            return Ok(too_much.map_or(Ok(status), Err));
        }
        let why = match printed.iter().any(is_too_much) {
            true => format!("it printed more than {MOST} bytes"),
            false if start.elapsed() > PATIENCE => format!("it did not end within {PATIENCE:?}"),
            false => {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
        };
        child.kill()?;
        child.wait()?;
        return Ok(Err(why));
    }
}

fn last_line(text: &str) -> String {
    text.trim_end().lines().last().unwrap_or_default().chars().take(200).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_sample_sees_a_placeholder_for_the_key_and_nothing_of_this_process() {
        let folder = TempDir::new().unwrap();
        // Cargo sets the former for tests.
        let source = "printf '[\"%s\", \"%s\"]' \"$CARGO_MANIFEST_DIR\" \"$KEYAPI_TOKEN\"";
        let printed = Language::find("Shell").unwrap().run(source, folder.path()).unwrap();
        assert_eq!(printed, Ok(serde_json::json!(["", "sk_live_test"])));
    }

    fn outcome(source: &str) -> Result<Value, String> {
        let folder = TempDir::new().unwrap();
        Language::find("sh").unwrap().run(source, folder.path()).unwrap()
    }

    #[test]
    fn whatever_a_sample_prints_is_an_outcome_of_it_alone() {
        assert!(outcome("printf '\\377'").unwrap_err().starts_with("it printed no JSON"));
        assert!(outcome("printf '\\377' >&2; exit 3").unwrap_err().contains("exit status: 3"));
        assert!(outcome("yes").unwrap_err().starts_with("it printed more than"));
        assert!(outcome("(yes >&2) & wait").unwrap_err().starts_with("it printed more than"));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_sample_leaves_running_is_ended() {
        let folder = TempDir::new().unwrap();
        // The sample ends when what it starts has opened the pipe.
        let source = "mkfifo pipe; (exec 9<>pipe; while :; do sleep 60; done) & : > pipe; echo 1";
        assert_eq!(Language::find("sh").unwrap().run(source, folder.path()).unwrap(), Ok(serde_json::json!(1)));
        // Without waiting (O_NONBLOCK), a pipe can be opened as long as somebody has the other end.
        let mut options = fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options.write(true), 0o4000);
        let is_open = || options.open(folder.path().join("pipe")).is_ok();
        // A process that was killed takes a moment to end.
        let has_ended = (0..10_000_000).any(|_| {
            std::thread::yield_now();
            !is_open()
        });
        assert!(has_ended);
    }

    #[test]
    fn a_language_is_one_that_is_named() {
        for name in ["", "perl", "http", "sh -c"] {
            assert!(Language::find(name).is_none(), "{name}");
        }
    }
}
