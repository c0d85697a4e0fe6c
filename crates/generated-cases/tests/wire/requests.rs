//! What generated clients send.

use crate::server::{Seen, answer};
use keyapi_generated_cases as cases;

/// Makes one call against a server that answers 200 with `body`, and gives what the server saw.
macro_rules! seen {
    ($case:ident, $body:expr, |$client:ident| $call:expr) => {{
        let (url, server) = answer(200, "application/json", $body);
        let $client = &cases::$case::client::Client::new(&url);
        $call.await.unwrap();
        let seen: Seen = server.join().unwrap();
        seen
    }};
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[tokio::test]
async fn lists_are_sent_as_their_style_says() {
    let seen = seen!(case_30f_parameters, "", |client| client.lists(
        &texts(&["1", "2"]),
        "x",
        None,
        None,
        None,
        None,
        Some(&vec![1, 2]),
        None,
        "m",
        &texts(&["red", "blue"]),
        Some(&texts(&["{}"])),
        Some(&vec![1.5, 2.0]),
        Some(&texts(&["a", "b"])),
        Some(&texts(&["c", "d"])),
        None,
        None,
        None,
        None,
        None,
    ));
    assert_eq!(
        seen.query(),
        pairs(&[
            ("joined", "1,2"),
            ("maybe", "m"),
            ("must-join", "red,blue"),
            ("objects", "{}"),
            ("piped", "1.5|2"),
            ("repeated", "a"),
            ("repeated", "b"),
            ("spaced", "c d"),
        ])
    );
    assert!(seen.line.starts_with("GET /lists/1,2/x?"), "{}", seen.line);
}

#[tokio::test]
async fn an_empty_list_is_not_sent() {
    let seen = seen!(case_30f_parameters, "", |client| client.lists(
        &texts(&["1"]),
        "x",
        None,
        None,
        None,
        None,
        Some(&vec![]),
        None,
        "m",
        &texts(&[]),
        None,
        None,
        Some(&texts(&[])),
        None,
        None,
        None,
        None,
        None,
        None,
    ));
    assert_eq!(seen.query(), pairs(&[("maybe", "m")]));
    let seen = seen!(case_07i_query_array_explode_false, "{}", |client| client.get_a(Some(&texts(&["a", "b&c"]))));
    assert_eq!(seen.query(), pairs(&[("f", "a,b&c")]));
}

#[tokio::test]
async fn brackets_are_part_of_a_name() {
    let seen = seen!(case_07l_param_name_brackets, "{}", |client| client.get_a(Some("x"), Some(&texts(&["1", "2"]))));
    assert_eq!(seen.query(), pairs(&[("filter[name]", "x"), ("ids[]", "1"), ("ids[]", "2")]));
}

#[tokio::test]
async fn paths_are_encoded() {
    let seen = seen!(case_30f_parameters, "\"\"", |client| client.characters("ä/b c?d#e%"));
    assert_eq!(seen.line, "OPTIONS /v1.0/a(b)/x+y/%C3%A4%2Fb%20c%3Fd%23e%25 HTTP/1.1");
    let seen = seen!(case_30f_parameters, "", |client| client.trace_it("x"));
    assert_eq!(seen.line, "TRACE /v1.0/a(b)/x+y/x HTTP/1.1");
    let seen = seen!(case_10h_path_colon_verb, "{}", |client| client.get_a("a:b"));
    assert_eq!(seen.line, "GET /a/a:b:cancel HTTP/1.1");
    let seen = seen!(case_10n_path_trailing_slash, "{}", |client| client.g2());
    assert_eq!(seen.line, "GET /a/ HTTP/1.1");
    let seen = seen!(case_30o_undeclared_path_parameters, "", |client| client.a("x", 2));
    assert_eq!(seen.line, "GET /a/x/2/x HTTP/1.1");
}

#[tokio::test]
async fn renamed_parameters_keep_their_names_on_the_wire() {
    let body = cases::case_30b_reserved_parameters::client::types::AllOfThemRequest { a: None };
    let seen = seen!(case_30b_reserved_parameters, "\"\"", |client| client.all_of_them(
        "path",         // id
        1,              // url
        true,           // id_x
        Some(2.5),      // _1st
        None,           // b
        Some(true),     // f
        Some(1.0),      // t
        None,           // v
        None,           // a_b
        None,           // a_b_2391
        None,           // a_b_7744
        None,           // a_b_9854
        None,           // body_map_parameter
        "b",            // body_parameter
        None,           // client_parameter
        Some(3.5),      // clone
        Some(1),        // crate_
        None,           // encode_path_parameter
        None,           // error
        Some(3),        // filter_lang
        "de",           // filter_lang_9027
        None,           // fmt
        None,           // format
        Some(true),     // header_map_parameter
        Some("query"),  // id_7756
        None,           // ids
        None,           // info
        None,           // into_inner_parameter
        None,           // its
        Some(1.5),      // new_parameter
        Some(false),    // options_parameter
        None,           // request
        None,           // response
        Some(1.5),      // result
        None,           // self_
        None,           // send_parameter
        None,           // stream_parameter
        None,           // super_
        None,           // type_
        None,           // types
        Some("u"),      // url_1610
        None,           // url_7067
        None,           // value
        None,           // x
        None,           // x_5714
        "dollar",       // x_6311
        7,              // x_id
        Some("header"), // id_6781
        &body,
    ));
    assert_eq!(seen.line.split(['?', ' ']).nth(1), Some("/a/path/1/true"));
    let mut query = seen.query();
    query.sort();
    let expected = [
        ("$", "dollar"),
        ("1st", "2.5"),
        ("F", "true"),
        ("T", "1"),
        ("body", "b"),
        ("clone", "3.5"),
        ("crate", "1"),
        ("filter.lang", "3"),
        ("filter[lang]", "de"),
        ("header_map", "true"),
        ("id", "query"),
        ("new", "1.5"),
        ("options", "false"),
        ("result", "1.5"),
        ("url", "u"),
    ];
    assert_eq!(query, pairs(&expected));
    assert_eq!((seen.header("id"), seen.header("x-id")), (vec!["header"], vec!["7"]));
}

#[tokio::test]
async fn bodies_have_their_media_types() {
    use cases::case_30h_bodies::client::types;
    #[track_caller]
    fn check(seen: &Seen, media_type: &str, body: &str) {
        assert_eq!((seen.header("content-type"), seen.body.as_str()), (vec![media_type], body), "{}", seen.line);
    }
    let a = types::A { a: Some("x".to_owned()), extra: serde_json::Map::default() };
    let seen = seen!(case_30h_bodies, "{}", |client| client.vendor(&a));
    check(&seen, "application/vnd.api+json", r#"{"a":"x"}"#);
    assert_eq!(seen.header("accept"), ["application/vnd.api+json"]);
    let seen = seen!(case_30h_bodies, "", |client| client.two(&a));
    check(&seen, "application/json", r#"{"a":"x"}"#);
    let form = types::FormRequest { a: "x y&z".to_owned(), n: Some(3), list: Vec::new() };
    let seen = seen!(case_30h_bodies, "", |client| client.form(&form));
    check(&seen, "application/x-www-form-urlencoded", "a=x+y%26z&n=3");
    let seen = seen!(case_30h_bodies, "", |client| client.form_text("a=x+y&a=%26"));
    check(&seen, "application/x-www-form-urlencoded", "a=x+y&a=%26");
    let seen = seen!(case_30h_bodies, "", |client| client.text("text".to_owned()));
    check(&seen, "text/plain", "text");
    let seen = seen!(case_30h_bodies, "", |client| client.xml("<a/>"));
    check(&seen, "application/xml", "<a/>");
    let seen = seen!(case_30h_bodies, "", |client| client.range("image/png", "png"));
    check(&seen, "image/png", "png");
    let seen = seen!(case_30h_bodies, "", |client| client.any_media(Some(&texts(&["a"]))));
    check(&seen, "application/json", r#"["a"]"#);
    let seen = seen!(case_30h_bodies, "", |client| client.untyped_body(&serde_json::json!(null)));
    check(&seen, "application/json", "null");
    let empty = cases::case_16q_json_charset_body::client::types::GetARequest::default();
    let seen = seen!(case_16q_json_charset_body, "{}", |client| client.get_a(&empty));
    check(&seen, "application/json", "{}");
    let seen = seen!(case_16t_image_body, "{}", |client| client.get_a("png"));
    check(&seen, "image/png", "png");
}

#[tokio::test]
async fn a_body_that_need_not_be_given_is_not_sent() {
    let seen = seen!(case_30h_bodies, "", |client| client.any_media(None));
    assert_eq!((seen.header("content-type"), seen.body.as_str()), (Vec::new(), ""));
    let seen = seen!(case_30h_bodies, "", |client| client.optional_form(None));
    assert_eq!((seen.header("content-type"), seen.body.as_str()), (Vec::new(), ""));
}

#[tokio::test]
async fn what_only_replies_have_is_not_sent() {
    use cases::case_30h_bodies::client::types;
    let b =
        types::B { id: None, name: "n".to_owned(), password: Some("p".to_owned()), extra: serde_json::Map::default() };
    let seen = seen!(case_30h_bodies, r#"{"id":"1","name":"n"}"#, |client| client.read_only(&b));
    assert_eq!(seen.body, r#"{"name":"n","password":"p"}"#);
}
