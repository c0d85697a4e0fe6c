//! What the command line asks for.

use clap::ArgMatches;
use keyapi_runtime::codegen::{Description, ParameterDescription, ValueType};
use serde_json::Value;

use crate::body::Body;
use crate::failure::Failure;
use crate::names;

/// A call of one operation.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) operation: &'static str,
    /// By what the dispatcher calls them, as it reads them.
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) body: Option<Body>,
    /// How the result is written; where nothing is said, by where it goes.
    pub(crate) format: Option<Format>,
    /// How many pages are asked for, if not just the one that the parameters ask for.
    pub(crate) pages: Option<u32>,
    pub(crate) dry_run: bool,
    pub(crate) base_url: Option<String>,
    /// Whether a base URL may be plain HTTP that others can read on its way.
    pub(crate) allow_plain_http: bool,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Table,
    Raw,
}

impl Invocation {
    /// Reads what clap found.
    pub(crate) fn read(operation: &Description, matches: &ArgMatches) -> Result<Self, Failure> {
        let flags = names::flags(operation.parameters);
        let parameters = operation.parameters.iter().zip(&flags).filter_map(|(parameter, flag)| {
            let mut given = matches.get_many::<String>(flag)?.peekable();
            let value = match parameter.is_list {
                true => Value::Array(given.map(|text| element(parameter, text)).collect()).to_string(),
                false => given.next()?.clone(),
            };
            Some((parameter.key, value))
        });
        let pages = matches.get_one::<u32>("pages").copied();
        if pages.is_some() && operation.pagination.is_none() {
            return Err(Failure::request("the document tells of no pages of this operation: leave --pages out"));
        }
        let body = match &operation.body {
            Some(body) => matches.get_one::<String>("body").map(|given| Body::read(given, body)).transpose()?,
            None => None,
        };
        let formats = [("json", Format::Json), ("table", Format::Table), ("raw", Format::Raw)];
        Ok(Self {
            operation: operation.name,
            parameters: parameters.collect(),
            body,
            format: formats.into_iter().find(|(flag, _)| matches.get_flag(flag)).map(|(_, format)| format),
            pages,
            dry_run: matches.get_flag("dry-run"),
            base_url: matches.get_one::<String>("base-url").cloned(),
            allow_plain_http: matches.get_flag("allow-plain-http"),
        })
    }

    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.body.as_ref().and_then(Body::json)
    }
}

/// One value of a list. What is not of its type stays text, of which the dispatcher says what is wrong with it.
fn element(parameter: &ParameterDescription, text: &str) -> Value {
    match parameter.ty {
        ValueType::Text => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}
