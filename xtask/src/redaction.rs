//! Takes out of a response what does not belong into a repository: keys, secrets, signed URLs, and how to reach a person.
//!
//! What stands in its place is of the same kind, so that a redacted response proves the same types.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keyapi_spec::diagnostic::join;
use keyapi_spec::source::{Kind, Node};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::{Captures, Regex};

/// What stands in the place of a text.
const PLACEHOLDER: &str = "REDACTED";

/// Something that was taken out, or cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// JSON pointer to where it is.
    pub(crate) pointer: String,
    /// What it is.
    pub(crate) what: &'static str,
}

/// The environment variable that holds the key of the SDK's user.
const KEY: &str = "KEYAPI_TOKEN";

/// Knows what to take out.
#[derive(Clone)]
pub(crate) struct Redactor {
    keys: Vec<String>,
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

/// Parts of the names of query parameters that sign a URL or let somebody in.
const SIGNING: [&str; 14] = [
    "auth", "code", "cred", "expire", "hash", "hmac", "key", "pass", "policy", "secret", "session", "sig", "ticket",
    "token",
];

/// Words of property names whose values are secrets.
const SECRET_WORDS: [&str; 13] = [
    "apikey",
    "authorization",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "passwd",
    "password",
    "pwd",
    "secret",
    "sessionid",
    "signature",
    "token",
];

/// Words of property names whose values reach a person.
const CONTACT_WORDS: [&str; 6] = ["email", "fax", "mail", "phone", "telephone", "whatsapp"];

impl Redactor {
    /// A redactor that knows the key in the environment.
    ///
    /// # Errors
    ///
    /// A pattern is none, which the tests rule out.
    pub(crate) fn new() -> Result<Self, regex::Error> {
        let texts = TEXTS.into_iter().map(|(what, pattern, placeholder)| Ok((what, Regex::new(pattern)?, placeholder)));
        let redactor = Self {
            keys: Vec::new(),
            texts: texts.collect::<Result<_, regex::Error>>()?,
            urls: Regex::new(r#"[A-Za-z][A-Za-z0-9+.\-]*://[^\s"'<>\\]+"#)?,
        };
        Ok(redactor.knowing(std::env::var(KEY)))
    }

    /// The same, which knows these keys, too.
    pub(crate) fn knowing(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        /// What is shorter would be found in texts that have nothing to do with it.
        const SHORTEST: usize = 8;
        self.keys.extend(keys.into_iter().filter(|key| key.len() >= SHORTEST && key != PLACEHOLDER));
        self
    }

    /// A text of the same length for people to read, without keys in any form, nor other credentials.
    pub(crate) fn mask(&self, text: &str) -> String {
        let stars = |hidden: &str| "*".repeat(hidden.chars().count());
        let mut masked = text.to_owned();
        for form in self.keys.iter().flat_map(|key| forms(key)) {
            masked = masked.replace(&form, &stars(&form));
        }
        for (what, pattern, _) in &self.texts {
            if ["a secret", "a private key"].contains(what) {
                masked = pattern.replace_all(&masked, |hidden: &Captures<'_>| stars(&hidden[0])).into_owned();
            }
        }
        masked
    }

    /// Redacts a body, and says what was taken out.
    pub(crate) fn redact(&self, body: &mut Node) -> Vec<Finding> {
        let mut found = Vec::new();
        self.node(body, "", None, &mut found);
        found
    }

    /// What is still there in spite of it: a key in some other form, or a secret in the name of a property.
    pub(crate) fn remaining(&self, body: &Node) -> Vec<Finding> {
        let mut found = Vec::new();
        self.look(body, "", &mut found);
        found
    }

    fn node(&self, node: &mut Node, pointer: &str, whole: Option<&'static str>, found: &mut Vec<Finding>) {
        let mut note = |what| found.push(Finding { pointer: pointer.to_owned(), what });
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
        for key in &self.keys {
            replace("the key", &|text| text.replace(key.as_str(), PLACEHOLDER));
        }
        replace("a signed URL", &|text| {
            self.urls.replace_all(text, |url: &Captures<'_>| unsigned(&url[0])).into_owned()
        });
        for (what, pattern, placeholder) in &self.texts {
            replace(what, &|text| pattern.replace_all(text, *placeholder).into_owned());
        }
        redacted
    }

    fn look(&self, node: &Node, pointer: &str, found: &mut Vec<Finding>) {
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
                        found.push(Finding { pointer: pointer.clone(), what });
                    }
                    self.look(member, &pointer, found);
                }
            }
            Kind::String(text) if self.keys.iter().any(|key| forms(key).iter().any(|form| text.contains(form))) => {
                found.push(Finding { pointer: pointer.to_owned(), what: "the key" });
            }
            _ => {}
        }
    }
}

/// A URL without what lets somebody in.
fn unsigned(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(at);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    let path: Vec<&str> =
        path.split('/').map(|segment| if is_digest(segment) { PLACEHOLDER } else { segment }).collect();
    let signs = query.split(['?', '&', '#', ';']).any(|pair| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        SIGNING.iter().any(|part| name.contains(part))
    });
    let query = if signs { format!("{}{PLACEHOLDER}", &query[..1]) } else { query.to_owned() };
    format!("{scheme}://{host}{}{query}", path.join("/"))
}

/// Whether a segment of a path is a digest in hexadecimal, as signatures in paths are.
fn is_digest(segment: &str) -> bool {
    segment.len() >= 32 && segment.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What the values of a property are by its name.
fn named(name: &str) -> Option<&'static str> {
    let words = words(name);
    let pairs = words.windows(2).map(<[String]>::concat);
    let is_key = |pair: String| {
        ["accesskey", "apikey", "privatekey", "secretkey", "sessionid", "sessionkey"].contains(&pair.as_str())
    };
    if words.iter().any(|word| SECRET_WORDS.contains(&word.as_str())) || pairs.into_iter().any(is_key) {
        return Some("a secret");
    }
    let is_mobile = words.last().is_some_and(|last| ["mobile", "tel"].contains(&last.as_str()));
    let reaches = words.iter().any(|word| CONTACT_WORDS.contains(&word.as_str())) || is_mobile;
    reaches.then_some("a person's contact")
}

/// The words of a name, in lower case: `userEmail` and `user_email` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for char in name.chars() {
        if !char.is_alphanumeric() || (char.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (char.is_alphanumeric(), words.last_mut()) {
            word.extend(char.to_lowercase());
        }
        before = char;
    }
    words.retain(|word| !word.is_empty());
    words
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
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]);
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
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]);
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
        let redactor = Redactor::new().unwrap().knowing([MY_KEY.to_owned()]);
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
