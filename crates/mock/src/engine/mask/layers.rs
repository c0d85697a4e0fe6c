//! A text as it stands, and as it reads once what is encoded in it is decoded: escapes, what XML has in a text beside that
//! text, data of events over several lines, Base64, hexadecimal digits, quoted-printable, and characters of several bytes.
//!
//! Whatever a step makes of a text is read on by every step, so that what is encoded several times is found, too.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::{base64, data_lines, escapes, hexadecimal, markup, quoted_printable, utf16};

/// What is encoded more often than that is not read.
const DEEPEST: usize = 8;

/// No text has more readings than that by chance, so that no more are looked at.
const MOST: usize = 48;

/// Shorter texts are in whatever is no text, and only count where they are all of it.
const SHORTEST_TEXT: usize = 6;

/// All readings of a text together have at most so many times its bytes, beside those that every text may have.
const MOST_TIMES: usize = 24;
const FREE: usize = 64 * 1024;

/// A way to decode a text; nothing where there is nothing to decode.
pub(super) struct Step {
    decode: fn(&Layer<'_>) -> Option<Layer<'static>>,
    depth: usize,
    /// Whether it decodes what nobody may have encoded.
    is_guess: bool,
}

const ESCAPES: Step = Step { decode: escapes::read, depth: 1, is_guess: false };
const MARKUP: Step = Step { decode: markup::read, depth: 1, is_guess: false };
const DATA: Step = Step { decode: data_lines::in_one_piece, depth: 1, is_guess: false };
const DATA_LINES: Step = Step { decode: data_lines::in_lines, depth: 1, is_guess: false };
const UTF16: Step = Step { decode: utf16::read, depth: 1, is_guess: false };
const BASE64: Step = Step { decode: base64::read, depth: 3, is_guess: true };

// Much that is neither looks like them, so that what they make is not read on for long.
const HEXADECIMAL: Step = Step { decode: hexadecimal::read, depth: 5, is_guess: true };
const QUOTED_PRINTABLE: Step = Step { decode: quoted_printable::read, depth: 5, is_guess: true };

/// All steps.
pub(super) const ALL: &[Step] = &[ESCAPES, MARKUP, DATA, DATA_LINES, UTF16, BASE64, HEXADECIMAL, QUOTED_PRINTABLE];

/// The steps from how a value is written to what it is.
pub(super) const OF_VALUES: &[Step] = &[ESCAPES, MARKUP, DATA, DATA_LINES, UTF16];

/// One reading of a text.
#[derive(Debug)]
pub(super) struct Layer<'t> {
    pub(super) bytes: Cow<'t, [u8]>,
    /// Where each byte stands in the text; nothing for the text as it stands.
    places: Option<Vec<Place>>,
    depth: usize,
    /// Whether nobody may have encoded what it decodes.
    is_guess: bool,
}

/// A part of a text, as small as it can be kept.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: u32,
    end: u32,
}

/// A reading while it is made of another one.
pub(super) struct Decoding<'l> {
    of: &'l Layer<'l>,
    bytes: Vec<u8>,
    places: Vec<Place>,
}

/// Shows all readings of a text by some of the steps, the text as it stands first. Tells whether these are all: of a text that
/// has others nobody can say what is in it.
pub(super) fn readings(text: &[u8], steps: &[Step], mut show: impl FnMut(&Layer<'_>)) -> bool {
    let mut are_all = !markup::has_entities(text);
    // Most texts have no other reading, and the others few.
    let mut known = Vec::new();
    let mut left = text.len().saturating_mul(MOST_TIMES).saturating_add(FREE);
    let mut waiting = VecDeque::from([Layer::plain(text)]);
    while let Some(layer) = waiting.pop_front() {
        show(&layer);
        for step in steps {
            let Some(mut next) = (step.decode)(&layer) else { continue };
            if known.is_empty() {
                known.push(digest(text));
            }
            let digest = digest(&next.bytes);
            if known.contains(&digest) {
                continue;
            }
            known.push(digest);
            (next.depth, next.is_guess) = (layer.depth + step.depth, layer.is_guess || step.is_guess);
            let fits = next.depth <= DEEPEST
                && known.len() <= MOST
                && next.bytes.len() <= left
                && !markup::has_entities(&next.bytes);
            if fits {
                left -= next.bytes.len();
                waiting.push_back(next);
            } else {
                are_all &= next.is_guess;
            }
        }
    }
    are_all
}

/// A text with all of its escapes read.
pub(super) fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    let mut layer = Layer::plain(text);
    for _ in 0..DEEPEST {
        match escapes::read(&layer) {
            Some(next) => layer = next,
            None => break,
        }
    }
    layer.bytes
}

fn digest(bytes: &[u8]) -> (usize, u64) {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    (bytes.len(), hasher.finish())
}

impl<'t> Layer<'t> {
    /// A text as it stands.
    pub(super) fn plain(text: &'t [u8]) -> Self {
        Self { bytes: text.into(), places: None, depth: 0, is_guess: false }
    }

