//! What can be sent as a parameter, and how its values are written.

use serde_json::Value;

use super::schema_of;
use crate::message::media_type;
use crate::schema::all_of::flatten;

/// How the value of a parameter, or of a field in a form, is written (OpenAPI 3.0.4, "style values").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a,b`
    Simple,
    /// `.a,b`
    Label,
    /// `;name=a,b`
    Matrix,
    /// `name=a&name=b` or `name=a,b`
    Form,
    /// `name=a%20b`
    SpaceDelimited,
    /// `name=a%7Cb`
    PipeDelimited,
    /// `name[key]=a`
    DeepObject,
    /// One JSON text, as a parameter whose `content` is JSON has it.
    Json,
}

/// The style of a parameter, and whether the items of its lists and objects are written apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serialization {
    /// The style.
    pub style: Style,
    /// Whether the items of lists and objects are written apart.
    pub explode: bool,
}

/// What values a parameter has, as far as they can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// One of `string`, `integer`, `number` and `boolean`.
    Scalar(&'static str),
    /// A list of such.
    List(&'static str),
    /// A list of anything else.
    ListOfOthers,
    /// An object.
    Object,
    /// Anything that is written as JSON.
    Json,
    /// Anything else, which is given as text.
    Other,
}

impl Style {
    /// The style of a name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "simple" => Self::Simple,
            "label" => Self::Label,
            "matrix" => Self::Matrix,
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            _ => return None,
        })
    }

    /// The same, if it is one for the fields of a form.
    fn of_form(name: &str) -> Option<Self> {
        Self::named(name).filter(|style| !matches!(style, Self::Simple | Self::Label | Self::Matrix))
    }
}

impl Serialization {
    /// How a parameter is written. A style that its place does not have is that of the place, and one with a delimiter has
    /// no use for it where items are written apart.
    pub fn of(parameter: &Value) -> Self {
        let named = named_style(parameter);
        let explode = parameter["explode"].as_bool().unwrap_or(named == Style::Form);
        let style = match (parameter["in"].as_str(), named) {
            (_, Style::Json) => Style::Json,
            (Some("path"), Style::Label | Style::Matrix) => named,
            (Some("query"), Style::DeepObject) => named,
            (Some("query"), Style::SpaceDelimited | Style::PipeDelimited) if !explode => named,
            (Some("query" | "cookie"), _) => Style::Form,
            _ => Style::Simple,
        };
        Self { style, explode }
    }

    /// How a field of a form is written, by its encoding; `None` where that says nothing of it: lists are repeated then, and
    /// objects are JSON.
    pub fn of_encoding(encoding: &Value) -> Option<Self> {
        let text = |key: &str| encoding.get(key).and_then(Value::as_str);
        let explode = encoding.get("explode").and_then(Value::as_bool);
        // Whoever says how it is written means a style, which is `form` then (OpenAPI 3.0.4, "Encoding Object").
        let is_free = encoding.get("allowReserved").is_some() && encoding.get("contentType").is_none();
        let is_json = text("contentType").and_then(|list| list.split(',').next()).is_some_and(media_type::is_json);
        let style = match text("style").and_then(Style::of_form) {
            Some(style) => style,
            None if explode.is_some() || is_free => Style::Form,
            None if is_json => Style::Json,
            None => return None,
        };
        Some(Self { style, explode: explode.unwrap_or(style == Style::Form) })
    }
}

/// The style that a parameter names, or the one of its place.
fn named_style(parameter: &Value) -> Style {
    let default = match parameter["in"].as_str() {
        Some("query" | "cookie") => Style::Form,
        _ => Style::Simple,
    };
    match content_schema(parameter) {
        Some(_) => Style::Json,
        None => parameter["style"].as_str().and_then(Style::named).unwrap_or(default),
    }
}

/// Whether OpenAPI says how values of a type are written in the place and the style of a parameter (3.0.4, "style
/// examples").
pub fn has_defined_style(parameter: &Value, kind: ParameterType) -> bool {
    let Serialization { explode, .. } = Serialization::of(parameter);
    let is_list = matches!(kind, ParameterType::List(_) | ParameterType::ListOfOthers);
    let is_compound = is_list || kind == ParameterType::Object;
    if parameter["style"].as_str().is_some_and(|style| Style::named(style).is_none()) {
        return false;
    }
    match (parameter["in"].as_str(), named_style(parameter)) {
        (_, Style::Json)
        | (Some("path"), Style::Simple | Style::Label | Style::Matrix)
        | (Some("header"), Style::Simple)
        | (Some("query"), Style::Form) => true,
        // What parts cookies is not what the style parts pairs with.
        (Some("cookie"), Style::Form) => !(explode && is_compound),
        (Some("query"), Style::SpaceDelimited | Style::PipeDelimited) => is_compound && !explode,
        (Some("query"), Style::DeepObject) => kind == ParameterType::Object,
        _ => false,
    }
}

/// The schema of what a parameter holds.
pub fn schema(parameter: &Value) -> Option<&Value> {
    parameter.get("schema").or_else(|| content_schema(parameter))
}

/// The schema of a parameter that is written as JSON; one without a schema is any JSON.
fn content_schema(parameter: &Value) -> Option<&Value> {
    let (media_type, content) = parameter.get("content")?.as_object()?.iter().next()?;
    media_type::is_json(media_type).then(|| content.get("schema").unwrap_or(&Value::Null))
}

/// Tells what values a parameter of a document has.
pub fn parameter_type(document: &Value, parameter: &Value) -> ParameterType {
    if content_schema(parameter).is_some() {
        return ParameterType::Json;
    }
    let Some(schema) = parameter.get("schema").and_then(|schema| schema_of(document, schema)) else {
        return ParameterType::Other;
    };
    let schema = flatten(document, schema).schema;
    match kind(&schema) {
        "object" => ParameterType::Object,
        "array" => {
            let items = schema.get("items").and_then(|items| schema_of(document, items));
            match items.and_then(|items| scalar(kind(&flatten(document, items).schema))) {
                Some(scalar) => ParameterType::List(scalar),
                None => ParameterType::ListOfOthers,
            }
        }
        kind => scalar(kind).map_or(ParameterType::Other, ParameterType::Scalar),
    }
}

/// The type of a schema, as it says or implies.
pub fn kind(schema: &Value) -> &str {
    let implied = || match (schema.get("properties"), schema.get("items"), schema.get("enum")) {
        (Some(_), ..) => "object",
        (_, Some(_), _) => "array",
        (.., Some(Value::Array(values))) if !values.is_empty() && values.iter().all(Value::is_string) => "string",
        _ if schema.get("additionalProperties").is_some() => "object",
        _ => "",
    };
    schema.get("type").and_then(Value::as_str).unwrap_or_else(implied)
}

fn scalar(kind: &str) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"].into_iter().find(|scalar| *scalar == kind)
}

/// What HTTP lets a header or a cookie be called.
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
