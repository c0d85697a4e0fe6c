//! Parameters in every style, and values that fit one of several alternatives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::options::Validation;
use keyapi_mock::{Engine, Options};
use serde_json::Value;
use support::{document, response, violations};

/// An engine whose only operation has the parameters, given as a list in YAML.
fn engine(path: &str, parameters: &str) -> Engine {
    let yaml = format!(
        "
openapi: 3.0.4
paths:
  {path}:
    get:
      parameters: {parameters}
      responses: {{'200': {{description: ok}}}}
components:
  schemas:
    Ids: {{anyOf: [{{type: array, items: {{type: integer}}}}, {{$ref: '#/components/schemas/All'}}]}}
    All: {{type: string, enum: [all]}}
    Count: {{type: integer, maximum: 10}}
    Colour: {{type: object, additionalProperties: false, properties: {{R: {{type: integer}}, G: {{type: integer}}}}}}
"
    );
    Engine::new(document(&yaml), Options { validation: Validation::Strict, ..Options::default() })
}

#[track_caller]
fn accepted(engine: &Engine, targets: &[&str]) {
    for target in targets {
        let response = response(engine, &format!("GET {target}"));
        assert_eq!(response.status, 200, "{target}: {:?}", response.headers.get("sl-violations"));
    }
}

/// Each target is refused, and the first violation is at the place.
#[track_caller]
fn refused(engine: &Engine, targets: &[(&str, &str)]) {
    for (target, place) in targets {
        let response = response(engine, &format!("GET {target}"));
        assert_eq!(response.status, 422, "{target}");
        let found = violations(&response);
        let location = found[0]["location"].as_array().unwrap().iter().map(|part| part.as_str().unwrap());
        assert_eq!(location.skip(1).collect::<Vec<_>>().join("/"), *place, "{target}: {found}");
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.contains(place.split('/').nth(1).unwrap()), "{target}: {message}");
    }
}

fn query(parameter: &str) -> Engine {
    engine("/a", &format!("[{{name: v, in: query, {parameter}}}]"))
}

fn path(parameter: &str) -> Engine {
    engine("/a/{v}", &format!("[{{name: v, in: path, required: true, {parameter}}}]"))
}

/// Two words, one of which has a comma, a pipe or a space inside.
const WORDS: &str = "schema: {type: array, minItems: 2, maxItems: 2, items: {type: string, enum: ['a,b', 'a|b', 'a b', c, 'c;v=d', é]}}";

/// An object whose only property has a comma inside.
const OBJECT: &str =
    "schema: {type: object, required: [k], additionalProperties: false, properties: {k: {enum: ['a,b']}}}";

#[test]
fn the_styles_of_templates_are_split_and_decoded_then() {
    let form = query(&format!("explode: false, {WORDS}"));
    accepted(&form, &["/a?v=a%2Cb,c", "/a?v=a%2cb,a+b", "/a?v=a%20b,a|b", "/a?v=%C3%A9,a%7Cb"]);
    refused(&form, &[("/a?v=a,b,c", "query/v"), ("/a?v=c%2Cc", "query/v"), ("/a?v=a%252Cb,c", "query/v/0")]);
    accepted(&query(WORDS), &["/a?v=a,b&v=c", "/a?v=a%2Cb&v=c"]);
    accepted(&query(&format!("explode: false, {OBJECT}")), &["/a?v=k,a%2Cb"]);
    refused(&query(&format!("explode: false, {OBJECT}")), &[("/a?v=k,a,b", "query/v/k")]);

    let simple = path(WORDS);
    accepted(&simple, &["/a/a%2Cb,c", "/a/c,a%20b"]);
    refused(&simple, &[("/a/a,b,c", "path/v"), ("/a/c,a+b", "path/v/1"), ("/a/c%2Cc", "path/v")]);
    accepted(&path(OBJECT), &["/a/k,a%2Cb"]);
    accepted(&path(&format!("explode: true, {OBJECT}")), &["/a/k=a%2Cb", "/a/k=a%2cb"]);

    accepted(&path(&format!("style: label, {WORDS}")), &["/a/.a%2Cb,c"]);
    accepted(&path(&format!("style: label, explode: true, {WORDS}")), &["/a/.a%2Cb.c", "/a/.a,b.c"]);
    refused(&path(&format!("style: label, explode: true, {WORDS}")), &[("/a/.a%2Cb,c", "path/v")]);
    accepted(&path(&format!("style: matrix, {WORDS}")), &["/a/;v=a%2Cb,c"]);
    accepted(&path(&format!("style: matrix, explode: true, {WORDS}")), &["/a/;v=a%2Cb;v=c", "/a/;v=c%3Bv=d;%76=c"]);
    refused(&path(&format!("style: matrix, {WORDS}")), &[("/a/v=a%2Cb,c", "path/v"), ("/a/;w=a%2Cb,c", "path/v")]);
    accepted(&path(&format!("style: matrix, explode: true, {OBJECT}")), &["/a/;k=a%2Cb"]);
}

