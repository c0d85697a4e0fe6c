//! Documents of other APIs, answered as Prism's users expect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options, handle};
use serde_json::{Value, json};
use support::{document, response, violations};

const PETS: &str = "
openapi: 3.0.2
servers: [{url: 'https://api.example.com/v2/'}]
security: []
paths:
  /made/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: integer}}}}}}
  /pets:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: tags, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}, maxItems: 2}}
        - {name: box, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Box'}}
        - {name: x-age, in: header, schema: {type: integer}}
        - {name: old, in: query, deprecated: true, schema: {type: string}}
      responses:
        '200':
          description: ok
          headers:
            x-total: {schema: {type: integer, example: 7}}
            Content-Length: {schema: {type: string, example: '3'}}
            Transfer-Encoding: {schema: {type: string}, example: chunked}
            Content-Type: {schema: {type: string}, example: text/html}
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}
              examples:
                cat: {value: [{id: 1, name: Tom}]}
                dog: {value: [{id: 2, name: Rex}]}
            text/plain: {example: Tom}
        4XX: {description: bad, content: {application/json: {example: {oops: true}}}}
        default: {description: other, content: {text/plain: {example: other}}}
    post:
      security: [{basic: []}, {header: [], cookie: []}]
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Pet'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Pet'}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
  /pets/mine: {get: {responses: {'200': {description: ok, content: {text/plain: {example: mine}}}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: ok, content: {text/plain: {example: by id}}}}}
    delete: {deprecated: true, responses: {'204': {description: gone}}}
  /pets/{id}.json: {get: {responses: {'200': {description: ok, content: {text/plain: {example: as json}}}}}}
  /wrong: {get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: object}, example: 1}}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, minLength: 1}
        mood: {type: string, nullable: true, enum: [good, bad]}
        parent: {$ref: '#/components/schemas/Pet'}
    Box: {type: object, properties: {width: {type: integer}, sides: {type: array, items: {type: boolean}}}}
  securitySchemes:
    basic: {type: http, scheme: basic}
    header: {type: apiKey, in: header, name: x-key}
    cookie: {type: apiKey, in: cookie, name: session}
";

fn engine() -> Engine {
    Engine::new(document(PETS), Options::default())
}

#[track_caller]
fn check(text: &str, status: u16, expected: &str) {
    let response = response(&engine(), text);
    assert_eq!((response.status.as_u16(), std::str::from_utf8(&response.body).unwrap()), (status, expected), "{text}");
}

const SERVERS: &str = "
openapi: 3.0.2
servers: [{url: 'https://x.io/{version}', variables: {version: {default: v2, enum: [v1, v2]}}}]
paths:
  /root:
    get: {responses: {'200': {description: ok, content: {text/plain: {example: root}}}}}
    post: {servers: [{url: /upload}], responses: {'200': {description: ok, content: {text/plain: {example: post}}}}}
  /path:
    servers: [{url: 'https://{host}/files', variables: {host: {default: y.io}}}]
    get: {responses: {'200': {description: ok, content: {text/plain: {example: path}}}}}
    put: {servers: [{url: 'https://z.io'}], responses: {'200': {description: ok, content: {text/plain: {example: put}}}}}
  /{any}/root: {delete: {responses: {'204': {description: gone}}}}
";

#[test]
fn operations_are_served_below_their_own_servers_and_below_none() {
    #[track_caller]
    fn check(text: &str, status: u16, expected: &str) {
        let response = response(&Engine::new(document(SERVERS), Options::default()), text);
        let body = if status == 200 { std::str::from_utf8(&response.body).unwrap() } else { "" };
        assert_eq!((response.status.as_u16(), body), (status, expected), "{text}");
    }
    for path in ["/root", "/v1/root", "/v2/root"] {
        check(&format!("GET {path}"), 200, "root");
    }
    check("POST /root", 200, "post");
    check("POST /upload/root", 200, "post");
    check("GET /path", 200, "path");
    check("GET /files/path", 200, "path");
    check("PUT /path", 200, "put");
    check("GET /v1/path", 404, "");
    check("PUT /files/path", 405, "");
    check("POST /v1/root", 405, "");
    check("DELETE /v1/root", 204, "");
    check("GET /v3/root", 405, "");
    check("GET /upload/v1/root", 404, "");
}

/// The kind of a problem document.
#[track_caller]
fn problem(text: &str, status: u16, kind: &str) -> Value {
    let response = response(&engine(), text);
    assert_eq!(
        (response.status.as_u16(), &response.headers["content-type"]),
        (status, &"application/problem+json".parse().unwrap()),
        "{text}"
    );
    let body = support::body(&response);
    assert_eq!(
        (&body["type"], &body["status"]),
        (&json!(format!("https://stoplight.io/prism/errors#{kind}")), &json!(status))
    );
    body
}

