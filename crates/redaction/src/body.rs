//! Takes out of a JSON value what does not belong into a recording, wherever in it that stands.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LEVELS, PLACEHOLDER, Redactor, Unsearchable, named};

/// A JSON value, in whatever form it is held.
pub trait Body {
    /// The same for what is inside.
    type Inner<'a>: Body
    where
        Self: 'a;

    /// What the value is.
    fn view(&mut self) -> View<'_, Self::Inner<'_>>;

    /// The value, where it is a text.
    fn text(&self) -> Option<&str>;
}

/// What a JSON value is.
pub enum View<'a, Inner> {
    /// Null, true or false.
    Word,
    /// A number as it is spelled, and what gives it another value.
    Number(String, Box<dyn FnOnce(&str) + 'a>),
    /// A text.
    Text(&'a mut String),
    /// An array.
    Array(Vec<Inner>),
    /// An object.
    Object(Vec<(&'a str, Inner)>),
}

/// Something that was taken out, or cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sensitive {
    /// JSON pointer to where it is.
    pub pointer: String,
    /// What it is.
    pub what: &'static str,
}

/// What became of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted {
    /// What was taken out.
    pub taken: Vec<Sensitive>,
    /// What is still there in spite of it: a key in some other form, or a secret in the name of a property.
    pub left: Vec<Sensitive>,
}

impl Redactor {
    /// Redacts a body. What it hands out as a credential is a key for the rest of it.
    ///
    /// # Errors
    ///
    /// It hands out more credentials than can be looked for.
    pub fn redact(&self, body: &mut impl Body) -> Result<Redacted, Unsearchable> {
        /// Bodies with more of them than that are made to be so.
        const MOST: usize = 1000;
        let mut secrets = BTreeSet::new();
        gather(body, false, &mut secrets);
        if secrets.len() > MOST {
            return Err(Unsearchable::because(format!("the body has more than {MOST} credentials")));
        }
        let mut redacted = Redacted::default();
        match secrets.is_empty() {
            true => self.take_out(body, "", None, LEVELS, &mut redacted),
            false => self.knowing(secrets)?.take_out(body, "", None, LEVELS, &mut redacted),
        }
        Ok(redacted)
    }

    pub(super) fn take_out(
        &self,
        body: &mut impl Body,
        pointer: &str,
        whole: Option<&'static str>,
        levels: usize,
        redacted: &mut Redacted,
    ) {
        let at = |what| Sensitive { pointer: pointer.to_owned(), what };
        match body.view() {
            View::Word => {}
            View::Number(token, set) => {
                let what = whole.or_else(|| self.is_number(&token).then_some("the key"));
                let other = other_number(&token);
                if let (Some(what), true) = (what, token != other) {
                    redacted.taken.push(at(what));
                    set(other);
                }
            }
            View::Text(text) => {
                let (kept, what) = match whole {
                    Some(what) if !text.is_empty() => (PLACEHOLDER.to_owned(), what),
                    _ => self.text_of(text, levels),
                };
                if kept != *text {
                    redacted.taken.push(at(what));
                    *text = kept;
                }
                if self.has_key(text) {
                    redacted.left.push(at("the key"));
                }
            }
            View::Array(items) => {
                let named = pair_of(&items);
                for (index, mut item) in items.into_iter().enumerate() {
                    let whole = whole.or(named.filter(|_| index == 1));
                    self.take_out(&mut item, &format!("{pointer}/{index}"), whole, levels, redacted);
                }
            }
            View::Object(properties) => {
                let value = value_of(&properties);
                for (name, mut property) in properties {
                    let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                    let (kept, what) = self.text(name);
                    if kept != name || self.has_key(name) {
                        let what = if what.is_empty() { "the key" } else { what };
                        redacted.left.push(Sensitive { pointer: pointer.clone(), what });
                    }
                    let whole = whole.or_else(|| named(name)).or(value.filter(|_| VALUES.contains(&name)));
                    self.take_out(&mut property, &pointer, whole, levels, redacted);
                }
            }
        }
    }
}

/// A number that needs the same type.
fn other_number(token: &str) -> &'static str {
    match token {
        _ if token.contains(['.', 'e', 'E']) => "0.0",
        _ if token.parse::<i64>().is_ok() => "0",
        _ if token.parse::<u64>().is_ok() => "18446744073709551615",
        _ if token.starts_with('-') => "-100000000000000000000",
        _ => "100000000000000000000",
    }
}

/// What the properties of an object are called that has a name and a value.
pub(super) const NAMES: [&str; 4] = ["name", "key", "header", "field"];
pub(super) const VALUES: [&str; 3] = ["value", "values", "val"];

/// What the value of `{"name": "Authorization", "value": "…"}` is.
fn value_of(properties: &[(&str, impl Body)]) -> Option<&'static str> {
    properties.iter().filter(|(name, _)| NAMES.contains(name)).find_map(|(_, property)| named_by(property.text()?))
}

/// What the second of `["Authorization", "…"]` is.
fn pair_of(items: &[impl Body]) -> Option<&'static str> {
    let [name, value] = items else { return None };
    value.text().and_then(|_| named_by(name.text()?))
}

/// What a text says of the value beside it; one that has several words is no name.
fn named_by(text: &str) -> Option<&'static str> {
    named(text).filter(|_| !text.contains(char::is_whitespace))
}

/// The texts that a body has for credentials, as far as they would not be found in what has nothing to do with them.
fn gather(body: &mut impl Body, is_secret: bool, secrets: &mut BTreeSet<String>) {
    match body.view() {
        View::Word | View::Number(..) => {}
        View::Text(text) => {
            let has = |test: fn(&char) -> bool| text.chars().any(|char| test(&char));
            let is_random = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic) && text.len() >= super::SHORT;
            if is_secret && is_random && !text.contains(char::is_whitespace) {
                secrets.insert(text.clone());
            }
        }
        View::Array(items) => {
            let pair = pair_of(&items) == Some("a secret");
            for (index, mut item) in items.into_iter().enumerate() {
                gather(&mut item, is_secret || (pair && index == 1), secrets);
            }
        }
        View::Object(properties) => {
            let value = value_of(&properties) == Some("a secret");
            for (name, mut property) in properties {
                let is_secret = is_secret || named(name) == Some("a secret") || (value && VALUES.contains(&name));
                gather(&mut property, is_secret, secrets);
            }
        }
    }
}

impl Body for Value {
    type Inner<'a> = &'a mut Value;

    fn view(&mut self) -> View<'_, &mut Value> {
        match self {
            Value::Null | Value::Bool(_) => View::Word,
            Value::Number(number) => View::Number(
                number.to_string(),
                Box::new(|token| *number = serde_json::from_str(token).unwrap_or_else(|_| 0.into())),
            ),
            Value::String(text) => View::Text(text),
            Value::Array(items) => View::Array(items.iter_mut().collect()),
            Value::Object(properties) => {
                View::Object(properties.iter_mut().map(|(name, property)| (name.as_str(), property)).collect())
            }
        }
    }

    fn text(&self) -> Option<&str> {
        self.as_str()
    }
}

impl Body for &mut Value {
    type Inner<'a>
        = &'a mut Value
    where
        Self: 'a;

    fn view(&mut self) -> View<'_, &mut Value> {
        (**self).view()
    }

    fn text(&self) -> Option<&str> {
        Body::text(&**self)
    }
}
