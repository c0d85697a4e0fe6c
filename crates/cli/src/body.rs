//! The body of a request, as the command line gives it.

use std::fs::File;
use std::io::{self, Read};

use keyapi_runtime::codegen::BodyDescription;
use serde_json::Value;

use crate::failure::Failure;

/// No request is larger.
const LIMIT: u64 = 16 << 20;

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Json(Value),
    /// What is sent as it is.
    Content(keyapi_runtime::File),
}

impl Body {
    /// Reads it: JSON as it stands, from standard input (`-`), or from a file.
    pub(crate) fn read(given: &str, body: &BodyDescription) -> Result<Self, Failure> {
        let is_literal = body.media_type.is_none() && given.trim_start().starts_with(['{', '[', '"']);
        let (bytes, place) = match given {
            _ if is_literal => (given.as_bytes().to_vec(), "of --body".to_owned()),
            "-" => (bounded(io::stdin().lock(), "standard input")?, "from standard input".to_owned()),
            file => {
                let opened = File::open(file).map_err(|error| wrong(format!("cannot read {file:?}: {error}")))?;
                (bounded(opened, file)?, format!("in {file:?}"))
            }
        };
        if let Some(media_type) = body.media_type {
            return Ok(Self::Content(keyapi_runtime::File::new(bytes).media_type(media_type)));
        }
        let value = serde_json::from_slice(&bytes);
        value.map(Self::Json).map_err(|error| wrong(format!("what is {place} is no JSON: {error}")))
    }

    /// The JSON, if it is that.
    pub(crate) fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Content(_) => None,
        }
    }
}

fn bounded(from: impl Read, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| wrong(format!("cannot read {name:?}: {error}")))?;
    if bytes.len() as u64 > LIMIT {
        return Err(wrong(format!("{name:?} is larger than {} MiB", LIMIT >> 20)));
    }
    Ok(bytes)
}

fn wrong(message: String) -> Failure {
    Failure::request(format!("the body: {message}"))
}