    /// The part of the text that a part of this reading stands for. It is all between the first and the last of it.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        let Some(places) = &self.places else { return part };
        let whole = |places: &[Place]| {
            let start = places.iter().map(|place| place.start).min()?;
            Some(start..places.iter().map(|place| place.end).max()?)
        };
        // A part that is empty stands for nothing, and is placed behind what comes before it.
        let before = || places[..part.start].last().map_or(0..0, |place| place.end..place.end);
        let place = whole(&places[part.clone()]).unwrap_or_else(before);
        widened(place.start)..widened(place.end)
    }
}

impl<'l> Decoding<'l> {
    /// Begins with nothing.
    pub(super) fn of(layer: &'l Layer<'l>) -> Self {
        Self { of: layer, bytes: Vec::new(), places: Vec::new() }
    }

    /// Adds a part as it is.
    pub(super) fn keep(&mut self, part: Range<usize>) {
        self.bytes.extend_from_slice(&self.of.bytes[part.clone()]);
        match &self.of.places {
            Some(places) => self.places.extend_from_slice(&places[part]),
            None => self.places.extend(part.map(|at| Place { start: narrowed(at), end: narrowed(at + 1) })),
        }
    }

    /// Adds bytes that a part stands for.
    pub(super) fn put(&mut self, bytes: &[u8], part: Range<usize>) {
        let place = self.of.place(part);
        self.bytes.extend_from_slice(bytes);
        let place = Place { start: narrowed(place.start), end: narrowed(place.end) };
        self.places.resize(self.bytes.len(), place);
    }

    /// Adds what is text in bytes, each of which has its place. Nothing goes on from one text to the next.
    pub(super) fn put_texts(&mut self, bytes: &[u8], place: impl Fn(usize) -> Range<usize>) {
        if bytes.len() < SHORTEST_TEXT && str::from_utf8(bytes).is_err() {
            return;
        }
        let mut start = 0;
        for chunk in bytes.utf8_chunks() {
            let mut at = start;
            for part in chunk.valid().split_inclusive(ends_text) {
                let text = part.trim_end_matches(ends_text);
                if text.len() >= SHORTEST_TEXT || !text.is_empty() && text.len() == bytes.len() {
                    for (offset, byte) in text.bytes().enumerate() {
                        self.put(&[byte], place(at + offset));
                    }
                    self.put(b"\n", place(at));
                }
                at += part.len();
            }
            start += chunk.valid().len() + chunk.invalid().len();
        }
    }

    /// The reading.
    pub(super) fn finish(self) -> Layer<'static> {
        Layer { bytes: self.bytes.into(), places: Some(self.places), depth: 0, is_guess: false }
    }
}

/// Whether a character is of no text. Characters of two bytes have zeros among theirs.
fn ends_text(char: char) -> bool {
    char.is_control() && !char.is_whitespace() && char != '\0'
}

/// No text has so many bytes that it would not fit.
fn narrowed(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn widened(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        let keep = |layer: &Layer<'_>| all.push(String::from_utf8_lossy(&layer.bytes).into_owned());
        assert!(readings(text.as_bytes(), OF_VALUES, keep), "{text}");
        all
    }

    #[test]
    fn escapes_are_read_at_every_depth() {
        let text = r#"a%62%2563\u0064 \"\u00fc\\u0065%zz%"#;
        let all = read(text);
        assert_eq!(all, [text, "ab%63d \"\u{fc}\\u0065%zz%", "abcd \"\u{fc}e%zz%"]);
        let first = escapes::read(&Layer::plain(text.as_bytes())).unwrap();
        let second = escapes::read(&first).unwrap();
        let place = |layer: &Layer<'_>, part: &str| {
            let start = std::str::from_utf8(&layer.bytes).unwrap().find(part).unwrap();
            text[layer.place(start..start + part.len())].to_owned()
        };
        assert_eq!(
            [place(&first, "b"), place(&second, "c"), place(&second, "cd"), place(&second, "e"), place(&second, "zz")],
            ["%62", "%2563", r"%2563\u0064", r"\\u0065", "zz"]
        );
    }

    #[test]
    fn steps_follow_each_other() {
        let text = r#"{"a": "\u003ck\u003ea<!-- -->\u0026#98;&#x63;\u003c![CDATA[d]]>e"}"#;
        assert!(read(text).contains(&r#"{"a": "<k>abcde"}"#.to_owned()), "{:?}", read(text));
        assert_eq!(&*unescaped(b"%25254%31"), b"A");
    }

    #[test]
    fn what_cannot_be_read_to_its_end_is_told() {
        let are_all = |text: &str| readings(text.as_bytes(), ALL, |_| {});
        let nested = |depth: usize| format!("%{}41", "25".repeat(depth));
        assert!(are_all(&nested(DEEPEST - 1)) && !are_all(&nested(DEEPEST)));
        assert!(!are_all("<!DOCTYPE a [<!ENTITY k \"v\">]><a>&k;</a>"));
        assert!(!are_all("%3C!ENTITY k \"v\">"));
    }
}
