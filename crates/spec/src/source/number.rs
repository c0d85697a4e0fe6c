//! Number tokens: which are JSON, and what YAML's other spellings are in JSON.

use serde_json::Number;

/// Whether a token is an integer that neither `i64` nor `u64` holds.
pub(super) fn is_rounded(token: &str) -> bool {
    is_integer(token) && token.parse::<i64>().is_err() && token.parse::<u64>().is_err()
}

/// Whether a JSON number token has neither a fraction nor an exponent.
pub(super) fn is_integer(token: &str) -> bool {
    !token.contains(['.', 'e', 'E'])
}

/// Whether a 64-bit float can hold a token; what is beyond it would become infinity.
pub(super) fn is_finite(token: &str) -> bool {
    // No number of 300 characters without an exponent is too large.
    let small = token.len() < 300 && !token.contains(['e', 'E']);
    small || token.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The value of a token, `None` where it is not finite.
pub(super) fn value(token: &str) -> Option<Number> {
    if is_integer(token) {
        if let Ok(integer) = token.parse::<i64>() {
            return Some(integer.into());
        }
        if let Ok(integer) = token.parse::<u64>() {
            return Some(integer.into());
        }
    }
    token.parse::<f64>().ok().and_then(Number::from_f64)
}

/// What a plain YAML scalar is as a number of the core schema.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// A number, spelled as JSON.
    Number(String),
    /// Infinity, not a number, or beyond what can be held.
    OutOfRange,
    /// Not a number.
    Other,
}

/// Resolves a plain YAML scalar with the core schema of YAML 1.2.
pub(super) fn plain(text: &str) -> Plain {
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    if matches!(rest, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Plain::OutOfRange;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        let Some(digits) = text.strip_prefix(prefix) else { continue };
        if !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)) {
            return u128::from_str_radix(digits, radix).map_or(Plain::OutOfRange, |n| Plain::Number(n.to_string()));
        }
    }
    match decimal(sign, rest) {
        Some(token) if is_finite(&token) => Plain::Number(token),
        Some(_) => Plain::OutOfRange,
        None => Plain::Other,
    }
}

/// `digits [. digits] [e digits]` with at least one digit before the exponent, spelled as JSON.
fn decimal(sign: &str, text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], &text[at..]),
        None => (text, ""),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let power = exponent.get(1..).unwrap_or_default().trim_start_matches(['+', '-']);
    let signs = exponent.len().saturating_sub(1) - power.len();
    if !is_digits(whole) || !is_digits(fraction.unwrap_or_default()) || !is_digits(power) || signs > 1 {
        return None;
    }
    if whole.is_empty() && fraction.is_none_or(str::is_empty) || power.is_empty() && !exponent.is_empty() {
        return None;
    }
    let kept = whole.trim_start_matches('0');
    let whole = if kept.is_empty() { "0" } else { kept };
    Some(match fraction {
        Some("") => format!("{sign}{whole}.0{exponent}"),
        Some(fraction) => format!("{sign}{whole}.{fraction}{exponent}"),
        None => format!("{sign}{whole}{exponent}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match plain(text) {
            Plain::Number(token) => token,
            Plain::OutOfRange => "out of range".to_owned(),
            Plain::Other => "other".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_of_the_core_schema() {
        for same in ["0", "7", "-7", "1.0", "1.50", "1e5", "1E+5", "-0", "-0.0", "1234567890123456789012", "1e-400"] {
            check(same, same);
        }
        check("+7", "7");
        check("007", "7");
        check("0x1F", "31");
        check("0o17", "15");
        check("0xFFFFFFFFFFFFFFFFF", "295147905179352825855");
        check(".5", "0.5");
        check("-.5", "-0.5");
        check("+5.", "5.0");
        check("5.e3", "5.0e3");
    }

    #[test]
    fn numbers_that_nothing_holds() {
        for text in [".inf", "-.Inf", "+.INF", ".nan", "1e999", "-1e999", "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"] {
            check(text, "out of range");
        }
    }

    #[test]
    fn strings_that_look_like_numbers() {
        for text in [
            "",
            "-",
            "+",
            ".",
            "..5",
            "1_000",
            "1:30",
            "2024-01-01",
            "1.2.3",
            "0x",
            "0xG",
            "-0x1F",
            "0b1",
            "1e",
            "1e+",
            "1e+-5",
            "e5",
            "1,5",
            "٣",
            "--1",
            "+-1",
            "-.nan",
            "nan",
            "inf",
            "1 2",
            "12e03é",
        ] {
            check(text, "other");
        }
    }

    #[test]
    fn integers_beyond_64_bits_are_rounded() {
        for token in ["18446744073709551616", "-9223372036854775809"] {
            assert!(is_rounded(token), "{token}");
        }
        for token in ["18446744073709551615", "-9223372036854775808", "1e30", "99999999999999999999.0", "-0"] {
            assert!(!is_rounded(token), "{token}");
        }
    }
}
