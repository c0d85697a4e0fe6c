//! Texts in other texts: what is in Base64, and what is written in the wide characters of East Asian typography.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// As it comes, with the padding at its end or without.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64_OF_URLS: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// What is shorter holds nothing that is looked for in Base64.
const SHORTEST: usize = 12;

/// A text with something else for every part of it that is text in Base64, where there is something else for that.
pub(super) fn replace_base64(text: &str, mut with: impl FnMut(&str) -> Option<String>) -> Option<String> {
    let mut replaced = String::new();
    let mut end = 0;
    let is_of_base64 = |char: char| char.is_ascii_alphanumeric() || "+/-_=".contains(char);
    for part in text.split(|char| !is_of_base64(char)).flat_map(whole_and_segments) {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        if start < end {
            continue;
        }
        if let Some(other) = decoded(part).and_then(|inside| with(&inside)) {
            replaced += &text[end..start];
            replaced += &other;
            end = start + part.len();
        }
    }
    (end > 0).then(|| replaced + &text[end..])
}

/// A run of characters, and what it has between slashes, which are of Base64, too, and separate the segments of paths.
fn whole_and_segments(run: &str) -> impl Iterator<Item = &str> {
    let segments = run.split('/').filter(move |segment| segment.len() < run.len());
    std::iter::once(run).chain(segments).filter(|part| part.len() >= SHORTEST)
}

/// The text that a text is Base64 of.
fn decoded(text: &str) -> Option<String> {
    let engine = if text.contains(['-', '_']) { BASE64_OF_URLS } else { BASE64 };
    let text = String::from_utf8(engine.decode(text).ok()?).ok()?;
    let is_written = |char: char| !char.is_control() || char.is_whitespace();
    text.chars().all(is_written).then_some(text)
}

/// A text in the characters that it is usually written in; nothing where it has no wide ones.
pub(super) fn narrow(text: &str) -> Option<String> {
    let narrow = |char: char| match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        '\u{3000}' => ' ',
        char => char,
    };
    text.contains(|char| narrow(char) != char).then(|| text.chars().map(narrow).collect())
}
