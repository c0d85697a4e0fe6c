//! Several pages of one result.

use keyapi_runtime::codegen::{Description, in_body, preview, text, with_in_body, with_in_body_by};
use keyapi_runtime::{CallOptions, Pages, Pagination, codegen};
use serde_json::Value;

use crate::Program;
use crate::body::Body;
use crate::failure::Failure;
use crate::invocation::Invocation;

/// The pages from the one that the command line asks for, or from the first.
pub(crate) fn pages<C: Clone + Send + Sync + 'static>(
    program: Program<C>,
    client: C,
    operation: &'static Description,
    pagination: Pagination,
    invocation: Invocation,
) -> Result<Pages<Value>, Failure> {
    let place = Place::of(operation, pagination.parameter());
    place.check(&invocation)?;
    let size = pagination.size_parameter().and_then(|name| Place::of(operation, name).read(&invocation));
    let size = size.and_then(|size| text(&size).parse().ok());
    let position = place.read(&invocation);
    Ok(codegen::pages(operation.name, pagination, position, size, move |position| {
        let (client, mut invocation) = (client.clone(), invocation.clone());
        if let Some(position) = &position {
            let is_taken = |invocation: &Invocation| {
                preview(&CallOptions::new(), |options| program.call(&client, invocation, options)).is_ok()
            };
            place.write(&mut invocation, position, is_taken);
        }
        async move { program.call(&client, &invocation, CallOptions::new()).await }
    }))
}

/// Where a request says which page it wants.
#[derive(Clone, Copy)]
enum Place {
    /// A parameter, by what the dispatcher calls it.
    Parameter(&'static str),
    /// A JSON pointer into the body.
    Body(&'static str),
}

impl Place {
    fn of(operation: &'static Description, name: &'static str) -> Self {
        if name.starts_with('/') {
            return Self::Body(name);
        }
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name);
        Self::Parameter(parameter.map_or(name, |parameter| parameter.key))
    }

    fn read(self, invocation: &Invocation) -> Option<Value> {
        match self {
            Self::Parameter(key) => {
                let given = invocation.parameters.iter().find(|(known, _)| *known == key);
                given.map(|(_, value)| value.as_str().into())
            }
            Self::Body(place) => in_body(invocation.json(), place),
        }
    }

    /// Refuses a body that has no room for a position.
    fn check(self, invocation: &Invocation) -> Result<(), Failure> {
        match self {
            Self::Parameter(_) => Ok(()),
            Self::Body(place) => {
                let body = with_in_body(invocation.json(), place, &Value::from(1));
                body.map(|_: Value| ()).map_err(Failure::request)
            }
        }
    }

    /// Sets the position. In a body it is written in the way of which the operation makes a request: what the response has
    /// as a number it may want as a text.
    fn write(self, invocation: &mut Invocation, position: &Value, is_taken: impl Fn(&Invocation) -> bool) {
        match self {
            Self::Parameter(key) => {
                invocation.parameters.retain(|(known, _)| *known != key);
                invocation.parameters.push((key, text(position)));
            }
            Self::Body(place) => {
                let written = with_in_body_by(invocation.json(), place, position, |body| {
                    let invocation = Invocation { body: Some(Body::Json(body)), ..invocation.clone() };
                    is_taken(&invocation).then_some(invocation.body)
                });
                // Where no way is taken, the call says why.
                let written = written.or_else(|_| {
                    with_in_body(invocation.json(), place, position).map(|body: Value| Some(Body::Json(body)))
                });
                // It was checked that there is room.
                if let Ok(body) = written {
                    invocation.body = body;
                }
            }
        }
    }
}
