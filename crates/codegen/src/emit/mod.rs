//! Writes the sources of an SDK crate that progenitor does not: requests, client, dispatcher, the root of the
//! crate, and their documentation.

mod blocking;
mod bodies;
mod body_setters;
mod client;
mod description;
mod dispatch;
mod envelopes;
mod example;
mod former;
mod library;
mod operation_docs;
mod pagination;
pub(crate) mod parameter_values;
mod representations;
mod requests;
mod response_headers;
mod servers;
mod setters;
mod shape;

use keyapi_spec::Diagnostic;
use serde_json::Value;

use crate::generate::{self, Files, Responses};
use crate::{Sdk, model};

/// The names that generated code uses for the crates of one platform.
#[derive(Clone, Debug)]
struct Names {
    /// The SDK crate as other crates write it.
    library: String,
    /// The crate whose `MockServer` the documentation examples run against.
    mock: String,
}

impl Names {
    fn of(platform: &str) -> Self {
        let platform = platform.replace('-', "_");
        Self { library: format!("keyapi_{platform}"), mock: format!("keyapi_{platform}_mock") }
    }
}

/// Path of the per-call state that a generated client hands to the runtime.
const INNER_TYPE: &str = "::keyapi_runtime::codegen::Call";

/// Generates the sources of the SDK crate of a platform.
pub(crate) fn sdk(resolved: &Value, platform: &str) -> Result<Sdk, Vec<Diagnostic>> {
    let names = Names::of(platform);
    let library = format!("{}::generated", names.library);
    let responses = Responses::Raw { inner_type: INNER_TYPE };
    let Files { client, httpmock, prepared, gates, examples, .. } =
        generate::generate(resolved, responses, &library, generate::Purpose::Text)?;
    let operations = model::operations(resolved, &prepared.document)?;
    let values = parameter_values::collect(&operations);
    let format = |tokens| generate::format(tokens, &gates);
    Ok(Sdk {
        blocking: format(blocking::blocking(&operations, &prepared.document, &values))?,
        requests: format(requests::requests(resolved, &prepared, &operations, &values, &examples, &names)?)?,
        dispatch: format(dispatch::dispatch(resolved, &operations, &examples)?)?,
        library: format(library::library(
            servers::servers(resolved).is_some(),
            response_headers::headers(resolved, &operations).is_some(),
        ))?,
        client,
        httpmock,
    })
}
