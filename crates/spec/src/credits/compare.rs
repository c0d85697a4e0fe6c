//! Compares the prices of the pages with those that the document or the overlay gives.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{CONFLICT, REDUNDANT, keys};
use crate::diagnostic::join;
use crate::document::extension;
use crate::overlay::{Setter, Setters};
use crate::pipeline::Sources;
use crate::{Diagnostic, Source};

/// Tells of every price that the overlay or the document gives, too: of both, and of which one counts.
///
/// `document` is what has become of it after all corrections, which `setters` knows. The diagnostics have their places, in
/// any of the files.
pub(crate) fn compare(document: &Value, prices: &Source, sources: Sources<'_>, setters: &Setters) -> Vec<Diagnostic> {
    let (listed, keys) = (prices.value(), keys(document));
    let mut found = Vec::new();
    let mut agreed: BTreeMap<String, usize> = BTreeMap::new();
    for (operation, price) in listed.as_object().into_iter().flatten() {
        let Some(property) = keys.get(operation).map(|key| join(&key.pointer, extension::CREDITS)) else { continue };
        let Some(said) = document.pointer(&property) else { continue };
        let price = Price { operation, price, said, prices };
        let is_published = sources.spec.root().pointer(&property).is_some();
        let set = sources.overlay.and_then(|overlay| Some((setters.find(&property, overlay)?, overlay)));
        match (set, price.agrees()) {
            (None, agrees) if is_published => found.push(price.beside(sources.spec, &property, "the document", agrees)),
            (Some((Setter { pointer, .. }, overlay)), false) => {
                found.push(price.beside(overlay, &pointer, "the overlay", false));
            }
            (Some((Setter { pointer, targets }, overlay)), true) if !is_published => {
                let count = agreed.entry(pointer.clone()).or_default();
                *count += 1;
                // An action for many operations is needed as long as one of them has no such price.
                if *count == targets {
                    found.push(price.beside(overlay, &pointer, "the overlay", true));
                }
            }
            // A correction of what the document says is not redundant: without it the document would count. And what
            // neither of them says comes from the prices.
            _ => {}
        }
    }
    found
}

/// A price, and what the document has as one.
struct Price<'a> {
    operation: &'a str,
    price: &'a Value,
    said: &'a Value,
    prices: &'a Source,
}

impl Price<'_> {
    fn agrees(&self) -> bool {
        self.price.as_f64() == self.said.as_f64()
    }

    /// What there is to say about the price beside another input, which gives its own at `pointer`.
    fn beside(&self, other: &Source, pointer: &str, name: &str, agrees: bool) -> Diagnostic {
        let Self { operation, price, said, prices } = self;
        let at = prices.locate(&join("", operation));
        let place = format!("{}:{}:{}", prices.name(), at.line, at.column);
        let found = if agrees {
            let message =
                format!("{name} says that `{operation}` costs {said} credits, as {place} does: one is redundant");
            let help = match name {
                "the overlay" => "remove `x-credits` from the overlay: the price of the page counts then",
                _ => "remove the price, or `x-credits` from the document: an operation needs one of them",
            };
            Diagnostic::warning(REDUNDANT, pointer, message).help(help)
        } else {
            let message = format!(
                "{name} says that `{operation}` costs {said} credits, but it is {price} at {place}: {name} counts"
            );
            Diagnostic::warning(CONFLICT, pointer, message).help("correct the one that is wrong, or remove it")
        };
        other.place(found)
    }
}
