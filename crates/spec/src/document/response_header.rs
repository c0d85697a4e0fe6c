//! How a documented response header is written (OpenAPI 3.0, "Header Object": as a parameter, in style `simple`).

use serde_json::Value;

use crate::message::media_type::MediaType;

/// Headers that say how a message itself is sent, which its sender alone knows. The type of the content is that of the
/// document's `content`.
pub const OF_THE_MESSAGE: [&str; 8] = [
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// The header that has a line for each of several values, as they may contain commas (RFC 6265, section 3).
const SET_COOKIE: &str = "Set-Cookie";

/// Whether a header says how a message itself is sent.
pub fn is_of_the_message(name: &str) -> bool {
    OF_THE_MESSAGE.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The media type of a header that has one, and what is said of it.
pub fn content(header: &Value) -> Option<(&str, &Value)> {
    header.get("content")?.as_object()?.iter().next().map(|(label, content)| (label.as_str(), content))
}

/// The lines in which a value of a header is sent.
///
/// # Errors
///
/// What about the value cannot be written.
pub fn lines(name: &str, header: &Value, value: &Value) -> Result<Vec<String>, String> {
    let lines = match (content(header), value) {
        (Some((label, _)), value) => vec![in_media_type(label, value)?],
        (None, Value::Array(items)) if name.eq_ignore_ascii_case(SET_COOKIE) => {
            items.iter().map(plain).collect::<Result<_, _>>()?
        }
        (None, Value::Array(items)) => vec![items.iter().map(plain).collect::<Result<Vec<_>, _>>()?.join(",")],
        (None, Value::Object(properties)) => {
            let between = if header.get("explode") == Some(&Value::Bool(true)) { '=' } else { ',' };
            let pairs = properties.iter().map(|(name, value)| Ok(format!("{name}{between}{}", plain(value)?)));
            vec![pairs.collect::<Result<Vec<_>, String>>()?.join(",")]
        }
        (None, value) => vec![plain(value)?],
    };
    let odd = |c: &char| !(c.is_ascii_graphic() || [' ', '\t'].contains(c));
    match lines.iter().flat_map(|line| line.chars()).find(odd) {
        Some(odd) => Err(format!("{odd:?} cannot be part of a header")),
        None => Ok(lines),
    }
}

fn in_media_type(label: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) if !MediaType::parse(label).is_some_and(|label| label.is_json()) => Ok(text.clone()),
        value => Ok(escaped(&value.to_string())),
    }
}

/// JSON in ASCII alone.
fn escaped(json: &str) -> String {
    let mut units = [0; 2];
    json.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
        out
    })
}

fn plain(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => Err("null is written in no style".to_owned()),
        Value::Array(_) => Err("a list in another value is written in no style".to_owned()),
        Value::Object(_) => Err("an object in another value is written in no style".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(name: &str, header: Value, value: Value, expected: Result<&[&str], &str>) {
        let lines = lines(name, &header, &value);
        let lines = lines.as_ref().map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(lines.as_deref().map_err(|error| error.as_str()), expected, "{name} {header} {value}");
    }

    #[test]
    fn values_are_written_in_their_style() {
        check("x", json!({}), json!("007"), Ok(&["007"]));
        check("x", json!({}), json!(0.5), Ok(&["0.5"]));
        check("x", json!({}), json!(false), Ok(&["false"]));
        check("x", json!({}), json!(["a", 1, true]), Ok(&["a,1,true"]));
        check("x", json!({}), json!([]), Ok(&[""]));
        check("x", json!({}), json!({"a": 1, "b": "c"}), Ok(&["a,1,b,c"]));
        check("x", json!({"explode": true}), json!({"a": 1, "b": "c"}), Ok(&["a=1,b=c"]));
        check("x", json!({"explode": true}), json!(["a", "b"]), Ok(&["a,b"]));
        check("Set-Cookie", json!({}), json!(["a=1; Expires=Fri, 01", "b=2"]), Ok(&["a=1; Expires=Fri, 01", "b=2"]));
        check("set-cookie", json!({}), json!("a=1"), Ok(&["a=1"]));
    }

    #[test]
    fn values_of_a_media_type_are_written_in_that() {
        let json_content = json!({"content": {"application/json": {}}});
        check("x", json_content.clone(), json!({"a": ["ü🦀", null]}), Ok(&[r#"{"a":["\u00fc\ud83e\udd80",null]}"#]));
        check("x", json_content, json!("a"), Ok(&["\"a\""]));
        check("x", json!({"content": {"text/plain": {}}}), json!("a"), Ok(&["a"]));
    }

    #[test]
    fn what_cannot_be_written_says_why() {
        check("x", json!({}), json!(null), Err("null is written in no style"));
        check("x", json!({}), json!([["a"]]), Err("a list in another value is written in no style"));
        check("x", json!({}), json!({"a": {}}), Err("an object in another value is written in no style"));
        check("x", json!({}), json!("a\r\nb: c"), Err("'\\r' cannot be part of a header"));
        check("x", json!({}), json!("ü"), Err("'ü' cannot be part of a header"));
    }
}
