//! The formats of OpenAPI that JSON Schema does not know: widths of integers, and base64.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use keyapi_spec::schema::number::integer;
use serde_json::{Map, Value};

/// What a translated schema calls the format of an integer: validators look at `format` for texts alone.
pub(super) const INTEGER: &str = "x-integer-format";

/// The name of base64 (RFC 4648, section 4).
pub(super) const BYTE: &str = "byte";

/// The integers that a format allows.
pub(crate) fn integers(format: &str) -> Option<RangeInclusive<i128>> {
    Some(match format {
        "int8" => i128::from(i8::MIN)..=i128::from(i8::MAX),
        "int16" => i128::from(i16::MIN)..=i128::from(i16::MAX),
        "int32" => i128::from(i32::MIN)..=i128::from(i32::MAX),
        "int64" => i128::from(i64::MIN)..=i128::from(i64::MAX),
        "uint8" => 0..=i128::from(u8::MAX),
        "uint16" => 0..=i128::from(u16::MAX),
        "uint32" => 0..=i128::from(u32::MAX),
        "uint64" => 0..=i128::from(u64::MAX),
        _ => return None,
    })
}

/// Whether a text is base64 with its padding.
pub(super) fn is_base64(text: &str) -> bool {
    const ENGINE: GeneralPurpose =
        GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));
    ENGINE.decode(text).is_ok()
}

/// A validator of the format of an integer, be it written as a number or as its decimal digits.
pub(super) fn integer_keyword<'a>(
    _: &'a Map<String, Value>,
    format: &'a Value,
    _: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    let name = format.as_str().unwrap_or_default();
    match integers(name) {
        Some(range) => Ok(Box::new(Integer { name: name.to_owned(), range })),
        None => Err(ValidationError::schema("it is no format of an integer")),
    }
}

struct Integer {
    name: String,
    range: RangeInclusive<i128>,
}

impl<'i> Keyword<'i> for Integer {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom(format!("must match format \"{}\"", self.name)))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match instance {
            Value::Number(number) => integer(number).is_some_and(|whole| {
                // The smallest integer of all is read as one; a float of its value stands for what is below it, too.
                let is_exact = !number.is_f64() || whole > i128::from(i64::MIN);
                is_exact && self.range.contains(&whole)
            }),
            Value::String(text) => text.parse().is_ok_and(|number| self.range.contains(&number)),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn integers_are_as_wide_as_their_format() {
        let accepts = |format: &str, value: Value| {
            Integer { name: format.to_owned(), range: integers(format).unwrap() }.is_valid(&value)
        };
        assert!(accepts("int32", json!(2_147_483_647)) && !accepts("int32", json!(2_147_483_648_i64)));
        assert!(accepts("int32", json!(-2_147_483_648)) && !accepts("int32", json!(-2_147_483_649_i64)));
        assert!(accepts("int64", json!(i64::MAX)) && !accepts("int64", json!(u64::MAX)));
        assert!(!accepts("int64", json!(9_223_372_036_854_775_808.0)) && accepts("int64", json!(1.0)));
        let parsed = |text: &str| accepts("int64", serde_json::from_str(text).unwrap());
        assert!(parsed("-9223372036854775808") && !parsed("-9223372036854775809") && !parsed("9223372036854775808"));
        assert!(!accepts("int64", json!(1e300)) && !accepts("int32", json!(1.5)) && !accepts("uint8", json!(-1)));
        assert!(accepts("int64", json!("-5")) && !accepts("int64", json!("5.0")) && !accepts("int32", json!("")));
        assert!(accepts("int32", json!(null)) && accepts("int32", json!([1.5])));
    }

    #[test]
    fn base64_has_its_alphabet_and_padding() {
        for right in ["", "YQ==", "YWI=", "YWJj", "+/+/", "YR=="] {
            assert!(is_base64(right), "{right}");
        }
        for wrong in ["YQ", "YQ=", "Y", "-_-_", "YWJj\n", "a b=", "===="] {
            assert!(!is_base64(wrong), "{wrong}");
        }
    }
}
