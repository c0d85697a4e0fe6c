//! Writes the values of parameters, and the fields of forms, in the styles of OpenAPI (3.0.4, "style examples").
//!
//! A value is one text, a list of texts or fields with names. What no style can say, such as a list in a list, is written
//! as JSON. An empty list, an empty object and null are not written at all (RFC 6570, section 2.3). What a style has no
//! escape for, or would mean something else, is an error: nothing is sent that a server would read as another value.
//!
//! Generated clients that go without a runtime have a copy of this file, which is why it uses little and has no tests.

use ::serde::Serialize;
use ::serde_json::Value;

/// A style of OpenAPI, or JSON, as a parameter has it whose `content` is JSON.
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
    /// One JSON text.
    Json,
}

/// How the value of one name is written.
#[derive(Clone, Copy, Debug)]
pub struct Serialization<'a> {
    name: &'a str,
    style: Style,
    explode: bool,
    allow_reserved: bool,
    /// What it is the value of, in words.
    what: &'static str,
}

/// A value as far as it can be written.
enum Written {
    Nothing,
    Text(String),
    List(Vec<String>),
    Fields(Vec<(String, String)>),
}

impl<'a> Serialization<'a> {
    /// Writes a value in a style, and the items of lists and objects apart if they explode.
    pub const fn new(name: &'a str, style: Style, explode: bool) -> Self {
        Self { name, style, explode, allow_reserved: false, what: "parameter" }
    }

    /// Leaves characters in a query as they are that have a meaning in a URL, as far as they have none there.
    pub const fn with_reserved(self) -> Self {
        Self { allow_reserved: true, ..self }
    }
}

/// A value as it stands in a path.
///
/// # Errors
///
/// Why it cannot be written.
pub fn path<T: Serialize>(serialization: &Serialization<'_>, value: &T) -> Result<String, String> {
    let name = serialization.name;
    let (prefix, separator) = match serialization.style {
        Style::Label => (".", if serialization.explode { "." } else { "," }),
        Style::Matrix => (";", if serialization.explode { ";" } else { "," }),
        _ => ("", ","),
    };
    let item = |text: &str| {
        let encoded = segment(text).replace(',', "%2C").replace(';', "%3B");
        if separator == "." { encoded.replace('.', "%2E") } else { encoded }
    };
    let key = |text: &str| item(text).replace('=', "%3D");
    // In the other styles the name stands in the template alone.
    let named = |text: String| match (serialization.style, text.is_empty()) {
        (Style::Matrix, true) => format!(";{}", key(name)),
        (Style::Matrix, false) => format!(";{}={text}", key(name)),
        _ => format!("{prefix}{text}"),
    };
    let path = match serialization.written(value)? {
        Written::Nothing => String::new(),
        Written::Text(text) if text.is_empty() && serialization.style != Style::Matrix => String::new(),
        Written::Text(text) => named(segment(&text)),
        Written::List(items) if serialization.style == Style::Matrix && serialization.explode => {
            items.iter().map(|text| format!(";{}={}", key(name), item(text))).collect()
        }
        Written::List(items) => {
            let items = items.iter().map(|text| item(text)).collect::<Vec<_>>().join(separator);
            if items.is_empty() { items } else { named(items) }
        }
        Written::Fields(fields) if serialization.explode => {
            let fields: Vec<String> =
                fields.iter().map(|(name, text)| format!("{}={}", key(name), item(text))).collect();
            format!("{prefix}{}", fields.join(separator))
        }
        Written::Fields(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, text)| format!("{},{}", item(name), item(text))).collect();
            named(fields.join(","))
        }
    };
    if path.is_empty() {
        return Err(format!("the path parameter `{name}` is empty, which would make another path: give it a value"));
    }
    Ok(path)
}

/// A value as it stands in a query; nothing for a value that is not written.
///
/// # Errors
///
/// Why it cannot be written.
pub fn query<T: Serialize>(serialization: &Serialization<'_>, value: &T) -> Result<String, String> {
    let mut pairs = Vec::new();
    serialization.add(&mut pairs, &json(serialization, value)?)?;
    Ok(pairs.join("&"))
}

/// Adds values to the query of a request, behind what its path has there.
pub fn add_query(request: &mut ::reqwest::Request, values: &[String]) {
    let own = request.url().query().filter(|query| !query.is_empty());
    let query = own.into_iter().chain(present(values)).collect::<Vec<_>>().join("&");
    request.url_mut().set_query(if query.is_empty() { None } else { Some(&query) });
}

