//! Normalises parameters: which of them can be sent, how, and what their setters are called.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::chosen::{self, chosen, keep_former};
use super::inline::PLACE;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::parameter::{
    ParameterType, Serialization, Style, has_defined_style, is_token, kind, parameter_type,
};
use crate::document::{OperationKey, operations, schema_of};
use crate::naming::pins::{self, Kind, Names};
use crate::naming::{Naming, suffixed};
use crate::schema::all_of::flatten;

/// Headers that OpenAPI keeps for other parts of a document.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// Rewrites the parameters of all operations, and reports which of them are lost or mean something else.
pub(super) fn normalise(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for key in operations(document) {
        let Some(Value::Array(parameters)) =
            document.pointer_mut(&key.pointer).and_then(|operation| operation.get_mut("parameters")).map(Value::take)
        else {
            continue;
        };
        let mut kept: Vec<Value> = Vec::new();
        for mut parameter in parameters {
            let place = parameter.as_object_mut().and_then(|object| object.shift_remove(PLACE));
            let place = place.and_then(|place| place.as_str().map(str::to_owned)).unwrap_or_default();
            let mut check = Check { place: &place, diagnostics: &mut diagnostics };
            if let Some(object) = parameter.as_object_mut() {
                check.swagger(object);
            }
            if kept.iter().any(|other| other["name"] == parameter["name"] && other["in"] == parameter["in"]) {
                let message = format!("the parameter {} is declared twice: the first counts", parameter["name"]);
                check.warn("duplicate-parameter", message);
            } else if check.keeps(document, &parameter) {
                kept.push(parameter);
            }
        }
        name(naming, &mut kept, &key, given, &mut diagnostics);
        if let Some(operation) = document.pointer_mut(&key.pointer) {
            operation["parameters"] = json!(kept);
        }
    }
    diagnostics
}

