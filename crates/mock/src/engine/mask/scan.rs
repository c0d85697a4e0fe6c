//! Finds credentials in a text of any kind: JSON, forms, multipart, XML, headers, prose, whole or cut off.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use memchr::{memchr2, memchr3, memrchr_iter, memrchr2};

use super::layers::unescaped;
use super::user_information;
use crate::document::secrets::Secrets;

/// Longer texts before a `:` or `=` are no names.
const LONGEST_NAME: usize = 128;

/// How far from the start of its line the name of a part may be.
const LONGEST_LINE: usize = 512;

/// How long the other headers of a part may be.
const LONGEST_HEAD: usize = 1024;

/// How the credentials of `Basic` are encoded, which some write without the padding.
pub(super) const BASIC: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A part of a text that is a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    /// Whether it is a JSON value that is no text, so that a text has to be put in its place.
    pub(super) needs_quotes: bool,
}

/// A name, and how its value is written.
struct Assignment<'t> {
    name: &'t [u8],
    /// The name of a field, in which `+` may stand for a space.
    form_name: &'t [u8],
    /// The value's start.
    start: usize,
    writing: Writing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// `"name": value`
    Json,
    /// `name=value`
    Field,
    /// `name: value`
    Line,
    /// `<name>value</name>`
    Element,
}

/// What looks like a documented key.
pub(super) fn keys(text: &[u8], secrets: &Secrets) -> Vec<Range<usize>> {
    /// A shorter start of a key is only one where a word starts.
    const LONG: usize = 4;
    let mut found = Vec::new();
    for prefix in secrets.prefixes() {
        let mut at = 0;
        while let Some(start) = find(text, prefix, at) {
            at = start + prefix.len();
            let in_word = start.checked_sub(1).is_some_and(|before| text[before].is_ascii_alphanumeric());
            if in_word && prefix.len() < LONG {
                continue;
            }
            let end = at + text[at..].iter().take_while(|byte| is_of_key(**byte)).count();
            if end > at {
                found.push(start..end);
                at = end;
            }
        }
    }
    found
}

/// Whatever is presented as a credential: the values of names that say so, and credentials of HTTP's schemes.
pub(super) fn presented(text: &[u8], secrets: &Secrets) -> Vec<Hit> {
    let found = schemes(text).into_iter().chain(user_information::secrets(text));
    let mut found: Vec<Hit> = found.map(|range| Hit { range, needs_quotes: false }).collect();
    let mut at = 0;
    while let Some(separator) = memchr3(b':', b'=', b'>', &text[at..]).map(|offset| at + offset) {
        at = separator + 1;
        let Some(assignment) = assignment(text, separator) else { continue };
        let hit = if is_credential(&assignment, secrets) {
            value(text, &assignment)
        } else {
            part(text, &assignment, secrets)
        };
        if let Some(hit) = hit {
            at = at.max(hit.range.end);
            found.push(hit);
        }
    }
    found
}

fn is_credential(assignment: &Assignment<'_>, secrets: &Secrets) -> bool {
    // A name that is escaped names the same.
    let read = |name: &[u8]| String::from_utf8_lossy(&unescaped(name)).into_owned();
    let Assignment { name, form_name, writing, .. } = assignment;
    match writing {
        Writing::Field => {
            let has_spaces = form_name.len() > name.len();
            secrets.is_parameter(&read(name)) || has_spaces && secrets.is_parameter(&read(form_name).replace('+', " "))
        }
        Writing::Json | Writing::Line | Writing::Element => secrets.is_name(&read(name)),
    }
}

