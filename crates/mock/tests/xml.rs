//! Bodies in XML: what is taken as one, what is sent as one, and what no XML can be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use http::HeaderValue;
use keyapi_mock::operations::BodyInfo;
use keyapi_mock::options::{Responses, Validation};
use keyapi_mock::outcome::Response;
use keyapi_mock::{Engine, Options, handle};
use serde_json::{Value, json};
use support::{document, response, violations};

const TAKEN: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /named:
    post:
      requestBody: {content: {application/xml: {schema: {$ref: '#/components/schemas/Named'}}}}
      responses: {'204': {description: taken}, '400': {description: refused}}
  /open:
    post:
      requestBody: {content: {application/xml: {schema: {$ref: '#/components/schemas/Open'}}}}
      responses: {'204': {description: taken}}
  /choice:
    post:
      requestBody: {content: {text/xml: {schema: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Choice'}}}}}}
      responses: {'204': {description: taken}}
  /any:
    post:
      requestBody: {content: {application/xml: {schema: {}}}}
      responses: {'204': {description: taken}}
  /nothing:
    post:
      requestBody: {content: {application/xml: {}}}
      responses: {'204': {description: taken}}
  /text:
    post:
      requestBody: {content: {application/xml: {schema: {type: string}}}}
      responses: {'204': {description: taken}}
  /texts:
    post:
      requestBody: {content: {application/xml: {schema: {type: string, enum: [one, <two/>]}}}}
      responses: {'204': {description: taken}}
  /closed:
    post:
      requestBody: {content: {application/xml: {schema: {type: object, additionalProperties: false, properties: {id: {type: integer, xml: {attribute: true}}}}}}}
      responses: {'204': {description: taken}}
components:
  schemas:
    Named:
      type: object
      required: [id]
      xml: {name: pet, prefix: p, namespace: 'urn:p'}
      properties:
        id: {type: integer, xml: {attribute: true}}
        tag: {type: string, xml: {namespace: 'urn:t'}}
    Open: {type: object, required: [id], properties: {id: {type: integer}}}
    Choice:
      oneOf:
        - {type: integer, maximum: 9}
        - type: boolean
        - {type: object, required: [kind, size], properties: {kind: {enum: [cat]}, size: {type: integer}}}
        - {type: object, required: [kind, size], properties: {kind: {enum: [dog]}, size: {type: boolean}}}
        - {type: array, minItems: 2, items: {type: [integer, 'null'], xml: {name: item}}}
        - {enum: [1000, 2000]}
        - {type: array, xml: {wrapped: true}, items: {type: boolean, xml: {name: flag}}}
";

#[track_caller]
fn send(path: &str, validation: Validation, body: &[u8]) -> Response {
    let request = http::Request::post(path)
        .header("content-type", if path == "/choice" { "text/xml" } else { "application/xml" });
    let request = request.body(bytes::Bytes::copy_from_slice(body)).unwrap();
    let options = Options { validation, ..Options::default() };
    handle(&Engine::new(document(TAKEN), options), &request).planned().expect("the request is answered").clone()
}

#[track_caller]
fn status(path: &str, body: &str) -> u16 {
    send(path, Validation::Enforce, body.as_bytes()).status.as_u16()
}

#[test]
fn a_request_is_well_formed() {
    let whole = "<p:pet xmlns:p='urn:p' id='1'/>";
    assert_eq!(status("/named", whole), 204);
    for broken in [
        "<p:pet xmlns:p='urn:p' id='1'>\u{1}</p:pet>",
        "<p:pet xmlns:p='urn:p' id='1'>&#1;</p:pet>",
        "<p:pet xmlns:p='urn:p' id='1'>]]></p:pet>",
        "<p:pet xmlns:p='urn:p' id='1'><!-- -- --></p:pet>",
        "<p:pet xmlns:p='urn:p' id='1'><q:a/></p:pet>",
        "<p:pet xmlns:p='urn:p' id='1'>",
    ] {
        for validation in [Validation::Enforce, Validation::Strict] {
            let refused = send("/named", validation, broken.as_bytes());
            assert_eq!(refused.status, 400, "{broken}");
            let found = violations(&refused);
            assert_eq!(
                (&found[0]["location"], &found[0]["code"]),
                (&json!(["request", "body"]), &json!("xml")),
                "{found}"
            );
            assert!(found[0]["message"].as_str().unwrap().starts_with("Request body must be valid XML: "), "{found}");
        }
    }
    // So is one of which nothing else is said, or that is a text.
    for path in ["/any", "/nothing", "/text", "/texts"] {
        assert_eq!(status(path, "<a>&#1;</a>"), 422, "{path}");
        assert_eq!(status(path, "one"), 422, "{path}");
        assert_eq!(status(path, "<a>one</a>"), 204, "{path}");
    }
    assert_eq!(status("/text", "<a>1<b/></a>"), 204);
    assert_eq!(status("/texts", "<two/>"), 204);
    assert_eq!(status("/texts", "<a>two</a>"), 422);
}

#[test]
fn a_request_stands_as_the_document_says() {
    let refused = |inside: &str, place: &str, message: &str| {
        let body = format!("<p:pet xmlns:p='urn:p' xmlns:t='urn:t' id='1'>{inside}</p:pet>");
        let refused = send("/named", Validation::Enforce, body.as_bytes());
        assert_eq!(refused.status, 400, "{body}");
        let found = violations(&refused);
        assert_eq!(found[0]["location"], json!(["request", "body", place]), "{found}");
        assert_eq!(found[0]["message"], json!(format!("Request body property {place} {message}")));
    };
    refused("<t:tag>a</t:tag><t:tag>b</t:tag>", "tag", "must be there once, and is there 2 times");
    refused("<t:tag other='1'>a</t:tag>", "tag", "must be a text, and has the attribute `other` in it");
    refused("<t:tag><b/></t:tag>", "tag", "must be a text, and has the element `b` in it");
    let refused = send("/named", Validation::Enforce, b"<p:pet xmlns:p='urn:p' p:id='1'/>");
    assert_eq!(violations(&refused)[0]["code"], json!("required"));
    // An attribute of an object is a property.
    assert_eq!(status("/closed", "<a id='1'/>"), 204);
    assert_eq!(status("/closed", "<a id='1' other='1'/>"), 422);
    assert_eq!(status("/closed", "<a id='1' xmlns:x='u' x:id='1'/>"), 422);
}

#[test]
fn a_request_is_called_as_the_document_says() {
    let refused = |body: &str| {
        let refused = send("/named", Validation::Enforce, body.as_bytes());
        assert_eq!(refused.status, 400, "{body}");
        let found = violations(&refused);
        (found[0]["location"].clone(), found[0]["message"].as_str().unwrap().to_owned())
    };
    let body = || json!(["request", "body"]);
    let message = "Request body must be called `pet`, and is called `dog`";
    assert_eq!(refused("<p:dog xmlns:p='urn:p' id='1'/>"), (body(), message.to_owned()));
    let message = "Request body must be in the namespace `urn:p`, and is in no namespace";
    assert_eq!(refused("<pet id='1'/>"), (body(), message.to_owned()));
    let message = "Request body property tag must be in the namespace `urn:t`, and is in the namespace `urn:p`";
    let tag = "<p:pet xmlns:p='urn:p' id='1'><p:tag/></p:pet>";
    assert_eq!(refused(tag), (json!(["request", "body", "tag"]), message.to_owned()));
    assert_eq!(status("/named", "<pet xmlns='urn:p' id='1'><tag xmlns='urn:t'>a</tag></pet>"), 204);
    // What only the name of a component says is asked of nobody.
    for root in ["Open", "open", "x:other xmlns:x='u'"] {
        let end = root.split(' ').next().unwrap();
        assert_eq!(status("/open", &format!("<{root}><id>1</id></{end}>")), 204, "{root}");
    }
    assert_eq!(status("/open", "<Open><di>1</di></Open>"), 422);
}

#[test]
fn a_text_is_of_the_alternative_that_it_fits() {
    let all = [
        ("<a>7</a>", 204),
        ("<a>true</a>", 204),
        ("<a>1000</a>", 204),
        ("<a>999</a>", 422),
        ("<a>maybe</a>", 422),
        ("<a><kind>cat</kind><size>7</size></a>", 204),
        ("<a><kind>dog</kind><size>true</size></a>", 204),
        ("<a><kind>cat</kind><size>true</size></a>", 422),
        ("<item>1</item><item>2</item>", 204),
        ("<item>1</item><item/>", 204),
        ("<item>1</item><item>a</item>", 422),
        ("<a><flag>true</flag></a>", 204),
        ("<a/>", 204),
    ];
    for (inside, expected) in all {
        assert_eq!(status("/choice", &format!("<r>{inside}</r>")), expected, "{inside}");
    }
}

const SENT: &str = "
openapi: 3.0.3
paths:
  /twice: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/Twice'}, example: {a: 1, b: 2}}}}}}}
  /twice-or-json: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/Twice'}, example: {a: 1, b: 2}}, application/json: {example: {a: 1}}}}}}}
  /once: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/Twice'}, example: {a: 1}}}}}}}
  /map: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {type: object, additionalProperties: {type: integer}}, example: {first name: 1}}}}}}}
  /lists: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {type: object, properties: {a: {type: array, items: {type: array, items: {type: integer}}}}}, example: {a: [[1], [2]]}}}}}}}
  /choice: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {xml: {name: r}, type: object, properties: {a: {oneOf: [{type: boolean}, {$ref: '#/components/schemas/Twice'}]}}}, example: {a: {a: 1}}}}}}}}
  /own: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/Twice'}, example: '<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><t id=\"1\">é</t>'}}}}}}
  /own-wrong: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/Twice'}, example: '<t id=\"one\"/>'}}}}}}
  /own-broken: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {type: object, xml: {name: t}}, example: '<t id=\"1\">'}}}}}}
  /events: {get: {responses: {'200': {description: d, content: {
    text/event-stream: {schema: {type: integer}, example: \"data: 1\\n\\ndata: two\\n\\n\"}}}}}}
  /event-texts: {get: {responses: {'200': {description: d, content: {
    text/event-stream: {schema: {type: string}, example: \"data: {}\\n\\n\"}}}}}}
  /latin1: {get: {responses: {'200': {description: d, content: {
    'application/xml; charset=iso-8859-1': {schema: {type: object, xml: {name: t}, properties: {a: {type: string}}}, example: {a: é}}}}}}}
  /utf16: {get: {responses: {'200': {description: d, content: {'text/plain; charset=utf-16': {example: é}}}}}}
  /koi8: {get: {responses: {'200': {description: d, content: {'text/plain; charset=koi8-r': {example: é}}}}}}
components:
  schemas:
    Twice:
      type: object
      xml: {name: t}
      properties: {a: {type: integer, xml: {name: id, attribute: true}}, b: {type: integer, xml: {name: id, attribute: true}}}
";

fn shown(path: &str, responses: Responses) -> (u16, String, Vec<u8>) {
    let engine = Engine::new(document(SENT), Options { responses, ..Options::default() });
    let response = response(&engine, &format!("GET {path}"));
    let label = response.headers.get("content-type").map(HeaderValue::to_str);
    (response.status.as_u16(), label.unwrap().unwrap().to_owned(), response.body.to_vec())
}

#[test]
fn what_no_xml_can_be_gives_way_to_another_media_type() {
    let reason = |path: &str| {
        let (status, _, body) = shown(path, Responses::Reported);
        assert_eq!(status, 406, "{path}");
        serde_json::from_slice::<Value>(&body).unwrap()["detail"].as_str().unwrap().to_owned()
    };
    let start = "The documented body cannot be written as application/xml: the property";
    assert_eq!(
        reason("/twice"),
        format!("{start} `b` cannot be written as XML: it is the attribute `id`, and so is `a`")
    );
    assert!(reason("/map").starts_with(&format!("{start} `first name` ")), "{}", reason("/map"));
    assert!(reason("/lists").starts_with(&format!("{start} `a.0` ")), "{}", reason("/lists"));
    assert_eq!(shown("/twice-or-json", Responses::Reported).1, "application/json");
    let body = |path: &str| String::from_utf8(shown(path, Responses::Reported).2).unwrap();
    assert!(body("/once").ends_with("<t id=\"1\"></t>"), "{}", body("/once"));
    assert!(body("/choice").ends_with("<r><t id=\"1\"></t></r>"), "{}", body("/choice"));
}

#[test]
fn an_example_that_is_the_text_is_judged_as_what_it_stands_for() {
    for path in ["/own", "/event-texts"] {
        assert_eq!(shown(path, Responses::Refused).0, 200, "{path}");
    }
    for (path, location) in [("/own-wrong", "a"), ("/events", "1"), ("/own-broken", "")] {
        let (status, _, body) = shown(path, Responses::Refused);
        assert_eq!(status, 500, "{path}");
        let body: Value = serde_json::from_slice(&body).unwrap();
        let expected: Vec<&str> = ["response", "body", location].into_iter().filter(|part| !part.is_empty()).collect();
        assert_eq!(body["validation"][0]["location"], json!(expected), "{body}");
    }
}

#[test]
fn bodies_are_in_the_characters_that_their_labels_say() {
    let (_, label, body) = shown("/latin1", Responses::Reported);
    assert_eq!(label, "application/xml; charset=iso-8859-1");
    assert_eq!(body, b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<t><a>\xe9</a></t>");
    let text = |path: &str| shown(path, Responses::Reported);
    assert_eq!(text("/utf16"), (200, "text/plain; charset=utf-16".to_owned(), b"\xfe\xff\x00\xe9".to_vec()));
    assert_eq!(text("/koi8"), (200, "text/plain; charset=utf-8".to_owned(), "é".into()));
    assert!(text("/own").2.ends_with(b">\xe9</t>"));
    // The length is that of the bytes.
    let engine = Engine::new(document(SENT), Options::default());
    assert_eq!(response(&engine, "GET /utf16").body.len(), 4);
}

const UNSENT: &str = "
openapi: 3.0.3
paths:
  /object: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/T'}, example: '<t><a>'}}}}}}
  /text: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {type: string}, example: a}}}}}}
  /inside: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {type: string, xml: {name: note}, example: a<}}}}}}}
  /nothing: {get: {responses: {'200': {description: d, content: {application/xml: {example: a}}}}}}
  /second: {get: {responses: {'200': {description: d, content: {
    application/xml: {schema: {$ref: '#/components/schemas/T'}, examples: {one: {value: '<t>'}, two: {value: '<t><a>7</a></t>'}}}}}}}}
  /range: {get: {responses: {'200': {description: d, content: {'*/*': {schema: {type: string}, example: a}}}}}}
  /control: {get: {responses: {'200': {description: d, content: {application/xml: {schema: {type: string, enum: [\"\\u0001\"]}}}}}}}
  /taken:
    post:
      operationId: taken
      requestBody: {content: {
        application/xml: {schema: {type: string}, example: a}, text/xml: {schema: {type: string, example: a}},
        application/a+xml: {schema: {$ref: '#/components/schemas/T'}, examples: {one: {value: '<t>'}, two: {value: '<t><a>7</a></t>'}}}}}
      responses: {'204': {description: taken}}
components:
  schemas:
    T: {type: object, required: [a], xml: {name: t}, properties: {a: {type: integer, minimum: 5}}}
";

#[test]
fn an_example_that_is_no_xml_is_not_sent() {
    let engine = Engine::new(document(UNSENT), Options::default());
    let sent = |request: &str| {
        let response = response(&engine, &format!("GET {request}"));
        let text = String::from_utf8(response.body.to_vec()).unwrap();
        let body = text.split_once("?>\n").map_or(text.clone(), |(_, body)| body.to_owned());
        let wrong = response.headers.contains_key("sl-violations").then(|| violations(&response)[0]["message"].clone());
        (response.status.as_u16(), body, wrong)
    };
    let wrong = |why: &str| Some(json!(format!("Response body must be valid XML: {why}")));
    let no_end = || wrong("the element `a` has no end");
    let no_element = || wrong("there is text outside of the element");
    assert_eq!(sent("/object"), (200, "<t><a>5</a></t>".to_owned(), no_end()));
    assert_eq!(sent("/text"), (200, "<value>string</value>".to_owned(), no_element()));
    assert_eq!(sent("/text\nPrefer: dynamic=true").2, None);
    assert_eq!(sent("/inside"), (200, "<note>a&lt;</note>".to_owned(), None));
    assert_eq!(sent("/nothing"), (200, String::new(), no_element()));
    assert_eq!(sent("/second"), (200, "<t><a>7</a></t>".to_owned(), None));
    let (status, body, _) = sent("/second\nPrefer: example=one");
    assert_eq!(status, 404);
    let detail = "The example one cannot be sent as application/xml: Response body must be valid XML: ";
    assert!(serde_json::from_str::<Value>(&body).unwrap()["detail"].as_str().unwrap().starts_with(detail), "{body}");
    assert_eq!(sent("/range").0, 200);
    assert_eq!(sent("/range\nAccept: application/xml").0, 406);
    let (status, body, _) = sent("/control");
    assert_eq!(status, 406);
    assert!(body.contains("XML has no character U+0001"), "{body}");
    // What is sent to it is none of these either.
    let requests = BodyInfo::of(&engine.document(), "taken").unwrap().requests;
    let bodies: Vec<_> = requests.iter().map(|(_, body)| body.as_str().unwrap().rsplit('\n').next().unwrap()).collect();
    assert_eq!(bodies, ["<value>string</value>", "<value>a</value>", "<t><a>7</a></t>"]);
}
