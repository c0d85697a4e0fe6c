//! Finds keys in text and bytes, however they are written there.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::error::display_text::is_blank;

/// What must not be shown.
#[derive(Clone, Copy, Default)]
pub(crate) struct Secrets<'a> {
    /// A key that is known.
    pub(crate) key: Option<&'a str>,
    /// What else is known: keys before it, and encodings of whole keys.
    pub(crate) others: &'a [String],
    /// How every other key begins.
    pub(crate) documented_prefix: Option<&'static str>,
}

impl<'a> Secrets<'a> {
    /// All that is known.
    pub(crate) fn known(self) -> impl Iterator<Item = &'a str> {
        self.key.into_iter().chain(self.others.iter().map(String::as_str))
    }
}

/// Masks the key, and every key of the documented form, and keeps the text's length.
pub(crate) fn mask_text(text: &mut String, secrets: Secrets<'_>) {
    let mut bytes = std::mem::take(text).into_bytes();
    mask(&mut bytes, secrets);
    // Only whole characters were replaced, so nothing is lost.
    *text = String::from_utf8(bytes).unwrap_or_default();
}

/// The same in bytes, where positions stay valid.
pub(crate) fn mask(bytes: &mut [u8], secrets: Secrets<'_>) {
    let mut may_begin = [false; 256];
    let firsts = secrets.known().chain(secrets.documented_prefix).filter_map(|text| text.bytes().next());
    for byte in firsts.chain(*b"%\\&") {
        may_begin[usize::from(byte.to_ascii_lowercase())] = true;
        may_begin[usize::from(byte.to_ascii_uppercase())] = true;
    }
    let mut at = 0;
    while at < bytes.len() {
        // Most of a large body needs no closer look.
        if !may_begin[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        let this = secrets.known().filter_map(|key| length_of(rest, key)).max();
        match this.max(secrets.documented_prefix.and_then(|prefix| length_of_documented(rest, prefix))) {
            Some(length) => {
                bytes[at..at + length].fill(b'*');
                at += length;
            }
            // A row of backslashes reads the same from each of them on.
            None => at += backslashes(rest).max(1),
        }
    }
}

/// What a key is in encodings of the whole, in which none of its characters is seen: backwards, in hexadecimal, and in
/// Base64 wherever in a longer text it stands.
pub(crate) fn encodings(key: &str) -> Vec<String> {
    let digits = |between: &str| key.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between);
    let mut encodings = vec![key.chars().rev().collect(), digits(""), digits(":"), digits(" "), digits("-")];
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        // What stands before the key shifts its bits, and what stands around it changes the first and last characters.
        for before in 0..3 {
            let shifted = engine.encode([vec![b' '; before], key.as_bytes().to_vec()].concat());
            let (start, end) = (if before == 0 { 0 } else { 4 }, shifted.len().saturating_sub(2));
            encodings.extend(shifted.get(start..end).map(str::to_owned));
        }
    }
    // What is short is found in what has nothing to do with it.
    encodings.retain(|encoding: &String| encoding.len() >= SHORTEST);
    encodings
}

const SHORTEST: usize = 8;

/// Whether a key may contain this character.
pub(crate) fn is_key_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/=".contains(character)
}

/// How many bytes a key at the beginning takes. Gaps may split it, and letters may have changed their case.
fn length_of(bytes: &[u8], secret: &str) -> Option<usize> {
    let mut at = 0;
    for wanted in secret.chars() {
        let begin = at;
        loop {
            let (character, length) = character(&bytes[at..])?;
            if character.eq_ignore_ascii_case(&wanted) {
                at += length;
                break;
            }
            if at > 0 && is_gap(character) {
                at += length;
                continue;
            }
            // Whoever reads a key as a form turns a plus into a space.
            if wanted == '+' && at > begin {
                break;
            }
            return None;
        }
    }
    (at > 0).then_some(at)
}

/// Whether a character in the middle of a key leaves it as readable as it was.
fn is_gap(character: char) -> bool {
    is_blank(character)
        || matches!(character,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0080}'..='\u{e0fff}')
}

/// How many bytes a key of the documented form at the beginning takes.
fn length_of_documented(bytes: &[u8], prefix: &str) -> Option<usize> {
    let prefix = length_of(bytes, prefix)?;
    let mut at = prefix;
    while let Some((_, length)) = character(&bytes[at..]).filter(|(character, _)| is_key_character(*character)) {
        at += length;
    }
    (at > prefix).then_some(at)
}