#[test]
fn the_styles_without_an_escape_are_decoded_and_split_then() {
    let piped = query(&format!("style: pipeDelimited, {WORDS}"));
    accepted(&piped, &["/a?v=a,b|c", "/a?v=a%2Cb%7Cc", "/a?v=a%2Cb%7cc", "/a?v=a+b|c"]);
    refused(&piped, &[("/a?v=a%7Cb%7Cc", "query/v"), ("/a?v=c,c", "query/v")]);
    let spaced = query(&format!("style: spaceDelimited, {WORDS}"));
    accepted(&spaced, &["/a?v=a,b%20c", "/a?v=a%2Cb+c", "/a?v=a|b%20c"]);
    refused(&spaced, &[("/a?v=a%20b%20c", "query/v")]);
    accepted(&query(&format!("style: pipeDelimited, {OBJECT}")), &["/a?v=k%7Ca,b"]);
    accepted(&query(&format!("style: pipeDelimited, explode: true, {WORDS}")), &["/a?v=a|b&v=c"]);
}

#[test]
fn the_examples_of_the_standard_are_read() {
    let list = "schema: {type: array, items: {enum: [blue, black, brown]}, minItems: 3, maxItems: 3}";
    let colour = "schema: {type: object, required: [R, G, B], additionalProperties: false, properties: {R: {enum: [100]}, G: {enum: [200]}, B: {enum: [150]}}}";
    for (style, explode, listed, object) in [
        ("simple", false, "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", true, "blue,black,brown", "R=100,G=200,B=150"),
        ("label", false, ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", true, ".blue.black.brown", ".R=100.G=200.B=150"),
        ("matrix", false, ";v=blue,black,brown", ";v=R,100,G,200,B,150"),
        ("matrix", true, ";v=blue;v=black;v=brown", ";R=100;G=200;B=150"),
    ] {
        accepted(&path(&format!("style: {style}, explode: {explode}, {list}")), &[&format!("/a/{listed}")]);
        accepted(&path(&format!("style: {style}, explode: {explode}, {colour}")), &[&format!("/a/{object}")]);
    }
    for (style, explode, listed, object) in [
        ("form", false, "v=blue,black,brown", "v=R,100,G,200,B,150"),
        ("form", true, "v=blue&v=black&v=brown", "R=100&G=200&B=150"),
        ("spaceDelimited", false, "v=blue%20black%20brown", "v=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", false, "v=blue%7Cblack%7Cbrown", "v=R%7C100%7CG%7C200%7CB%7C150"),
    ] {
        accepted(&query(&format!("style: {style}, explode: {explode}, {list}")), &[&format!("/a?{listed}")]);
        accepted(&query(&format!("style: {style}, explode: {explode}, {colour}")), &[&format!("/a?{object}")]);
    }
    accepted(&query(&format!("style: deepObject, {colour}")), &["/a?v%5BR%5D=100&v%5BG%5D=200&v%5BB%5D=150"]);
    let headers = engine("/a", &format!("[{{name: x-list, in: header, required: true, {list}}}]"));
    for lines in ["x-list: blue,black,brown", "x-list: blue, black ,\tbrown", "x-list: blue, black\nx-list: brown"] {
        assert_eq!(response(&headers, &format!("GET /a\n{lines}")).status, 200, "{lines}");
    }
}

#[test]
fn a_parameter_is_judged_against_the_alternative_that_fits() {
    let ids = "schema: {$ref: '#/components/schemas/Ids'}";
    let engine = query(ids);
    accepted(&engine, &["/a", "/a?v=all", "/a?v=1", "/a?v=1&v=2"]);
    refused(
        &engine,
        &[("/a?v=x", "query/v"), ("/a?v=1&v=x", "query/v"), ("/a?v=all&v=all", "query/v"), ("/a?v=1,2", "query/v")],
    );
    accepted(&query(&format!("explode: false, {ids}")), &["/a?v=all", "/a?v=1", "/a?v=1,2"]);
    refused(&query(&format!("explode: false, {ids}")), &[("/a?v=1,x", "query/v"), ("/a?v=1%2C2", "query/v")]);
    accepted(&query(&format!("style: pipeDelimited, {ids}")), &["/a?v=all", "/a?v=1", "/a?v=1%7C2"]);
    accepted(&path(ids), &["/a/all", "/a/1", "/a/1,2"]);
    refused(&path(ids), &[("/a/x", "path/v"), ("/a/1,x", "path/v")]);
    let headers = self::engine("/a", &format!("[{{name: v, in: header, {ids}}}, {{name: w, in: cookie, {ids}}}]"));
    for (value, status) in [("all", 200), ("1", 200), ("1, 2", 200), ("x", 422)] {
        assert_eq!(response(&headers, &format!("GET /a\nv: {value}")).status, status, "{value}");
    }
    for (value, status) in [("w=all", 200), ("w=1", 200), ("w=x", 422)] {
        assert_eq!(response(&headers, &format!("GET /a\nCookie: {value}")).status, status, "{value}");
    }
}

#[test]
fn a_number_or_a_word_is_either() {
    for combinator in ["anyOf", "oneOf"] {
        let count = format!(
            "schema: {{{combinator}: [{{$ref: '#/components/schemas/Count'}}, {{type: string, pattern: '^[a-z]+$'}}]}}"
        );
        for (engine, start) in [(query(&count), "/a?v="), (path(&count), "/a/")] {
            let target = |value: &str| format!("{start}{value}");
            accepted(&engine, &[&target("7"), &target("word")]);
            let place = if start.ends_with('=') { "query/v" } else { "path/v" };
            refused(&engine, &[(&target("11"), place), (&target("a1"), place), (&target("1.5"), place)]);
        }
    }
    accepted(
        &query("schema: {oneOf: [{type: number}, {type: string}]}"),
        &["/a?v=1", "/a?v=1.5", "/a?v=x", "/a?v=true"],
    );
    accepted(&query("schema: {anyOf: [{type: boolean}, {enum: [1, 2]}]}"), &["/a?v=true", "/a?v=2"]);
    refused(
        &query("schema: {anyOf: [{type: boolean}, {enum: [1, 2]}]}"),
        &[("/a?v=3", "query/v"), ("/a?v=yes", "query/v")],
    );
    accepted(
        &query(
            "schema: {type: array, items: {anyOf: [{$ref: '#/components/schemas/Count'}, {type: string, minLength: 2}]}}",
        ),
        &["/a?v=7&v=12&v=x12"],
    );
    accepted(
        &query(
            "schema: {allOf: [{anyOf: [{type: integer}, {enum: [all]}]}, {anyOf: [{enum: [all, none]}, {minimum: 3}]}]}",
        ),
        &["/a?v=all", "/a?v=3"],
    );
    refused(
        &query(
            "schema: {allOf: [{anyOf: [{type: integer}, {enum: [all]}]}, {anyOf: [{enum: [all, none]}, {minimum: 3}]}]}",
        ),
        &[("/a?v=2", "query/v"), ("/a?v=none", "query/v")],
    );
}

#[test]
fn alternatives_may_be_objects() {
    let range = "schema: {anyOf: [{type: object, additionalProperties: false, properties: {gte: {type: integer}, in: {type: array, items: {type: integer}}}}, {type: integer}]}";
    let deep = query(&format!("style: deepObject, {range}"));
    accepted(
        &deep,
        &["/a?v[gte]=1", "/a?v=5", "/a?v[in]=1", "/a?v[in]=1&v[in]=2", "/a?v[in][]=1&v[in][]=2", "/a?v[in][0]=1"],
    );
    refused(&deep, &[("/a?v[gte]=x", "query/v"), ("/a?v=x", "query/v"), ("/a?v[lte]=1", "query/v")]);
    let list = query("style: deepObject, schema: {type: array, items: {type: integer}}");
    accepted(&list, &["/a?v=1", "/a?v=1&v=2", "/a?v[]=1&v[]=2", "/a?v[0]=1"]);
    refused(&list, &[("/a?v=x", "query/v/0"), ("/a?v[]=x", "query/v/0")]);
    let tagged = "style: deepObject, schema: {oneOf: [{type: object, required: [kind], properties: {kind: {enum: [number]}, of: {type: integer}}}, {type: object, required: [kind], properties: {kind: {enum: [word]}, of: {type: string}}}]}";
    accepted(&query(tagged), &["/a?v[kind]=number&v[of]=5", "/a?v[kind]=word&v[of]=5"]);
    refused(&query(tagged), &[("/a?v[kind]=number&v[of]=x", "query/v"), ("/a?v[kind]=other&v[of]=5", "query/v")]);
}

#[test]
fn what_no_style_can_write_may_be_json() {
    let list = query("schema: {type: array, items: {$ref: '#/components/schemas/Colour'}}");
    accepted(&list, &["/a?v=%7B%22R%22:1%7D", "/a?v=%7B%7D&v=%7B%22G%22:2%7D"]);
    refused(&list, &[("/a?v=%7B%22R%22:%221%22%7D", "query/v/0/R"), ("/a?v=R", "query/v/0"), ("/a?v=5", "query/v/0")]);
    let deep = query(
        "style: deepObject, schema: {type: object, properties: {in: {type: array, minItems: 2, items: {type: integer}}}}",
    );
    accepted(&deep, &["/a?v[in]=[1,2]", "/a?v[in]=1&v[in]=2"]);
    refused(&deep, &[("/a?v[in]=[1]", "query/v/in"), ("/a?v[in]=[%221%22,2]", "query/v/in/0")]);
}

#[test]
fn a_free_form_object_takes_what_is_nobody_elses() {
    let parameters = "[{name: limit, in: query, schema: {type: integer}}, {name: f, in: query, style: deepObject, schema: {type: object}}, {name: v, in: query, required: true, schema: {type: object, additionalProperties: {type: integer}}}]";
    let engine = engine("/a", parameters);
    accepted(&engine, &["/a?x=1", "/a?limit=2&x=1&y=2", "/a?x=1&f[any]=word"]);
    refused(&engine, &[("/a?x=word", "query/v/x")]);
    for target in ["/a", "/a?limit=1", "/a?f[any]=1", "/a?__code=200"] {
        let found = violations(&response(&engine, &format!("GET {target}")));
        assert_eq!(found[0]["code"], "required", "{target}: {found}");
    }
    accepted(&query("schema: {type: object}"), &["/a?x=1&y=word"]);
    // A closed object leaves the other names unknown, and one that says nothing of other names does not claim them.
    let closed = query("schema: {$ref: '#/components/schemas/Colour'}");
    accepted(&closed, &["/a?R=1&G=2"]);
    refused(&closed, &[("/a?R=1&x=2", "query/x")]);
    refused(&query("schema: {type: object, properties: {R: {type: integer}}}"), &[("/a?R=1&x=2", "query/x")]);
}

#[test]
fn values_that_are_json_are_not_read_as_texts() {
    let engine = query("content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}");
    accepted(&engine, &["/a?v=%7B%22n%22:1%7D"]);
    refused(&engine, &[("/a?v=%7B%22n%22:%221%22%7D", "query/v/n"), ("/a?v=n", "query/v")]);
    accepted(&query("content: {text/plain: {schema: {type: integer}}}"), &["/a?v=1"]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let engine = engine(
        "/a/{p}",
        "[{name: p, in: path, required: true, schema: {type: string}}, {name: v, in: query, schema: {type: string}}]",
    );
    accepted(&engine, &["/a/%C3%A9?v=%C3%A9", "/a/a%", "/a/%F?v=100%"]);
    refused(&engine, &[("/a/x?v=%FF", "query/v"), ("/a/x?v=%C3", "query/v"), ("/a/%FF", "path/p")]);
    assert_eq!(response(&engine, "GET /a/x?%FF=1").status, 422);
    assert_eq!(response(&engine, "GET /a/x?unknown=%FF").status, 422);
    let lenient = Engine::new(engine.document(), Options::default());
    assert_eq!(response(&lenient, "GET /a/x?unknown=%FF").status, 422);
}

#[test]
fn an_empty_value_is_fine_where_the_document_allows_it() {
    accepted(&query("required: true, allowEmptyValue: true, schema: {type: integer}"), &["/a?v=", "/a?v", "/a?v=1"]);
    refused(&query("allowEmptyValue: true, schema: {type: integer}"), &[("/a?v=x", "query/v")]);
    accepted(&query("schema: {type: integer, nullable: true}"), &["/a?v=", "/a?v=null"]);
}

/// Every property of this schema leads back to it: expanded, it would fill any memory.
fn knot(width: usize) -> String {
    let properties = |names: &str| {
        (0..width)
            .map(|index| format!("{names}{index}: {{$ref: '#/components/schemas/Knot'}}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (one, two) = (properties("a"), properties("b"));
    format!(
        "{{anyOf: [{{type: object, additionalProperties: false, properties: {{n: {{type: integer}}, {one}}}}}, {{type: object, additionalProperties: false, properties: {{n: {{type: integer}}, {two}}}}}, {{type: integer}}]}}"
    )
}

#[test]
fn a_schema_that_leads_back_to_itself_costs_what_is_written() {
    let knot = knot(40);
    let content = "content: {CONTENT: {schema: {$ref: '#/components/schemas/Knot'}}}";
    let body = |kind: &str| content.replace("CONTENT", kind);
    let (json, form) = (body("application/json"), body("application/x-www-form-urlencoded"));
    let yaml = format!(
        "
openapi: 3.0.4
paths:
  /a:
    get:
      parameters: [{{name: v, in: query, style: deepObject, schema: {{$ref: '#/components/schemas/Knot'}}}}]
      responses: {{'200': {{description: ok}}}}
    post: {{requestBody: {{{json}}}, responses: {{'200': {{description: ok}}}}}}
    put: {{requestBody: {{{form}}}, responses: {{'200': {{description: ok}}}}}}
components: {{schemas: {{Knot: {knot}}}}}
"
    );
    let engine = Engine::new(document(&yaml), Options::default());
    let nested = |depth: usize| format!("v{}[n]", "[a0][b1]".repeat(depth));
    for depth in [0, 1, 2, 3, 15] {
        assert_eq!(response(&engine, &format!("GET /a?{}=x", nested(depth))).status, 422, "{depth}");
    }
    assert_eq!(response(&engine, "GET /a?v[n]=1&v[a0][n]=2").status, 200);
    // However deep the brackets are, the request is answered.
    assert!(response(&engine, &format!("GET /a?{}=1", nested(500))).status.as_u16() < 500);
    let put = |body: &str| format!("PUT /a\nContent-Type: application/x-www-form-urlencoded\n\n{body}");
    assert_eq!(response(&engine, &put("n=1")).status, 200);
    assert_eq!(response(&engine, &put("n=x")).status, 422);
    let post = |body: &str| format!("POST /a\nContent-Type: application/json\n\n{body}");
    assert_eq!(response(&engine, &post(r#"{"n": 1, "a0": {"n": 1}}"#)).status, 200);
    assert_eq!(response(&engine, &post(r#"{"n": "1"}"#)).status, 422);
}

#[test]
fn values_with_colons_and_slashes_find_their_operation() {
    let yaml = "
openapi: 3.0.4
paths:
  /parts:merge: {post: {responses: {'200': {description: merged}}}}
  /parts/{id}/process:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^/?[A-Za-z0-9:=]+$'}}]
      responses: {'200': {description: processed}}
  /files/{name}.{kind}:
    get:
      parameters:
        - {name: name, in: path, required: true, schema: {enum: ['a.b', 'é', 'x,y']}}
        - {name: kind, in: path, required: true, schema: {type: array, items: {enum: [json, 'c,d']}}}
      responses: {'200': {description: found}}
";
    let engine = Engine::new(document(yaml), Options::default());
    let status = |text: &str| response(&engine, text).status.as_u16();
    for (value, expected) in
        [("ab:17", 200), ("%2FpfV%3D%3D", 200), ("/pfV==", 404), ("%252Fab", 422), ("a%", 422), ("%FF", 422)]
    {
        assert_eq!(status(&format!("GET /parts/{value}/process")), expected, "{value}");
    }
    assert_eq!(status("POST /parts:merge"), 200);
    for (name, expected) in [
        ("a.b.json", 200),
        ("a%2Eb%2Ejson", 200),
        ("%C3%A9.json,json", 200),
        ("x,y.c%2Cd,json", 200),
        ("x%2Cy.json", 200),
        ("x,y.c,d", 422),
    ] {
        assert_eq!(status(&format!("GET /files/{name}")), expected, "{name}");
    }
}

#[test]
fn names_differ_in_any_character() {
    let engine = engine(
        "/calls",
        "[{name: 'Sent', in: query, schema: {type: string}}, {name: 'Sent<', in: query, schema: {type: string}}, {name: 'Sent>', in: query, schema: {type: string}}]",
    );
    accepted(&engine, &["/calls?Sent=1&Sent%3E=2&Sent%3C=3"]);
    refused(&engine, &[("/calls?Sent%21=1", "query/Sent!")]);
}

#[test]
fn a_reason_names_the_parameter() {
    let yaml = "
openapi: 3.0.4
x-envelope: {code: code, message: message, data: data, success: 0}
paths:
  /things:
    get:
      parameters: [{name: id, in: query, schema: {anyOf: [{type: array, items: {type: integer}}, {enum: [all]}]}}]
      responses: {'200': {description: ok}}
";
    let engine = Engine::new(document(yaml), Options::default());
    let response = response(&engine, "GET /things?id=x");
    let body: Value = support::body(&response);
    assert!(body.to_string().contains("id"), "{body}");
    assert!(response.status.is_client_error());
}

#[test]
fn a_documented_error_says_what_is_wrong_in_its_envelope() {
    let yaml = "
openapi: 3.0.4
x-envelope: {code: status, message: text, data: data, success: 0}
paths:
  /things:
    get:
      parameters: [{name: id, in: query, required: true, schema: {type: integer}}]
      responses:
        '200': {description: ok}
        '400':
          description: not ok
          content: {application/json: {example: {status: 400, text: Wrong, data: null, more: [text]}}}
";
    let engine = Engine::new(document(yaml), Options::default());
    for (query, text) in [("", "Missing required parameter: id"), ("?id=x", "Invalid value for parameter: id")] {
        let response = response(&engine, &format!("GET /things{query}"));
        assert_eq!(response.status, 400);
        let body: Value = support::body(&response);
        assert_eq!(body, serde_json::json!({"status": 400, "text": text, "data": null, "more": ["text"]}));
    }
}