/// The locations and rules of a request's violations.
#[track_caller]
fn broken(text: &str) -> Vec<String> {
    let found = violations(&response(&engine(), text));
    let describe = |violation: &Value| {
        let location: Vec<&str> =
            violation["location"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
        format!(
            "{} {}",
            location[1..].join("/"),
            violation["code"].as_str().map_or(violation["code"].to_string(), str::to_owned)
        )
    };
    found.as_array().unwrap().iter().map(describe).collect()
}

#[test]
fn the_most_literal_path_wins() {
    check("GET /pets/mine", 200, "mine");
    check("GET /pets/12", 200, "by id");
    check("GET /pets/12.json", 200, "as json");
    check("GET /v2/pets/mine", 200, "mine");
    check("GET /%70ets/mine", 200, "mine");
    assert_eq!(broken("GET /pets/"), ["path required"]);
    problem("GET /v2", 404, "NO_PATH_MATCHED_ERROR");
    problem("GET /pets%2Fmine", 404, "NO_PATH_MATCHED_ERROR");
    let body = problem("GET /pets/mine/", 404, "NO_PATH_MATCHED_ERROR");
    assert_eq!(body["nearest"], "/pets/mine");
    problem("PUT /pets", 405, "NO_METHOD_MATCHED_ERROR");
    let allow = |path| response(&engine(), &format!("PUT {path}")).headers["allow"].to_str().unwrap().to_owned();
    assert_eq!([allow("/pets"), allow("/pets/1")], ["GET, POST, HEAD, OPTIONS", "GET, DELETE, HEAD, OPTIONS"]);
}

#[test]
fn parameters_are_read_in_their_style() {
    let cats = r#"[{"id":1,"name":"Tom"}]"#;
    check("GET /pets?limit=5&tags=a|b&box[width]=1&box[sides][0]=true", 200, cats);
    check("GET /pets?tags=a%7Cb", 200, cats);
    assert_eq!(broken("GET /pets?limit=0"), ["query/limit minimum"]);
    assert_eq!(broken("GET /pets?limit=many"), ["query/limit type"]);
    assert_eq!(broken("GET /pets?limit=1&limit=2"), ["query/limit type"]);
    assert_eq!(broken("GET /pets?tags=a|b|c"), ["query/tags maxItems"]);
    assert_eq!(
        broken("GET /pets?box[width]=wide&box[sides][0]=no"),
        ["query/box/width type", "query/box/sides/0 type"]
    );
    assert_eq!(broken("GET /pets\nx-age: old"), ["header/x-age type"]);
    assert_eq!(broken("GET /pets?old=1"), ["query/old deprecated"]);
    assert_eq!(broken("GET /pets/x"), ["path/id type"]);
    // The operation documents 4XX, so that is what a bad request gets.
    check("GET /pets?limit=0", 422, r#"{"oops":true}"#);
    problem("GET /pets/x", 422, "UNPROCESSABLE_ENTITY");
}

#[test]
fn bodies_are_checked() {
    let post = |rest: &str| format!("POST /pets\nAuthorization: Basic dTpw\n{rest}");
    let made = r#"{"id":0,"name":"string","mood":"good","parent":{"id":0,"name":"string","mood":"good"}}"#;
    check(&post("Content-Type: application/json\n\n{\"name\":\"Tom\",\"mood\":null}"), 201, made);
    check(&post("Content-Type: application/json; charset=utf-8\n\n{\"name\":\"Tom\"}"), 201, made);
    check(&post("Content-Type: application/x-www-form-urlencoded\n\nname=T+o&mood=bad"), 201, made);
    assert_eq!(broken(&post("")), ["body required"]);
    let json = |body: &str| post(&format!("Content-Type: application/json\n\n{body}"));
    assert_eq!(broken(&json("{")), ["body json"]);
    assert_eq!(broken(&json("{}")), ["body required"]);
    assert_eq!(
        broken(&json(r#"{"name":"","mood":"odd","parent":{}}"#)),
        ["body/parent required", "body/name minLength", "body/mood enum"]
    );
    let body = problem(&post("Content-Type: text/csv\n\na,b"), 415, "INVALID_CONTENT_TYPE");
    assert_eq!(body["detail"], "Supported content types: application/json,application/x-www-form-urlencoded");
    assert_eq!(broken("GET /pets/mine\nContent-Length: 1\n\nx"), [" 415"]);
}

#[test]
fn credentials_are_alternatives_of_combinations() {
    let post = |headers: &str| format!("POST /pets\n{headers}Content-Type: application/json\n\n{{\"name\":\"Tom\"}}");
    let status = |headers: &str| response(&engine(), &post(headers)).status.as_u16();
    assert_eq!(status("Authorization: Basic dTpw\n"), 201);
    assert_eq!(status("x-key: k\nCookie: a=b; session=s\n"), 201);
    assert_eq!(status("x-key: k\n"), 401);
    assert_eq!(status("Authorization: Basic abc\n"), 401);
    let body = problem(&post(""), 401, "UNAUTHORIZED");
    assert_eq!(body["headers"], json!({ "WWW-Authenticate": "Basic realm=\"*\"" }));
    let known = Engine::new(document(PETS), Options { api_keys: vec!["u:p".to_owned()], ..Options::default() });
    assert_eq!(response(&known, &post("Authorization: Basic dTpw\n")).status, 201);
    assert_eq!(response(&known, &post("Authorization: Basic dTpx\n")).status, 401);
    // What no scheme of HTTP can be asked for is not asked for.
    let query = "
openapi: 3.0.3
security: [{key: []}]
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
paths: {/a: {get: {responses: {'200': {description: d}}}}}
";
    let refused = response(&Engine::new(document(query), Options::default()), "GET /a");
    assert_eq!((refused.status.as_u16(), refused.headers.get("www-authenticate")), (401, None));
    // Of two credentials nobody says which counts (RFC 9110, section 5.3).
    for twice in ["Authorization: Basic dTpw\n", "x-key: k\nCookie: session=s\nx-key: k\n"] {
        assert_eq!(status(&twice.repeat(2)), 401, "{twice}");
    }
}

#[test]
fn the_client_chooses_status_example_and_representation() {
    check("GET /pets\nPrefer: example=dog", 200, r#"[{"id":2,"name":"Rex"}]"#);
    check("GET /pets?__example=dog", 200, r#"[{"id":2,"name":"Rex"}]"#);
    check("GET /pets\nPrefer: code=404", 404, r#"{"oops":true}"#);
    check("GET /pets?__code=404", 404, r#"{"oops":true}"#);
    check("GET /pets\nPrefer: code=503; foo, bar=\"x\"", 503, "other");
    check("GET /pets\nPrefer: code=404, code=503\nPrefer: code=200", 404, r#"{"oops":true}"#);
    check("GET /pets\nAccept: text/*", 200, "Tom");
    check("GET /pets\nAccept: text/plain;q=0.1, application/json", 200, r#"[{"id":1,"name":"Tom"}]"#);
    problem("GET /pets\nAccept: image/png", 406, "NOT_ACCEPTABLE");
    problem("GET /pets\nPrefer: example=cow", 404, "NOT_FOUND");
    problem("GET /pets/mine\nPrefer: code=500", 404, "NOT_FOUND");
    for code in ["5000", "0404", "600", "+20", "40"] {
        problem(&format!("GET /pets\nPrefer: code={code}"), 422, "UNPROCESSABLE_ENTITY");
    }
    problem("GET /pets?__dynamic=maybe", 422, "UNPROCESSABLE_ENTITY");
    let listed = response(&engine(), "GET /pets");
    assert_eq!(listed.headers["x-total"], "7");
    // What was recorded of another message would break this one.
    assert_eq!(listed.headers["content-type"], "application/json");
    assert!(!listed.headers.contains_key("content-length") && !listed.headers.contains_key("transfer-encoding"));
    let deleted = response(&engine(), "DELETE /pets/1");
    assert_eq!(
        (deleted.status.as_u16(), deleted.body.len(), &deleted.headers["deprecation"]),
        (204, 0, &"true".parse().unwrap())
    );
}

#[test]
fn made_up_data_fits_the_schema_and_follows_the_seed() {
    let dynamic = |seed| Engine::new(document(PETS), Options { seed, ..Options::default() });
    let ask = |engine: &Engine, query: &str| response(engine, &format!("GET /pets{query}\nPrefer: dynamic=true")).body;
    assert_eq!(ask(&dynamic(1), ""), ask(&dynamic(1), ""));
    assert_ne!(ask(&dynamic(1), ""), ask(&dynamic(2), ""));
    assert_ne!(ask(&dynamic(1), "?limit=1"), ask(&dynamic(1), "?limit=2"));
    let at = |path: &str| response(&dynamic(1), &format!("GET {path}\nPrefer: dynamic=true")).body;
    assert_ne!(at("/made/1"), at("/made/2"));
    let engine = Engine::new(document(PETS), Options::default());
    // What is made up for a response is accepted in a request, which has the same schema.
    let post = "POST /pets\nAuthorization: Basic dTpw\nContent-Type: application/json";
    for limit in 1..=50 {
        let pets: Vec<Value> = serde_json::from_slice(&ask(&engine, &format!("?limit={limit}"))).unwrap();
        assert!(!pets.is_empty() && pets.iter().all(|pet| pet["id"].is_i64()), "{pets:?}");
        for pet in pets {
            assert_eq!(response(&engine, &format!("{post}\n\n{pet}")).status, 201, "{pet}");
        }
    }
}

#[test]
fn responses_that_do_not_fit_are_reported_or_refused() {
    let reported = response(&engine(), "GET /wrong");
    assert_eq!((reported.status.as_u16(), &violations(&reported)[0]["location"]), (200, &json!(["response", "body"])));
    let strict = Engine::new(
        document(PETS),
        Options { responses: keyapi_mock::options::Responses::Refused, ..Options::default() },
    );
    let refused = support::body(&response(&strict, "GET /wrong"));
    assert_eq!(refused["validation"][0]["message"], "Response body must be object");
}

#[test]
fn hostile_documents_and_requests_do_not_bring_it_down() {
    let cyclic = "
openapi: 3.0.0
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
  /b: {get: {responses: {'200': {$ref: '#/components/responses/R'}}}}
  /c: {get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/nowhere'}}}}}}}
components:
  responses: {R: {$ref: '#/components/responses/R'}}
  schemas:
    A: {anyOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}]}
";
    let engine = Engine::new(document(cyclic), Options::default());
    for text in
        ["POST /a\nContent-Type: application/json\n\n{\"a\":{}}", "POST /a\nPrefer: dynamic=true", "GET /b", "GET /c"]
    {
        assert!(response(&engine, text).status.as_u16() <= 500, "{text}");
    }
    let deep = format!("POST /a\nContent-Type: application/json\n\n{}", "[".repeat(100_000));
    assert_eq!(response(&engine, &deep).status, 422);
}

#[test]
fn lists_say_what_they_have_too_little_of() {
    let document = document(
        "
openapi: 3.1.0
paths:
  /orders:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Orders'}}}}
      responses: {'200': {description: ok}}
components:
  schemas:
    Orders: {type: array, contains: {$ref: '#/components/schemas/Order'}, minContains: 2}
    Order: {enum: [placed, approved]}
",
    );
    let engine = Engine::new(document, Options::default());
    let response = response(&engine, "POST /orders\nContent-Type: application/json\n\n[\"placed\", \"lost\"]");
    let found: Vec<(Value, Value)> = violations(&response)
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (found["location"].clone(), found["message"].clone()))
        .collect();
    let expected = [
        (
            json!(["request", "body", "1"]),
            "Request body property 1 must be equal to one of the allowed values: placed, approved",
        ),
        (json!(["request", "body"]), "Request body must contain at least 2 valid item(s)"),
    ];
    assert_eq!(found, expected.map(|(location, message)| (location, json!(message))));
}

/// Pieces that requests are made of, and that go wrong in different places.
const PIECES: &[&str] = &[
    "/",
    "pets",
    "mine",
    "%",
    "%2F",
    "%ff",
    ".json",
    "?",
    "&",
    "=",
    "[",
    "]",
    "limit",
    "box",
    "sides",
    "tags",
    "|",
    "{",
    "}",
    "\"",
    ":",
    "0",
    "-1",
    "1e999",
    "99999999999999999999",
    "null",
    "true",
    "é",
    ";",
    ",",
    "__code",
    "__dynamic",
    "name",
    "*",
    "q",
    "application",
    "json",
    "text",
    "boundary",
    "--",
    "Basic",
    "Bearer",
    " ",
    "code",
    "example",
    "dog",
];

#[test]
fn no_request_brings_it_down() {
    let engine = engine();
    let mut rng = fastrand::Rng::with_seed(7);
    let mut pieces =
        |most: usize| -> String { (0..rng.usize(..most)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect() };
    let mut answered = 0;
    for round in 0..20_000 {
        let method = ["GET", "POST", "DELETE", "OPTIONS", "HEAD", "BREW"][round % 6];
        let target = format!("/{}{}", ["pets", "pets/", ""][round % 3], pieces(8));
        let content_type =
            ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=--"][round % 3];
        let request = http::Request::builder()
            .method(method)
            .uri(target)
            .header("authorization", "Basic dTpw")
            .header("content-type", content_type)
            .header("accept", pieces(6))
            .header("prefer", pieces(4))
            .header("x-age", pieces(3))
            .body(bytes::Bytes::from(pieces(12)));
        // What is no request never gets as far as the engine.
        let Ok(request) = request else { continue };
        let outcome = handle(&engine, &request);
        let response = outcome.planned().expect("nothing is scripted");
        assert!(response.status.as_u16() < 600, "{request:?}");
        answered += 1;
    }
    assert!(answered > 5_000, "{answered} of the requests were requests");
}
