//! Makes texts.

use fastrand::Rng;
use serde_json::{Value, json};

use super::maker::Node;
use super::parts::{format, least, most, usable};
use super::{Style, pattern};
use crate::document::schema::validator;

/// Longer texts are given up.
const LONGEST: usize = 100_000;

/// So many texts are made of each pattern.
const MOST_DRAFTS: usize = 60;

const WORDS: &[&str] = &[
    "amber", "breeze", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "juniper", "kite", "lantern",
    "meadow", "north", "ocean", "pepper", "quartz", "river", "summit", "tulip",
];

pub(super) fn word(rng: &mut Rng) -> &'static str {
    WORDS[rng.usize(..WORDS.len())]
}

/// Makes a text that fits the pattern, the format and the length that schemas ask for, where one is found.
pub(super) fn make(node: &mut Node<'_, '_>, style: Style) -> String {
    let lengths = (least(&node.parts, "minLength").min(LONGEST), most(&node.parts, "maxLength"));
    let number = match style {
        Style::Plain => node.draw(),
        Style::Random(_) => node.rng.u32(1..1_000_000),
    };
    let format = format(&node.parts);
    let usual = format.and_then(|format| in_format(format, number, lengths)).unwrap_or_else(|| match style {
        Style::Plain => stretch(if format == Some("password") { "pa$$word" } else { "string" }, number, lengths),
        Style::Random(_) => words(&mut node.rng, lengths),
    });
    let patterns: Vec<&str> = node.parts.iter().filter_map(|part| usable(part, "pattern")?.as_str()).collect();
    if patterns.is_empty() {
        return usual;
    }
    if let ([pattern], None, Style::Random(_), 0) = (&patterns[..], format, style, node.turn.0) {
        // To compile a validator takes longer than all else, and what is made of most patterns matches them.
        let mut drafts = (0..MOST_DRAFTS).filter_map(|draft| pattern::draft(pattern, draft, lengths, &mut node.rng));
        if let Some(text) = drafts.find(|text| fits_in(text, lengths)) {
            return text;
        }
    }
    let all: Vec<Value> = patterns.iter().map(|pattern| json!({ "pattern": pattern })).collect();
    let wanted = json!({ "allOf": all, "format": format, "minLength": lengths.0, "maxLength": lengths.1 });
    let wanted = match format {
        Some(_) => wanted,
        None => json!({ "allOf": all, "minLength": lengths.0, "maxLength": lengths.1 }),
    };
    let Some(validator) = validator(&wanted) else { return usual };
    let fits = |text: &String| validator.is_valid(&json!(text));
    if style == Style::Plain && node.draw() == 0 && fits(&usual) {
        return usual;
    }
    let drafts = (0..MOST_DRAFTS).flat_map(|draft| patterns.iter().map(move |pattern| (draft, *pattern)));
    let rng = &mut node.rng;
    let made = drafts.filter_map(|(draft, pattern)| pattern::draft(pattern, draft, lengths, rng)).find(fits);
    made.unwrap_or(usual)
}

/// A text of a format, different for other numbers; nothing for other formats, and where no length is right.
fn in_format(format: &str, number: u32, (shortest, longest): (usize, usize)) -> Option<String> {
    let fits = |text: &String| fits_in(text, (shortest, longest));
    let usual = usual(format, number)?;
    if fits(&usual) {
        return Some(usual);
    }
    let (start, filler, end) = match format {
        "date-time" => ("2019-08-24T14:15:22.", "0", "Z"),
        "time" => ("14:15:22.", "0", "Z"),
        "email" | "idn-email" if shortest < 70 => ("u", "u", "@example.com"),
        "email" | "idn-email" => ("user@", "a.", "example.com"),
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" | "uri-template" => ("http://example.com/", "a", ""),
        "hostname" | "idn-hostname" => ("", "a.", "example.com"),
        "byte" => ("", "YWJj", ""),
        "ipv4" => ("192.168.100.", "1", ""),
        "ipv6" => ("2001:0db8:85a3:0000:0000:8a2e:0370:", "7", ""),
        "json-pointer" => ("/", "a", ""),
        "duration" => ("P", "1", "D"),
        "int32" | "int64" | "uint32" | "uint64" => ("1", "1", ""),
        _ => ("", "", ""),
    };
    let short = ["x:y", "u@x.y", "x.y", "a", "::", "::1", "1.1.1.1", "1", "/", "P1D", ""];
    let missing = shortest.saturating_sub(start.len() + end.len());
    let filled = |count: usize| format!("{start}{}{end}", filler.repeat(count));
    let long = if filler.is_empty() { None } else { Some(missing.div_ceil(filler.len()).max(1)) };
    let uneven = format!("a{}", filled(missing / filler.len().max(1)));
    let long = long.map(filled).into_iter().chain((filler == "a.").then_some(uneven));
    long.chain(short.map(str::to_owned)).filter(fits).find(|text| is_of(format, text))
}

