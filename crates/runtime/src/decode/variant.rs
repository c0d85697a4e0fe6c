//! Reads a value as the variant of a union that it is of.
//!
//! A value that its variant refuses is none that the document knows, and kept as it came. Where all that is wrong with it can
//! be repaired, that is done, as it is everywhere else.

use std::cell::RefCell;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::json_path::may_be_repaired;
use super::repair::Repair;

/// What unions do with a variant that refuses what can be repaired.
#[derive(Clone, Default)]
enum Mode {
    /// They keep the value as one of no variant.
    #[default]
    Keep,
    /// They did so.
    Kept,
    /// They repair it.
    Repair(Rc<Repair>),
}

thread_local! {
    static MODE: RefCell<Mode> = RefCell::default();
}

/// Reads a value as a variant of a union; `None` if it is none.
pub fn variant<T: DeserializeOwned>(value: &Value) -> Option<T> {
    if let Mode::Repair(repair) = MODE.with_borrow(Mode::clone) {
        return repair.read_variant(value);
    }
    let variant = T::deserialize(value).ok();
    if variant.is_none() && may_be_repaired(value) {
        MODE.set(Mode::Kept);
    }
    variant
}

/// Decodes as always, and tells whether a value of a union is of no variant and has what can be repaired.
pub(crate) fn keeping<R>(decode: impl FnOnce() -> R) -> (R, bool) {
    let (result, mode) = within(Mode::Keep, decode);
    (result, matches!(mode, Mode::Kept))
}

/// Decodes so that what can be repaired in a variant is.
pub(crate) fn repairing<R>(repair: &Rc<Repair>, decode: impl FnOnce() -> R) -> R {
    within(Mode::Repair(Rc::clone(repair)), decode).0
}

fn within<R>(mode: Mode, decode: impl FnOnce() -> R) -> (R, Mode) {
    let before = MODE.replace(mode);
    let result = decode();
    (result, MODE.replace(before))
}
