//! JSON values as XML and back, by what an OpenAPI document says of elements and attributes (OpenAPI 3.0, "XML Object").
//!
//! ```
//! use keyapi_xml::{Element, Property, Shape, XmlSchema};
//! use serde_json::json;
//!
//! let element = Element::new("id", Shape::Integer);
//! let id = Property { name: "id".to_owned(), element, is_attribute: true, is_required: false };
//! let schema = XmlSchema::new(Element::new("pet", Shape::Object { properties: vec![id], others: None }));
//! let xml = keyapi_xml::write(&json!({"id": 7, "name": "Rex"}), &schema)?;
//! assert!(xml.ends_with(r#"<pet id="7"><name>Rex</name></pet>"#));
//! assert_eq!(keyapi_xml::read(xml.as_bytes(), None, &schema), Ok(json!({"id": 7, "name": "Rex"})));
//! # Ok::<(), keyapi_xml::Unwritable>(())
//! ```

mod choice;
mod declaration;
mod document_type;
mod encoding;
mod legal;
mod missing;
mod named;
mod node;
mod others;
mod read;
mod schema;
mod unexpected;
mod unwritable;
mod well_formed;
mod write;

pub use choice::{Alternative, Choice};
pub use encoding::{EncodingError, declare, declared_encoding, decode, encode};
pub use read::{Accepts, Error, Strict, check, read, read_strictly};
pub use schema::{ByName, Element, Property, Shape, XmlSchema};
pub use unexpected::Unexpected;
pub use unwritable::Unwritable;
pub use write::{write, write_judged};
