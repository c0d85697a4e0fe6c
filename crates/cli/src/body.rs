//! The body of a request, as the command line gives it.

use std::fs::File;
use std::io::{self, Read};

use keyapi_runtime::codegen::BodyDescription;
use serde_json::Value;

use crate::failure::Failure;

/// No request is larger.
const LIMIT: u64 = 16 << 20;

/// Reads the body: JSON as it stands, from standard input (`-`), or from a file.
pub(crate) fn read(given: &str, body: &BodyDescription) -> Result<Value, Failure> {
    let is_literal = body.is_json && given.trim_start().starts_with(['{', '[', '"']);
    let (text, place) = match given {
        _ if is_literal => (given.to_owned(), "of --body".to_owned()),
        "-" => (bounded(io::stdin().lock(), "standard input")?, "from standard input".to_owned()),
        file => {
            let opened = File::open(file).map_err(|error| wrong(format!("cannot read {file:?}: {error}")))?;
            (bounded(opened, file)?, format!("in {file:?}"))
        }
    };
    if !body.is_json {
        return Ok(text.into());
    }
    serde_json::from_str(&text).map_err(|error| wrong(format!("what is {place} is no JSON: {error}")))
}

fn bounded(from: impl Read, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| wrong(format!("cannot read {name:?}: {error}")))?;
    if bytes.len() as u64 > LIMIT {
        return Err(wrong(format!("{name:?} is larger than {} MiB", LIMIT >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| wrong(format!("{name:?} is not UTF-8 text")))
}

fn wrong(message: String) -> Failure {
    Failure::request(format!("the body: {message}"))
}