/// The name before a separator, where there is one.
fn assignment(text: &[u8], separator: usize) -> Option<Assignment<'_>> {
    if text[separator] == b'>' {
        // The first after a `<` ends the tag, or stands in an attribute of it; any other one is text.
        let start = memrchr2(b'<', b'>', &text[..separator]).filter(|start| text[*start] == b'<')? + 1;
        let tag = &text[start..separator];
        let name = tag.split(u8::is_ascii_whitespace).next().filter(|_| !tag.ends_with(b"/"))?;
        let name = &name[..name.len().min(LONGEST_NAME)];
        return Some(Assignment { name, form_name: name, start: separator + 1, writing: Writing::Element });
    }
    let before = text[separator.saturating_sub(LONGEST_NAME)..separator].trim_ascii_end();
    // A form writes `+` for a space.
    let blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'+';
    let start = separator + 1 + text[separator + 1..].iter().take_while(blank).count();
    if let Some((quote @ (b'"' | b'\''), rest)) = before.split_last() {
        let name = &rest[rest.iter().rposition(|byte| byte == quote)? + 1..];
        return Some(Assignment { name, form_name: name, start, writing: Writing::Json });
    }
    let run = |signs: &[u8]| {
        before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || signs.contains(byte)).count()
    };
    let (path, name) = before.split_at(before.len() - run(b"-_.[]%*"));
    let form_name = &before[before.len() - run(b"-_.[]%*+")..];
    if text[separator] == b':' && path.ends_with(b"/") {
        // A custom method, as in `/token:revoke`.
        return None;
    }
    let blank = |byte: &&u8| **byte == b' ' || **byte == b'\t';
    let start = separator + 1 + text[separator + 1..].iter().take_while(blank).count();
    let writing = if text[separator] == b'=' { Writing::Field } else { Writing::Line };
    (!name.is_empty()).then_some(Assignment { name, form_name, start, writing })
}

fn value(text: &[u8], assignment: &Assignment<'_>) -> Option<Hit> {
    let start = assignment.start;
    let until =
        |is_end: &dyn Fn(&u8) -> bool| start + text[start..].iter().position(is_end).unwrap_or(text.len() - start);
    let is_line_end = |byte: &u8| b"\r\n".contains(byte);
    let plain = |range: Range<usize>| Some(Hit { range, needs_quotes: false });
    match (assignment.writing, text.get(start)?) {
        (Writing::Element, _) => plain(start..element_end(text, assignment.name, start)),
        (_, quote @ (b'"' | b'\'')) => plain(start + 1..quoted_end(text, start + 1, *quote)),
        (Writing::Json, b'{' | b'[') => Some(Hit { range: start..balanced_end(text, start), needs_quotes: true }),
        (Writing::Json, _) => {
            let end = until(&|byte| byte.is_ascii_whitespace() || b",}]".contains(byte));
            Some(Hit { range: start..end, needs_quotes: true })
        }
        (Writing::Field, _) => plain(start..until(&|byte| *byte == b'&' || is_line_end(byte))),
        (Writing::Line, _) => plain(start..until(&is_line_end)),
    }
    .filter(|hit| !hit.range.is_empty())
}

/// The end of what an element has in it, elements of its name among that; the end of the text where it has none.
fn element_end(text: &[u8], name: &[u8], start: usize) -> usize {
    let name = name.to_ascii_lowercase();
    let (open, close) = ([b"<", &name[..]].concat(), [b"</", &name[..]].concat());
    let (mut at, mut depth) = (start, 1_usize);
    while let Some(end) = find(text, &close, at) {
        let mut inside = at;
        while let Some(begin) = find(&text[..end], &open, inside) {
            depth += 1;
            inside = begin + open.len();
        }
        depth -= 1;
        if depth == 0 {
            return end;
        }
        at = end + close.len();
    }
    text.len()
}

/// The content of a part of a multipart body, where `Content-Disposition` gives it a name of a credential.
fn part(text: &[u8], assignment: &Assignment<'_>, secrets: &Secrets) -> Option<Hit> {
    if assignment.writing != Writing::Field || !matches!(assignment.name, b"name" | b"name*") {
        return None;
    }
    let header = header_of(&text[assignment.start.saturating_sub(LONGEST_LINE)..assignment.start]);
    if !header.get(..20).is_some_and(|header| header.eq_ignore_ascii_case(b"content-disposition:")) {
        return None;
    }
    let given = &text[value(text, assignment)?.range];
    let name = given.split(|byte| *byte == b';').next()?;
    let name = name.rsplit(|byte| *byte == b'\'').next()?;
    if !secrets.is_parameter(&String::from_utf8_lossy(name)) {
        return None;
    }
    let head = &text[..text.len().min(assignment.start + LONGEST_HEAD)];
    let blanks = [&b"\r\n\r\n"[..], b"\n\n"].into_iter();
    let start = blanks.filter_map(|blank| Some(find(head, blank, assignment.start)? + blank.len())).min()?;
    let end = find(text, &delimiter(text), start).unwrap_or(text.len());
    // Where the part is empty, this is the line feed that ends its head.
    let end = end - usize::from(text[end - 1] == b'\r');
    Some(Hit { range: start..end, needs_quotes: false })
}

