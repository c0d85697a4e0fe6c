//! Takes out of a response what does not belong into a repository, and says where it was.

use keyapi_provider::KEY_VARIABLE;
use keyapi_redaction::{Body, Redactor, View};
use keyapi_spec::source::{Kind, Node};

use crate::input::{Failure, refused};

/// A redactor that knows the key in the environment.
///
/// # Errors
///
/// The key cannot be looked for.
pub(crate) fn redactor() -> Result<Redactor, Failure> {
    let redactor = Redactor::new().and_then(|redactor| redactor.knowing(std::env::var(KEY_VARIABLE)));
    redactor.map_err(refused)
}

/// A body whose numbers stay as they are spelled.
pub(crate) struct Spelled<'n>(pub(crate) &'n mut Node);

impl Body for Spelled<'_> {
    type Inner<'a>
        = Spelled<'a>
    where
        Self: 'a;

    fn view(&mut self) -> View<'_, Spelled<'_>> {
        match &mut self.0.kind {
            Kind::Null | Kind::Bool(_) => View::Word,
            Kind::Number(token) => View::Number(token.clone(), Box::new(|other| other.clone_into(token))),
            Kind::String(text) => View::Text(text),
            Kind::Array(items) => View::Array(items.iter_mut().map(Spelled).collect()),
            Kind::Object(properties) => View::Object(
                properties.iter_mut().map(|(key, property)| (key.name.as_str(), Spelled(property))).collect(),
            ),
        }
    }

    fn text(&self) -> Option<&str> {
        self.0.as_str()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use keyapi_spec::Source;
    use keyapi_spec::diagnostic::join;
    use serde_json::{Value, json};

    use super::*;

    const MY_KEY: &str = "kx-0123456789abcdef";

    fn redacted(body: &Value) -> (Value, Vec<(String, &'static str)>) {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let mut node = Source::parse_json("body.json", body.to_string().as_bytes()).unwrap().root().clone();
        let found = redactor.redact(&mut Spelled(&mut node)).unwrap().taken;
        let again = redactor.redact(&mut Spelled(&mut node)).unwrap().taken;
        assert!(again.is_empty(), "to redact twice is to redact once: {}", node.to_json());
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

    /// The crate that redacts has no document, and writes pointers itself.
    #[test]
    fn places_are_written_as_those_of_a_document() {
        for name in ["a", "", "a/b", "a~b", "~1", "~01/", "ü %"] {
            let (_, found) = redacted(&json!({ name: { "password": "x" } }));
            let found: Vec<String> = found.into_iter().map(|(pointer, _)| pointer).collect();
            assert_eq!(found, [join(&join("", name), "password")]);
        }
    }

    #[test]
    fn a_key_that_remains_is_found_in_every_form() {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let remaining = |body: Value| {
            let mut node = Source::parse_json("body.json", body.to_string().as_bytes()).unwrap().root().clone();
            let redacted = redactor.redact(&mut Spelled(&mut node)).unwrap();
            redacted.left.into_iter().map(|found| found.pointer).collect::<Vec<_>>()
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
