//! What a client asks the mock for: the `Prefer` header (RFC 7240), or the query parameters that Prism has for it.

use http::HeaderName;

use crate::document::response::STATUSES;
use crate::engine::request::Incoming;

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The query parameters that stand in for the header.
const QUERY_NAMES: [&str; 4] = ["__code", "__example", "__dynamic", "__seed"];

/// What a client asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// The response's status.
    pub code: Option<u16>,
    /// The name of the example to respond with.
    pub example: Option<String>,
    /// Whether to make the response up from its schema.
    pub dynamic: Option<bool>,
    /// What made-up data is derived from.
    pub seed: Option<String>,
}

/// A preference that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidPreference(pub String);

impl Preferences {
    /// Reads the preferences of a request. The header wins over the query parameters as a whole.
    pub(crate) fn read(request: &Incoming<'_>) -> Result<Self, InvalidPreference> {
        let mut preferences = Self::default();
        let mut headers = request.headers().get_all(PREFER).iter().filter_map(|value| value.to_str().ok()).peekable();
        if headers.peek().is_some() {
            for preference in headers.flat_map(|value| value.split([',', ';'])) {
                let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
                preferences.set(&name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'))?;
            }
        } else {
            for field in request.query_fields() {
                if let Some(name) = field.name.strip_prefix("__") {
                    preferences.set(name, &field.text.decoded())?;
                }
            }
        }
        Ok(preferences)
    }

    /// Takes a preference; of one that is stated several times, the first counts (RFC 7240, section 2).
    fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidPreference> {
        match name {
            "code" if self.code.is_none() => {
                let is_plain = value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_digit());
                let code = value.parse().ok().filter(|code| is_plain && STATUSES.contains(code));
                self.code = Some(code.ok_or_else(|| invalid(name, value, "a status between 200 and 599"))?);
            }
            "dynamic" if self.dynamic.is_none() => {
                self.dynamic = Some(value.parse().map_err(|_| invalid(name, value, "true or false"))?);
            }
            "example" => _ = self.example.get_or_insert_with(|| value.to_owned()),
            "seed" => _ = self.seed.get_or_insert_with(|| value.to_owned()),
            // RFC 7240 asks servers to ignore preferences that they do not know.
            _ => {}
        }
        Ok(())
    }
}

/// Whether a query parameter speaks to the mock and not to the API.
pub(crate) fn is_query_name(name: &str) -> bool {
    QUERY_NAMES.contains(&name) || name == "__server"
}

fn invalid(name: &str, value: &str, expected: &str) -> InvalidPreference {
    InvalidPreference(format!("the preference {name} is \"{value}\", but must be {expected}"))
}
