//! Finds what does not belong into a recording or a repository: keys, secrets, signed URLs, and how to reach a person.
//!
//! What stands in its place is of the same kind, so that a redacted response proves the same types.

mod body;
mod encoded;
mod keys;
mod names;
mod phones;
mod presented;
mod signed_url;
mod texts;

use std::error::Error;
use std::fmt;

use serde_json::Value;

pub use self::body::{Body, Redacted, Sensitive, View};
use self::keys::Keys;
pub use self::names::{CREDENTIALS, lets_in, named};
pub use self::presented::Presented;
use self::texts::Texts;

/// What stands in the place of a text.
pub const PLACEHOLDER: &str = "REDACTED";

/// Keys that are shorter count where they stand alone: elsewhere they would be found in what has nothing to do with them.
pub const SHORT: usize = 8;

/// How often a text is read as another one that is encoded in it. More levels than that are made for what reads them.
const LEVELS: usize = 4;

/// Knows what to take out.
#[derive(Clone)]
pub struct Redactor {
    keys: Keys,
    texts: Texts,
}

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
        Ok(Self { keys: Keys::none()?, texts: Texts::new()? })
    }

    /// The same, which knows these keys, too.
    ///
    /// # Errors
    ///
    /// There are more of them than can be looked for at once.
    pub fn knowing(&self, keys: impl IntoIterator<Item = String>) -> Result<Self, Unsearchable> {
        Ok(Self { keys: self.keys.and(keys)?, texts: self.texts.clone() })
    }

    /// A text of the same length for people to read, without keys in any form, nor other credentials.
    pub fn mask(&self, text: &str) -> String {
        let stars = |hidden: &str| "*".repeat(hidden.chars().count());
        self.texts.without_secrets(&self.keys.replace_forms(text, stars), stars)
    }

    /// A text without what has to be taken out, and the last that was.
    pub fn text(&self, text: &str) -> (String, &'static str) {
        self.text_of(text, LEVELS)
    }

    /// The same, with so many levels of texts in it.
    fn text_of(&self, text: &str, levels: usize) -> (String, &'static str) {
        if let Some(narrow) = encoded::narrow(text) {
            let (kept, what) = self.text_of(&narrow, levels);
            // What holds nothing stays as it is written.
            return if kept == narrow { (text.to_owned(), "") } else { (kept, what) };
        }
        let mut redacted = (text.to_owned(), "");
        let mut next = |(text, what): (String, &'static str)| {
            if text != redacted.0 {
                redacted = (text, what);
            }
            redacted.0.clone()
        };
        let kept = next((self.keys.replace(text), "the key"));
        let kept = self.json(&kept, levels).map_or(kept, &mut next);
        let kept = self.base64(&kept, levels).map_or(kept, &mut next);
        let kept = next((self.texts.without_signed_urls(&kept, LEVELS), "a signed URL"));
        for (what, kept) in self.texts.replaced(&kept) {
            next((kept, what));
        }
        redacted
    }

    /// Whether a text still has a key in some form.
    pub fn has_key(&self, text: &str) -> bool {
        self.keys.has_form(text)
    }

    /// Whether a number, as it is spelled, is or contains a key.
    fn is_number(&self, token: &str) -> bool {
        self.keys.has_number(token)
    }

    /// A text with a placeholder for every text in Base64 that has something to take out; nothing where there is none.
    fn base64(&self, text: &str, levels: usize) -> Option<(String, &'static str)> {
        if levels == 0 {
            return None;
        }
        let mut last = "";
        let kept = encoded::replace_base64(text, |inside| {
            let (kept, what) = self.text_of(inside, levels - 1);
            // A key that somebody has encoded is left for whoever asks whether one is there.
            (kept != inside && what != "the key").then(|| {
                last = what;
                PLACEHOLDER.to_owned()
            })
        });
        kept.map(|kept| (kept, last))
    }

    /// A text that is JSON, redacted as such; nothing where there is nothing to take out.
    fn json(&self, text: &str, levels: usize) -> Option<(String, &'static str)> {
        if levels == 0 || !text.trim_start().starts_with(['{', '[', '"']) {
            return None;
        }
        let mut value: Value = serde_json::from_str(text).ok()?;
        let mut redacted = Redacted::default();
        self.take_out(&mut value, "", None, levels - 1, &mut redacted);
        redacted.taken.last().map(|last| (value.to_string(), last.what))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
