//! Types of which the status of a response chooses: the successes of an operation, or its errors, where their schemas differ.

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::diagnostic::join;
use keyapi_spec::document::OperationKey;
use keyapi_spec::document::body::json_content;
use keyapi_spec::document::response::{Content, ERROR_TYPE, Responses, SUCCESS_TYPE};
use serde_json::{Value, json};

use super::responses::json;
use super::schema::Schemas;
use crate::docs;
use crate::model::RustType;

/// The property of a prepared response that has its variant, and the content that the variant is made of.
pub(crate) const BY_STATUS: &str = "x-by-status";

/// A type of the generated code of which the status chooses.
#[derive(Clone, Debug)]
pub(crate) struct ByStatus {
    /// The name of the type.
    pub(crate) name: String,
    /// The method and the path of the operation.
    pub(crate) operation: String,
    pub(crate) of_errors: bool,
    /// Those of single statuses before those of ranges, and what is for all others at the end.
    pub(crate) variants: Vec<StatusVariant>,
}

/// What the body of a status is.
#[derive(Clone, Debug)]
pub(crate) struct StatusVariant {
    pub(crate) name: String,
    /// The status as the document spells it.
    pub(crate) status: String,
    /// Where the response stands in the document.
    pub(crate) pointer: String,
    /// What the document says of it, as documentation.
    pub(crate) description: Option<String>,
    /// The content as the generator would get it; nothing where there is no body.
    pub(super) content: Option<Value>,
}

impl StatusVariant {
    /// The type of the body, if there is one.
    pub(crate) fn ty(&self) -> Option<RustType> {
        self.content.as_ref().and_then(content_type)
    }
}

/// A variant of a body of which the status chooses the type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OfStatus {
    /// The status as the generator gets it.
    pub(crate) status: String,
    /// The type of all bodies.
    pub(crate) ty: RustType,
    pub(crate) variant: String,
    /// What the variant holds, if it holds something.
    pub(crate) content: Option<RustType>,
}

impl OfStatus {
    /// Those of a prepared operation.
    pub(crate) fn all(of_generator: &Value) -> Vec<Self> {
        let responses = of_generator.get("responses").and_then(Value::as_object).into_iter().flatten();
        let of_status = |(status, response): (&String, &Value)| {
            let mark = response.get(BY_STATUS)?;
            let (ty, variant) = (content_type(response.get("content")?)?, mark.get("variant")?.as_str()?.to_owned());
            Some(Self { status: status.clone(), ty, variant, content: mark.get("content").and_then(content_type) })
        };
        responses.filter_map(of_status).collect()
    }

    /// Whether it is of a success.
    pub(crate) fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}

/// The type of a prepared content of JSON.
fn content_type(content: &Value) -> Option<RustType> {
    content.pointer("/application~1json/schema").map(RustType::of)
}

/// The types of an operation of which the status chooses: that of its successes, and that of its errors.
pub(super) fn of_operation(
    schemas: &Schemas<'_>,
    key: &OperationKey,
    documented: &Responses<'_>,
    operation: &Value,
) -> [Option<ByStatus>; 2] {
    let sides = [(SUCCESS_TYPE, false, &documented.successes), (ERROR_TYPE, true, &documented.errors)];
    sides.map(|(property, of_errors, responses)| {
        let name = operation.get(property)?.as_str()?;
        let variant = |(status, content): &(&str, Content)| {
            let content = match content {
                Content::Json => Some(json(schemas, json_content(&operation["responses"][*status])?.1, false)),
                Content::Empty if !of_errors => None,
                Content::Empty | Content::Bytes => return None,
            };
            Some(variant(key, operation, status, content))
        };
        let mut variants: Vec<StatusVariant> = responses.iter().filter_map(variant).collect();
        variants.sort_by_key(|variant| variant.status.to_ascii_uppercase());
        // Schemas may differ in what no type says.
        let mut types = variants.iter().map(StatusVariant::ty);
        let first = types.next()?;
        let is_one = types.all(|other| other == first);
        let operation = key.to_string();
        (!is_one).then(|| ByStatus { name: RustNames.type_name(name), operation, of_errors, variants })
    })
}

fn variant(key: &OperationKey, operation: &Value, status: &str, content: Option<Value>) -> StatusVariant {
    let name = match status {
        "default" => "Default".to_owned(),
        status => format!("Status{}", status.to_ascii_lowercase()),
    };
    let description = operation["responses"][status]["description"].as_str().filter(|text| !text.trim().is_empty());
    StatusVariant {
        name,
        status: status.to_owned(),
        pointer: join(&join(&key.pointer, "responses"), status),
        description: description.map(docs::comment),
        content,
    }
}

impl ByStatus {
    /// The type as a content of the generator's, which is the same for all statuses.
    pub(super) fn content(&self) -> Value {
        json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{}", self.name)}}})
    }

    /// What a prepared response has of its variant.
    pub(super) fn mark(&self, status: &str) -> Option<Value> {
        let StatusVariant { name, content, .. } = self.variants.iter().find(|variant| variant.status == status)?;
        let mut mark = json!({ "variant": name });
        if let Some(content) = content {
            mark["content"] = content.clone();
        }
        Some(mark)
    }
}
