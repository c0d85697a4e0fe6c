//! Numbers that the parser could not keep.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

/// The integers of a document that are too large for the parser, which turned them into floats.
///
/// A number is known by its address, so that asking costs the same at any depth. The document is not changed meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Rounded(HashSet<*const Value>);

impl Rounded {
    /// The numbers below `root` that the pointers lead to; `prefix` is the pointer of `root` itself.
    ///
    /// The pointers are those of the published document, which a correction may have changed since. What stands there
    /// now counts only if it can be a rounded integer.
    pub(crate) fn extend(&mut self, root: &Value, prefix: &str, pointers: &BTreeSet<String>) {
        let below = pointers.range(prefix.to_owned()..).take_while(|pointer| pointer.starts_with(prefix));
        let numbers = below.filter_map(|pointer| root.pointer(&pointer[prefix.len()..]));
        self.0.extend(numbers.filter(|number| is_beyond_64_bits(number)).map(std::ptr::from_ref));
    }

    pub(crate) fn contains(&self, number: &Value) -> bool {
        !self.0.is_empty() && self.0.contains(&std::ptr::from_ref(number))
    }
}

fn is_beyond_64_bits(number: &Value) -> bool {
    /// 2 to the power of 63, where the negative ones begin.
    const LEAST: f64 = 9_223_372_036_854_775_808.0;
    number.is_f64() && number.as_f64().is_some_and(|number| number.abs() >= LEAST)
}
