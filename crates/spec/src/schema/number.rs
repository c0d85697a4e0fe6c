//! Numbers of JSON, whichever way they are spelled.

use std::cmp::Ordering;

use serde_json::Number;

/// Orders numbers by what they are worth, however they are spelled.
pub(crate) fn compare(one: &Number, other: &Number) -> Ordering {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// Whether a number is a multiple of another one; nothing where that is zero, or they have more digits than can be told.
pub(crate) fn is_multiple(number: &Number, of: &Number) -> Option<bool> {
    let ((number, places), (of, others)) = (decimal(number)?, decimal(of)?);
    let most = places.max(others);
    let at_most = |digits: i128, places: u32| digits.checked_mul(10_i128.checked_pow(most - places)?);
    at_most(number, places)?.checked_rem(at_most(of, others)?).map(|rest| rest == 0)
}

/// The digits of a number, and how many of them are behind the point.
fn decimal(number: &Number) -> Option<(i128, u32)> {
    let text = number.to_string();
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
    match u32::try_from(places) {
        Ok(places) => Some((digits, places)),
        Err(_) => Some((digits.checked_mul(10_i128.checked_pow(places.unsigned_abs())?)?, 0)),
    }
}

/// The integer that a number is, however it is spelled: `5.0` and `5e0` are 5.
pub fn integer(number: &Number) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "every float of this size that has no fraction fits")]
    let whole = |value: f64| (value.fract() == 0.0 && value.abs() < 1e38).then_some(value as i128);
    number.as_i128().or_else(|| whole(number.as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_told_however_they_are_spelled() {
        for (text, expected) in [
            ("5", Some(5)),
            ("-5.0", Some(-5)),
            ("5e2", Some(500)),
            ("-0.0", Some(0)),
            ("18446744073709551615", Some(u64::MAX.into())),
            ("18446744073709551616.0", Some(i128::from(u64::MAX) + 1)),
            ("1e39", None),
            ("5.5", None),
        ] {
            assert_eq!(integer(&serde_json::from_str(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_what_they_are_worth() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        for (one, other, expected) in [
            ("1", "1.0", Ordering::Equal),
            ("1", "1.5", Ordering::Less),
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            ("18446744073709551615", "18446744073709551616.0", Ordering::Less),
            ("1e300", "5", Ordering::Greater),
        ] {
            assert_eq!(compare(&number(one), &number(other)), expected, "{one} {other}");
        }
    }

    #[test]
    fn multiples_are_told_by_their_digits() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        for (value, of, expected) in [
            ("6", "3", Some(true)),
            ("7", "3", Some(false)),
            ("-6", "3.0", Some(true)),
            ("0", "0.1", Some(true)),
            ("0.3", "0.1", Some(true)),
            ("1", "0.3", Some(false)),
            ("1e3", "0.5", Some(true)),
            ("1", "1e-7", Some(true)),
            ("1e20", "3", Some(false)),
            ("1", "0", None),
            ("1e300", "1e-300", None),
        ] {
            assert_eq!(is_multiple(&number(value), &number(of)), expected, "{value} of {of}");
        }
    }
}
