//! Writes forms whose properties are lists and objects, which progenitor's client cannot.

use keyapi_spec::body::{Encoding, choose};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, ImplItemFn, parse_quote};

use super::list::Delimiter;
use super::wire::Wire;

/// A body that is a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The properties that are not written as all others are.
    styles: Vec<(String, Style)>,
}

/// How a property is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// In one piece.
    Joined(Delimiter),
    /// The properties of an object as fields of their own.
    Spread,
    /// With the names of what is inside in brackets.
    Deep,
    /// As JSON.
    Json,
}

/// Makes the pairs of the form before reqwest does.
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
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "form_urlencoded" {
            self.found = self.form.and_then(|form| form.rewrite(call)).is_some();
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

impl Form {
    /// The form that is sent; `None` where something else is.
    pub(super) fn of(body: &Value) -> Option<Self> {
        let chosen = choose(body).filter(|chosen| chosen.encoding == Encoding::Form)?;
        let encodings = body["content"][chosen.media_type].get("encoding").and_then(Value::as_object);
        let styles = encodings.into_iter().flatten();
        Some(Self {
            styles: styles.filter_map(|(name, encoding)| Some((name.clone(), Style::of(encoding)?))).collect(),
        })
    }

    /// The properties that are sent in one piece.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&String, Delimiter)> {
        self.styles.iter().filter_map(|(name, style)| match style {
            Style::Joined(delimiter) => Some((name, *delimiter)),
            _ => None,
        })
    }

    /// Makes a call send the pairs of the form for its body.
    fn rewrite(&self, call: &mut ExprMethodCall) -> Option<()> {
        let body = call.args.first_mut()?;
        let styles = self.styles.iter().map(|(name, style)| {
            let style = style.expression();
            quote!((#name, #style))
        });
        *body = parse_quote!(&form::pairs(#body, &[#(#styles),*]).map_err(Error::InvalidRequest)?);
        Some(())
    }
}

impl Style {
    /// Reads an encoding; `None` where lists are repeated and objects are JSON.
    fn of(encoding: &Value) -> Option<Self> {
        let text = |key: &str| encoding.get(key).and_then(Value::as_str);
        let explode = |default: bool| encoding.get("explode").and_then(Value::as_bool).unwrap_or(default);
        match text("style") {
            Some("form") if explode(true) => Some(Self::Spread),
            Some("form") => Some(Self::Joined(Delimiter::Comma)),
            Some("spaceDelimited") if !explode(false) => Some(Self::Joined(Delimiter::Space)),
            Some("pipeDelimited") if !explode(false) => Some(Self::Joined(Delimiter::Pipe)),
            Some("deepObject") => Some(Self::Deep),
            _ if text("contentType").is_some_and(keyapi_spec::media_type::is_json) => Some(Self::Json),
            _ => None,
        }
    }

    fn expression(self) -> Expr {
        match self {
            Self::Joined(delimiter) => match delimiter.forbidden() {
                Some(forbidden) => parse_quote!(form::Style::Joined(Some(#forbidden))),
                None => parse_quote!(form::Style::Joined(None)),
            },
            Self::Spread => parse_quote!(form::Style::Spread),
            Self::Deep => parse_quote!(form::Style::Deep),
            Self::Json => parse_quote!(form::Style::Json),
        }
    }
}

/// The functions that rewritten calls call, as a module of the generated client.
pub(super) fn support() -> TokenStream {
    quote! {
        /// Writes forms.
        #[allow(dead_code)]
        mod form {
            use ::serde_json::Value;

            /// How a property is written.
            #[derive(Clone, Copy, PartialEq)]
            pub(super) enum Style {
                /// Lists are repeated, objects are JSON.
                Plain,
                /// In one piece; the character is what parts the elements, where it has no escape.
                Joined(Option<char>),
                Spread,
                Deep,
                Json,
            }

            /// The pairs of a form; those of a property that is sent in one piece follow one another.
            pub(super) fn pairs<T: ::serde::Serialize>(body: &T, styles: &[(&str, Style)]) -> Result<Vec<(String, String)>, String> {
                let body = ::serde_json::to_value(body).map_err(|error| format!("the body does not encode: {error}"))?;
                let Value::Object(properties) = body else {
                    return Err("the body is no object, which a form has to be".to_string());
                };
                let mut pairs = Vec::new();
                for (name, value) in properties {
                    let style = styles.iter().find(|(other, _)| *other == name).map_or(Style::Plain, |(_, style)| *style);
                    add(&mut pairs, name, value, style)?;
                }
                Ok(pairs)
            }

            fn add(pairs: &mut Vec<(String, String)>, name: String, value: Value, style: Style) -> Result<(), String> {
                match (value, style) {
                    (Value::Null, _) => {}
                    (value, Style::Json) => pairs.push((name, value.to_string())),
                    (Value::Array(items), Style::Joined(delimiter)) => {
                        for item in items {
                            pairs.push((name.clone(), checked(&name, text(item), delimiter)?));
                        }
                    }
                    (Value::Object(properties), Style::Joined(delimiter)) => {
                        for (key, value) in properties {
                            pairs.push((name.clone(), checked(&name, key, delimiter)?));
                            pairs.push((name.clone(), checked(&name, text(value), delimiter)?));
                        }
                    }
                    (Value::Array(items), Style::Deep) => {
                        for (index, item) in items.into_iter().enumerate() {
                            add(pairs, format!("{name}[{index}]"), item, style)?;
                        }
                    }
                    (Value::Object(properties), Style::Deep) => {
                        for (key, value) in properties {
                            add(pairs, format!("{name}[{key}]"), value, style)?;
                        }
                    }
                    (Value::Object(properties), Style::Spread) => {
                        for (key, value) in properties {
                            add(pairs, key, value, Style::Plain)?;
                        }
                    }
                    (Value::Array(items), _) => pairs.extend(items.into_iter().map(|item| (name.clone(), text(item)))),
                    (value, _) => pairs.push((name, text(value))),
                }
                Ok(())
            }

            fn checked(name: &str, element: String, delimiter: Option<char>) -> Result<String, String> {
                match delimiter.filter(|delimiter| element.contains(*delimiter)) {
                    Some(delimiter) => Err(format!("an element of the property `{name}` has {delimiter:?} inside, which parts its elements and has no escape: send it without")),
                    None => Ok(element),
                }
            }

            fn text(value: Value) -> String {
                match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                }
            }
        }
    }
}
