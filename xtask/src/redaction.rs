//! Takes out of a response what does not belong into a repository: keys, secrets, signed URLs, and how to reach a person.
//!
//! What stands in its place is of the same kind, so that a redacted response proves the same types.

mod property_name;
mod signed_url;

use std::collections::BTreeSet;
use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keyapi_spec::diagnostic::join;
use keyapi_spec::source::{Kind, Node};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::{Captures, Regex};

use self::property_name::named;
use self::signed_url::unsigned;
use crate::input::Failure;

/// What stands in the place of a text.
const PLACEHOLDER: &str = "REDACTED";

/// Something that was taken out, or cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sensitive {
    /// JSON pointer to where it is.
    pub(crate) pointer: String,
    /// What it is.
    pub(crate) what: &'static str,
}

/// The environment variable that holds the key of the SDK's user.
const KEY: &str = "KEYAPI_TOKEN";

/// Knows what to take out.
pub(crate) struct Redactor {
    keys: BTreeSet<String>,
    /// The keys as they are.
    exact: AhoCorasick,
    /// The keys in every form in which they are still keys.
    forms: AhoCorasick,
    texts: Vec<(&'static str, Regex, &'static str)>,
    urls: Regex,
}

/// What is taken out of texts, and what comes in its place. A placeholder matches what it replaces, so that to redact
/// twice is to redact once.
const TEXTS: [(&str, &str, &str); 5] = [
    ("a private key", r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*", PLACEHOLDER),
    ("a secret", SECRETS, PLACEHOLDER),
    (
        "an e-mail address",
        r"[A-Za-z0-9._%+\-]+(?:@|%40)[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}",
        "redacted@example.com",
    ),
    ("a phone number", r"\+[0-9](?:[ ().\-]{0,2}[0-9]){7,14}", "+10000000000"),
    ("a phone number", r"(?:\([0-9]{3}\) ?|(?-u:\b)[0-9]{3}[ .\-])[0-9]{3}[ .\-][0-9]{4}(?-u:\b)", "000-000-0000"),
];

/// Credentials that are known by how they are written.
const SECRETS: &str = concat!(
    r"(?-u:\b)(?:",
    r"(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9_\-]+",
    r"|(?:sk|pat|key|token|secret)[_\-][A-Za-z0-9_\-]{16,}",
    r"|gh[pousr]_[A-Za-z0-9]{20,}",
    r"|github_pat_[A-Za-z0-9_]{20,}",
    r"|xox[abeprs]-[A-Za-z0-9\-]{10,}",
    r"|A(?:KI|SI)A[A-Z0-9]{16}",
    r"|AIza[A-Za-z0-9_\-]{30,}",
    r"|eyJ[A-Za-z0-9_\-]{4,}\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*",
    r"|(?i:bearer|basic) +[A-Za-z0-9._~+/\-]{8,}=*",
    r")",
);

impl Redactor {
    /// A redactor that knows the key in the environment.
    ///
    /// # Errors
    ///
    /// A pattern is none, which the tests rule out.
    pub(crate) fn new() -> Result<Self, Failure> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(unbuildable);
        let texts = TEXTS.into_iter().map(|(what, pattern, placeholder)| Ok((what, regex(pattern)?, placeholder)));
        let redactor = Self {
            keys: BTreeSet::new(),
            exact: any_of::<&str>(&[])?,
            forms: any_of::<&str>(&[])?,
            texts: texts.collect::<Result<_, Failure>>()?,
            urls: regex(r#"[A-Za-z][A-Za-z0-9+.\-]*://[^\s"'<>\\]+"#)?,
        };
        redactor.knowing(std::env::var(KEY))
    }

    /// The same, which knows these keys, too.
    ///
    /// # Errors
    ///
    /// There are more of them than can be looked for at once.
    pub(crate) fn knowing(&self, keys: impl IntoIterator<Item = String>) -> Result<Self, Failure> {
        /// What is shorter would be found in texts that have nothing to do with it.
        const SHORTEST: usize = 8;
        let mut known = self.keys.clone();
        known.extend(keys.into_iter().filter(|key| key.len() >= SHORTEST && key != PLACEHOLDER));
        let forms: BTreeSet<String> = known.iter().flat_map(|key| forms(key)).collect();
        let (exact, forms) = (any_of(&Vec::from_iter(&known))?, any_of(&Vec::from_iter(&forms))?);
        Ok(Self { keys: known, exact, forms, texts: self.texts.clone(), urls: self.urls.clone() })
    }

    /// A text of the same length for people to read, without keys in any form, nor other credentials.
    pub(crate) fn mask(&self, text: &str) -> String {
        let stars = |hidden: &str| "*".repeat(hidden.chars().count());
        let mut masked = String::with_capacity(text.len());
        self.forms.replace_all_with(text, &mut masked, |_, hidden, masked| {
            masked.push_str(&stars(hidden));
            true
        });
        for (what, pattern, _) in &self.texts {
            if ["a secret", "a private key"].contains(what) {
                masked = pattern.replace_all(&masked, |hidden: &Captures<'_>| stars(&hidden[0])).into_owned();
            }
        }
        masked
    }

    /// Redacts a body, and says what was taken out.
    pub(crate) fn redact(&self, body: &mut Node) -> Vec<Sensitive> {
        let mut found = Vec::new();
        self.node(body, "", None, &mut found);
        found
    }

    /// What is still there in spite of it: a key in some other form, or a secret in the name of a property.
    pub(crate) fn remaining(&self, body: &Node) -> Vec<Sensitive> {
        let mut found = Vec::new();
        self.look(body, "", &mut found);
        found
    }

    fn node(&self, node: &mut Node, pointer: &str, whole: Option<&'static str>, found: &mut Vec<Sensitive>) {
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
                    _ => self.text(text),
                };
                if redacted != *text {
                    note(what);
                    *text = redacted;
                }
            }
            Kind::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.node(item, &format!("{pointer}/{index}"), whole, found);
                }
            }
            Kind::Object(members) => {
                for (key, member) in members {
                    self.node(member, &join(pointer, &key.name), whole.or_else(|| named(&key.name)), found);
                }
            }
        }
    }

    /// A text without what has to be taken out, and the last that was.
    fn text(&self, text: &str) -> (String, &'static str) {
        let mut redacted = (text.to_owned(), "");
        let mut replace = |what: &'static str, by: &dyn Fn(&str) -> String| {
            let next = by(&redacted.0);
            if next != redacted.0 {
                redacted = (next, what);
            }
        };
        replace("the key", &|text| {
            let mut kept = String::with_capacity(text.len());
            self.exact.replace_all_with(text, &mut kept, |_, _, kept| {
                kept.push_str(PLACEHOLDER);
                true
            });
            kept
        });
        replace("a signed URL", &|text| {
            self.urls.replace_all(text, |url: &Captures<'_>| unsigned(&url[0])).into_owned()
        });
        for (what, pattern, placeholder) in &self.texts {
            replace(what, &|text| pattern.replace_all(text, *placeholder).into_owned());
        }
        redacted
    }

    fn look(&self, node: &Node, pointer: &str, found: &mut Vec<Sensitive>) {
        match &node.kind {
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.look(item, &format!("{pointer}/{index}"), found);
                }
            }
            Kind::Object(members) => {
                for (key, member) in members {
                    let pointer = join(pointer, &key.name);
                    let (redacted, what) = self.text(&key.name);
                    if redacted != key.name {
                        found.push(Sensitive { pointer: pointer.clone(), what });
                    }
                    self.look(member, &pointer, found);
                }
            }
            Kind::String(text) if self.forms.is_match(text) => {
                found.push(Sensitive { pointer: pointer.to_owned(), what: "the key" });
            }
            _ => {}
        }
    }
}

