//! Takes out of a response what does not belong into a repository, and says where it was.

use keyapi_provider::KEY_VARIABLE;
use keyapi_redaction::{PLACEHOLDER, Redactor, named};
use keyapi_spec::diagnostic::join;
use keyapi_spec::source::{Kind, Node};

use crate::input::Failure;

/// Something that was taken out, or cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sensitive {
    /// JSON pointer to where it is.
    pub(crate) pointer: String,
    /// What it is.
    pub(crate) what: &'static str,
}

/// A redactor that knows the key in the environment.
///
/// # Errors
///
/// The key cannot be looked for.
pub(crate) fn redactor() -> Result<Redactor, Failure> {
    let redactor = Redactor::new().and_then(|redactor| redactor.knowing(std::env::var(KEY_VARIABLE)));
    redactor.map_err(|error| Failure::Diagnostics(format!("error: {error}")))
}

/// Redacts a body, and says what was taken out.
pub(crate) fn redact(redactor: &Redactor, body: &mut Node) -> Vec<Sensitive> {
    let mut found = Vec::new();
    take_out(redactor, body, "", None, &mut found);
    found
}

/// What is still there in spite of it: a key in some other form, or a secret in the name of a property.
pub(crate) fn remaining(redactor: &Redactor, body: &Node) -> Vec<Sensitive> {
    let mut found = Vec::new();
    look(redactor, body, "", &mut found);
    found
}

fn take_out(
    redactor: &Redactor,
    node: &mut Node,
    pointer: &str,
    whole: Option<&'static str>,
    found: &mut Vec<Sensitive>,
) {
    let mut note = |what| found.push(Sensitive { pointer: pointer.to_owned(), what });
    match &mut node.kind {
        Kind::Null | Kind::Bool(_) => {}
        Kind::Number(token) => {
            let zero = if token.contains(['.', 'e', 'E']) { "0.0" } else { "0" };
            if let (Some(what), true) = (whole, token != zero) {
                note(what);
                *token = zero.to_owned();
            }
        }
        Kind::String(text) => {
            let (redacted, what) = match whole {
                Some(what) if !text.is_empty() => (PLACEHOLDER.to_owned(), what),
                _ => redactor.text(text),
            };
            if redacted != *text {
                note(what);
                *text = redacted;
            }
        }
        Kind::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                take_out(redactor, item, &format!("{pointer}/{index}"), whole, found);
            }
        }
        Kind::Object(members) => {
            for (key, member) in members {
                take_out(redactor, member, &join(pointer, &key.name), whole.or_else(|| named(&key.name)), found);
            }
        }
    }
}

fn look(redactor: &Redactor, node: &Node, pointer: &str, found: &mut Vec<Sensitive>) {
    match &node.kind {
        Kind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                look(redactor, item, &format!("{pointer}/{index}"), found);
            }
        }
        Kind::Object(members) => {
            for (key, member) in members {
                let pointer = join(pointer, &key.name);
                let (redacted, what) = redactor.text(&key.name);
                if redacted != key.name {
                    found.push(Sensitive { pointer: pointer.clone(), what });
                }
                look(redactor, member, &pointer, found);
            }
        }
        Kind::String(text) if redactor.has_key(text) => {
            found.push(Sensitive { pointer: pointer.to_owned(), what: "the key" });
        }
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use keyapi_spec::Source;
    use serde_json::{Value, json};

    use super::*;

    const MY_KEY: &str = "kx-0123456789abcdef";

    fn redacted(body: &Value) -> (Value, Vec<(String, &'static str)>) {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let mut node = Source::parse_json("body.json", body.to_string().as_bytes()).unwrap().root().clone();
        let found = redact(&redactor, &mut node);
        assert!(redact(&redactor, &mut node).is_empty(), "to redact twice is to redact once: {}", node.to_json());
        (node.to_value(), found.into_iter().map(|found| (found.pointer, found.what)).collect())
    }

    #[test]
    fn what_is_not_secret_stays() {
        let body = json!({
            "id": "6703723351497508865", "date": "2026-01-27T10:00:00+02:00", "url": "https://x.io/a.jpeg?width=100",
            "handle": "@jane", "uuid": "10ddeaa7-1b62-43c1-918c-f0e164fdb631", "big": 18446744073709551615_u64, "ratio": 1.0,
            "empty": {"token": "", "password": null, "mobile_cover": "x"}, "text": "the key of a song: A minor",
        });
        assert_eq!(redacted(&body), (body, Vec::new()));
    }

    #[test]
    fn values_are_known_by_their_names_and_keep_their_kinds() {
        let body = json!({"accessToken": "abc", "user": {"e-mail": "x", "phone_number": 491701234567_u64, "Mobile": "12"},
            "cookies": [{"name": "sid", "value": 1.5}], "verified_email": true, "token": ""});
        let (redacted, found) = redacted(&body);
        let expected = json!({"accessToken": "REDACTED", "user": {"e-mail": "REDACTED", "phone_number": 0, "Mobile": "REDACTED"},
            "cookies": [{"name": "REDACTED", "value": 0.0}], "verified_email": true, "token": ""});
        assert_eq!(redacted, expected);
        assert_eq!(found.len(), 6, "{found:?}");
    }

    #[test]
    fn a_key_that_remains_is_found_in_every_form() {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let remaining = |body: Value| {
            let mut node = Source::parse_json("body.json", body.to_string().as_bytes()).unwrap().root().clone();
            redact(&redactor, &mut node);
            remaining(&redactor, &node).into_iter().map(|found| found.pointer).collect::<Vec<_>>()
        };
        assert!(remaining(json!([MY_KEY, "x"])).is_empty());
        assert_eq!(remaining(json!({ MY_KEY: 1 })), [format!("/{MY_KEY}")]);
        assert_eq!(remaining(json!({"jane@x.io": 1})), ["/jane@x.io"]);
        for form in [
            MY_KEY.to_uppercase(),
            STANDARD.encode(MY_KEY),
            STANDARD.encode(format!("user:{MY_KEY}")),
            URL_SAFE_NO_PAD.encode(format!("a{MY_KEY}b")),
            MY_KEY.replace('-', "%2D"),
            MY_KEY.bytes().map(|byte| format!("{byte:02x}")).collect(),
            MY_KEY.chars().rev().collect(),
        ] {
            assert_eq!(remaining(json!({"a": format!("({form})")})), ["/a"], "{form}");
        }
    }
}
