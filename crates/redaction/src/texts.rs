//! What is known by how it is written: keys of well-known kinds, signed URLs, e-mail addresses and phone numbers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::{Captures, Regex};

use super::names::{lets_in, named};
use super::phones::Phones;
use super::signed_url::unsigned;
use super::{PLACEHOLDER, Unsearchable};

/// What is taken out of texts, and what comes in its place. A placeholder matches what it replaces, so that to redact
/// twice is to redact once.
const TEXTS: [(&str, &str, &str); 4] = [
    ("a private key", r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*", PLACEHOLDER),
    ("a secret", SECRETS, PLACEHOLDER),
    // What curl and its like sign in with.
    ("a secret", r#"((?:^|\s)(?:-u|--user)[ =]["']?[^\s:"']+:)[^\s"']+"#, "${1}REDACTED"),
    (
        "an e-mail address",
        concat!(
            r"[A-Za-z\u{C0}-\u{24F}0-9._%+\-]+(?:@|%(?:25)*40|&#0*64;|&#[xX]0*40;|&commat;|\\+u0040)",
            r"[A-Za-z\u{C0}-\u{24F}0-9\-]+(?:\.[A-Za-z\u{C0}-\u{24F}0-9\-]+)*\.[A-Za-z\u{C0}-\u{24F}]{2,}",
        ),
        "redacted@example.com",
    ),
];

/// Credentials that are known by how they are written.
const SECRETS: &str = concat!(
    r"(?-u:\b)(?:",
    r"(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9_\-]+",
    r"|gh[pousr]_[A-Za-z0-9]{20,}",
    r"|github_pat_[A-Za-z0-9_]{20,}",
    r"|gl[a-z]{2,5}-[A-Za-z0-9_\-]{20,}(?:\.[A-Za-z0-9]+)*",
    r"|(?:hf|npm|gsk|r8|rpa|ntn|pul|hvs|hvb|dckr_pat|do[opr]_v1|shp(?:at|ca|pa|ss))[_.][A-Za-z0-9_\-]{20,}",
    r"|(?:pypi|nvapi|pplx|xapp|sntrys|ATATT)[_\-]?[A-Za-z0-9_\-]{24,}",
    r"|ya29\.[A-Za-z0-9_\-]{10,}",
    r"|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}",
    r"|xox[abeprs]-[A-Za-z0-9\-]{10,}",
    r"|A(?:KI|SI)A[A-Z0-9]{16}",
    r"|AIza[A-Za-z0-9_\-]{30,}",
    r"|[0-9]{8,10}:AA[A-Za-z0-9_\-]{30,}",
    // Signed in three parts, or encrypted in five, of which some may be empty.
    r"|eyJ[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*){2,4}",
    r"|[0-9a-f]{32}-us[0-9]{1,2}",
    r")",
);

/// Patterns that are read.
#[derive(Clone)]
pub(super) struct Texts {
    texts: Vec<(&'static str, Regex, &'static str)>,
    phones: Phones,
    /// A prefix of few letters and a long rest, as most kinds of keys have. What is called by a longer word is an id.
    prefixed: Regex,
    /// Words that come before a credential, and before many another word.
    introduced: Regex,
    /// The part of a URL after the name of a hook, which whoever knows may call.
    hooks: Regex,
    urls: Regex,
    /// An element of XML without others in it.
    elements: Regex,
    /// A field of a form in several parts.
    fields: Regex,
    /// The beginning of a URL that is part of another.
    encoded: Regex,
}

impl Texts {
    pub(super) fn new() -> Result<Self, Unsearchable> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(Unsearchable::because);
        let texts = TEXTS.into_iter().map(|(what, pattern, placeholder)| Ok((what, regex(pattern)?, placeholder)));
        Ok(Self {
            texts: texts.collect::<Result<_, Unsearchable>>()?,
            phones: Phones::new()?,
            prefixed: regex(r"(?-u:\b)[A-Za-z][A-Za-z0-9]{1,3}[_\-]([A-Za-z0-9]{20,})(?-u:\b)")?,
            introduced: regex(concat!(
                r"(?-u:\b)(?:(?:sk|pat|key|token|secret)[_\-]([A-Za-z0-9_\-]{16,})",
                r"|(?i-u:bearer|basic) +([A-Za-z0-9._~+/\-]{8,}=*))",
            ))?,
            hooks: regex(concat!(
                r"(?-u:\b)((?i-u:(?:web)?hooks?[a-z0-9]{0,2}(?:\.[a-z0-9.\-]+)?/)(?:services/)?)",
                r#"([^\s"'<>?#]+)"#,
            ))?,
            urls: regex(r#"(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//[^\s"'<>\\]+"#)?,
            elements: regex(r"(<([A-Za-z][A-Za-z0-9_.:\-]*)(?:\s[^<>]*)?>)[^<>]+")?,
            fields: regex(concat!(
                r#"(?s)((?i-u:content-disposition:)[^\r\n]*\bname="?([^"\r\n;]+)"?[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n)"#,
                r"(.*?)(\r?\n--|$)",
            ))?,
            encoded: regex(r#"(?:[A-Za-z][A-Za-z0-9+.\-]*%(?:25)*3[Aa])?%(?:25)*2[Ff]%(?:25)*2[Ff][^\s"'<>\\&#]+"#)?,
        })
    }

    /// A text with something else for every credential.
    pub(super) fn without_secrets(&self, text: &str, with: impl Fn(&str) -> String) -> String {
        let secrets = self.texts.iter().filter(|(what, _, _)| ["a secret", "a private key"].contains(what));
        let hidden = secrets.fold(text.to_owned(), |text, (_, pattern, _)| {
            pattern.replace_all(&text, |hidden: &Captures<'_>| with(&hidden[0])).into_owned()
        });
        self.without_prefixed(&hidden, with)
    }

    /// A text after each kind was taken out of it, one after the other, with what it is.
    pub(super) fn replaced(&self, text: &str) -> Vec<(&'static str, String)> {
        let mut all = Vec::with_capacity(self.texts.len() + 5);
        let mut text = text.to_owned();
        for (what, pattern, placeholder) in &self.texts {
            text = pattern.replace_all(&text, *placeholder).into_owned();
            all.push((*what, text.clone()));
        }
        text = self.phones.replaced(&text);
        all.push(("a phone number", text.clone()));
        text = self.without_hooks(&text);
        all.push(("a secret", text.clone()));
        text = self.without_prefixed(&text, |_| PLACEHOLDER.to_owned());
        all.push(("a secret", text.clone()));
        text = self.without_named(&text);
        all.push(("a secret", text.clone()));
        all.push(("a secret", self.without_tagged(&text)));
        all
    }

    /// A text whose URLs let nobody in, those that are part of another included, encoded so often.
    pub(super) fn without_signed_urls(&self, text: &str, levels: usize) -> String {
        let text = self.urls.replace_all(text, |url: &Captures<'_>| unsigned(&url[0]));
        if levels == 0 {
            return text.into_owned();
        }
        let decoded = |url: &Captures<'_>| {
            let decoded = percent_decode_str(&url[0]).decode_utf8_lossy().into_owned();
            let kept = self.without_signed_urls(&decoded, levels - 1);
            if kept == decoded { url[0].to_owned() } else { utf8_percent_encode(&kept, UNRESERVED).to_string() }
        };
        self.encoded.replace_all(&text, decoded).into_owned()
    }

    fn without_prefixed(&self, text: &str, with: impl Fn(&str) -> String) -> String {
        let text = self.prefixed.replace_all(text, |found: &Captures<'_>| match is_random(&found[1]) {
            true => with(&found[0]),
            false => found[0].to_owned(),
        });
        let rest = |found: &Captures<'_>| found.get(1).or(found.get(2)).is_some_and(|rest| is_no_word(rest.as_str()));
        let hidden = |found: &Captures<'_>| if rest(found) { with(&found[0]) } else { found[0].to_owned() };
        self.introduced.replace_all(&text, hidden).into_owned()
    }

    /// A text without what lets somebody call a hook.
    fn without_hooks(&self, text: &str) -> String {
        let hidden = |hook: &Captures<'_>| match hook[2].split('/').any(|part| part.len() >= 3 && is_no_word(part)) {
            true => format!("{}{PLACEHOLDER}", &hook[1]),
            false => hook[0].to_owned(),
        };
        self.hooks.replace_all(text, hidden).into_owned()
    }

    /// A text without the values of what is named in it like a credential, as in `password=…` or `"token": "…"`.
    fn without_named(&self, text: &str) -> String {
        let (mut kept, mut end) = (String::with_capacity(text.len()), 0);
        for (at, sign) in text.match_indices([':', '=']) {
            if at < end {
                continue;
            }
            let (name, is_quoted) = name_before(&text[..at]);
            let value = value_after(&text[at + 1..]);
            let length = value.find(end_of_value(name, is_quoted)).unwrap_or(value.len());
            // What is shorter is a word of a sentence, and so is what has no digit where only variables are called so.
            let is_secret = match named(name) {
                Some(what) => what == "a secret" && length >= 4 && (is_quoted || !is_title(sign, &value[..length])),
                None => {
                    let has_digit = value[..length].bytes().any(|byte| byte.is_ascii_digit());
                    sign == "=" && length >= 6 && has_digit && lets_in(name)
                }
            };
            if is_secret {
                let start = text.len() - value.len();
                kept.push_str(&text[end..start]);
                kept.push_str(PLACEHOLDER);
                end = start + length;
            }
        }
        kept + &text[end..]
    }

    /// A text without what stands in elements that are named like a credential, as in `<password>…</password>`, and in fields
    /// of forms.
    fn without_tagged(&self, text: &str) -> String {
        let tagged = |element: &Captures<'_>| match named(&element[2]) {
            Some("a secret") => format!("{}{PLACEHOLDER}", &element[1]),
            _ => element[0].to_owned(),
        };
        let text = self.elements.replace_all(text, tagged);
        let field = |field: &Captures<'_>| match named(&field[2]) {
            Some("a secret") if !field[3].is_empty() => format!("{}{PLACEHOLDER}{}", &field[1], &field[4]),
            _ => field[0].to_owned(),
        };
        self.fields.replace_all(&text, field).into_owned()
    }
}