/// The check of one parameter, and where that stands.
struct Check<'a> {
    place: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn warn(&mut self, code: &'static str, message: String) {
        let warning = Diagnostic::warning(code, self.place, message);
        self.diagnostics.push(warning.help("correct the parameter in the overlay, if it is needed"));
    }

    fn refuse(&mut self, code: &'static str, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::error(code, self.place, message).help(help));
    }

    /// Swagger 2 puts the type beside the name.
    fn swagger(&mut self, object: &mut Map<String, Value>) {
        const SCHEMA: [&str; 5] = ["type", "format", "items", "enum", "default"];
        if object.contains_key("schema") || object.contains_key("content") || !object.contains_key("type") {
            return;
        }
        let schema: Map<String, Value> =
            SCHEMA.iter().filter_map(|key| Some(((*key).to_owned(), object.shift_remove(*key)?))).collect();
        object.insert("schema".to_owned(), Value::Object(schema));
        self.warn("swagger-parameter", "the type belongs into a `schema`, and is read as if it were".to_owned());
    }

    /// Whether a parameter can be sent. One that cannot be sent and has to be is an error.
    fn keeps(&mut self, document: &Value, parameter: &Value) -> bool {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        match place {
            "body" | "formData" => {
                let message = format!("`in: {place}` is Swagger 2.0");
                self.refuse("swagger-parameter", message, "make it a `requestBody` in the overlay");
            }
            "header" if IGNORED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) => {
                let message = format!("OpenAPI does not let `{name}` be a parameter: it is left out");
                self.warn("ignored-header", message);
            }
            "header" | "cookie" if !is_token(name) => {
                let help = "correct the name in the overlay";
                self.refuse("malformed", format!("{name:?} cannot be the name of a {place}"), help);
            }
            "path" | "query" | "header" | "cookie"
                if parameter.get("schema").is_some() && parameter.get("content").is_some() =>
            {
                let message = format!("`{name}` has a `schema` and a `content`, of which a parameter has one");
                self.refuse("malformed", message, "remove one of them in the overlay");
            }
            "path" | "query" | "header" | "cookie" => {
                self.of_type(document, parameter);
                return true;
            }
            _ => {
                let help = "use one of `path`, `query`, `header` and `cookie`";
                self.refuse("malformed", format!("`in: {place}` is no place for a parameter"), help);
            }
        }
        false
    }

    /// Reports what is given as text, and what OpenAPI does not say how to write.
    fn of_type(&mut self, document: &Value, parameter: &Value) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let (ty, serialization) = (parameter_type(document, parameter), Serialization::of(parameter));
        if ty == ParameterType::Other && parameter.get("content").is_some() {
            self.warn("parameter-as-text", format!("`{name}` has a media type: it is given as text"));
        }
        if ty == ParameterType::ListOfOthers {
            self.warn("parameter-as-text", format!("the elements of `{name}` are given as text"));
        }
        if !has_defined_style(parameter, ty) {
            self.undefined(parameter, ty, serialization);
        }
        if ty == ParameterType::Object {
            self.nested(document, parameter, serialization);
        }
        self.value_names(document, parameter);
    }

    fn undefined(&mut self, parameter: &Value, ty: ParameterType, Serialization { style, explode }: Serialization) {
        let text = |key: &str| parameter[key].as_str().unwrap_or_default();
        let (name, place) = (text("name"), text("in"));
        let is_list = matches!(ty, ParameterType::List(_) | ParameterType::ListOfOthers);
        let written = match (place, ty) {
            ("path" | "header", _) => "in style `simple`".to_owned(),
            ("cookie", _) if explode => "as several cookies".to_owned(),
            _ if is_list && style == Style::DeepObject => format!("as `{name}[0]=a&{name}[1]=b`"),
            _ if is_list && explode => format!("as `{name}=a&{name}=b`"),
            (_, ParameterType::Object) if explode => "as if each property were a parameter".to_owned(),
            (_, ParameterType::Object) => format!("as `{name}=a,b`"),
            _ if is_list => format!("as `{name}=a,b`"),
            _ => format!("as `{name}=a`"),
        };
        let what = match ty {
            _ if is_list => "a list",
            ParameterType::Object => "an object",
            _ => "a single value",
        };
        let style = parameter["style"].as_str().unwrap_or("form");
        let exploded = if explode { ", exploded" } else { "" };
        let message = format!(
            "OpenAPI does not say how {what} is written in a {place} in style `{style}`{exploded}: `{name}` is written {written}"
        );
        self.warn("undefined-style", message);
    }

    /// Reports properties that no style can write.
    fn nested(&mut self, document: &Value, parameter: &Value, serialization: Serialization) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let Some(schema) = parameter.get("schema").and_then(|schema| schema_of(document, schema)) else { return };
        let flat = flatten(document, schema).schema;
        let is_compound = |property: &Value| {
            let schema = schema_of(document, property).map(|schema| flatten(document, schema).schema);
            schema.is_some_and(|schema| ["array", "object"].contains(&kind(&schema)))
        };
        let properties = flat.get("properties").and_then(Value::as_object).into_iter().flatten();
        let nested: Vec<String> =
            properties.filter(|(_, property)| is_compound(property)).map(|(name, _)| format!("`{name}`")).collect();
        if nested.is_empty() {
            return;
        }
        let written = match (serialization.style, serialization.explode) {
            (Style::DeepObject, _) => "with more brackets",
            (Style::Form, true) if parameter["in"] == "query" => "repeated if they are lists, and else as JSON",
            _ => "as JSON",
        };
        let nested = nested.join(", ");
        let message = format!(
            "OpenAPI does not say how lists and objects inside of `{name}` are written ({nested}): they are written {written}"
        );
        self.warn("undefined-style", message);
    }

    /// Reports lists of texts about values that are not as long as there are values: they are read in order, so that what an
    /// overlay puts behind such a list is about none.
    fn value_names(&mut self, document: &Value, parameter: &Value) {
        let Some(schema) = parameter.get("schema").and_then(|schema| schema_of(document, schema)) else { return };
        let count = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::len);
        let values =
            ["enum", extension::EXTENSIBLE_ENUM].into_iter().filter_map(count).find(|count| *count > 0).unwrap_or(0);
        let name = parameter["name"].as_str().unwrap_or_default();
        for list in [extension::ENUM_VARNAMES, extension::ENUM_DESCRIPTIONS] {
            if let Some(texts) = count(list).filter(|texts| *texts != values) {
                let message =
                    format!("the number of texts in `{list}` of `{name}` is {texts}, and that of its values {values}");
                let warning = Diagnostic::warning("value-names", self.place, message);
                let help =
                    "give one for each value; an overlay appends to a list, unless it removes that in an action before";
                self.diagnostics.push(warning.help(help));
            }
        }
    }
}

