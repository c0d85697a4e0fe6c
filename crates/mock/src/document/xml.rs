//! Bodies in XML, by what their schemas say of names and namespaces.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use keyapi_xml::{Error, Unexpected, Unwritable, XmlSchema};
use serde_json::Value;

use super::schema::Schema;
use super::values::Place;
use super::violation::Violation;

/// How values of a schema are written, and what tells its alternatives apart.
#[derive(Debug)]
pub(super) struct Xml {
    schema: XmlSchema,
    /// Schemas inside of which values are one of several, by their addresses in the other one, which stays as it is.
    choices: Mutex<HashMap<usize, Arc<Schema>>>,
}

impl Xml {
    pub(super) fn new(schema: XmlSchema) -> Self {
        Self { schema, choices: Mutex::default() }
    }
}

impl Schema {
    /// A value as XML.
    pub(crate) fn write_xml(&self, value: &Value) -> Result<String, Unwritable> {
        let known = self.xml();
        let accepts = |schema: &Value, value: &Value| self.choice(known, schema).accepts(value);
        keyapi_xml::write_judged(value, &known.schema, &accepts)
    }

    /// A value out of XML; nothing where it is none. What stands there otherwise than the document says is a violation.
    pub(crate) fn read_xml(
        &self,
        xml: &[u8],
        charset: Option<&str>,
        place: Place<'_>,
        found: &mut Vec<Violation>,
    ) -> Option<Value> {
        let known = self.xml();
        let accepts = |schema: &Value, value: &Value| self.choice(known, schema).accepts(value);
        match keyapi_xml::read_strictly(xml, charset, &known.schema, &accepts) {
            Ok(read) => {
                found.extend(read.unexpected.iter().map(|otherwise| unexpected(otherwise, place)));
                Some(read.value)
            }
            Err(why) => {
                found.push(no_xml(&why, place));
                None
            }
        }
    }

    fn choice(&self, known: &Xml, raw: &Value) -> Arc<Schema> {
        let mut choices = known.choices.lock().unwrap_or_else(PoisonError::into_inner);
        let choice = choices.entry(std::ptr::from_ref(raw).addr()).or_insert_with(|| Arc::new(self.beside(raw)));
        Arc::clone(choice)
    }
}

/// Looks at XML of which the document does not say what is in it.
pub(crate) fn check(xml: &[u8], charset: Option<&str>, place: Place<'_>, found: &mut Vec<Violation>) {
    found.extend(keyapi_xml::check(xml, charset).err().map(|why| no_xml(&why, place)));
}

/// A body that is no XML.
pub(super) fn no_xml(why: &Error, place: Place<'_>) -> Violation {
    Violation::error(&["body"], "xml", format!("{} must be valid XML: {why}", place.describe(&[])))
}

fn unexpected(found: &Unexpected, place: Place<'_>) -> Violation {
    let location: Vec<&str> = ["body"].into_iter().chain(found.path.iter().map(String::as_str)).collect();
    let violation = Violation::error(&location, "xml", format!("{} {found}", place.describe(&found.path)));
    if found.path.is_empty() { violation } else { violation.about(found.path.join(".")) }
}
