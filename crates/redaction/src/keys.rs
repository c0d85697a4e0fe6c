//! Finds known keys in every form in which they are still keys.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use regex::{Captures, Regex};

use super::{LEVELS, PLACEHOLDER, SHORT, Unsearchable};

/// Keys, ready to be looked for.
#[derive(Clone)]
pub(super) struct Keys {
    all: BTreeSet<String>,
    /// The keys as they are.
    exact: AhoCorasick,
    /// The keys in every form.
    forms: AhoCorasick,
    /// Those that count only where they stand alone.
    short: AhoCorasick,
    /// The digits of those that a number may be.
    digits: BTreeSet<String>,
    encodings: Encodings,
}

/// How characters are encoded one by one.
#[derive(Clone)]
struct Encodings {
    /// Escapes in JSON, HTML or XML.
    escapes: Regex,
    /// Bytes in hexadecimal, with something between them.
    spaced: Regex,
}

impl Keys {
    pub(super) fn none() -> Result<Self, Unsearchable> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(Unsearchable::because);
        let escapes = regex(r"\\+u\{?([0-9A-Fa-f]{2,6})\}?|&#[xX]([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});|\\+(/)")?;
        let spaced = regex(r"[0-9A-Fa-f]{2}(?:[:\- ][0-9A-Fa-f]{2}){7,}")?;
        Self::of(BTreeSet::new(), Encodings { escapes, spaced })
    }

    /// These and others.
    pub(super) fn and(&self, keys: impl IntoIterator<Item = String>) -> Result<Self, Unsearchable> {
        let mut all = self.all.clone();
        all.extend(keys.into_iter().filter(|key| !key.trim().is_empty() && key != PLACEHOLDER));
        Self::of(all, self.encodings.clone())
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    fn of(all: BTreeSet<String>, encodings: Encodings) -> Result<Self, Unsearchable> {
        let (short, long): (Vec<&String>, Vec<&String>) = all.iter().partition(|key| key.len() < SHORT);
        let forms: BTreeSet<String> = long.iter().flat_map(|key| forms(key)).collect();
        let digits = all.iter().filter(|key| key.bytes().all(|byte| byte.is_ascii_digit()));
        let digits = digits.map(|key| significant(key).to_owned()).filter(|digits| !digits.is_empty()).collect();
        let forms = any_of(&Vec::from_iter(&forms), true)?;
        let (exact, short) = (any_of(&long, false)?, any_of(&short, false)?);
        Ok(Self { exact, forms, short, digits, encodings, all })
    }

    /// A text with a placeholder for every key.
    pub(super) fn replace(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        self.exact.replace_all_with(text, &mut kept, |_, _, kept| {
            kept.push_str(PLACEHOLDER);
            true
        });
        self.replace_short(&kept, |_| PLACEHOLDER.to_owned())
    }

    /// A text with something else for every form of a key.
    pub(super) fn replace_forms(&self, text: &str, with: impl Fn(&str) -> String) -> String {
        let text = &self.replace_encoded(text, &with);
        let mut kept = String::with_capacity(text.len());
        self.forms.replace_all_with(text, &mut kept, |_, form, kept| {
            kept.push_str(&with(form));
            true
        });
        self.replace_short(&kept, with)
    }

    /// A text with something else for every word that has a key in it, once it is decoded.
    fn replace_encoded<'t>(&self, text: &'t str, with: impl Fn(&str) -> String) -> Cow<'t, str> {
        if !self.is_encoded(text) {
            return Cow::Borrowed(text);
        }
        let is_between = |char: char| char.is_whitespace() || "\"'<>?=,{}[]()/".contains(char);
        let words = text.split_inclusive(is_between);
        let hidden = words.map(|word| if self.is_encoded(word) { with(word) } else { word.to_owned() });
        let hidden: String = hidden.collect();
        // A key may have in it what else stands between words.
        Cow::Owned(if self.is_encoded(&hidden) { with(&hidden) } else { hidden })
    }

    pub(super) fn has_form(&self, text: &str) -> bool {
        self.forms.is_match(text)
            || self.is_encoded(text)
            || self.short.find_iter(text).any(|found| is_alone(text, found.range()))
    }

    /// Whether a text has a key that is encoded character by character, once or several times.
    fn is_encoded(&self, text: &str) -> bool {
        let mut text = Cow::Borrowed(text);
        for _ in 0..LEVELS {
            if self.is_spaced(&text) {
                return true;
            }
            let (decoded, unescaped) = (percent_decode_str(&text).decode_utf8_lossy(), self.unescaped(&text));
            if [&decoded, &unescaped].into_iter().any(|other| *other != text && self.forms.is_match(&**other)) {
                return true;
            }
            let both = self.unescaped(&decoded).into_owned();
            if both == text {
                return false;
            }
            text = Cow::Owned(both);
        }
        false
    }

    /// A text without the escapes of JSON, HTML or XML.
    fn unescaped<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let character = |escape: &Captures<'_>| {
            if escape.get(4).is_some() {
                return "/".to_owned();
            }
            let (hexadecimal, decimal) = (escape.get(1).or(escape.get(2)), escape.get(3));
            let code = hexadecimal.map(|digits| u32::from_str_radix(digits.as_str(), 16));
            let code = code.or(decimal.map(|digits| digits.as_str().parse()));
            code.and_then(|code| char::from_u32(code.ok()?)).map_or_else(|| escape[0].to_owned(), String::from)
        };
        self.encodings.escapes.replace_all(text, character)
    }

    /// Whether a text has a key in hexadecimal, with something between the bytes.
    fn is_spaced(&self, text: &str) -> bool {
        self.encodings.spaced.find_iter(text).any(|bytes| {
            let digits: String = bytes.as_str().chars().filter(char::is_ascii_hexdigit).collect();
            self.forms.is_match(&digits)
        })
    }

    /// Whether a number is a key, however it is spelled, or has one that is long in it.
    pub(super) fn has_number(&self, token: &str) -> bool {
        let mantissa = token.split(['e', 'E']).next().unwrap_or_default();
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        self.exact.is_match(&digits) || self.digits.contains(significant(&digits))
    }

    fn replace_short(&self, text: &str, with: impl Fn(&str) -> String) -> String {
        let mut kept = String::with_capacity(text.len());
        self.short.replace_all_with(text, &mut kept, |found, key, kept| {
            match is_alone(text, found.range()) {
                true => kept.push_str(&with(key)),
                false => kept.push_str(key),
            }
            true
        });
        kept
    }
}

/// Whether no letter or digit is next to a part of a text.
fn is_alone(text: &str, part: std::ops::Range<usize>) -> bool {
    let (before, after) = (text[..part.start].chars().next_back(), text[part.end..].chars().next());
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

/// The digits that are left of a number whose size does not matter.
fn significant(digits: &str) -> &str {
    digits.trim_matches('0')
}

/// Looks for texts, of which the longest counts.
fn any_of<T: AsRef<[u8]>>(texts: &[T], ignoring_case: bool) -> Result<AhoCorasick, Unsearchable> {
    let mut builder = AhoCorasick::builder();
    let builder = builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(ignoring_case);
    builder.build(texts).map_err(Unsearchable::because)
}

/// The forms in which a key is still that key, in capital letters, small ones or both.
fn forms(key: &str) -> Vec<String> {
    let backwards: String = key.chars().rev().collect();
    let mut forms = vec![key.to_owned(), backwards];
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