/// Names parameters whose setters would be called the same, or like something that request types have anyway.
fn name(
    naming: &dyn Naming,
    parameters: &mut [Value],
    key: &OperationKey,
    given: &mut Names,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let text = |parameter: &Value, key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    let place_of = |parameter: &Value| pins::of_parameter(key, &text(parameter, "in"), &text(parameter, "name"));
    // Whoever has a name from a person or a release comes first, and then who keeps the plain name: paths hold more of an
    // operation's meaning than headers do.
    let mut order: Vec<usize> = (0..parameters.len()).collect();
    let rank = |place: &str| ["path", "query", "header", "cookie"].iter().position(|other| *other == place);
    order.sort_by_key(|index| {
        let parameter = &parameters[*index];
        let name = text(parameter, "name");
        let is_named = parameter.get(extension::RUST_NAME).is_some() || naming.pinned(&place_of(parameter)).is_some();
        (!is_named, naming.method(&name) != name, rank(&text(parameter, "in")), name)
    });
    // A name that a parameter has or had is not another's as long as callers may use it.
    let known = |parameter: &Value| pins::known(&place_of(parameter), naming);
    let reserved = naming.reserved_setters();
    let mut taken: HashSet<String> = reserved.iter().map(|name| (*name).to_owned()).collect();
    taken.extend(parameters.iter().flat_map(known));
    let mut used: HashSet<String> = HashSet::new();
    for index in order {
        let (wire, location) = (text(&parameters[index], "name"), text(&parameters[index], "in"));
        let (place, own) = (place_of(&parameters[index]), known(&parameters[index]));
        let pointer = join(&key.pointer, "parameters");
        let at = join(&pointer, &index.to_string());
        let chosen = chosen(&parameters[index], Kind::Setter, &at, naming, diagnostics);
        let is_chosen = chosen.is_some();
        let stood = chosen::stood(&parameters[index], &at).to_owned();
        let kept = chosen.or_else(|| naming.pinned(&place).map(str::to_owned));
        let Some(parameter) = parameters[index].as_object_mut() else { continue };
        let plain = naming.method(kept.as_ref().unwrap_or(&wire));
        let mut name = plain.clone();
        if kept.is_some() {
            let is_others = !used.insert(name.clone()) || (taken.contains(&name) && !own.contains(&name));
            if is_chosen && is_others {
                diagnostics.push(chosen::taken(&name, &stood));
            }
            taken.insert(name.clone());
        } else {
            if reserved.contains(&name.as_str()) {
                name = format!("{plain}_parameter");
            }
            let mut attempt = 0;
            while !taken.insert(name.clone()) {
                name = suffixed(&plain, "_", &format!("{location} {wire}"), attempt);
                attempt += 1;
            }
        }
        if name != plain {
            let message = format!("the setter `{plain}` is taken: the one of `{wire}` is called `{name}`");
            let warning = Diagnostic::warning("parameter-name", pointer, message);
            diagnostics.push(warning.help("choose another name with `x-rust-name` in the overlay"));
        }
        if name != naming.method(&wire) {
            parameter.insert(extension::RUST_NAME.to_owned(), json!(name));
        }
        keep_former(parameter, &[&place], &name, naming);
        chosen::named(parameter);
        given.insert(place, name);
    }
}
