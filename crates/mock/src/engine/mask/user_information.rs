//! Who signs in by a URL, as in `https://user:password@host/` (RFC 3986, section 3.2.1).

use std::ops::Range;

use memchr::memmem;

/// The passwords in URLs, and the users that have none where that is how a key is given.
pub(super) fn secrets(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    memmem::find_iter(text, b"://").filter_map(|separator| {
        let is_http = [&b"http"[..], b"https"].iter().any(|scheme| ends_with(&text[..separator], scheme));
        let start = separator + b"://".len();
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || b"/?#\"'<>".contains(byte);
        let authority = text[start..].split(is_end).next()?;
        let user = &authority[..authority.iter().rposition(|byte| *byte == b'@')?];
        let colon = user.iter().position(|byte| *byte == b':');
        match colon.unwrap_or(user.len()) {
            colon if colon + 1 < user.len() => Some(start + colon + 1..start + user.len()),
            // Others have a name there that everybody knows.
            user if user > 0 && is_http => Some(start..start + user),
            _ => None,
        }
    })
}

fn ends_with(text: &[u8], word: &[u8]) -> bool {
    text.len().checked_sub(word.len()).is_some_and(|start| text[start..].eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signs_in_by_a_url_is_told() {
        for (text, expected) in [
            ("https://bob:hunter2@example.com/a", &["hunter2"][..]),
            ("postgres://bob:p@ss@db, HTTP://key@a http://key:@b", &["p@ss", "key", "key"]),
            ("https://:hunter2@a", &["hunter2"]),
            ("ssh://git@example.com https://example.com/@user https://a?b=c@d https://@a ://", &[]),
            ("\"https://bob:hunter2\" and bob@example.com", &[]),
        ] {
            let found: Vec<&str> = secrets(text.as_bytes()).map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
