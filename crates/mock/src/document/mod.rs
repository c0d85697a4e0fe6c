//! The compiled document: everything about an API that a response depends on.

pub(crate) mod body;
pub(crate) mod body_info;
pub(crate) mod charset;
#[cfg(feature = "overrides")]
mod described;
pub(crate) mod discriminator;
pub(crate) mod elements;
pub(crate) mod envelope;
pub(crate) mod format;
mod inference;
mod lifecycle;
pub mod load;
pub(crate) mod operation_info;
pub(crate) mod parameter;
mod plain;
pub(crate) mod representation;
pub(crate) mod response;
pub(crate) mod router;
pub(crate) mod sample;
pub(crate) mod schema;
pub(crate) mod secrets;
pub(crate) mod security;
mod servers;
pub(crate) mod source;
mod translation;
pub(crate) mod values;
pub(crate) mod violation;
pub(crate) mod whole_text;
pub(crate) mod xml;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use http::{HeaderName, HeaderValue, Method};
use keyapi_spec::document::METHODS;
use keyapi_spec::document::envelope::Envelope;
use keyapi_spec::document::extension;
use keyapi_spec::document::version;
use keyapi_spec::schema::keyword;
use keyapi_spec::{Diagnostic, Outline};
use serde_json::Value;

use body::RequestBody;
use inference::Inference;
pub(crate) use inference::Role;
use load::LoadError;
use parameter::Parameter;
use response::{Code, Response};
use router::Router;
use secrets::Secrets;
use security::Requirement;
use source::{Source, items, properties, text};

/// An OpenAPI document, compiled for answering requests.
#[derive(Debug)]
pub struct Document {
    /// The API's title; empty where the document has none.
    pub(crate) title: String,
    /// The operations, in the document's order.
    pub(crate) operations: Vec<Operation>,
    /// The API's envelope, where it has one.
    pub(crate) envelope: Option<Envelope>,
    router: Router,
    secrets: Arc<Secrets>,
    source: Arc<Source>,
    /// How schemas are inferred; nothing where there is nothing left to infer.
    inference: Option<Inference>,
}

/// One operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name that the typed client has for it.
    pub name: String,
    /// The document's own id, where that is another one.
    pub id: Option<String>,
    /// The names that the typed client had for it before, and still has.
    pub former: Vec<String>,
    /// The method.
    pub method: Method,
    /// The path template.
    pub path: String,
    /// Paths of its servers, which requests may carry in front.
    pub bases: Vec<String>,
    /// One line about it.
    pub summary: String,
    /// Headers that tell of its end.
    pub lifecycle: Vec<(HeaderName, HeaderValue)>,
    /// What one call costs.
    pub credits: u64,
    /// Credentials, one of which a request must bring.
    pub security: Vec<Requirement>,
    source: Arc<Source>,
    messages: OnceLock<Messages>,
}

/// What requests and responses of an operation look like: compiled for the first request, so that a large document costs
/// neither time nor memory for operations that nobody calls.
#[derive(Debug)]
struct Messages {
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    responses: Vec<Response>,
    shown_keys: Vec<String>,
}

/// Why a document cannot be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Where in the document, as a JSON pointer.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the document" } else { &self.pointer };
        write!(f, "{place}: {}", self.message)
    }
}

impl std::error::Error for CompileError {}

impl Document {
    /// Compiles an OpenAPI 3 document.
    pub(crate) fn compile(document: impl Into<Outline>) -> Result<Self, CompileError> {
        let source = Arc::new(Source::new(document));
        let root = source.frame();
        check_version(root)?;
        if !root.get("paths").map_or_else(|| version::may_lack_paths(root), Value::is_object) {
            return Err(error("", "there is no object `paths`, so there is nothing to serve"));
        }
        let mut operations = Vec::new();
        for (path, item) in properties(root.get("paths")).filter(|(path, _)| path.starts_with('/')) {
            operations.extend(compile_item(&source, path, source.resolve(item)));
        }
        let router = Router::new(&operations);
        Ok(Self {
            title: root.get("info").and_then(|info| text(info, "title")).unwrap_or_default().to_owned(),
            envelope: Envelope::of(root),
            secrets: Arc::new(Secrets::new(&source, &operations)),
            operations,
            router,
            inference: None,
            source,
        })
    }