/// A value as it stands in a header; `None` for a value that is not written.
///
/// # Errors
///
/// Why it cannot be written.
pub fn header<T: Serialize>(serialization: &Serialization<'_>, value: &T) -> Result<Option<String>, String> {
    let without = |text: &str, signs: &[char]| match text.chars().find(|c| signs.contains(c)) {
        Some(sign) => Err(serialization.no_escape(sign)),
        None => Ok(text.to_owned()),
    };
    let item = |text: &str| without(&serialization.trimmed(text)?, &[',']);
    let header = match serialization.written(value)? {
        Written::Nothing => return Ok(None),
        Written::Text(text) => serialization.trimmed(&text)?,
        Written::List(items) => items.iter().map(|text| item(text)).collect::<Result<Vec<_>, _>>()?.join(","),
        Written::Fields(fields) => {
            let between = if serialization.explode { "=" } else { "," };
            let field = |(name, text): &(String, String)| {
                let name = if serialization.explode { without(&item(name)?, &['='])? } else { item(name)? };
                Ok::<_, String>(format!("{name}{between}{}", item(text)?))
            };
            fields.iter().map(field).collect::<Result<Vec<_>, _>>()?.join(",")
        }
    };
    match header.chars().find(|c| c.is_ascii_control() && *c != '\t') {
        Some(control) => Err(serialization.not_sent(&format!("has {control:?} inside, which no header can hold"))),
        None => Ok(Some(header)),
    }
}

/// A value as a cookie, or as several; nothing for a value that is not written.
///
/// # Errors
///
/// Why it cannot be written.
pub fn cookie<T: Serialize>(serialization: &Serialization<'_>, value: &T) -> Result<String, String> {
    let pair = |name: &str, text: &str| format!("{}={text}", octets(name).replace('=', "%3D"));
    let name = serialization.name;
    Ok(match serialization.written(value)? {
        Written::Nothing => String::new(),
        Written::Text(text) => pair(name, &octets(&text)),
        Written::List(items) if serialization.explode => {
            items.iter().map(|text| pair(name, &octets(text))).collect::<Vec<_>>().join("; ")
        }
        Written::List(items) => pair(name, &items.iter().map(|text| octets(text)).collect::<Vec<_>>().join(",")),
        Written::Fields(fields) if serialization.explode => {
            fields.iter().map(|(name, text)| pair(name, &octets(text))).collect::<Vec<_>>().join("; ")
        }
        Written::Fields(fields) => {
            let items: Vec<String> = fields.iter().flat_map(|(name, text)| [octets(name), octets(text)]).collect();
            pair(name, &items.join(","))
        }
    })
}

/// The header that is made of cookies.
pub fn cookies(cookies: &[String]) -> Option<String> {
    Some(present(cookies).join("; ")).filter(|header| !header.is_empty())
}

