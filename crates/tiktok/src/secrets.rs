//! Finds keys in text and bytes, however they are written there.

use crate::display_text::is_blank;

/// How every key of the provider begins.
const DOCUMENTED_PREFIX: &str = "sk_live_";

/// Masks this key, and every key of the documented form, and keeps the text's length.
pub(crate) fn mask_text(text: &mut String, secret: Option<&str>) {
    let mut bytes = std::mem::take(text).into_bytes();
    mask(&mut bytes, secret);
    // Only whole characters were replaced, so nothing is lost.
    *text = String::from_utf8(bytes).unwrap_or_default();
}

/// The same in bytes, where positions stay valid.
pub(crate) fn mask(bytes: &mut [u8], secret: Option<&str>) {
    let first = secret.and_then(|secret| secret.bytes().next()).unwrap_or(b's');
    let mut at = 0;
    while at < bytes.len() {
        // Most of a large body needs no closer look.
        if !matches!(bytes[at], b's' | b'S' | b'%' | b'\\') && !bytes[at].eq_ignore_ascii_case(&first) {
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        let this = secret.and_then(|secret| length_of(rest, secret));
        match this.max(length_of_documented(rest)) {
            Some(length) => {
                bytes[at..at + length].fill(b'*');
                at += length;
            }
            None => at += 1,
        }
    }
}

/// Whether a key may contain this character.
pub(crate) fn is_key_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/=".contains(character)
}

/// How many bytes a key at the beginning takes. Blanks may split it, and letters may have changed their case.
fn length_of(bytes: &[u8], secret: &str) -> Option<usize> {
    let mut at = 0;
    for wanted in secret.chars() {
        loop {
            let (character, length) = character(&bytes[at..])?;
            at += length;
            if character.eq_ignore_ascii_case(&wanted) {
                break;
            }
            if length == at || !is_blank(character) {
                return None;
            }
        }
    }
    (at > 0).then_some(at)
}

/// How many bytes a key of the documented form at the beginning takes.
fn length_of_documented(bytes: &[u8]) -> Option<usize> {
    let prefix = length_of(bytes, DOCUMENTED_PREFIX)?;
    let mut at = prefix;
    while let Some((_, length)) = character(&bytes[at..]).filter(|(character, _)| is_key_character(*character)) {
        at += length;
    }
    (at > prefix).then_some(at)
}

/// The first character of some bytes, and how many of them it takes: as it is, percent-encoded, or escaped as in JSON or
/// in a `Debug` form. A byte that is no text is a character that cannot be shown.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let escaped = match bytes {
        [b'%', high, low, ..] => hexadecimal(&[*high, *low]).map(|character| (character, 3)),
        [b'\\', b'u', b'{', rest @ ..] => {
            let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
            let closed = rest.get(digits) == Some(&b'}');
            hexadecimal(&rest[..digits]).filter(|_| closed).map(|character| (character, digits + 4))
        }
        [b'\\', b'u', rest @ ..] => rest.get(..4).and_then(hexadecimal).map(|character| (character, 6)),
        [b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'0', ..] => Some(('\n', 2)),
        [b'\\', byte, ..] if byte.is_ascii() => Some((char::from(*byte), 2)),
        _ => None,
    };
    escaped.or_else(|| {
        let longest = &bytes[..bytes.len().min(4)];
        let chunk = longest.utf8_chunks().next()?;
        let character = chunk.valid().chars().next();
        Some(character.map_or((char::REPLACEMENT_CHARACTER, 1), |character| (character, character.len_utf8())))
    })
}

fn hexadecimal(digits: &[u8]) -> Option<char> {
    // `from_str_radix` would accept a sign.
    let digits = str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}