    /// Lets the document with inferred schemas be made in this way, and used for that.
    #[must_use]
    pub(crate) fn with_inference(
        self,
        role: Role,
        make: impl FnOnce() -> Result<Self, LoadError> + Send + 'static,
    ) -> Self {
        Self { inference: Some(Inference::new(role, make)), ..self }
    }

    /// The document as JSON, with the corrections of its overlay.
    pub fn root(&self) -> &Value {
        self.source.whole()
    }

    /// The document and its references.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Its version of OpenAPI, where that has parts that are not read.
    #[cfg(feature = "program")]
    pub(crate) fn newer_version(&self) -> Option<&str> {
        let version = text(self.source.frame(), "openapi")?;
        let minor = version.strip_prefix("3.")?.split('.').next()?;
        minor.parse::<u32>().map_or(true, |minor| minor > 1).then_some(version)
    }

    /// The keywords of its schemas that cannot be used. Each is left out alone: values are judged by the rest.
    pub fn unusable_keywords(&self) -> Vec<Diagnostic> {
        self.source.outline().pieces().flat_map(|piece| keyword::unusable(&piece)).collect()
    }

    /// The same document with the holes in its schemas filled from its examples; worked out when first asked for.
    pub(crate) fn inferred(&self) -> &Self {
        // What cannot be inferred stays as it is.
        self.inference.as_ref().and_then(|inference| inference.document().ok()).unwrap_or(self)
    }

    /// Works out what loading put off, and says what is wrong with that: with the actions of an overlay that correct what
    /// was inferred.
    pub fn check(&self) -> Result<(), LoadError> {
        match &self.inference {
            Some(inference) => inference.document().map(|_| ()).map_err(Clone::clone),
            None => Ok(()),
        }
    }

    /// What inferred schemas are for.
    pub(crate) fn role(&self) -> Role {
        self.inference.as_ref().map_or(Role::MadeUp, |inference| inference.role)
    }

    /// The operation at a position, with inferred schemas.
    pub(crate) fn inferred_operation(&self, index: usize) -> &Operation {
        let published = &self.operations[index];
        let same = |other: &&Operation| other.path == published.path && other.method == published.method;
        // An overlay may even remove operations.
        self.inferred().operations.get(index).filter(same).unwrap_or(published)
    }

    /// Finds operations by path and method.
    pub(crate) fn router(&self) -> &Router {
        &self.router
    }

    /// How the credentials of the API are told from other values.
    pub(crate) fn secrets(&self) -> &Arc<Secrets> {
        &self.secrets
    }

    /// The position of an operation that is called by its name, its id, its path, or `METHOD path`, or else by a former name.
    pub(crate) fn find(&self, wanted: &str) -> Option<usize> {
        let position = |is_meant: fn(&Operation, &str) -> bool| {
            self.operations.iter().position(|operation| is_meant(operation, wanted))
        };
        position(Operation::is_called).or_else(|| position(Operation::was_called))
    }
}

impl Operation {
    /// Whether the operation had this name in a release before a person renamed it.
    fn was_called(&self, wanted: &str) -> bool {
        self.former.iter().any(|former| former == wanted)
    }

    /// Whether the operation goes by this name, id, path, or `METHOD path`.
    fn is_called(&self, wanted: &str) -> bool {
        self.name == wanted
            || self.id.as_deref() == Some(wanted)
            || self.path == wanted
            || wanted.split_once(' ').is_some_and(|(method, path)| self.method == method && self.path == path)
    }

