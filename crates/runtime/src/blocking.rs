//! Calls for programs without an async runtime.

use std::ops::Deref;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::Error;

/// A client of a platform with a runtime of its own.
///
/// Requests are made as with the asynchronous client, to which this one dereferences, and then waited for:
///
/// ```no_run
/// # fn f(client: keyapi_runtime::Client) -> Result<(), keyapi_runtime::Error> {
/// use keyapi_runtime::{Method, blocking};
///
/// let client = blocking::Client::new(client)?;
/// let response = client.wait(client.request(Method::GET, "/v1/new/thing").send())?;
/// # drop(response);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Client<C> {
    client: C,
    /// Present until the client is dropped.
    runtime: Option<Runtime>,
}

impl<C> Client<C> {
    /// Adds a runtime to a client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the system has no room for a runtime.
    pub fn new(client: C) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::configuration(format!("no runtime for blocking calls: {error}")))?;
        Ok(Self { client, runtime: Some(runtime) })
    }

    /// Runs a call to its end.
    ///
    /// # Errors
    ///
    /// Those of the call; and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) inside an async runtime,
    /// where blocking would stop every other task.
    pub fn wait<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match &self.runtime {
            Some(runtime) if Handle::try_current().is_err() => runtime.block_on(call),
            _ => Err(Error::configuration("a blocking call inside an async runtime: await the call instead")),
        }
    }
}

impl<C> Deref for Client<C> {
    type Target = C;

    fn deref(&self) -> &Self::Target {
        &self.client
    }
}

/// An ordinary drop of a runtime panics inside another one.
impl<C> Drop for Client<C> {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
