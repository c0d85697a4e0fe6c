//! What the document says of operations, as data for tools that show it. Clients do without, and programs that show
//! nothing have none of it in them.

use crate::Pagination;

/// What the document says of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// The operation's id, by which a dispatcher knows it.
    pub name: &'static str,
    /// What it was called in releases before it was renamed.
    pub former: &'static [&'static str],
    /// The HTTP method.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: Option<&'static str>,
    /// What it does, in Markdown.
    pub description: Option<&'static str>,
    /// Why it is not to be called any more, if it is deprecated.
    pub deprecated: Option<&'static str>,
    /// What a call costs, if the document says so.
    pub credits: Option<u64>,
    /// Its parameters, in the order of the document.
    pub parameters: &'static [ParameterDescription],
    /// What it is sent, if it takes a body.
    pub body: Option<BodyDescription>,
    /// The property of its response that has what was asked for, if the response is an envelope.
    pub data: Option<&'static str>,
    /// The type of its response, if that is one of the SDK's.
    pub response: Option<&'static str>,
    /// The shape of its response as a tree, a property a line.
    pub shape: Option<&'static str>,
    /// How it cuts its result into pages, if it does.
    pub pagination: Option<Pagination>,
}

/// What the document says of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct ParameterDescription {
    /// Its name on the wire.
    pub name: &'static str,
    /// What a dispatcher calls it: its name, with the place before it where another parameter has the same name.
    pub key: &'static str,
    /// Where it is sent: `path`, `query` or `header`.
    pub place: &'static str,
    /// Whether a request needs it.
    pub required: bool,
    /// What its value is, or each of its values.
    pub ty: ValueType,
    /// Whether it has any number of values.
    pub is_list: bool,
    /// The values that the document names. The API may take others.
    pub values: &'static [ValueDescription],
    /// Whether the document says that there are others.
    pub is_open: bool,
    /// What it is, in Markdown.
    pub description: Option<&'static str>,
    /// A value that the document shows.
    pub example: Option<&'static str>,
    /// What the API takes where it is left out.
    pub default: Option<&'static str>,
    /// Why it is not to be sent any more, if it is deprecated.
    pub deprecated: Option<&'static str>,
}

/// A value of a parameter that the document names.
#[derive(Clone, Copy, Debug)]
pub struct ValueDescription {
    /// The value as it is sent.
    pub value: &'static str,
    /// What it means.
    pub description: Option<&'static str>,
}

/// What the document says of a request's body.
#[derive(Clone, Copy, Debug)]
pub struct BodyDescription {
    /// Whether a request needs it.
    pub required: bool,
    /// The media type of what is sent as it is given; nothing where that is JSON.
    pub media_type: Option<&'static str>,
    /// A body that the document shows.
    pub example: Option<&'static str>,
}

/// What a value of a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueType {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    Text,
    /// Any JSON.
    Json,
}