/// The header that a text ends in, which goes on in a line that begins with a blank.
fn header_of(text: &[u8]) -> &[u8] {
    let is_next = |end: &usize| !text.get(end + 1).is_some_and(|byte| b" \t".contains(byte));
    &text[memrchr_iter(b'\n', text).find(is_next).map_or(0, |end| end + 1)..]
}

/// What parts the parts of a multipart body: its first line, or any line that starts with two hyphens.
fn delimiter(text: &[u8]) -> Vec<u8> {
    let line = &text[..text.len().min(LONGEST_LINE)];
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let line = if line.starts_with(b"--") { line } else { b"--" };
    [b"\n", line].concat()
}

/// Credentials as `Authorization` has them, where they are a value of their own.
fn schemes(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (scheme, token_length) in [(&b"bearer"[..], bearer_length as fn(&[u8]) -> usize), (b"basic", basic_length)] {
        let mut at = 0;
        while let Some(word) = find(text, scheme, at) {
            at = word + scheme.len();
            let before = text[..word].trim_ascii_end().last();
            let is_value = before.is_none_or(|before| b"\"'=:,".contains(before));
            let blanks = text[at..].iter().take_while(|byte| b" \t+".contains(byte)).count();
            if !is_value || blanks == 0 {
                continue;
            }
            let start = at + blanks;
            let end = start + token_length(&text[start..]);
            if end > start {
                found.push(start..end);
                // A token is read once, whatever it holds: a text may repeat the scheme from its start to its end.
                at = end;
            }
        }
    }
    found
}

fn bearer_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_of_key(**byte)).count()
}

/// The length of a user and a password in base64, 0 where there is none.
fn basic_length(text: &[u8]) -> usize {
    let digits = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte)).count();
    let length = digits + text[digits..].iter().take(2).take_while(|byte| **byte == b'=').count();
    let has_colon = BASIC.decode(&text[..length]).is_ok_and(|decoded| decoded.contains(&b':'));
    if has_colon { length } else { 0 }
}

fn quoted_end(text: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return at,
            _ => at += 1,
        }
    }
    text.len()
}

/// The end of an object or a list, texts in it taken as such.
fn balanced_end(text: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => at = (quoted_end(text, at, b'"') + 1).min(text.len()),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether a byte can be part of a key. Whatever ends a value in some format cannot.
pub(super) fn is_of_key(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !byte.is_ascii_control() && !b"\"'`,;&<>(){}[]|\\?#".contains(&byte)
}

/// Where a text has another, which is in lower case.
fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = from;
    loop {
        at += memchr2(first, first.to_ascii_uppercase(), text.get(at..)?)?;
        if text.get(at..at + wanted.len())?.eq_ignore_ascii_case(wanted) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_schemes_are_values_of_their_own() {
        let text =
            "Bearer a, \"basic YTpi\" x=basic+YTpi. basic YTpi basic:basic YWI= a bearer b,Basic YTpiYw==;bearer";
        let tokens: Vec<&str> = schemes(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(tokens, ["a", "YTpi", "YTpi", "YTpiYw=="]);
    }

    #[test]
    fn a_scheme_that_is_repeated_is_read_once() {
        // Read again at each repetition, these would take hours, and more memory than there is.
        for scheme in ["bearer+", "=bearer+", "basic+", "=basic+", "basic+YTpi", "=basic+YTpi=", "basic ", "=bearer "] {
            let text = scheme.repeat(1024 * 1024 / scheme.len());
            let length: usize = schemes(text.as_bytes()).iter().map(Range::len).sum();
            assert!(length <= text.len(), "{scheme}");
        }
    }
}