/// The first character of some bytes, and how many of them it takes: as it is, or escaped for a URL, a string literal or
/// HTML, once or several times over. A byte that is no text is a character that cannot be shown.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let escaped = match bytes.first()? {
        b'%' => percent_encoded(bytes),
        b'\\' => backslashed(bytes),
        b'&' => entity(bytes),
        _ => None,
    };
    escaped.or_else(|| {
        let longest = &bytes[..bytes.len().min(4)];
        let chunk = longest.utf8_chunks().next()?;
        let character = chunk.valid().chars().next();
        Some(character.map_or((char::REPLACEMENT_CHARACTER, 1), |character| (character, character.len_utf8())))
    })
}

/// `%2F`, `%252F` and so on, and `%u002F`.
fn percent_encoded(bytes: &[u8]) -> Option<(char, usize)> {
    let digits = |from: usize, count: usize| bytes.get(from..from + count).and_then(hexadecimal);
    let mut at = 1;
    while bytes[at..].starts_with(b"25") && digits(at + 2, 2).is_some() {
        at += 2;
    }
    match bytes.get(at)? {
        b'u' | b'U' => Some((digits(at + 1, 4)?, at + 5)),
        _ => Some((digits(at, 2)?, at + 2)),
    }
}

/// As in JSON, a `Debug` form or a script, where every string in a string doubles the backslashes.
fn backslashed(bytes: &[u8]) -> Option<(char, usize)> {
    let at = backslashes(bytes);
    let rest = &bytes[at..];
    let fixed = |from: usize, count: usize| Some((hexadecimal(rest.get(from..from + count)?)?, at + from + count));
    let escaped = match rest {
        [b'u', b'{', digits @ ..] => {
            let count = digits.iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
            let closed = digits.get(count) == Some(&b'}');
            hexadecimal(&digits[..count]).filter(|_| closed).map(|character| (character, at + count + 3))
        }
        [b'u', ..] => fixed(1, 4),
        [b'x', ..] => fixed(1, 2),
        [b'n' | b'r' | b't' | b'b' | b'f' | b'0', ..] => Some(('\n', at + 1)),
        _ => None,
    };
    escaped.or_else(|| rest.first().filter(|byte| byte.is_ascii()).map(|byte| (char::from(*byte), at + 1)))
}

fn backslashes(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b'\\').count()
}

/// `&#47;`, `&#x2F;`, and the same after `&` was escaped itself.
fn entity(bytes: &[u8]) -> Option<(char, usize)> {
    let mut at = 1;
    while bytes[at..].starts_with(b"amp;") {
        at += 4;
    }
    let name = bytes[at..].iter().take(10).position(|byte| *byte == b';')?;
    let end = at + name + 1;
    let character = match &bytes[at..at + name] {
        [b'#', b'x' | b'X', digits @ ..] => hexadecimal(digits),
        [b'#', digits @ ..] => str::from_utf8(digits).ok()?.parse().ok().and_then(char::from_u32),
        b"sol" => Some('/'),
        b"plus" => Some('+'),
        b"equals" => Some('='),
        b"lowbar" => Some('_'),
        b"nbsp" => Some(' '),
        _ => None,
    };
    Some((character?, end))
}

fn hexadecimal(digits: &[u8]) -> Option<char> {
    // `from_str_radix` would accept a sign.
    let digits = str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Secrets, mask};
    use crate::test_platform::PLATFORM;

    #[test]
    fn a_large_body_is_read_once_whatever_is_in_it() {
        for part in [r"\", "%25", "&amp;", "e ", r"\u0065", r"\n", "%20", "ek_live", "&#101;", "\u{200b}", "e\\\\"] {
            let mut bytes = part.repeat((1 << 20) / part.len()).into_bytes();
            bytes.extend(b"ek_live_canary");
            mask(&mut bytes, PLATFORM.secrets(Some("ek_live_ca+nary")));
            assert!(bytes.ends_with(b"****"), "{part}");
        }
        // Nor are encodings of whole keys looked for over and over.
        let others = super::encodings("ek_live_canary");
        let secrets = Secrets { others: &others, ..PLATFORM.secrets(Some("ek_live_canary")) };
        for other in &others {
            let mut bytes = other[..other.len() - 1].repeat(10_000).into_bytes();
            bytes.extend(other.as_bytes());
            mask(&mut bytes, secrets);
            assert!(bytes.ends_with(b"********"), "{other}");
        }
        let mut bytes = format!("{}u0065k_live_canary", "\\".repeat(1 << 20)).into_bytes();
        mask(&mut bytes, PLATFORM.secrets(None));
        assert!(bytes.iter().all(|byte| *byte == b'*'));
    }
}
