//! The documentation example of an operation, which runs against the mock server.

use quote::quote;
use serde_json::Value;

use super::Names;
use crate::model::{self, Body, Operation, Parameter, RustType};

/// What an example does with its request.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    Send,
    Pages,
    Items,
}

/// A documentation test. It is only compiled where the document does not show all that a request needs.
pub(crate) fn example(operation: &Operation, names: &Names, ending: Ending) -> String {
    let Names { library, mock } = names;
    let shown = operation.parameters.iter().map(|parameter| (parameter, literal(parameter)));
    let shown: Vec<(&Parameter, Option<String>)> = shown.collect();
    let body = operation.body.as_ref().map(|body| body_literal(operation, body, library));
    let lacks_parameter = shown.iter().any(|(parameter, literal)| parameter.is_required() && literal.is_none());
    let fence = if lacks_parameter || body == Some(None) { "no_run" } else { "" };
    let setters: String = shown
        .iter()
        .filter_map(|(parameter, literal)| Some(format!("    .{}({})\n", parameter.setter, literal.as_ref()?)))
        .collect();
    let (body, set_body) = match body.flatten() {
        Some(literal) => (format!("let body: {literal};\n"), "    .body(body)\n"),
        None => (String::new(), ""),
    };
    let (result, end) = match ending {
        Ending::Send => ("response", "    .send()\n    .await?;\nassert!(response.status().is_success());\n"),
        // An example that is replayed says for ever that there are more.
        Ending::Pages => (
            "mut pages",
            "    .pages()\n    .max_pages(1);\nwhile let Some(page) = pages.next().await {\n    println!(\"{}\", page?.status());\n}\n",
        ),
        Ending::Items => (
            "mut items",
            "    .items()\n    .max_items(1);\nwhile let Some(item) = items.next().await {\n    println!(\"{:?}\", item?);\n}\n",
        ),
    };
    format!(
        "# Example\n\n```{fence}\n\
         # #[tokio::main(flavor = \"current_thread\")]\n\
         # async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n\
         # let server = {mock}::MockServer::start();\n\
         # let client = {library}::Client::builder().api_key(\"sk_live_test\").base_url(server.url()).build()?;\n\
         {body}let {result} = client\n    .{}()\n{setters}{set_body}{end}\
         # Ok(())\n# }}\n```",
        operation.method
    )
}

/// A documented value of a parameter as a Rust expression; of one that may be left out, only its example.
fn literal(parameter: &Parameter) -> Option<String> {
    let document = &parameter.document;
    let legal = || document.pointer("/schema/default").or_else(|| document.pointer("/schema/enum/0"));
    match model::example(document).or_else(|| legal().filter(|_| parameter.is_required()))? {
        Value::String(text) if parameter.ty == RustType::String => Some(format!("{text:?}")),
        value @ (Value::Number(_) | Value::Bool(_)) if is_primitive(&parameter.ty, value) => Some(value.to_string()),
        _ => None,
    }
}

/// The documented body as a type and a Rust expression.
fn body_literal(operation: &Operation, body: &Body, library: &str) -> Option<String> {
    if let Some(xml) = operation.xml_body.as_ref().filter(|xml| !xml.is_other) {
        return xml.example.as_ref().map(|text| format!("&str = {text:?}"));
    }
    let content = operation.document.pointer("/requestBody/content")?.as_object()?.values().next()?;
    let example = model::example(content)?;
    let Body::Typed(ty) = body else {
        let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        return Some(format!("&str = {text:?}"));
    };
    // Tokens are printed with spaces between them.
    let ty = quote!(#ty).to_string().replace(' ', "").replace("types::", &format!("{library}::types::"));
    let json = serde_json::to_string_pretty(example).ok()?;
    let fence = "#".repeat(json.matches('#').count() + 1);
    Some(format!("{ty} = serde_json::from_str(r{fence}\"{json}\"{fence})?"))
}

/// Whether the value is written in Rust as it is in JSON.
fn is_primitive(ty: &RustType, value: &Value) -> bool {
    match value {
        Value::Bool(_) => *ty == RustType::Bool,
        Value::Number(number) if number.is_f64() => *ty == RustType::F64,
        Value::Number(_) => matches!(ty, RustType::I64 | RustType::U64),
        _ => false,
    }
}
