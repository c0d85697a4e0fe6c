//! Where pages or items go on, as text that can be stored.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Inner;
use crate::error::display_text::DisplayText;
use crate::security::secrets::Secrets;
use crate::{Error, ErrorKind};

/// Where pages or items go on: what [`Pages::position`](crate::Pages::position) and
/// [`Items::position`](crate::Items::position) give, and their `resume` takes, also in another run of the program.
///
/// `Display`, `FromStr` and serde have it as text, whose form is nobody's business. It holds for the operation that it comes
/// from, called with the same parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    pub(crate) operation: String,
    /// The cursor or the number of the page; `None` is the first page.
    pub(crate) at: Option<Value>,
    /// How many items of the page are behind.
    pub(crate) skipped: usize,
}

impl Position {
    /// Refuses a position of another operation.
    pub(crate) fn check(&self, operation: &DisplayText) -> Result<(), Error> {
        if self.operation == operation.as_str() {
            return Ok(());
        }
        let other = DisplayText::new(&self.operation, Secrets::default());
        let message = format!("the position belongs to `{other}`: pass one of the same operation");
        let message = DisplayText::new(&message, Secrets::default());
        Err(Error::invalid_request(operation.clone(), message))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("operation", &self.operation);
        if let Some(at) = &self.at {
            form.append_pair("at", &at.to_string());
        }
        form.append_pair("skipped", &self.skipped.to_string());
        f.write_str(&form.finish())
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}

impl TryFrom<String> for Position {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl FromStr for Position {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the text is no position.
    fn from_str(text: &str) -> Result<Self, Error> {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
        let position = match pairs.as_slice() {
            [(a, operation), (b, skipped)] if a == "operation" && b == "skipped" => read(operation, None, skipped),
            [(a, operation), (b, at), (c, skipped)] if a == "operation" && b == "at" && c == "skipped" => {
                read(operation, Some(at), skipped)
            }
            _ => None,
        };
        position.ok_or_else(|| {
            let message = "the text is no position of pages: pass one that was stored, unchanged";
            Inner { message: Some(DisplayText::from_static(message)), ..Inner::new(ErrorKind::InvalidRequest) }.into()
        })
    }
}

fn read(operation: &str, at: Option<&str>, skipped: &str) -> Option<Position> {
    let at = match at.map(serde_json::from_str) {
        None => None,
        Some(Ok(at @ Value::String(_))) => Some(at),
        Some(Ok(Value::Number(number))) if !number.is_f64() => Some(number.into()),
        Some(_) => return None,
    };
    Some(Position { operation: operation.to_owned(), at, skipped: skipped.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Position;
    use crate::ErrorKind;
    use crate::error::display_text::DisplayText;

    #[test]
    fn a_position_comes_back_from_its_text() {
        for operation in ["track_list", "GET /v1/x", "&=%", ""] {
            for at in [None, Some(json!("a&b=c \"d\" é")), Some(json!(9_007_199_254_740_993_u64)), Some(json!(""))] {
                let position = Position { operation: operation.to_owned(), at, skipped: 7 };
                assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
                let stored = serde_json::to_value(&position).unwrap();
                assert!(stored.is_string());
                assert_eq!(serde_json::from_value::<Position>(stored).unwrap(), position);
            }
        }
    }

    #[test]
    fn any_other_text_is_none() {
        for text in [
            "",
            "x",
            "operation=a",
            "operation=a&skipped=-1",
            "operation=a&skipped=99999999999999999999999",
            "skipped=0&operation=a",
            "operation=a&at=b&skipped=0",
            "operation=a&at=1.5&skipped=0",
            "operation=a&at=[]&skipped=0",
            "operation=a&at=null&skipped=0",
            "operation=a&at=1&skipped=0&x=1",
        ] {
            assert_eq!(text.parse::<Position>().unwrap_err().kind(), ErrorKind::InvalidRequest, "{text}");
            assert!(serde_json::from_value::<Position>(text.into()).is_err());
        }
        serde_json::from_value::<Position>(Value::Null).unwrap_err();
    }

    #[test]
    fn one_of_another_operation_is_refused() {
        let position = Position { operation: "a".to_owned(), at: None, skipped: 0 };
        position.check(&DisplayText::from_static("a")).unwrap();
        let error = position.check(&DisplayText::from_static("b")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "b: invalid request: the position belongs to `a`: pass one of the same operation"
        );
    }
}