/// What is not encoded in a URL.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name that a text ends with, which may stand in quotes, and those be escaped; and whether a quote stands before it.
fn name_before(text: &str) -> (&str, bool) {
    let text = text.trim_end_matches([' ', '\t']);
    let text = text.strip_suffix(QUOTES).unwrap_or(text).trim_end_matches('\\');
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || "_.-".contains(char);
    let before = text.trim_end_matches(is_of_name);
    (&text[before.len()..], before.ends_with(QUOTES))
}

/// The value that a text begins with, without its quote.
fn value_after(text: &str) -> &str {
    let text = text.strip_prefix('>').unwrap_or(text).trim_start_matches([' ', '\t']).trim_start_matches('\\');
    text.strip_prefix(QUOTES).unwrap_or(text)
}

const QUOTES: [char; 2] = ['"', '\''];

/// Where the value of a name ends: headers have values of several words, some of which may be quoted unless all is.
fn end_of_value(name: &str, is_quoted: bool) -> fn(char) -> bool {
    match name.to_ascii_lowercase().trim_start_matches("proxy-") {
        "authorization" | "cookie" | "set-cookie" if is_quoted => |char| char.is_control() || r#""'\"#.contains(char),
        "authorization" | "cookie" | "set-cookie" => char::is_control,
        _ => |char| char.is_whitespace() || r#""'\,;&(){}[]<>"#.contains(char),
    }
}

/// Whether what follows a sign is a word like the second one of `Secret: Garden`.
fn is_title(sign: &str, value: &str) -> bool {
    let rest = value.strip_prefix(|char: char| char.is_ascii_uppercase()).unwrap_or_default();
    sign == ":" && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether a text is more than words: it has digits, or capital letters after small ones, or the end of Base64.
fn is_no_word(text: &str) -> bool {
    let mut pairs = text.as_bytes().windows(2);
    let has_hump = pairs.any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    has_hump || text.ends_with('=') || text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text has capital letters, small letters and digits: words and numbers have not all of them.
fn is_random(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}
