//! Reads a value as the variant of a union that it is of.
//!
//! A value that its variant refuses is none that the document knows, and kept as it came. Where all that is wrong with it can
//! be repaired, that is done, as it is everywhere else; a union says for this which place its variant refused.

use std::cell::RefCell;

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

use super::json_path::{Segment, may_be_repaired, repairable, segments};

/// What unions do with a variant that refuses what can be repaired.
#[derive(Default)]
enum Mode {
    /// They keep the value as one of no variant.
    #[default]
    Keep,
    /// They did so.
    Kept,
    /// They fail, and say where in the outermost of them it is.
    Fail(Vec<Segment>),
}

thread_local! {
    static MODE: RefCell<Mode> = RefCell::default();
}

/// Reads a value as a variant of a union; `None` if it is none.
///
/// # Errors
///
/// While `failing` decodes, that the variant refuses what can be repaired.
pub fn variant<T: DeserializeOwned, E: Error>(value: &Value) -> Result<Option<T>, E> {
    if MODE.with_borrow(|mode| matches!(mode, Mode::Fail(_))) {
        return strict(value).map_err(|()| E::custom("what can be repaired is of no type"));
    }
    let variant = T::deserialize(value).ok();
    if variant.is_none() && may_be_repaired(value) {
        MODE.set(Mode::Kept);
    }
    Ok(variant)
}

/// Decodes as always, and tells whether a value of a union is of no variant and has what can be repaired.
pub(crate) fn keeping<R>(decode: impl FnOnce() -> R) -> (R, bool) {
    let (result, mode) = within(Mode::Keep, decode);
    (result, matches!(mode, Mode::Kept))
}

/// Decodes so that it fails where a variant refuses what can be repaired, with the place of that below that of the error.
pub(crate) fn failing<R>(decode: impl FnOnce() -> R) -> (R, Vec<Segment>) {
    let (result, mode) = within(Mode::Fail(Vec::new()), decode);
    let Mode::Fail(place) = mode else { return (result, Vec::new()) };
    (result, place)
}

fn within<R>(mode: Mode, decode: impl FnOnce() -> R) -> (R, Mode) {
    let before = MODE.replace(mode);
    let result = decode();
    (result, MODE.replace(before))
}

/// Reads a variant with a record of the path; an error if it refuses what can be repaired.
fn strict<T: DeserializeOwned>(value: &Value) -> Result<Option<T>, ()> {
    MODE.set(Mode::Fail(Vec::new()));
    let error = match serde_path_to_error::deserialize(value) {
        Ok(variant) => return Ok(Some(variant)),
        Err(error) => error,
    };
    let mut place = segments(error.path());
    // A union within this one has failed before it, and has said where.
    let below = match MODE.replace(Mode::Fail(Vec::new())) {
        Mode::Fail(below) => below,
        Mode::Keep | Mode::Kept => Vec::new(),
    };
    if below.is_empty() && repairable(value, &place, Some(error.inner())).is_none() {
        return Ok(None);
    }
    place.extend(below);
    MODE.set(Mode::Fail(place));
    Err(())
}
