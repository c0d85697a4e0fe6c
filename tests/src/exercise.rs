//! Calls an operation through the generated client and holds the outcome against the document.

use keyapi_spec::{json_difference, without_nulls};
use mock::MockServer;
use sdk::dispatch::MediaTypes;
use sdk::{
    CallOptions, Client, ClientBuilder, CredentialPlace, Error, HeaderName, HeaderValue, OPERATIONS, RetryPolicy,
    Scheme, dispatch,
};
use serde_json::{Value, json};

use crate::document::{Operation, Response, Shown};
use crate::representation::{Reading, Representation};

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
    if let Some(representation) = &response.representation {
        return represented(client, operation, response, representation).await;
    }
    let Shown::Body(example) = &response.shown else { return tolerate(client, operation, response).await };
    let code = response.code();
    match call(client, operation, code, MediaTypes::default()).await? {
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
pub async fn tolerate(client: &Client, operation: &Operation, response: &Response) -> Result<(), String> {
    let code = response.code();
    let asked = response.representation.as_ref().map(|representation| representation.media_type.as_str());
    match call(client, operation, code, MediaTypes { response: asked, body: None }).await? {
        Ok(response) if response.status().as_u16() == code => Ok(()),
        Err(error) if error.status().map(|status| status.as_u16()) == Some(code) && !error.is_decode() => Ok(()),
        Ok(response) => Err(format!("the status is {}, asked for was {code}", response.status())),
        Err(error) => Err(format!("asked for was status {code}, the call failed with: {error}")),
    }
}

/// Asks the mock server for a success of `operation` in a media type, and checks that the client reads of it what is sent.
///
/// # Errors
///
/// A sentence that says where document, mock and client disagree.
pub async fn represented(
    client: &Client,
    operation: &Operation,
    response: &Response,
    Representation { media_type, body, reading }: &Representation,
) -> Result<(), String> {
    let code = response.code();
    let called = call(client, operation, code, MediaTypes { response: Some(media_type), body: None }).await?;
    let response = called.map_err(|error| format!("asked for was `{media_type}`, the call failed with: {error}"))?;
    let label = response.headers().get("content-type").and_then(|label| label.to_str().ok());
    if response.status().as_u16() != code || label != Some(media_type) {
        return Err(format!(
            "asked for was `{media_type}` with status {code}, `{label:?}` came with {}",
            response.status()
        ));
    }
    let read = response.value();
    let difference = match (reading, body) {
        (Reading::Text, body) => json_difference(body, read),
        // A text is the body as it is, of which the document says nothing else.
        (Reading::Xml | Reading::Parts, Value::String(_)) => None,
        (Reading::Xml, body) => json_difference(&as_xml(body), &as_xml(read)),
        (Reading::Parts, Value::Array(_)) => json_difference(&without_nulls(body), &without_nulls(read)),
        (Reading::Parts, body) => {
            json_difference(&without_nulls(&Value::from(vec![body.clone()])), &without_nulls(read))
        }
    };
    difference.map_or(Ok(()), Err)
}

/// Sends a request body in a media type to the mock server, which judges it.
///
/// # Errors
///
/// A sentence that says what the mock server does not take.
pub async fn sent_as(client: &Client, operation: &Operation, response: &Response, label: &str) -> Result<(), String> {
    let code = response.code();
    match call(client, operation, code, MediaTypes { body: Some(label), response: None }).await? {
        Ok(response) if response.status().as_u16() == code => Ok(()),
        Ok(response) => Err(format!("the status is {}, asked for was {code}", response.status())),
        Err(error) => Err(format!("sent was a body of `{label}`, the call failed with: {error}")),
    }
}

/// A value as far as XML tells it from others: scalars are texts, and nothing is as good as an empty one.
fn as_xml(value: &Value) -> Value {
    let is_something = |value: &Value| {
        !matches!(value, Value::Null) && *value != json!("") && *value != json!([]) && *value != json!({})
    };
    match value {
        Value::Array(items) => items.iter().map(as_xml).filter(is_something).collect(),
        Value::Object(properties) => {
            let properties = properties.iter().map(|(name, property)| (name.clone(), as_xml(property)));
            Value::Object(properties.filter(|(_, property)| is_something(property)).collect())
        }
        Value::Null => Value::Null,
        scalar => {
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            text.parse::<f64>().map_or(Value::String(text), |number| Value::String(number.to_string()))
        }
    }
}

/// Calls an operation and asks for a status.
async fn call(
    client: &Client,
    operation: &Operation,
    code: u16,
    media_types: MediaTypes<'_>,
) -> Result<Result<sdk::Response<Value>, Error>, String> {
    let prefer = HeaderValue::try_from(format!("code={code}")).map_err(|error| error.to_string())?;
    let options = CallOptions::new().header(HeaderName::from_static("prefer"), prefer);
    let parameters: Vec<(&str, &str)> =
        operation.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = match media_types.body {
        Some(label) => operation.other_bodies.iter().find(|(other, _)| other == label).map(|(_, body)| body),
        None => operation.body.as_ref(),
    };
    Ok(dispatch::call_in(client, &operation.name, &parameters, body, options, media_types).await)
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
