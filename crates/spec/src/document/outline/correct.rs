//! Corrects what was read of a document for that.

use serde_json::Value;

use super::Outline;
use super::read::is_plain;
use crate::Diagnostic;
use crate::diagnostic::join;

impl Outline {
    /// What is read at first, for those who name things in it and add to it, and neither take anything away nor refer to more.
    pub(crate) fn frame_mut(&mut self) -> &mut Value {
        &mut self.frame
    }

    /// Corrects the document; nothing where a correction is wrong, or makes something of it for which all of it has to be
    /// read.
    pub(crate) fn correct(&mut self, correction: impl FnOnce(&mut Value) -> Vec<Diagnostic>) -> Option<()> {
        if correction(&mut self.frame).iter().any(Diagnostic::is_error) || !is_plain(&self.frame) {
            return None;
        }
        // Components that were read become parts again, beside those that are read later.
        for (name, section) in self.frame.get_mut("components").and_then(Value::as_object_mut).into_iter().flatten() {
            let section_pointer = join("/components", name);
            let Some(components) = section.as_object_mut() else { continue };
            components.retain(|name, component| match self.parts.get_mut(&join(&section_pointer, name)) {
                Some(part) => {
                    part.value = component.take().into();
                    false
                }
                None => true,
            });
        }
        let mut parts = std::mem::take(&mut self.parts);
        parts.retain(|pointer, part| match pointer.starts_with("/paths/") {
            true => self.frame.pointer(pointer).is_some(),
            // What was read and is not there any more was removed.
            false => part.value.get().is_some() || !self.ahead(pointer).is_reached(),
        });
        self.parts = parts;
        Some(())
    }
}
