//! Finds what does not belong into a recording or a repository: keys, secrets, signed URLs, and how to reach a person.
//!
//! What stands in its place is of the same kind, so that a redacted response proves the same types.

mod names;
mod signed_url;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::{Captures, Regex};

pub use self::names::{CREDENTIALS, named};
use self::signed_url::unsigned;

/// What stands in the place of a text.
pub const PLACEHOLDER: &str = "REDACTED";

/// Knows what to take out.
pub struct Redactor {
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
    r"|(?i-u:bearer|basic) +[A-Za-z0-9._~+/\-]{8,}=*",
    r")",
);

/// Why something cannot be looked for.
#[derive(Debug)]
pub struct Unsearchable(String);

impl fmt::Display for Unsearchable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "secrets cannot be looked for: {}", self.0)
    }
}

impl Error for Unsearchable {}

impl Unsearchable {
    fn because(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Shows no key.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Redactor {
    /// A redactor that knows no key yet.
    ///
    /// # Errors
    ///
    /// A pattern is none, which the tests rule out.
    pub fn new() -> Result<Self, Unsearchable> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(Unsearchable::because);
        let texts = TEXTS.into_iter().map(|(what, pattern, placeholder)| Ok((what, regex(pattern)?, placeholder)));
        Ok(Self {
            keys: BTreeSet::new(),
            exact: any_of::<&str>(&[])?,
            forms: any_of::<&str>(&[])?,
            texts: texts.collect::<Result<_, Unsearchable>>()?,
            urls: regex(r#"[A-Za-z][A-Za-z0-9+.\-]*://[^\s"'<>\\]+"#)?,
        })
    }

    /// The same, which knows these keys, too.
    ///
    /// # Errors
    ///
    /// There are more of them than can be looked for at once.
    pub fn knowing(&self, keys: impl IntoIterator<Item = String>) -> Result<Self, Unsearchable> {
        /// What is shorter would be found in texts that have nothing to do with it.
        const SHORTEST: usize = 8;
        let mut known = self.keys.clone();
        known.extend(keys.into_iter().filter(|key| key.len() >= SHORTEST && key != PLACEHOLDER));
        let forms: BTreeSet<String> = known.iter().flat_map(|key| forms(key)).collect();
        let (exact, forms) = (any_of(&Vec::from_iter(&known))?, any_of(&Vec::from_iter(&forms))?);
        Ok(Self { keys: known, exact, forms, texts: self.texts.clone(), urls: self.urls.clone() })
    }

    /// A text of the same length for people to read, without keys in any form, nor other credentials.
    pub fn mask(&self, text: &str) -> String {
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

    /// A text without what has to be taken out, and the last that was.
    pub fn text(&self, text: &str) -> (String, &'static str) {
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

    /// Whether a text still has a key in some form.
    pub fn has_key(&self, text: &str) -> bool {
        self.forms.is_match(text)
    }
}

/// Looks for texts, of which the longest counts.
fn any_of<T: AsRef<[u8]>>(texts: &[T]) -> Result<AhoCorasick, Unsearchable> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts).map_err(Unsearchable::because)
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
    use super::*;

    const MY_KEY: &str = "kx-0123456789abcdef";

    fn redactor() -> Redactor {
        Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: &str, what: &'static str) {
        let redactor = redactor();
        assert_eq!(redactor.text(text), (expected.to_owned(), what));
        assert_eq!(redactor.text(expected), (expected.to_owned(), ""), "to redact twice is to redact once");
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
    fn what_is_shown_is_as_long_and_tells_nothing() {
        let redactor = redactor();
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
    fn no_debug_form_has_the_key() {
        assert_eq!(format!("{:?}", redactor()), "Redactor { keys: 1, .. }");
    }
}
