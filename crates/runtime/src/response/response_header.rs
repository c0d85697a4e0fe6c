//! Documented headers of responses (OpenAPI 3.0, "Header Object": as parameters, in style `simple`).

use http::HeaderMap;
use http::header::SET_COOKIE;
use serde_json::Value;

/// The value of a header, if it is there and is what it should be.
pub fn response_header<T: FromHeader>(headers: &HeaderMap, name: &str) -> Option<T> {
    let lines: Vec<_> = headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    if lines.is_empty() {
        return None;
    }
    let is_whole = SET_COOKIE == name;
    let values: Vec<&str> = match T::IS_LIST && !is_whole {
        true => lines.iter().flat_map(|line| line.split(',')).map(str::trim).collect(),
        false => lines.iter().map(|line| line.trim()).collect(),
    };
    T::from_header(&values)
}

/// What a header can be.
pub trait FromHeader: Sized {
    /// Whether commas are between its values.
    const IS_LIST: bool = false;

    /// Reads the values, of which there is at least one.
    fn from_header(values: &[&str]) -> Option<Self>;
}

macro_rules! scalars {
    ($($ty:ty),*) => {$(
        impl FromHeader for $ty {
            fn from_header(values: &[&str]) -> Option<Self> {
                values.first()?.parse().ok()
            }
        }
    )*};
}

scalars!(bool, i64, u64, f64, String);

/// A header of a media type is JSON.
impl FromHeader for Value {
    fn from_header(values: &[&str]) -> Option<Self> {
        let [value] = values else { return None };
        Some(serde_json::from_str(value).unwrap_or_else(|_| (*value).into()))
    }
}

impl<T: FromHeader> FromHeader for Vec<T> {
    const IS_LIST: bool = true;

    fn from_header(values: &[&str]) -> Option<Self> {
        // A header that is there and says nothing is a list of nothing.
        let said = values.iter().filter(|value| !value.is_empty());
        said.map(|value| T::from_header(&[value])).collect()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::{Value, json};

    use super::{FromHeader, response_header};

    fn read<T: FromHeader>(name: &str, lines: &[&str]) -> Option<T> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(line).unwrap());
        }
        response_header(&headers, name)
    }

    #[test]
    fn headers_are_what_they_should_be_or_nothing() {
        assert_eq!(read::<i64>("x-a", &[" 7 "]), Some(7));
        assert_eq!(read::<i64>("x-a", &["7.5"]), None);
        assert_eq!(read::<i64>("x-a", &[]), None);
        assert_eq!(read::<bool>("x-a", &["true"]), Some(true));
        assert_eq!(read::<bool>("x-a", &["1"]), None);
        assert_eq!(read::<f64>("x-a", &["1"]), Some(1.0));
        assert_eq!(read::<String>("x-a", &["a, b", "c"]).as_deref(), Some("a, b"));
        assert_eq!(read::<Vec<i64>>("x-a", &["1, 2", "3"]), Some(vec![1, 2, 3]));
        assert_eq!(read::<Vec<i64>>("x-a", &["1, a"]), None);
        assert_eq!(read::<Vec<String>>("x-a", &[""]), Some(vec![]));
        let cookies = ["a=1; Expires=Fri, 01", "b=2"];
        assert_eq!(read::<Vec<String>>("set-cookie", &cookies), Some(cookies.map(str::to_owned).to_vec()));
        assert_eq!(read::<Value>("x-a", &[r#"{"a":[1]}"#]), Some(json!({"a": [1]})));
        assert_eq!(read::<Value>("x-a", &["a"]), Some(json!("a")));
    }
}
