//! The program: its operations, which are as odd as a document may have them, and a dispatcher of them.

use keyapi_cli::Program;
use keyapi_runtime::codegen::{BodyDescription, Description, ParameterDescription, ValueType, collected};
use keyapi_runtime::{
    CallOptions, Client, CredentialPlace, EnvelopeProperties, Error, HeaderName, HeaderValue, Method, Operation,
    Pagination, Platform, Response, Scheme,
};
use serde_json::Value;

pub(crate) const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Odd, version: '1'}
security: [{token: []}]
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
paths:
  /search:
    get:
      operationId: search
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: json, in: query, schema: {type: string}}
        - {name: 'x[]', in: query, schema: {type: array, items: {type: integer}}}
        - {name: X-Trace-Id, in: header, schema: {type: string}}
        - {name: id, in: query, schema: {type: string}}
        - {name: id, in: header, schema: {type: string}}
        - {name: 页码, in: query, schema: {type: string}}
        - {name: deep, in: query, schema: {type: boolean}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}}
        - {name: with, in: query, schema: {type: array, items: {type: boolean}}}
      responses:
        '200':
          description: found
          content:
            application/json:
              examples:
                first: {value: {more: true, rows: [{a: 1}, {a: 2}]}}
                last: {value: {more: false, rows: [{a: 3}]}}
  /scan:
    post:
      operationId: scan
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses:
        '200':
          description: found
          content:
            application/json:
              examples:
                first: {value: {next: b}}
                number: {value: {next: 7}}
                far: {value: {next: 8}}
                last: {value: {}}
  /things:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [n]}}}}
      responses: {'201': {description: added, content: {application/json: {example: {id: 7}}}}}
  /open:
    get:
      operationId: open
      security: []
      responses: {'200': {description: there, content: {application/json: {example: {up: true}}}}}
  /choice:
    get:
      operationId: choice
      security: [{}, {token: []}]
      responses: {'200': {description: there, content: {application/json: {example: {up: true}}}}}
  /files:
    post:
      operationId: upload
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses: {'200': {description: added, content: {application/octet-stream: {schema: {type: string, format: binary}}}}}
";

const PLAIN: ParameterDescription = ParameterDescription {
    name: "",
    key: "",
    place: "query",
    required: false,
    ty: ValueType::Text,
    is_list: false,
    values: &[],
    is_open: false,
    description: None,
    example: None,
    default: None,
    deprecated: None,
};

const fn named(name: &'static str) -> ParameterDescription {
    ParameterDescription { name, key: name, ..PLAIN }
}

const SIMPLE: Description = Description {
    name: "",
    former: &[],
    method: "GET",
    path: "/",
    summary: None,
    description: None,
    deprecated: None,
    credits: None,
    parameters: &[],
    body: None,
    data: None,
    response: None,
    shape: None,
    pagination: None,
};

