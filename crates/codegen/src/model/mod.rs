//! The operations of a document as an SDK offers them: computed once, from the resolved document and from what the
//! generator is given, for everything that is generated beside the generator's own output.

mod body;
mod operation;
mod parameter;
mod response;
mod rust_type;
mod xml;

pub(crate) use body::{Body, XmlBody, example};
pub(crate) use operation::{Operation, by_id, ident, operations};
pub(crate) use parameter::Parameter;
pub(crate) use response::{Envelope, List, PLAIN_JSON, Property, Response, Stream, Variant, accept, list_at};
pub(crate) use rust_type::RustType;
pub(crate) use xml::Xml;
