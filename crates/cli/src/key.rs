//! Where the key comes from. There is no flag for it, since flags end up in the history of a shell and in lists of processes.

use std::env::{self, VarError};
use std::io::{self, IsTerminal};

use keyapi_provider::KEY;

use crate::failure::Failure;

/// The key from the environment, or else from whoever sits at the terminal.
pub(crate) fn ask() -> Result<String, Failure> {
    let variable = KEY.variable;
    match env::var(variable) {
        Ok(key) if !key.is_empty() => return Ok(key),
        Err(VarError::NotUnicode(_)) => return Err(Failure::request(format!("no API key: {variable} is not text"))),
        _ => {}
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = format!("no API key: set {variable}, or run this at a terminal to be asked for it");
        return Err(Failure::request(message));
    }
    let key = rpassword::prompt_password(format!("API key, which is not shown ({variable} is not set): "));
    let key = key.map_err(|error| Failure::request(format!("no API key: {error}; set {variable}")))?;
    Ok(key.trim().to_owned())
}

/// The key from the environment, where none is needed.
pub(crate) fn of_environment() -> Option<String> {
    env::var(KEY.variable).ok().filter(|key| !key.is_empty())
}