/// A form. Where nothing is said of a property, its lists are repeated and its objects are JSON.
///
/// # Errors
///
/// Why it cannot be written.
pub fn form<T: Serialize>(body: &T, serializations: &[Serialization<'_>]) -> Result<String, String> {
    let body = ::serde_json::to_value(body).map_err(|error| format!("the body does not encode: {error}"))?;
    let Value::Object(properties) = body else {
        return Err("the body is no object, which a form has to be".to_owned());
    };
    let mut pairs = Vec::new();
    for (name, value) in &properties {
        let style = if value.is_object() { Style::Json } else { Style::Form };
        let plain = Serialization::new(name, style, true);
        let serialization =
            serializations.iter().find(|serialization| serialization.name == name).copied().unwrap_or(plain);
        Serialization { what: "property", ..serialization }.add(&mut pairs, value)?;
    }
    Ok(pairs.join("&"))
}

impl Serialization<'_> {
    fn written<T: Serialize>(&self, value: &T) -> Result<Written, String> {
        let value = json(self, value)?;
        Ok(match value {
            Value::Null => Written::Nothing,
            value if self.style == Style::Json => Written::Text(value.to_string()),
            Value::Array(items) if items.is_empty() => Written::Nothing,
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(text).collect();
                let has_names = self.explode && matches!(self.style, Style::Form | Style::Matrix);
                if !has_names && matches!(items.as_slice(), [only] if only.is_empty()) {
                    return Err(self.not_sent("is empty but for one empty text, as no list is written"));
                }
                Written::List(items)
            }
            Value::Object(properties) => {
                let fields = properties.iter().filter(|(_, value)| !value.is_null());
                let fields: Vec<(String, String)> = fields.map(|(name, value)| (name.clone(), text(value))).collect();
                if fields.is_empty() { Written::Nothing } else { Written::Fields(fields) }
            }
            value => Written::Text(text(&value)),
        })
    }

    /// Adds the pairs of a value to those of a query or a form.
    fn add(&self, pairs: &mut Vec<String>, value: &Value) -> Result<(), String> {
        let pair = |name: &str, text: &str| format!("{}={text}", encoded(name));
        match (value, self.style) {
            (Value::Object(_) | Value::Array(_), Style::DeepObject) => return self.add_deep(pairs, self.name, value),
            // A list in an object that is spread among the other pairs is repeated, as a list by itself is.
            (Value::Object(properties), Style::Form) if self.explode => {
                for (name, value) in properties {
                    match value {
                        Value::Object(_) => pairs.push(pair(name, &self.escaped(&value.to_string()))),
                        _ => Serialization { name, ..*self }.add(pairs, value)?,
                    }
                }
                return Ok(());
            }
            _ => {}
        }
        let (forbidden, between) = match self.style {
            Style::SpaceDelimited => (Some(' '), "%20"),
            Style::PipeDelimited => (Some('|'), "%7C"),
            _ => (None, ","),
        };
        let item = |text: &str| match forbidden.filter(|delimiter| text.contains(*delimiter)) {
            Some(delimiter) => Err(self.no_escape(delimiter)),
            None => Ok(self.escaped(text).replace(',', "%2C")),
        };
        match self.written(value)? {
            Written::Nothing => {}
            Written::Text(text) => pairs.push(pair(self.name, &self.escaped(&text))),
            Written::List(items) if self.explode => {
                pairs.extend(items.iter().map(|text| pair(self.name, &self.escaped(text))));
            }
            Written::List(items) => {
                let items = items.iter().map(|text| item(text)).collect::<Result<Vec<_>, _>>()?;
                pairs.push(pair(self.name, &items.join(between)));
            }
            Written::Fields(fields) => {
                let items = fields.iter().flat_map(|(name, text)| [name, text]);
                let items = items.map(|text| item(text)).collect::<Result<Vec<_>, _>>()?;
                pairs.push(pair(self.name, &items.join(between)));
            }
        }
        Ok(())
    }

    fn add_deep(&self, pairs: &mut Vec<String>, name: &str, value: &Value) -> Result<(), String> {
        match value {
            Value::Null => Ok(()),
            Value::Array(items) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(index, item)| self.add_deep(pairs, &format!("{name}[{index}]"), item))
            }
            Value::Object(properties) => properties.iter().try_for_each(|(key, value)| {
                if key.is_empty() || key.contains("][") {
                    return Err(self.not_sent(&format!("has the key {key:?} inside, which brackets cannot hold")));
                }
                self.add_deep(pairs, &format!("{name}[{key}]"), value)
            }),
            value => {
                pairs.push(format!("{}={}", encoded(name), self.escaped(&text(value))));
                Ok(())
            }
        }
    }

    /// A text as it stands behind a name in a query.
    fn escaped(&self, text: &str) -> String {
        // The others mean something in a query whatever a document says (OpenAPI 3.0.4, "Parameter Object").
        if self.allow_reserved { percent(text, b"-._~:/?@!$'()*,;=") } else { encoded(text) }
    }

    /// A text in a header, which has no white space around it.
    fn trimmed(&self, text: &str) -> Result<String, String> {
        if text.trim_matches([' ', '\t']).len() < text.len() {
            return Err(self.not_sent("begins or ends with white space, which a header does not keep"));
        }
        Ok(text.to_owned())
    }

    fn no_escape(&self, sign: char) -> String {
        let Self { name, what, .. } = self;
        format!(
            "an element of the {what} `{name}` has {sign:?} inside, which parts its elements and has no escape: send it without"
        )
    }

    fn not_sent(&self, why: &str) -> String {
        let Self { name, what, .. } = self;
        format!("the {what} `{name}` {why}: give it another value")
    }
}

fn json<T: Serialize>(serialization: &Serialization<'_>, value: &T) -> Result<Value, String> {
    ::serde_json::to_value(value).map_err(|error| serialization.not_sent(&format!("does not encode, because {error}")))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // A whole number has no fraction.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}

/// The values that are written.
fn present(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect()
}

/// A text of a form (WHATWG URL, "application/x-www-form-urlencoded").
fn encoded(text: &str) -> String {
    percent(text, b"-._* ").replace(' ', "+")
}

/// A text of a path (RFC 3986, section 3.3), without what a URL parser reads as something else.
fn segment(text: &str) -> String {
    percent(text, b"-._~!$&'()*+,;=:@")
}

/// A text of a cookie (RFC 6265, section 4.1.1). A percent sign begins an escape.
fn octets(text: &str) -> String {
    percent(text, b"-._~!#$&'()*+/:<=>?@[]^`{|}")
}

/// A text with all encoded but letters, digits and `kept`.
fn percent(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
