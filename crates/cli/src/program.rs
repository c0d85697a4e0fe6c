//! The program: from its command line to its exit code.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::ErrorKind as Clap;
use futures_util::future::BoxFuture;
use keyapi_runtime::codegen::{Description, preview, without_lone_surrogates};
use keyapi_runtime::{CallOptions, ClientBuilder, Error, Preview, Response};
use serde_json::Value;
use tokio::runtime::Builder;

use crate::body::Body;
use crate::failure::Failure;
use crate::invocation::{Format, Invocation};
use crate::json::Json;
use crate::output::{Output, printable};
use crate::parts::Parts;
use crate::progress::Progress;
use crate::{command, interrupt, key, names, pages, table};

/// A call of an operation by its name, with its parameters by theirs.
pub type Call<C> = for<'a> fn(
    client: &'a C,
    operation: &'a str,
    parameters: &'a [(&'a str, &'a str)],
    body: Option<&'a Value>,
    options: CallOptions,
) -> BoxFuture<'a, Result<Response<Value>, Error>>;

/// The command line of one platform.
#[derive(Debug)]
pub struct Program<C> {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// One line about it.
    pub about: &'static str,
    /// The operations of the SDK.
    pub operations: &'static [Description],
    /// Starts to configure the SDK's client.
    pub builder: fn() -> ClientBuilder<C>,
    /// Calls an operation of the SDK.
    pub call: Call<C>,
    /// The JSON Schema of a type of the SDK by its name, if the SDK has any.
    pub schema: Option<fn(&str) -> Option<Value>>,
}

/// Whatever its client is.
impl<C> Clone for Program<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Program<C> {}

impl<C: Clone + Send + Sync + 'static> Program<C> {
    /// Reads the command line and does what it says.
    pub fn run(&self) -> ExitCode {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let done = self.execute(&arguments, &Output::standard());
        done.map_or_else(|failure| failure.report(&arguments), |()| ExitCode::SUCCESS)
    }

    fn execute(&self, arguments: &[OsString], output: &Output) -> Result<(), Failure> {
        let matches = match command::command(self).try_get_matches_from(arguments) {
            Ok(matches) => matches,
            Err(error) if matches!(error.kind(), Clap::DisplayHelp | Clap::DisplayVersion) => {
                return output.text(&error.render().to_string());
            }
            Err(error) => return Err(Failure::usage(&error)),
        };
        let Some((name, matches)) = matches.subcommand() else { return Ok(()) };
        if let Some(shell) = command::shell(name, matches) {
            return output.text(&command::completions(shell, self));
        }
        let called = names::commands(self.operations).into_iter().zip(self.operations);
        let Some((_, operation)) = called.into_iter().find(|(known, _)| known.name == name) else { return Ok(()) };
        self.operate(operation, matches, output)
    }

    fn operate(&self, operation: &'static Description, matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
        if matches.get_flag("schema") {
            let schema = self.schema.zip(operation.response).and_then(|(schema, name)| schema(name));
            let schema = schema.ok_or_else(|| Failure::request("the response has no JSON Schema"))?;
            return output.text(&format!("{schema:#}\n"));
        }
        // Before anything that waits, so that Ctrl-C always ends the program in the same way.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| Failure::request(format!("cannot start the runtime: {error}")))?;
        interrupt::exit_on_ctrl_c(&runtime);
        let invocation = Invocation::read(operation, matches)?;
        let builder = || {
            let builder = match &invocation.base_url {
                Some(url) => (self.builder)().base_url(url),
                None => (self.builder)(),
            };
            if invocation.allow_plain_http { builder.allow_plain_http() } else { builder }
        };
        let lacks_key = builder().lacks_key();
        let client = if lacks_key && !builder().lacks_key_for(operation.name) {
            builder().without_key().build()?
        } else if invocation.dry_run {
            // Nothing is sent.
            builder().api_key(key::placeholder()).build()?
        } else if lacks_key {
            // Nobody types a key for a client that cannot be made.
            builder().api_key(key::placeholder()).build()?;
            builder().api_key(key::ask()?).build()?
        } else {
            builder().build()?
        };
        if invocation.dry_run {
            let preview = preview(&CallOptions::new(), |options| self.call(&client, &invocation, options))?;
            return output.text(&shown(&preview));
        }
        let format = invocation.format.unwrap_or(output.preferred());
        let Some((most, pagination)) = invocation.pages.zip(operation.pagination) else {
            let parts = Parts::new(output);
            // Where the body is wanted as it came, nothing of it is read as a stream.
            let options = if format == Format::Raw { CallOptions::new() } else { parts.options() };
            let response = runtime.block_on(self.call(&client, &invocation, options));
            return match parts.written()? {
                true => response.map(|response| warn(&response)).map_err(Failure::from),
                false => write(operation, format, response, output),
            };
        };
        let pages = pages::pages(*self, client, operation, pagination, invocation)?;
        let mut pages = pages.max_pages(usize::try_from(most).unwrap_or(usize::MAX));
        let mut progress = Progress::new(most, output.screen());
        let mut has_come = false;
        while let Some(page) = runtime.block_on(pages.next()) {
            if has_come && page.is_ok() && format == Format::Table {
                // Where a table ends and the next one begins.
                output.text("\n")?;
            }
            let written = write(operation, format, page, output);
            written.map_err(|failure| if has_come { failure.later() } else { failure })?;
            has_come = true;
            if format == Format::Raw {
                // Where a body ends and the next one begins.
                output.text("\n")?;
            }
            progress.page();
        }
        Ok(())
    }

    pub(crate) fn call<'a>(
        &self,
        client: &'a C,
        invocation: &'a Invocation,
        options: CallOptions,
    ) -> impl Future<Output = Result<Response<Value>, Error>> + use<'a, C> {
        let call = self.call;
        async move {
            let parameters = invocation.parameters.iter().map(|(name, value)| (*name, value.as_str()));
            let parameters: Vec<(&str, &str)> = parameters.collect();
            // Content goes in the place of a body that is nothing.
            let (body, options) = match &invocation.body {
                Some(Body::Content(file)) => (Some(&Value::Null), options.with_body(Some(file.clone()))),
                body => (body.as_ref().and_then(Body::json), options),
            };
            call(client, invocation.operation, &parameters, body, options).await
        }
    }
}