/// The text that is made where its length does not matter.
fn usual(format: &str, number: u32) -> Option<String> {
    let (day, month, year) = (1 + number % 28, 1 + number / 28 % 12, 2010 + number / 336 % 20);
    let (second, minute, hour) = (number % 60, number / 60 % 60, number / 3_600 % 24);
    let plain = number == 0;
    Some(match format {
        "date" if plain => "2019-08-24".to_owned(),
        "date" => format!("{year}-{month:02}-{day:02}"),
        "date-time" if plain => "2019-08-24T14:15:22Z".to_owned(),
        "date-time" => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
        "time" if plain => "14:15:22Z".to_owned(),
        "time" => format!("{hour:02}:{minute:02}:{second:02}Z"),
        "duration" => format!("P{}D", number + 1),
        "uuid" if plain => "497f6eca-6276-4993-bfeb-53cbbba6f08e".to_owned(),
        "uuid" => uuid(&mut Rng::with_seed(number.into())),
        "email" if plain => "user@example.com".to_owned(),
        "email" => format!("user{number}@example.com"),
        "idn-email" if plain => "пользователь@пример.ру".to_owned(),
        "idn-email" => format!("пользователь{number}@пример.ру"),
        "uri" | "url" | "iri" if plain => "http://example.com".to_owned(),
        "uri" | "url" | "iri" => format!("http://example.com/{number}"),
        "uri-reference" | "iri-reference" | "json-pointer" => format!("/{number}"),
        "uri-template" => format!("/{number}/{{id}}"),
        "relative-json-pointer" => format!("{number}"),
        "regex" => format!("^{number}$"),
        "hostname" | "idn-hostname" if plain => "example.com".to_owned(),
        "hostname" | "idn-hostname" => format!("host{number}.example.com"),
        "ipv4" if plain => "192.168.0.1".to_owned(),
        "ipv4" => format!("192.168.{}.{}", number / 254 % 256, 1 + number % 254),
        "ipv6" if plain => "2001:0db8:85a3:0000:0000:8a2e:0370:7334".to_owned(),
        "ipv6" => format!("2001:db8::{:x}:{:x}", number / 65_536 % 65_536, number % 65_536),
        "byte" => base64(number),
        "int8" | "uint8" => format!("{}", number % 128),
        "int16" | "uint16" => format!("{}", number % 32_768),
        "int32" | "int64" | "uint32" | "uint64" => format!("{number}"),
        _ => return None,
    })
}

fn fits_in(text: &str, (shortest, longest): (usize, usize)) -> bool {
    (shortest..=longest).contains(&text.chars().count())
}

fn is_of(format: &str, text: &str) -> bool {
    validator(&json!({ "format": format })).is_none_or(|validator| validator.is_valid(&json!(text)))
}