static OPERATIONS: &[Description] = &[
    Description {
        name: "search",
        former: &["look_up", "add", "help"],
        path: "/search",
        deprecated: Some("use another one"),
        shape: Some("rows: list of object\n  a: integer = 1"),
        parameters: &[
            ParameterDescription { ty: ValueType::Integer, ..named("page") },
            named("json"),
            ParameterDescription { ty: ValueType::Integer, is_list: true, ..named("x[]") },
            ParameterDescription { place: "header", ..named("X-Trace-Id") },
            ParameterDescription { key: "query:id", example: Some("-1"), ..named("id") },
            ParameterDescription { key: "header:id", place: "header", ..named("id") },
            named("页码"),
            ParameterDescription { ty: ValueType::Boolean, ..named("deep") },
            ParameterDescription { is_list: true, example: Some("it's"), ..named("tag") },
            ParameterDescription { ty: ValueType::Boolean, is_list: true, ..named("with") },
        ],
        pagination: Some(Pagination::Announced { page: "page", has_more: "/more", items: Some("/rows") }),
        ..SIMPLE
    },
    Description {
        name: "scan",
        method: "POST",
        path: "/scan",
        body: Some(BodyDescription { required: true, media_type: None, example: None }),
        pagination: Some(Pagination::Cursor { cursor: "/at", next: "/next", has_more: None, items: None }),
        ..SIMPLE
    },
    Description {
        name: "add",
        method: "POST",
        path: "/things",
        body: Some(BodyDescription { required: true, media_type: None, example: None }),
        ..SIMPLE
    },
    Description {
        name: "upload",
        method: "POST",
        path: "/files",
        body: Some(BodyDescription { required: true, media_type: Some("application/octet-stream"), example: None }),
        ..SIMPLE
    },
    Description {
        name: "count",
        path: "/count",
        parameters: &[
            ParameterDescription { ty: ValueType::Integer, required: true, ..named("from") },
            ParameterDescription { ty: ValueType::Boolean, required: true, ..named("all") },
            ParameterDescription { required: true, ..named("of") },
        ],
        ..SIMPLE
    },
    Description { name: "watch", path: "/watch", ..SIMPLE },
    Description { name: "open", path: "/open", ..SIMPLE },
    Description { name: "choice", path: "/choice", ..SIMPLE },
    // Its name is that of a command which every program has.
    Description { name: "help", path: "/help", ..SIMPLE },
];

/// A key may be there, or not.
const CHOICE: &[&[Scheme]] = &[&[], &[Scheme::new("token", CredentialPlace::Bearer)]];

static PLATFORM: Platform = Platform {
    user_agent: "odd/1",
    base_url: "https://api.example.com",
    operations: &[
        Operation::new("search", "GET", "https://api.example.com", "/search"),
        Operation::new("open", "GET", "https://api.example.com", "/open").with_security(&[]),
        Operation::new("choice", "GET", "https://api.example.com", "/choice").with_security(CHOICE),
    ],
    key: keyapi_provider::KEY,
    statuses: keyapi_provider::STATUSES,
    envelope: EnvelopeProperties { code: None, success: 0, message: None, data: None, request_id: None },
};

/// Calls an operation as a generated dispatcher does.
async fn call(
    client: &Client,
    operation: &str,
    parameters: &[(&str, &str)],
    body: Option<&Value>,
    mut options: CallOptions,
) -> Result<Response<Value>, Error> {
    let operation = OPERATIONS.iter().find(|known| known.name == operation).unwrap();
    // As the type of a body does, it takes texts alone, and not every text. What is no path makes no request.
    let is_taken = body.and_then(|body| body.get("at")).is_none_or(|at| at.is_string() && at != "8");
    let path = if is_taken { operation.path } else { "no path" };
    let mut request = client.request(operation.method.parse::<Method>().unwrap(), path);
    for (key, value) in parameters {
        let parameter = operation.parameters.iter().find(|known| known.key == *key).unwrap();
        if parameter.place == "header" {
            let name = HeaderName::from_bytes(parameter.name.as_bytes()).unwrap();
            options = options.header(name, HeaderValue::from_str(value).unwrap());
        } else if parameter.is_list {
            for element in serde_json::from_str::<Vec<Value>>(value).unwrap() {
                request = request.query(parameter.name, element.to_string());
            }
        } else {
            request = request.query(parameter.name, *value);
        }
    }
    if operation.name == "watch" {
        let sink = options.parts();
        let stream = request.options(options).stream().await?;
        return collected(stream, |piece| String::from_utf8_lossy(&piece).into_owned(), sink).await;
    }
    let request = body.into_iter().fold(request, |request, body| request.json(body));
    request.options(options).send().await
}

pub(crate) fn program() -> Program<Client> {
    Program {
        name: "odd",
        version: "1",
        about: "Odd",
        operations: OPERATIONS,
        builder: || Client::builder(&PLATFORM),
        call: |client, operation, parameters, body, options| {
            Box::pin(call(client, operation, parameters, body, options))
        },
        schema: None,
    }
}