/// Looks for texts, of which the longest counts.
fn any_of<T: AsRef<[u8]>>(texts: &[T]) -> Result<AhoCorasick, Failure> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts).map_err(unbuildable)
}

fn unbuildable(error: impl fmt::Display) -> Failure {
    Failure::Diagnostics(format!("error: secrets cannot be looked for: {error}"))
}

/// The forms in which a key is still that key.
fn forms(key: &str) -> Vec<String> {
    let backwards: String = key.chars().rev().collect();
    let mut forms = vec![key.to_owned(), key.to_lowercase(), key.to_uppercase(), backwards];
    forms.push(utf8_percent_encode(key, NON_ALPHANUMERIC).to_string());
    forms.push(key.bytes().map(|byte| format!("{byte:02x}")).collect());
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        // What stands before the key shifts its bits, and what stands around it changes the first and last characters.
        for before in 0..3 {
            let shifted = engine.encode([vec![b' '; before], key.as_bytes().to_vec()].concat());
            let (start, end) = (if before == 0 { 0 } else { 4 }, shifted.trim_end_matches('=').len().saturating_sub(2));
            forms.extend(shifted.get(start..end).map(str::to_owned));
        }
    }
    forms
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use keyapi_spec::Source;
    use serde_json::{Value, json};

    use super::*;

    const MY_KEY: &str = "kx-0123456789abcdef";

    fn redacted(body: &Value) -> (Value, Vec<(String, &'static str)>) {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let mut node = Source::parse_json("body.json", body.to_string().as_bytes()).unwrap().root().clone();
        let found = redactor.redact(&mut node);
        assert!(redactor.redact(&mut node).is_empty(), "to redact twice is to redact once: {}", node.to_json());
        (node.to_value(), found.into_iter().map(|found| (found.pointer, found.what)).collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &str, what: &'static str) {
        let (body, found) = redacted(&json!([text]));
        assert_eq!(body, json!([expected]));
        assert_eq!(found, [("/0".to_owned(), what)]);
    }

    #[test]
    fn texts_lose_what_is_secret() {
        check(&format!("key={MY_KEY}!"), "key=REDACTED!", "the key");
        check("use sk_live_abc123", "use REDACTED", "a secret");
        check("Authorization: Bearer abcdefgh12345678==", "Authorization: REDACTED", "a secret");
        check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "REDACTED", "a secret");
        check("AKIAIOSFODNN7EXAMPLE", "REDACTED", "a secret");
        check("x -----BEGIN RSA PRIVATE KEY-----\nMII", "x REDACTED", "a private key");
        check("mail jane.doe+x@mail.example.org now", "mail redacted@example.com now", "an e-mail address");
        check("call +49 (170) 123-4567", "call +10000000000", "a phone number");
        check("(555) 123-4567", "000-000-0000", "a phone number");
        check("https://u:p@x.io/a", "https://x.io/a", "a signed URL");
        check("see https://x.io/a?w=1&x-signature=ab%2F&x-expires=1", "see https://x.io/a?REDACTED", "a signed URL");
        check(
            "https://x.io/0123456789abcdef0123456789abcdef/5f3c/v.mp4",
            "https://x.io/REDACTED/5f3c/v.mp4",
            "a signed URL",
        );
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
    fn what_is_shown_is_as_long_and_tells_nothing() {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let hex: String = MY_KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("a ü {MY_KEY} {hex} sk_live_abc");
        let masked = redactor.mask(&text);
        assert_eq!(masked.chars().count(), text.chars().count());
        assert!(
            masked.starts_with("a ü *") && !masked.contains(MY_KEY) && !masked.contains(&hex) && masked.ends_with('*'),
            "{masked}"
        );
    }

    #[test]
    fn a_key_that_remains_is_found_in_every_form() {
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap();
        let remaining = |body: Value| {
            let mut node = Source::parse_json("body.json", body.to_string().as_bytes()).unwrap().root().clone();
            redactor.redact(&mut node);
            redactor.remaining(&node).into_iter().map(|found| found.pointer).collect::<Vec<_>>()
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