fn base64(number: u32) -> String {
    use base64::Engine as _;
    let text = if number == 0 { "string".to_owned() } else { format!("string{number}") };
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// A text again and again until it is long enough, and a number at its end.
fn stretch(plain: &str, number: u32, (shortest, longest): (usize, usize)) -> String {
    let number = if number == 0 { String::new() } else { number.to_string() };
    let wanted = shortest.max(plain.len() + number.len()).min(longest);
    let room = wanted.saturating_sub(number.len());
    let start = plain.chars().cycle().take(room);
    start.chain(number.chars()).take(wanted).collect()
}

fn words(rng: &mut Rng, (shortest, longest): (usize, usize)) -> String {
    let mut out = word(rng).to_owned();
    while out.len() < shortest {
        out.push(' ');
        out.push_str(word(rng));
    }
    // An allowed length of no use to words is filled with letters.
    out.truncate(longest);
    out
}

fn uuid(rng: &mut Rng) -> String {
    let bits = rng.u128(..);
    let hex = format!("{bits:032x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn texts_of_a_format_have_any_length_that_the_format_allows() {
        let cases = [
            ("date-time", 21, 64),
            ("time", 11, 40),
            ("email", 1, 6),
            ("email", 14, 14),
            ("email", 50, 60),
            ("email", 100, 120),
            ("email", 101, 101),
            ("uri", 1, 5),
            ("uri", 200, 200),
            ("hostname", 1, 3),
            ("hostname", 40, 41),
            ("hostname", 39, 39),
            ("hostname", 40, 40),
            ("byte", 13, 20),
            ("byte", 0, 2),
            ("ipv4", 1, 8),
            ("ipv6", 1, 4),
            ("int64", 5, 5),
            ("json-pointer", 9, 9),
            ("duration", 8, 8),
        ];
        for (format, shortest, longest) in cases {
            let text = in_format(format, 0, (shortest, longest));
            let fits =
                text.as_ref().is_some_and(|text| (shortest..=longest).contains(&text.len()) && is_of(format, text));
            assert!(fits, "{format} {shortest}..={longest}: {text:?}");
        }
        assert_eq!(in_format("date-time", 0, (0, 10)), None);
        assert_eq!(in_format("uuid", 0, (0, 35)), None);
    }

    #[test]
    fn texts_of_other_numbers_differ() {
        let formats = "date date-time time duration uuid email idn-email uri uri-reference uri-template regex hostname ipv4 \
                       ipv6 byte int64 json-pointer relative-json-pointer";
        for format in formats.split_whitespace() {
            let texts: BTreeSet<_> = (1..=5_000).map(|number| usual(format, number).unwrap()).collect();
            assert_eq!(texts.len(), 5_000, "{format}");
        }
    }

    #[test]
    fn a_text_is_stretched_or_cut_and_ends_with_its_number() {
        for (number, lengths, expected) in [
            (0, (0, 40), "string"),
            (0, (8, 40), "stringst"),
            (0, (13, 13), "stringstrings"),
            (0, (0, 3), "str"),
            (12, (0, 40), "string12"),
            (12, (10, 40), "stringst12"),
            (12, (0, 4), "st12"),
            (12, (0, 1), "1"),
        ] {
            assert_eq!(stretch("string", number, lengths), expected, "{number} {lengths:?}");
        }
    }

    #[test]
    fn there_are_as_many_words_as_are_needed() {
        for seed in 0..200 {
            let text = words(&mut Rng::with_seed(seed), (12, 100));
            let (before, last) = text.rsplit_once(' ').unwrap();
            assert!(before.len() < 12 && text.len() >= 12 && WORDS.contains(&last), "{text}");
            // No word has fewer than four letters.
            let one = words(&mut Rng::with_seed(seed), (4, 100));
            assert!(WORDS.contains(&&*one), "{one}");
            assert_eq!(words(&mut Rng::with_seed(seed), (0, 3)), one[..3]);
        }
    }

    #[test]
    fn usual_texts_are_of_their_format() {
        let formats = "date date-time time duration uuid email uri uri-reference uri-template relative-json-pointer regex \
                       hostname ipv4 ipv6 byte int32 int64 json-pointer iri";
        for format in formats.split_whitespace() {
            for number in [0, 1, 59, 3_601, 999_999] {
                let text = usual(format, number).unwrap();
                assert!(is_of(format, &text), "{format}: {text}");
            }
        }
    }
}