/// Writes what came.
fn write(
    operation: &Description,
    format: Format,
    came: Result<Response<Value>, Error>,
    output: &Output,
) -> Result<(), Failure> {
    let response = match came {
        Ok(response) => response,
        Err(error) => {
            // What was paid for is to be had, though it is not what the document promises.
            if format == Format::Raw && error.is_decode() {
                let mut bytes = error.body().to_vec();
                error.mask(&mut bytes);
                output.bytes(&bytes)?;
            }
            return Err(error.into());
        }
    };
    warn(&response);
    if format == Format::Raw {
        let mut bytes = response.body().to_vec();
        response.mask(&mut bytes);
        return output.bytes(&bytes);
    }
    let json = masked(&response)?;
    let data = match operation.data {
        Some(data) => json.property(data).unwrap_or_else(Json::null),
        None => json,
    };
    output.text(&match format {
        Format::Table => table::table(&data, output.screen()),
        _ => data.pretty() + "\n",
    })
}

/// Tells of an operation that is about to end.
fn warn(response: &Response<Value>) {
    if response.deprecation().is_some() || response.sunset().is_some() {
        // What was paid for is written, whoever reads warnings.
        _ = writeln!(io::stderr(), "warning: the API says that this operation is deprecated");
    }
}

/// The JSON that came, without keys, which a server may repeat. What was repaired so that a type could be decoded is as it
/// came, since a value that was decoded does not have numbers as they were written; what is no JSON is repaired in its text.
fn masked(response: &Response<Value>) -> Result<Json, Failure> {
    let read = |mut bytes: Vec<u8>| {
        response.mask(&mut bytes);
        Json::read(&bytes)
    };
    // A body that is not JSON is read as a string, and an empty one as null: neither can be read as JSON again.
    let is_other = response.value().is_string() || response.value().is_null();
    let json = if is_other {
        read(response.value().to_string().into_bytes())
    } else {
        let body = response.body();
        read(body.to_vec()).or_else(|_| read(without_lone_surrogates(body)))
    };
    json.map_err(|error| Failure::request(format!("the response cannot be shown: {error}")))
}

/// A request that is not sent: lines that are comments to a shell, and one that sends it.
fn shown(preview: &Preview) -> String {
    let mut lines = vec![format!("# {} {}", preview.method(), printable(preview.url()))];
    for (name, value) in preview.headers() {
        lines.push(format!("# {name}: {}", printable(&String::from_utf8_lossy(value.as_bytes()))));
    }
    lines.push(match preview.credits() {
        Some(credits) => format!("# costs {credits} credits"),
        None => "# nobody knows what it costs".to_owned(),
    });
    lines.push(preview.curl());
    lines.join("\n") + "\n"
}
