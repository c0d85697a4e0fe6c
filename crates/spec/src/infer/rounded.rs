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
    pub(crate) fn extend(&mut self, root: &Value, prefix: &str, pointers: &BTreeSet<String>) {
        let below = pointers.range(prefix.to_owned()..).take_while(|pointer| pointer.starts_with(prefix));
        let numbers = below.filter_map(|pointer| root.pointer(&pointer[prefix.len()..]));
        self.0.extend(numbers.map(std::ptr::from_ref));
    }

    pub(crate) fn contains(&self, number: &Value) -> bool {
        !self.0.is_empty() && self.0.contains(&std::ptr::from_ref(number))
    }
}
