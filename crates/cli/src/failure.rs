//! What ends the program early.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind as Clap};
use keyapi_provider::KEY;
use keyapi_runtime::Error;

use crate::exit_code::{self, INTERRUPTED, OUTPUT, USAGE};
use crate::output::printable;

/// What ends the program early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is none: what is to be said of it.
    Usage(String),
    /// A request cannot be made of what is there, or its response cannot be shown.
    Request(String),
    /// The call failed.
    Call(Error),
    /// A call failed after another one had succeeded.
    Later(Error),
    /// The result cannot be written.
    Output(io::Error),
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    /// A command line that cannot be read.
    pub(crate) fn usage(error: &clap::Error) -> Self {
        let mut text = error.render().to_string();
        let unknown = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(argument)) if error.kind() == Clap::UnknownArgument => argument.as_str(),
            _ => "",
        };
        if unknown.starts_with('-') && !unknown.starts_with("--") {
            text.push_str("\nA value that begins with a dash is given as `--flag=-value`.\n");
        }
        Self::Usage(text)
    }

    /// A request that cannot be made.
    pub(crate) fn request(message: impl Into<String>) -> Self {
        Self::Request(message.into())
    }

    /// The same after another call has succeeded.
    pub(crate) fn later(self) -> Self {
        match self {
            Self::Call(error) => Self::Later(error),
            other => other,
        }
    }

    /// Says what is wrong, and gives the exit code.
    pub(crate) fn report(self, arguments: &[OsString]) -> ExitCode {
        let (text, code) = match self {
            Self::Usage(text) => (text, USAGE),
            Self::Request(message) => (format!("error: {message}\n"), USAGE),
            // What a server says is its own.
            Self::Later(error) => (format!("error: {error}\n"), exit_code::of_later(error.kind())),
            Self::Call(error) if error.is_configuration() => {
                (format!("error: {}\n", with_flags(error.to_string())), exit_code::of(error.kind()))
            }
            Self::Call(error) => (format!("error: {error}\n"), exit_code::of(error.kind())),
            // Whoever reads has seen enough.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Self::Output(error) => (format!("error: the result cannot be written: {error}\n"), OUTPUT),
            // Whoever pressed it knows.
            Self::Interrupted => return ExitCode::from(INTERRUPTED),
        };
        // There is nobody to tell where this fails.
        _ = io::Write::write_all(&mut io::stderr(), printable(&without_keys(text, arguments)).as_bytes());
        ExitCode::from(code)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// How the SDK tells what to do, and how that is done on a command line.
const FLAGS: [(&str, &str); 3] = [
    ("`allow_plain_http`", "`--allow-plain-http`"),
    ("the argument of `api_key`", "the prompt"),
    (" or call `api_key`", ""),
];

fn with_flags(text: String) -> String {
    FLAGS.iter().fold(text, |text, (method, flag)| text.replace(method, flag))
}

/// A text that may repeat the command line, in which somebody may have put a key.
fn without_keys(text: String, arguments: &[OsString]) -> String {
    // What is no text is repeated with the same characters in its place.
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let keys = arguments.iter().filter_map(|argument| {
        // Inside of a word it begins no key.
        let in_word = |at: usize| argument[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let at = argument.match_indices(KEY.prefix).map(|(at, _)| at).find(|at| !in_word(*at))?;
        Some(&argument[at..])
    });
    keys.fold(text, |text, key| text.replace(key, &format!("{}[redacted]", KEY.prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_on_the_command_line_is_not_repeated() {
        let arguments = ["program", "--key=sk_live_a", "sk_test_b", "--task_id"].map(OsString::from);
        let text = "unexpected --key=sk_live_a, sk_test_b, --task_id".to_owned();
        assert_eq!(without_keys(text, &arguments), "unexpected --key=sk_[redacted], sk_[redacted], --task_id");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_is_no_text_is_not_repeated_either() {
        let arguments = [std::os::unix::ffi::OsStringExt::from_vec(b"sk_live_a\xff".to_vec())];
        assert_eq!(without_keys("unexpected sk_live_a\u{fffd}".to_owned(), &arguments), "unexpected sk_[redacted]");
    }
}
