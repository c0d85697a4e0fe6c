//! Checks a value against a schema, and says what is wrong in the words of Ajv, which Prism's users know.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use keyapi_spec::document::reference;
use serde_json::{Value, json};

use super::violation::Violation;
use crate::document::discriminator::known_tags;
use crate::document::parameter::Location;
use crate::document::schema::{Compiled, Schema, validator};
use crate::document::translation::refused_choice;

/// What is said of a value that is not what it may be.
const ANY_OF: &str = "must match a schema in anyOf";
const ONE_OF: &str = "must match exactly one schema in oneOf";

/// More violations of one value say nothing new.
const MOST: usize = 50;

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// It is the value of a parameter.
    Parameter(Location, &'a str),
    /// It is the body of a request.
    RequestBody,
    /// It is the body of a response.
    ResponseBody,
    /// It is the list of all elements in the body of a request, which comes in parts.
    RequestElements,
    /// The same of a response.
    ResponseElements,
    /// It is the element of this number in the body of a request, which comes in parts.
    RequestElement(&'a str),
    /// The same of a response.
    ResponseElement(&'a str),
}

impl<'a> Place<'a> {
    fn location(self) -> Vec<&'a str> {
        match self {
            Self::Parameter(location, name) => vec![location.as_str(), name],
            Self::RequestBody | Self::ResponseBody | Self::RequestElements | Self::ResponseElements => vec!["body"],
            Self::RequestElement(number) | Self::ResponseElement(number) => vec!["body", number],
        }
    }

    /// The start of a message about the value, or about the part of it that a path leads to.
    pub(super) fn describe(self, path: &[String]) -> String {
        match self {
            Self::Parameter(location, name) => {
                let full: Vec<&str> = std::iter::once(name).chain(path.iter().map(String::as_str)).collect();
                format!("Request {} parameter {}", location.as_str(), full.join("."))
            }
            Self::RequestBody => describe_body("Request body", path),
            Self::ResponseBody => describe_body("Response body", path),
            Self::RequestElements => describe_elements("Request body", path),
            Self::ResponseElements => describe_elements("Response body", path),
            Self::RequestElement(number) => describe_body(&format!("Request body element {number}"), path),
            Self::ResponseElement(number) => describe_body(&format!("Response body element {number}"), path),
        }
    }
}

fn describe_body(start: &str, path: &[String]) -> String {
    if path.is_empty() { start.to_owned() } else { format!("{start} property {}", path.join(".")) }
}

fn describe_elements(start: &str, path: &[String]) -> String {
    match path.split_first() {
        Some((number, path)) => describe_body(&format!("{start} element {number}"), path),
        None => start.to_owned(),
    }
}

/// All violations of a value against a schema.
pub(crate) fn check(value: &Value, schema: &Schema, place: Place<'_>) -> Vec<Violation> {
    if schema.accepts(value) {
        return Vec::new();
    }
    violations(value, schema, schema.explained(), place)
}

/// All violations of a value against what became of a schema.
pub(crate) fn violations(value: &Value, schema: &Schema, compiled: &Compiled, place: Place<'_>) -> Vec<Violation> {
    let Some(validator) = &compiled.validator else { return Vec::new() };
    let mut violations = Vec::new();
    for error in validator.iter_errors(value).take(MOST) {
        let rule = error.schema_path().as_str().rsplit_once('/').map_or("", |(rule, _)| rule);
        let rule = compiled.translated.pointer(rule).unwrap_or(&Value::Null);
        match (error.kind(), known_tags(rule)) {
            (ValidationErrorKind::Contains, _) => contains(&error, rule, compiled, place, &mut violations),
            (ValidationErrorKind::Enum { .. }, Some(tags)) => violations.push(unknown_tag(&error, &tags, place)),
            _ => violations.push(violation(&error, &[], place)),
        }
    }
    // What is missing from an object comes before what is wrong inside it, and that in the order of the schema.
    let prefix = place.location().len();
    violations.sort_by_key(|violation| {
        let property = violation.location.get(prefix).and_then(|name| schema.position(name));
        (violation.rule != "required", property.unwrap_or(usize::MAX))
    });
    violations
}

/// What is wrong with each item that is not of the kind that a list must contain, and how many there must be.
fn contains(
    error: &ValidationError<'_>,
    rule: &Value,
    compiled: &Compiled,
    place: Place<'_>,
    found: &mut Vec<Violation>,
) {
    let limit = |name: &str| rule.get(name).and_then(Value::as_u64);
    let definitions = compiled.translated.get("$defs").cloned().unwrap_or_else(|| json!({}));
    let wanted = json!({ "allOf": [rule.get("contains")], "$defs": definitions });
    let list = path(error, &[]);
    if let Some(wanted) = validator(&wanted) {
        for (index, item) in error.instance().as_array().into_iter().flatten().enumerate().take(MOST) {
            let mut within = list.clone();
            within.push(index.to_string());
            found.extend(wanted.iter_errors(item).map(|error| violation(&error, &within, place)));
        }
    }
    let most = limit("maxContains").map(|most| format!(" and no more than {most}")).unwrap_or_default();
    let least = limit("minContains").unwrap_or(1);
    let message = format!("{} must contain at least {least}{most} valid item(s)", place.describe(&list));
    found.push(Violation { message, ..violation(error, &[], place) });
}

fn unknown_tag(error: &ValidationError<'_>, known: &[&str], place: Place<'_>) -> Violation {
    let violation = violation(error, &[], place);
    // A long tag would hide the rest of the message.
    let tag = violation.value.as_ref().map(|tag| format!("{tag} ")).unwrap_or_default();
    let message = format!(
        "{} has the tag {tag}that selects no schema; the known tags are {}",
        place.describe(&path(error, &[])),
        known.join(", ")
    );
    Violation { rule: "discriminator".to_owned(), message, ..violation }
}

/// The way to the part of a value that an error is about, from where the value stands in a larger one.
fn path(error: &ValidationError<'_>, within: &[String]) -> Vec<String> {
    within.iter().cloned().chain(reference::tokens(error.instance_path().as_str())).collect()
}

fn violation(error: &ValidationError<'_>, within: &[String], place: Place<'_>) -> Violation {
    let path = path(error, within);
    let mut location = place.location();
    location.extend(path.iter().map(String::as_str));
    let message = format!("{} {}", place.describe(&path), wording(error.kind()));
    let subject = match (error.kind(), place) {
        (ValidationErrorKind::Required { property }, _) => {
            let mut full = path.clone();
            full.extend(property.as_str().map(str::to_owned));
            full.join(".")
        }
        (_, Place::Parameter(_, name)) => name.to_owned(),
        _ => path.join("."),
    };
    let violation = Violation::error(&location, keyword(error.kind()), message).with_value(error.instance());
    if subject.is_empty() { violation } else { violation.about(subject) }
}

fn keyword(kind: &ValidationErrorKind) -> &str {
    match kind {
        ValidationErrorKind::FalseSchema => "false schema",
        ValidationErrorKind::Not { schema } => refused_choice(schema).unwrap_or("not"),
        // The only keyword that is not JSON Schema's own is a format.
        ValidationErrorKind::Custom { .. } => "format",
        other => other.keyword(),
    }
}

fn wording(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind } => format!("must be {}", types(kind)),
        Kind::Required { property } => format!("must have required property '{}'", plain(property)),
        Kind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            format!("must be equal to one of the allowed values: {}", options.join(", "))
        }
        Kind::Constant { .. } => "must be equal to constant".to_owned(),
        Kind::Pattern { pattern } => format!("must match pattern \"{pattern}\""),
        Kind::Format { format } => format!("must match format \"{format}\""),
        Kind::Minimum { limit } => format!("must be >= {limit}"),
        Kind::Maximum { limit } => format!("must be <= {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be > {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be < {limit}"),
        Kind::MinLength { limit } => format!("must NOT have fewer than {limit} characters"),
        Kind::MaxLength { limit } => format!("must NOT have more than {limit} characters"),
        Kind::MinItems { limit } => format!("must NOT have fewer than {limit} items"),
        Kind::MaxItems { limit } => format!("must NOT have more than {limit} items"),
        Kind::MinProperties { limit } => format!("must NOT have fewer than {limit} properties"),
        Kind::MaxProperties { limit } => format!("must NOT have more than {limit} properties"),
        Kind::MultipleOf { multiple_of } => format!("must be multiple of {multiple_of}"),
        Kind::UniqueItems => "must NOT have duplicate items".to_owned(),
        Kind::AdditionalProperties { unexpected } => {
            format!("must NOT have additional properties; found '{}'", unexpected.join("', '"))
        }
        Kind::UnevaluatedProperties { unexpected } => {
            format!("must NOT have unevaluated properties: '{}'", unexpected.join("', '"))
        }
        Kind::AnyOf { .. } => ANY_OF.to_owned(),
        Kind::OneOfMultipleValid { .. } | Kind::OneOfNotValid { .. } => ONE_OF.to_owned(),
        Kind::Not { schema } => match refused_choice(schema) {
            Some("oneOf") => ONE_OF.to_owned(),
            Some(_) => ANY_OF.to_owned(),
            None => "must NOT be valid".to_owned(),
        },
        Kind::FalseSchema => "boolean schema is false".to_owned(),
        Kind::Custom { message, .. } => message.clone(),
        other => format!("must satisfy the keyword \"{}\"", other.keyword()),
    }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => kind.to_string(),
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(","),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
