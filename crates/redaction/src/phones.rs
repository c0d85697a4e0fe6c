//! Phone numbers by how they are written, told from the numbers that count or measure something.

use regex::{Captures, Regex};

use super::Unsearchable;

/// What stands in the place of a phone number.
const NUMBER: &str = "+10000000000";

/// Patterns of phone numbers.
#[derive(Clone)]
pub(super) struct Phones {
    international: Regex,
    /// Those of North America, without the code of the country.
    american: Regex,
    /// Digits alone are numbers of any kind, and so a phone number only after a word that says so, or with the `00` of
    /// numbers abroad.
    called: [Regex; 2],
}

impl Phones {
    pub(super) fn new() -> Result<Self, Unsearchable> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(Unsearchable::because);
        Ok(Self {
            international: regex(concat!(
                r"(?:\+|%(?:25)*2[Bb]|&#0*43;|&#[xX]0*2[bB];|&plus;|\\+u002[bB])",
                r"([0-9](?:(?:[ .\-/]| ?\(|\) ?-?)?[0-9]){7,14})",
            ))?,
            american: regex(r"(?:\([0-9]{3}\) ?|(?-u:\b)[2-9][0-9]{2}[ .\-])[0-9]{3}[ .\-][0-9]{4}(?-u:\b)")?,
            called: [
                regex(r"(^|[\s:;(,])00[1-9](?:[ .\-]?[0-9]){8,13}(?-u:\b)")?,
                regex(concat!(
                    r"((?i-u:\b(?:whats ?app|phone|telephone|tel|mobile|cell|call|sms|text|viber|fax|wa|wa\.me/)",
                    r#"[\s:;,.=("'\\/\-]{0,4}(?:(?:me|us|at|on|is|no|nr|number)\b[\s:;,.=("'\\\-]{0,3}){0,3}))"#,
                    r"[0-9](?:[ ().\-]{0,2}[0-9]){6,14}(?-u:\b)",
                ))?,
            ],
        })
    }

    /// A text with a placeholder for every phone number, which is no other the second time.
    pub(super) fn replaced(&self, text: &str) -> String {
        let international = |found: &Captures<'_>| {
            let rest = found.get(1).and_then(|number| rest_of(number.as_str(), &text[number.end()..]));
            rest.map_or_else(|| found[0].to_owned(), |rest| format!("{NUMBER}{rest}"))
        };
        let text = self.international.replace_all(text, international);
        let text = self.american.replace_all(&text, "000-000-0000");
        let with_word = format!("$1{NUMBER}");
        self.called
            .iter()
            .fold(text.into_owned(), |text, pattern| pattern.replace_all(&text, with_word.as_str()).into_owned())
    }
}

/// The rest of `number` behind the phone number that it starts with; nothing where it is not a phone number. A plus sign
/// comes before `number`, and `after` follows it.
fn rest_of<'n>(number: &'n str, after: &str) -> Option<&'n str> {
    let is_digit = |char: char| char.is_ascii_digit();
    let digits = number.chars().filter(|char| is_digit(*char)).count();
    let is_cut = after.starts_with(is_digit);
    let others: Vec<char> = number.chars().filter(|char| !is_digit(*char)).collect();
    // With its code, a number of North America or Russia has eleven digits. Others may be shorter than that.
    if number.starts_with(['1', '7']) {
        let (end, _) = number.char_indices().filter(|(_, char)| is_digit(*char)).nth(10)?;
        let rest = &number[end + 1..];
        let goes_on = rest.starts_with(is_digit) || rest.is_empty() && is_cut;
        return (!goes_on).then_some(rest);
    }
    let is_decimal = others == ['.'] && digits < 11;
    (digits >= 9 && !is_cut && !is_decimal && !number.starts_with('0')).then_some("")
}
