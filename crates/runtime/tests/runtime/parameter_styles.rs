//! Parameters as the table of OpenAPI has them (3.0.4, "style examples"), and what cannot be written.

use keyapi_runtime::codegen::parameter_style::{Serialization, Style, cookie, cookies, form, header, path, query};
use serde_json::{Value, json};

fn colour(style: Style, explode: bool) -> Serialization<'static> {
    Serialization::new("color", style, explode)
}

fn list() -> Value {
    json!(["blue", "black", "brown"])
}

fn object() -> Value {
    serde_json::from_str(r#"{"B": 150, "G": 200, "R": 100}"#).unwrap()
}

#[test]
fn the_table_of_the_standard_is_kept_to() {
    for (style, explode, empty, text, listed, fields) in [
        (Style::Matrix, false, ";color", ";color=blue", ";color=blue,black,brown", ";color=B,150,G,200,R,100"),
        (Style::Matrix, true, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";B=150;G=200;R=100"),
        (Style::Label, false, "", ".blue", ".blue,black,brown", ".B,150,G,200,R,100"),
        (Style::Label, true, "", ".blue", ".blue.black.brown", ".B=150.G=200.R=100"),
        (Style::Simple, false, "", "blue", "blue,black,brown", "B,150,G,200,R,100"),
        (Style::Simple, true, "", "blue", "blue,black,brown", "B=150,G=200,R=100"),
    ] {
        let serialization = colour(style, explode);
        if empty.is_empty() {
            // It would be the path of another operation.
            assert!(path(&serialization, &"").unwrap_err().contains("`color` is empty"), "{style:?}");
        } else {
            assert_eq!(path(&serialization, &"").unwrap(), empty);
        }
        assert_eq!(path(&serialization, &"blue").unwrap(), text);
        assert_eq!(path(&serialization, &list()).unwrap(), listed);
        assert_eq!(path(&serialization, &object()).unwrap(), fields);
        if style == Style::Simple {
            assert_eq!(header(&serialization, &"").unwrap().as_deref(), Some(""));
            assert_eq!(header(&serialization, &list()).unwrap().as_deref(), Some(listed));
            assert_eq!(header(&serialization, &object()).unwrap().as_deref(), Some(fields));
        }
    }
    for (style, explode, listed, fields) in [
        (Style::Form, false, "color=blue,black,brown", "color=B,150,G,200,R,100"),
        (Style::Form, true, "color=blue&color=black&color=brown", "B=150&G=200&R=100"),
        (Style::SpaceDelimited, false, "color=blue%20black%20brown", "color=B%20150%20G%20200%20R%20100"),
        (Style::PipeDelimited, false, "color=blue%7Cblack%7Cbrown", "color=B%7C150%7CG%7C200%7CR%7C100"),
    ] {
        let serialization = colour(style, explode);
        assert_eq!(query(&serialization, &list()).unwrap(), listed);
        assert_eq!(query(&serialization, &object()).unwrap(), fields);
        assert_eq!(query(&serialization, &"").unwrap(), "color=");
        assert_eq!(query(&serialization, &"blue").unwrap(), "color=blue");
    }
    let deep = query(&colour(Style::DeepObject, true), &object()).unwrap();
    assert_eq!(deep, "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100");
    assert_eq!(cookie(&colour(Style::Form, false), &list()).unwrap(), "color=blue,black,brown");
    assert_eq!(cookie(&colour(Style::Form, false), &object()).unwrap(), "color=B,150,G,200,R,100");
    assert_eq!(cookie(&colour(Style::Form, true), &"blue").unwrap(), "color=blue");
}

#[test]
fn each_place_has_its_escapes() {
    let hostile = "a,b;c=d%2Be+f g\"h\\é\r\n\0";
    let simple = colour(Style::Form, true);
    assert_eq!(query(&simple, &hostile).unwrap(), "color=a%2Cb%3Bc%3Dd%252Be%2Bf+g%22h%5C%C3%A9%0D%0A%00");
    assert_eq!(cookie(&simple, &hostile).unwrap(), "color=a%2Cb%3Bc=d%252Be+f%20g%22h%5C%C3%A9%0D%0A%00");
    let in_path = path(&colour(Style::Simple, false), &hostile).unwrap();
    assert_eq!(in_path, "a,b;c=d%252Be+f%20g%22h%5C%C3%A9%0D%0A%00");
    for value in [json!("a\r\nb"), json!(["c", "a\r\nb"])] {
        let why = header(&colour(Style::Simple, false), &value).unwrap_err();
        assert!(why.ends_with("has '\\r' inside, which no header can hold: give it another value"), "{why}");
    }
    let reserved = "/?:@!$'()*,;=#[]&+%41 é";
    assert_eq!(query(&simple.with_reserved(), &reserved).unwrap(), "color=/?:@!$'()*,;=%23%5B%5D%26%2B%2541%20%C3%A9");
    let both = query(&colour(Style::Form, false).with_reserved(), &["a,b", "c/d"]).unwrap();
    assert_eq!(both, "color=a%2Cb,c/d");
}

#[test]
fn what_would_be_read_as_something_else_is_not_written() {
    #[track_caller]
    fn refused(written: Result<String, String>, why: &str) {
        let message = written.unwrap_err();
        assert!(message.contains("`color`") && message.contains(why), "{message}");
    }
    let header = |explode, value: Value| header(&colour(Style::Simple, explode), &value).map(Option::unwrap_or_default);
    refused(query(&colour(Style::PipeDelimited, false), &["a|b"]), "'|'");
    refused(query(&colour(Style::SpaceDelimited, false), &["a b"]), "' '");
    refused(query(&colour(Style::Form, false), &[""]), "is empty but for");
    refused(query(&colour(Style::DeepObject, true), &json!({"": 1})), "brackets");
    refused(query(&colour(Style::DeepObject, true), &json!({"a][b": 1})), "brackets");
    refused(header(false, json!(["a,b"])), "','");
    refused(header(true, json!({"a=b": 1})), "'='");
    refused(header(false, json!(" a")), "white space");
    refused(path(&colour(Style::Label, false), &[""]), "is empty but for");
    refused(path(&colour(Style::Simple, false), &json!([])), "is empty");
}

#[test]
fn what_is_empty_is_not_written() {
    for value in [json!(null), json!([]), json!({}), json!({"a": null})] {
        for explode in [false, true] {
            assert_eq!(query(&colour(Style::Form, explode), &value).unwrap(), "", "{value}");
            assert_eq!(cookie(&colour(Style::Form, explode), &value).unwrap(), "", "{value}");
            assert_eq!(header(&colour(Style::Simple, explode), &value).unwrap(), None, "{value}");
        }
        assert_eq!(query(&colour(Style::DeepObject, true), &value).unwrap(), "", "{value}");
    }
    assert_eq!(cookies(&[String::new(), "a=1".to_owned(), "b=2".to_owned()]).as_deref(), Some("a=1; b=2"));
    assert_eq!(cookies(&[String::new()]), None);
}

#[test]
fn json_is_written_as_one_text() {
    let serialization = Serialization::new("filter", Style::Json, false);
    let value = json!({"a": [1, "b,c"]});
    assert_eq!(query(&serialization, &value).unwrap(), "filter=%7B%22a%22%3A%5B1%2C%22b%2Cc%22%5D%7D");
    assert_eq!(header(&serialization, &value).unwrap().as_deref(), Some(r#"{"a":[1,"b,c"]}"#));
    assert_eq!(header(&serialization, &"a").unwrap().as_deref(), Some("\"a\""));
    assert_eq!(cookie(&serialization, &value).unwrap(), "filter={%22a%22:[1%2C%22b%2Cc%22]}");
    assert_eq!(path(&serialization, &value).unwrap(), "%7B%22a%22:%5B1,%22b,c%22%5D%7D");
}

#[test]
fn properties_of_a_form_have_styles_of_their_own() {
    let body = json!({"b": ["1", "2"], "c": ["x", "y"], "d": {"e": [1]}, "f": {"g": 1.0}, "h": null, "i": 2.5});
    let styles = [Serialization::new("c", Style::Form, false), Serialization::new("d", Style::DeepObject, true)];
    let written = form(&body, &styles).unwrap();
    assert_eq!(written, "b=1&b=2&c=x,y&d%5Be%5D%5B0%5D=1&f=%7B%22g%22%3A1.0%7D&i=2.5");
    assert!(form(&json!([1]), &[]).unwrap_err().contains("no object"));
    let piped = Serialization::new("p", Style::PipeDelimited, false);
    assert!(form(&json!({"p": ["a|b"]}), &[piped]).unwrap_err().contains("property `p` has '|'"));
}
