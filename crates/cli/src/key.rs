//! Where the key comes from. There is no flag for it, since flags end up in the history of a shell and in lists of processes.

use std::io::{self, IsTerminal, Write as _};

use keyapi_provider::KEY;

use crate::failure::Failure;

/// What stands for a key where nothing is sent.
pub(crate) fn placeholder() -> String {
    format!("{}dry_run", KEY.documented_prefix)
}

/// Asks whoever sits at the terminal for the key.
pub(crate) fn ask() -> Result<String, Failure> {
    let variable = KEY.variable;
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = format!("no API key: set {variable}, or run this at a terminal to be asked for it");
        return Err(Failure::request(message));
    }
    let key = rpassword::prompt_password(format!("API key, which is not shown ({variable} is not set): "));
    // While a key is typed, Ctrl-C is a character of the terminal, and may arrive here before its signal does.
    let key = key.map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => Failure::Interrupted,
        kind => {
            // The end of the input, unlike that of a line, leaves the terminal where the question ends.
            if kind == io::ErrorKind::UnexpectedEof {
                _ = writeln!(io::stderr());
            }
            Failure::request(format!("no API key: {error}; set {variable}"))
        }
    })?;
    Ok(key.trim().to_owned())
}
