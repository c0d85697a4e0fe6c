//! Writes forms whose properties are lists and objects, which progenitor's client cannot.

use keyapi_spec::document::body::{Encoding, choose};
use keyapi_spec::document::parameter::Serialization;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, ImplItemFn, parse_quote};

use super::parameters;
use super::wire::Wire;

/// A body that is a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The properties that are not written as all others are.
    properties: Vec<Property>,
}

/// How a property is written.
#[derive(Debug, PartialEq, Eq)]
struct Property {
    name: String,
    serialization: Serialization,
    allow_reserved: bool,
}

/// Writes the form before reqwest does.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    let mut edit = Forms { form: wire.form.as_ref(), found: false };
    edit.visit_block_mut(&mut function.block);
    if edit.found { Ok(()) } else { Err("form_urlencoded") }
}

struct Forms<'a> {
    form: Option<&'a Form>,
    found: bool,
}

impl VisitMut for Forms<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        // The question mark behind the call belongs to the call.
        if let Expr::Try(tried) = expression
            && let Expr::MethodCall(call) = &*tried.expr
            && call.method == "form_urlencoded"
            && let Some(written) = self.form.and_then(|form| form.written(call))
        {
            *expression = written;
            self.found = true;
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

impl Form {
    /// The form that is sent; `None` where something else is.
    pub(super) fn of(body: &Value) -> Option<Self> {
        let chosen = choose(body).filter(|chosen| chosen.encoding == Encoding::Form)?;
        let encodings = body["content"][chosen.media_type].get("encoding").and_then(Value::as_object);
        let properties = encodings.into_iter().flatten();
        Some(Self { properties: properties.filter_map(|(name, encoding)| Property::of(name, encoding)).collect() })
    }

    /// The call with the form as its body.
    fn written(&self, call: &ExprMethodCall) -> Option<Expr> {
        let (request, body) = (&call.receiver, call.args.first()?);
        let serializations = self.properties.iter().map(|Property { name, serialization, allow_reserved }| {
            parameters::serialization(name, *serialization, *allow_reserved)
        });
        Some(parse_quote! {
            #request
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static("application/x-www-form-urlencoded"),
                )
                .body(parameter_style::form(#body, &[#(#serializations),*]).map_err(Error::InvalidRequest)?)
        })
    }
}

impl Property {
    /// Reads an encoding; `None` where it says nothing of how the property is written.
    fn of(name: &str, encoding: &Value) -> Option<Self> {
        let serialization = Serialization::of_encoding(encoding)?;
        Some(Self { name: name.to_owned(), serialization, allow_reserved: encoding["allowReserved"] == true })
    }
}

#[cfg(test)]
mod tests {
    use keyapi_spec::document::parameter::Style;
    use serde_json::json;

    use super::*;

    #[test]
    fn whoever_says_how_a_property_is_written_means_a_style() {
        for (encoding, expected) in [
            (json!({}), None),
            (json!({"contentType": "text/plain"}), None),
            (json!({"contentType": "application/json"}), Some((Style::Json, false))),
            (json!({"contentType": "application/json", "allowReserved": true}), Some((Style::Json, false))),
            (json!({"contentType": "application/json", "explode": true}), Some((Style::Form, true))),
            (json!({"explode": false}), Some((Style::Form, false))),
            (json!({"allowReserved": true}), Some((Style::Form, true))),
            (json!({"style": "pipeDelimited"}), Some((Style::PipeDelimited, false))),
        ] {
            let property = Property::of("p", &encoding);
            let found = property.map(|property| (property.serialization.style, property.serialization.explode));
            assert_eq!(found, expected, "{encoding}");
        }
    }
}
