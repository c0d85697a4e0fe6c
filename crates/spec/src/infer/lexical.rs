//! What strings and keys look like.

use std::net::IpAddr;

/// What all strings of a location look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LexicalForm {
    Date,
    Uuid,
    Ip,
    Url,
    Digits,
    Plain,
}

impl LexicalForm {
    pub(crate) fn of(text: &str) -> Self {
        if is_digits(text) {
            Self::Digits
        } else if is_day(text) {
            Self::Date
        } else if is_uuid(text) {
            Self::Uuid
        } else if text.parse::<IpAddr>().is_ok() {
            Self::Ip
        } else if is_url(text) {
            Self::Url
        } else {
            Self::Plain
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        if self == other { self } else { Self::Plain }
    }

    /// The rule of the inference that the look falls under.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Digits => "R8",
            Self::Date | Self::Uuid | Self::Ip | Self::Url => "R9",
            Self::Plain => "R10",
        }
    }

    /// The guess to note beside the schema.
    pub(crate) fn guess(self) -> Option<&'static str> {
        match self {
            Self::Date => Some("date"),
            Self::Uuid => Some("uuid"),
            Self::Ip => Some("ip"),
            Self::Url => Some("url"),
            Self::Digits | Self::Plain => None,
        }
    }
}

/// What all keys of an object look like, where that makes the object a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    Date,
    Digits,
    Uuid,
    Hex,
}

impl Keys {
    /// The common look of the keys; none where they are the names of fields.
    ///
    /// Nobody names a field `2026-01-27`, `7` or a UUID, so one such key is enough. A word can be made of hex digits
    /// (`decade80`), so a lone hex key has to be as long as half a digest.
    pub(crate) fn of<'k>(keys: impl ExactSizeIterator<Item = &'k str> + Clone) -> Option<Self> {
        let hex_digits = if keys.len() == 1 { 16 } else { 8 };
        let all = |test: &dyn Fn(&str) -> bool| keys.len() > 0 && keys.clone().all(test);
        if all(&is_date) {
            Some(Self::Date)
        } else if all(&is_digits) {
            Some(Self::Digits)
        } else if all(&is_uuid) {
            Some(Self::Uuid)
        } else if all(&|key| is_hex(key, hex_digits)) {
            Some(Self::Hex)
        } else {
            None
        }
    }

    /// The code of the diagnostic that tells of the map.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Date => "map:date",
            Self::Digits => "map:digits",
            Self::Uuid => "map:uuid",
            Self::Hex => "map:hex",
        }
    }

    /// The keys in words.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Date => "dates",
            Self::Digits => "digits",
            Self::Uuid => "UUIDs",
            Self::Hex => "hex ids",
        }
    }
}

/// Whether a string or a key says that somebody cut the sample short.
pub(crate) fn is_cut(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "..." | "…") || text.ends_with("(truncated)")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    text.len() == 10 && is_date(text)
}

/// `YYYY-MM-DD`, `YYYY-MM` or `YYYYMMDD`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let parts = match bytes {
        [year @ .., b'-', m1, m2, b'-', d1, d2] => Some((year, [m1, m2], [d1, d2])),
        [year @ .., b'-', m1, m2] => Some((year, [m1, m2], [&b'0', &b'1'])),
        [year @ .., m1, m2, d1, d2] if bytes.len() == 8 => Some((year, [m1, m2], [d1, d2])),
        _ => None,
    };
    parts.is_some_and(|(year, month, day)| {
        year.len() == 4
            && year.iter().all(u8::is_ascii_digit)
            && (1..=12).contains(&two_digits(month))
            && (1..=31).contains(&two_digits(day))
    })
}

/// The number that two digits spell; zero, which is no month and no day, for anything else.
fn two_digits([tens, ones]: [&u8; 2]) -> u8 {
    if tens.is_ascii_digit() && ones.is_ascii_digit() { (tens - b'0') * 10 + (ones - b'0') } else { 0 }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_hex(text: &str, least: usize) -> bool {
    text.len() >= least
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_look_like_what_they_are() {
        #[track_caller]
        fn check(text: &str, expected: LexicalForm) {
            assert_eq!(LexicalForm::of(text), expected, "{text:?}");
        }
        check("2026-01-27", LexicalForm::Date);
        check("2026-13-27", LexicalForm::Plain);
        check("2026-01-32", LexicalForm::Plain);
        check("2026-01", LexicalForm::Plain);
        check("20260127", LexicalForm::Digits);
        check("10ddeaa7-1b62-43c1-918c-f0e164fdb631", LexicalForm::Uuid);
        check("10ddeaa7-1b62-43c1-918c-f0e164fdb63g", LexicalForm::Plain);
        check("10.0.0.1", LexicalForm::Ip);
        check("::1", LexicalForm::Ip);
        check("10.0.0.256", LexicalForm::Plain);
        check("https://x.io/a.jpeg", LexicalForm::Url);
        check("https://", LexicalForm::Plain);
        check("ftp://x.io", LexicalForm::Plain);
        check("6703723351497508865", LexicalForm::Digits);
        check("", LexicalForm::Plain);
        check("New Sun", LexicalForm::Plain);
    }

    #[test]
    fn keys_make_a_map_only_together() {
        #[track_caller]
        fn check(keys: &[&str], expected: Option<Keys>) {
            assert_eq!(Keys::of(keys.iter().copied()), expected, "{keys:?}");
        }
        check(&[], None);
        check(&["2026-01-27"], Some(Keys::Date));
        check(&["2026-01-27", "2026-02", "20260301"], Some(Keys::Date));
        check(&["2026-01-27", "total"], None);
        check(&["20260127", "20261327"], Some(Keys::Digits));
        check(&["7"], Some(Keys::Digits));
        check(&["7", "30", "all"], None);
        check(&["10ddeaa7-1b62-43c1-918c-f0e164fdb631"], Some(Keys::Uuid));
        check(&["5f3c2ab1", "0badcafe"], Some(Keys::Hex));
        check(&["5f3c2ab1"], None);
        check(&["5f3c2ab15f3c2ab1"], Some(Keys::Hex));
        check(&["deadbeef", "0badcafe"], None);
        check(&["5f3c2a1", "0badcafe"], None);
        check(&["a", "b"], None);
    }

    #[test]
    fn a_cut_sample_says_so() {
        for text in ["...", "…", " ... ", "(truncated)", "{\"code\": 0, ... (truncated)"] {
            assert!(is_cut(text), "{text:?}");
        }
        for text in ["and so on...", "truncated", "", "…or not", "(truncated) title"] {
            assert!(!is_cut(text), "{text:?}");
        }
    }
}
