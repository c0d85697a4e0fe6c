//! Calls an operation through the generated client and holds the outcome against the document.

use keyapi_spec::{json_difference, without_nulls};
use mock::MockServer;
use sdk::{
    CallOptions, Client, ClientBuilder, CredentialPlace, Error, HeaderName, HeaderValue, OPERATIONS, RetryPolicy,
    Scheme, dispatch,
};
use serde_json::Value;

use crate::document::{Operation, Response, Shown};

const KEY: &str = "sk_live_test";

/// A client of `server` that never sends a request twice, so that every error comes back at once.
///
/// # Errors
///
/// What building a client fails with.
pub fn client(server: &MockServer) -> Result<Client, Error> {
    builder(server).build()
}

/// The same before it is built, with credentials for all schemes of the document: the key is that of one of them.
pub fn builder(server: &MockServer) -> ClientBuilder {
    let builder = Client::builder().api_key(KEY).base_url(server.url()).retry(RetryPolicy::never());
    let is_of_key = |scheme: &&Scheme| scheme.place != CredentialPlace::Basic;
    let schemes = || OPERATIONS.iter().flat_map(|operation| operation.security).flat_map(|schemes| *schemes);
    // A plain bearer token has no name, and no credential of its own.
    let of_key = schemes().find(|scheme| scheme.name.is_empty()).or_else(|| schemes().find(is_of_key));
    schemes().filter(|scheme| Some(*scheme) != of_key).fold(builder, |builder, scheme| {
        builder.credential(scheme.name, if is_of_key(&scheme) { KEY } else { "name:password" })
    })
}

/// Asks the mock server for a documented response of `operation` and checks what the client makes of it.
///
/// Where the document shows none, it is what the mock server makes up of the schema, which the client has to read.
///
/// # Errors
///
/// A sentence that says where document, mock and client disagree.
pub async fn exercise(client: &Client, operation: &Operation, response: &Response) -> Result<(), String> {
    let Shown::Body(example) = &response.shown else { return bear(client, operation, response).await };
    let code = response.code();
    match call(client, operation, code).await? {
        Ok(response) if response.status().as_u16() != code => {
            Err(format!("the status is {}, asked for was {code}", response.status()))
        }
        Ok(response) => match example {
            Some(example) => {
                // The types leave out what is null.
                if let Some(difference) = json_difference(&without_nulls(example), &without_nulls(response.value())) {
                    return Err(difference);
                }
                raw(example, response.body()).map_err(|why| format!("the raw body differs: {why}"))
            }
            None => Ok(()),
        },
        Err(error) => failed(&error, response, example.as_ref()),
    }
}

/// Asks the mock server for a documented response of `operation`, which may be like its example or not, and checks that
/// the client reads it.
///
/// # Errors
///
/// A sentence that says what the client does not read.
pub async fn bear(client: &Client, operation: &Operation, response: &Response) -> Result<(), String> {
    let code = response.code();
    match call(client, operation, code).await? {
        Ok(response) if response.status().as_u16() == code => Ok(()),
        Err(error) if error.status().map(|status| status.as_u16()) == Some(code) && !error.is_decode() => Ok(()),
        Ok(response) => Err(format!("the status is {}, asked for was {code}", response.status())),
        Err(error) => Err(format!("asked for was status {code}, the call failed with: {error}")),
    }
}

/// Calls an operation and asks for a status.
async fn call(
    client: &Client,
    operation: &Operation,
    code: u16,
) -> Result<Result<sdk::Response<Value>, Error>, String> {
    let prefer = HeaderValue::try_from(format!("code={code}")).map_err(|error| error.to_string())?;
    let options = CallOptions::new().header(HeaderName::from_static("prefer"), prefer);
    let parameters: Vec<(&str, &str)> =
        operation.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(dispatch::call(client, &operation.name, &parameters, operation.body.as_ref(), options).await)
}

fn failed(error: &Error, documented: &Response, example: Option<&Value>) -> Result<(), String> {
    let code = documented.code();
    if error.status().map(|status| status.as_u16()) != Some(code) {
        return Err(format!("asked for was status {code}, the call failed with: {error}"));
    }
    let Some(example) = example else {
        let refused = error.status().is_some_and(|status| !status.is_success());
        return if refused {
            Ok(())
        } else {
            Err(format!("the response has no body, and the call failed with: {error}"))
        };
    };
    if error.code() != documented.envelope_code {
        return Err(format!("the code is {:?}, documented is {:?}", error.code(), documented.envelope_code));
    }
    if error.message() != documented.message.as_deref() {
        return Err(format!("the message is {:?}, documented is {:?}", error.message(), documented.message));
    }
    raw(example, error.body()).map_err(|why| format!("the raw body differs: {why}"))
}

/// The bytes that came over the wire are the documented ones, as values.
fn raw(example: &Value, body: &[u8]) -> Result<(), String> {
    // A body that is not JSON is text, as its example is.
    if example.as_str().is_some_and(|text| text.as_bytes() == body) {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(body).map_err(|error| format!("it is not JSON: {error}"))?;
    if body == *example {
        Ok(())
    } else {
        Err(json_difference(example, &body).unwrap_or_else(|| "in how its numbers are spelled".to_owned()))
    }
}
