//! Numbers of JSON, whichever way they are spelled.

use serde_json::{Number, Value};

/// The integer that a number is, however it is spelled: `5.0` and `5e0` are 5.
pub(crate) fn whole(number: &Number) -> Option<i128> {
    // Every number of this size fits, and one that is larger is written in one way only: as the number that it was read as.
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e38);
    number.as_i128().or_else(|| Some(float()? as i128))
}

/// The integer that a number is which is not written as one, of those that a type can hold.
pub(crate) fn integer(value: &Value) -> Option<Number> {
    let whole = whole(value.as_number().filter(|number| number.is_f64())?)?;
    let signed = i64::try_from(whole).ok().map(Number::from);
    signed.or_else(|| u64::try_from(whole).ok().map(Number::from))
}

/// How far numbers of floating point have all integers: a larger one may have been another before it was read.
const LARGEST_EXACT: i128 = 1 << 53;

/// The integer that a number is, where it is certain which one was written.
pub(crate) fn exact_integer(number: &Number) -> Option<Number> {
    if !number.is_f64() {
        return Some(number.clone());
    }
    let integer = whole(number).filter(|integer| integer.abs() < LARGEST_EXACT)?;
    i64::try_from(integer).ok().map(Number::from)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{exact_integer, integer, whole};

    #[test]
    fn integers_are_told_however_they_are_spelled() {
        for (text, all, of_float) in [
            ("5", Some(5), None),
            ("5.0", Some(5), Some(json!(5))),
            ("-5e2", Some(-500), Some(json!(-500))),
            ("-0.0", Some(0), Some(json!(0))),
            ("9223372036854775808.0", Some(1 << 63), Some(json!(1_u64 << 63))),
            ("18446744073709551616.0", Some(1 << 64), None),
            ("-9223372036854777856.0", Some(-(1 << 63) - 2048), None),
            ("1e39", None, None),
            ("5.5", None, None),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(
                (whole(value.as_number().unwrap()), integer(&value).map(Value::from)),
                (all, of_float),
                "{text}"
            );
        }
        assert_eq!(integer(&json!("5.0")), None);
    }

    #[test]
    fn of_a_large_number_it_is_uncertain_which_integer_was_written() {
        for (text, expected) in [
            ("5", Some(json!(5))),
            ("18446744073709551615", Some(json!(u64::MAX))),
            ("5.0", Some(json!(5))),
            ("-5e2", Some(json!(-500))),
            ("-0.0", Some(json!(0))),
            ("9007199254740991.0", Some(json!((1_i64 << 53) - 1))),
            ("-9007199254740991.0", Some(json!(1 - (1_i64 << 53)))),
            ("9007199254740992.0", None),
            ("9007199254740993.0", None),
            ("-9007199254740993.0", None),
            ("18446744073709551616", None),
            ("1e300", None),
            ("-1e300", None),
            ("0.5", None),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(exact_integer(value.as_number().unwrap()).map(Value::from), expected, "{text}");
        }
    }
}
