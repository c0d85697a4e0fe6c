//! The one way in which text of a server or a caller gets into `Display`, `Debug` and spans.

use std::borrow::Cow;
use std::fmt;

use crate::security::secrets::{self, Secrets};

/// How many characters are shown of a text.
const LIMIT: usize = 300;

/// What is shown in place of data that is no text.
pub(crate) const BINARY_DATA: &str = "[binary data]";

/// How many characters one of a key may take in a text: an escape in an escape, and a blank that splits the key.
const LENGTH_OF_ONE_CHARACTER: usize = 24;

/// Text that may be shown: one line of bounded length, without control characters, binary data and keys.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DisplayText(Cow<'static, str>);

impl DisplayText {
    /// Text that this crate or its document wrote, for which nothing has to be done.
    pub(crate) const fn from_static(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Text that may contain any of these secrets.
    pub(crate) fn new(text: &str, secrets: Secrets<'_>) -> Self {
        Self::bounded(text, secrets, LIMIT)
    }

    /// The same with another limit than that of messages.
    pub(crate) fn bounded(text: &str, secrets: Secrets<'_>, limit: usize) -> Self {
        // A key that begins inside the limit has to be known as a whole, or its beginning would be shown.
        let margin = secrets.known().map(str::len).max().unwrap_or_default().saturating_mul(LENGTH_OF_ONE_CHARACTER);
        let Some((mut line, complete)) = one_line(text, limit.saturating_add(margin)) else {
            return Self::from_static(BINARY_DATA);
        };
        secrets::mask_text(&mut line, secrets);
        match line.char_indices().nth(limit) {
            Some((cut, _)) => line.truncate(cut),
            None if complete => return Self(line.into()),
            None => {}
        }
        line.push('…');
        Self(line.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DisplayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Whether a character shows as nothing, as a gap or as an order to a terminal, so that a gap may stand for it.
pub(crate) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}')
}

/// The beginning of a text with one space for each run of blanks, and whether that is all of it. `None` if it is no
/// text at all.
fn one_line(text: &str, limit: usize) -> Option<(String, bool)> {
    let (mut line, mut length, mut binary) = (String::new(), 0, 0);
    let mut gap = false;
    let mut characters = text.chars();
    for character in characters.by_ref() {
        binary += usize::from(matches!(character, '\0' | char::REPLACEMENT_CHARACTER));
        // Half of a character says that there was more, and a gap would not.
        if is_blank(character) && character != char::REPLACEMENT_CHARACTER {
            gap = !line.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            length += 1;
        }
        line.push(character);
        length += 1;
        if length >= limit {
            break;
        }
    }
    // Text in another encoding has some characters that cannot be read, and a short one may have one beside few others; a
    // compressed body has little else.
    let readable = binary * 3 <= length + 2;
    readable.then_some((line, characters.all(is_blank)))
}

#[cfg(test)]
mod tests {
    use super::DisplayText;
    use crate::security::secrets::Secrets;
    use crate::test_platform::PLATFORM;

    const KEY: &str = "ek_live_aB3/x=";

    fn secrets() -> Secrets<'static> {
        PLATFORM.secrets(Some(KEY))
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(DisplayText::new(text, secrets()).as_str(), expected, "{text:?}");
    }

    #[test]
    fn text_becomes_one_line_without_control_characters() {
        check("", "");
        check("plain text, émoji 🎵 included", "plain text, émoji 🎵 included");
        check("one\r\ntwo\u{2028}three\u{85}four", "one two three four");
        check("\u{1b}[31mred\u{1b}[0m\u{7}", "[31mred [0m");
        check("left\u{202e}right\u{200b}\u{feff}", "left right");
        check(" \t\n ", "");
        check("caf\u{fffd}", "caf\u{fffd}");
    }

    #[test]
    fn binary_data_is_named_and_not_shown() {
        check(&String::from_utf8_lossy(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xabV\xcaO\xce\xf2\x02\xff"), "[binary data]");
        check("\0\0\0\0abc", "[binary data]");
        check("\u{fffd}\u{fffd}\u{fffd}", "[binary data]");
        check("no \u{fffd}", "no \u{fffd}");
        check("\u{fffd}", "\u{fffd}");
    }

    #[test]
    fn a_key_is_found_however_it_is_written() {
        let stars = "*".repeat(KEY.len());
        check(&format!("a {KEY} b"), &format!("a {stars} b"));
        check(&format!("{KEY}{KEY}"), &format!("{stars}{stars}"));
        for written in [
            "ek_live_\naB3/x=",
            "e k _ l i v e _ a B 3 / x =",
            "ek_live_\u{200b}aB3/x=",
            "ek_live_aB3%2Fx%3D",
            "%65%6b%5Flive_aB3%2fx%3d",
            "ek\\u005flive_aB3\\/x=",
            "ek_live_\\naB3/x=",
            "ek_live_\\u{200b}aB3/x=",
            "EK_LIVE_AB3/X=",
            "ek_live_aB3%252Fx%25253D",
            "ek%255flive_aB3%u002Fx=",
            "ek_live_aB3\\\\/x\\\\u003d",
            "ek_live_aB3\\x2fx\\\\\\\\x3D",
            "ek_live_aB3&#47;x&#x3D;",
            "&#101;k_live_aB3&amp;#x002f;x&equals;",
            "ek&lowbar;live_aB3&sol;&nbsp;x=",
            "ek_live_\u{fffd}aB3/x=",
            "ek_live_aB\u{fe0f}3\u{3164}/x=",
        ] {
            let shown = DisplayText::new(&format!("<{written}>"), secrets());
            assert_eq!(shown.as_str().trim_matches(['<', '*', '>']), "", "{written:?}: {shown}");
        }
    }

    #[test]
    fn a_plus_that_became_a_space_hides_no_key() {
        let shown = |text: &str| DisplayText::new(text, PLATFORM.secrets(Some("ek_live_aB+3+c"))).as_str().to_owned();
        assert_eq!(shown("<ek_live_aB 3 c>"), "<**************>");
        assert_eq!(shown("<ek_live_aB+3%20c>"), "<****************>");
        assert_eq!(shown("<ek_live_aB + 3\n+c>"), "<*****************>");
    }

    #[test]
    fn another_key_of_the_documented_form_is_masked_too() {
        check("got ek_live_other.", "got **************");
        check("?api_key=ek%5Flive_other&x=1", "?api_key=***************&x=1");
        check("a key has the form `ek_live_…`", "a key has the form `ek_live_…`");
        check("%22ek_live_other%22", "%22*************%22");
        assert_eq!(DisplayText::new("ek_live_other", PLATFORM.secrets(None)).as_str(), "*************");
    }

    #[test]
    fn a_long_text_is_cut_and_no_key_with_it() {
        check(&"x".repeat(300), &"x".repeat(300));
        check(&"x".repeat(301), &format!("{}…", "x".repeat(300)));
        check(&format!("{}{}", "x".repeat(300), " ".repeat(9)), &"x".repeat(300));
        for written in [KEY.to_owned(), KEY.chars().map(|c| format!("{c}\n\n")).collect(), "ek_live_other".to_owned()] {
            for place in 280..300 {
                let text = format!("{}{written}{}", "x".repeat(place), "y".repeat(1_000));
                let shown = DisplayText::new(&text, secrets());
                assert!(!shown.as_str().contains("ek") && !shown.as_str().contains("e k"), "{shown}");
                assert_eq!(shown.as_str().chars().count(), 301);
            }
        }
    }

    #[test]
    fn a_huge_text_is_read_no_further_than_it_is_shown() {
        let text = format!("{}\u{fffd}", "x".repeat(32 << 20));
        check(&text, &format!("{}…", "x".repeat(300)));
    }
}