    /// The parameters.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.messages().parameters
    }

    /// The request body.
    pub(crate) fn body(&self) -> Option<&RequestBody> {
        self.messages().body.as_ref()
    }

    /// The responses, in the document's order.
    pub(crate) fn responses(&self) -> &[Response] {
        &self.messages().responses
    }

    /// Whether a key is one that the code samples of the operation have.
    pub(crate) fn shows_key(&self, key: &str) -> bool {
        self.messages().shown_keys.iter().any(|shown| shown == key)
    }

    /// The documented response for a status: the status itself, its range, or the default.
    pub(crate) fn response(&self, status: u16) -> Option<&Response> {
        self.documented(status).or_else(|| self.with_code(Code::Default))
    }

    /// The documented response for a status, the default aside.
    pub(crate) fn documented(&self, status: u16) -> Option<&Response> {
        let class = u8::try_from(status / 100).unwrap_or_default();
        self.with_code(Code::Exact(status)).or_else(|| self.with_code(Code::Range(class)))
    }

    /// Whether the body of any response can only be made from a schema.
    pub(crate) fn has_sampled_responses(&self) -> bool {
        self.responses().iter().flat_map(|response| &response.contents).any(|content| content.examples.is_empty())
    }

    fn with_code(&self, code: Code) -> Option<&Response> {
        self.responses().iter().find(|response| response.code == code)
    }

    /// Whether a request came for the operation.
    #[cfg(test)]
    pub(crate) fn is_compiled(&self) -> bool {
        self.messages.get().is_some()
    }

    fn messages(&self) -> &Messages {
        self.messages.get_or_init(|| Messages::compile(&self.source, &self.path, &self.method))
    }
}

fn compile_item(source: &Arc<Source>, path: &str, item: &Value) -> Vec<Operation> {
    let methods = properties(Some(item)).filter_map(|(key, raw)| {
        let known = METHODS.contains(&key.as_str());
        let method = Method::from_str(&key.to_ascii_uppercase()).ok().filter(|_| known)?;
        Some(compile_operation(source, path, item, method, raw))
    });
    methods.collect()
}

fn compile_operation(source: &Arc<Source>, path: &str, item: &Value, method: Method, raw: &Value) -> Operation {
    let name = text(raw, "operationId").map(str::to_owned);
    let id = text(raw, extension::OPERATION_ID).map(str::to_owned);
    let former = items(raw.get(extension::FORMER_NAMES)).filter_map(Value::as_str).map(str::to_owned).collect();
    Operation {
        name: name.unwrap_or_else(|| format!("{method} {path}")),
        summary: text(raw, "summary").unwrap_or_default().to_owned(),
        lifecycle: lifecycle::headers(raw),
        credits: raw.get(extension::CREDITS).and_then(Value::as_u64).unwrap_or(0),
        security: security::requirements(source, raw),
        path: path.to_owned(),
        bases: servers::bases(source.frame(), item, raw),
        id,
        former,
        method,
        source: Arc::clone(source),
        messages: OnceLock::new(),
    }
}

impl Messages {
    fn compile(source: &Arc<Source>, path: &str, method: &Method) -> Self {
        let item = source.outline().item(path);
        let item = source.resolve(&item);
        let raw = item.get(method.as_str().to_ascii_lowercase()).unwrap_or(&Value::Null);
        let responses = properties(raw.get("responses"))
            .filter_map(|(code, response)| Some(Response::compile(source, Code::parse(code)?, response)));
        Self {
            parameters: parameters(source, item, raw),
            body: raw.get("requestBody").map(|body| RequestBody::compile(source, body)),
            responses: responses.collect(),
            shown_keys: security::shown_keys(raw),
        }
    }
}

/// The operation's own parameters, and those of its path that it does not replace.
fn parameters(source: &Arc<Source>, item: &Value, raw: &Value) -> Vec<Parameter> {
    let own: Vec<Parameter> = items(raw.get("parameters")).filter_map(|raw| Parameter::compile(source, raw)).collect();
    let shared = items(item.get("parameters"))
        .filter_map(|raw| Parameter::compile(source, raw))
        .filter(|shared| !own.iter().any(|own| own.name == shared.name && own.location == shared.location));
    let mut all: Vec<Parameter> = shared.collect();
    all.extend(own);
    all
}

fn check_version(document: &Value) -> Result<(), CompileError> {
    let version = document.get("openapi").map(|version| match version {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    match version {
        Some(version) if version.starts_with("3.") => Ok(()),
        Some(version) => Err(error("/openapi", &format!("version {version} is not served, only 3.x"))),
        None if document.get("swagger").is_some() => {
            Err(error("/swagger", "Swagger 2 is not served; convert the document to OpenAPI 3.0"))
        }
        None => Err(error("", "there is no property `openapi`, so this is not an OpenAPI document")),
    }
}

fn error(pointer: &str, message: &str) -> CompileError {
    CompileError { pointer: pointer.to_owned(), message: message.to_owned() }
}
