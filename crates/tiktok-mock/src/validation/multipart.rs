//! Reads the fields of a multipart form (RFC 7578).

use std::borrow::Cow;

use super::style::Pairs;

/// The fields of a form, their names as `Content-Disposition` gives them. What is no field is skipped.
pub fn parse(body: &[u8], boundary: &str) -> Pairs<'static> {
    let delimiter = format!("--{boundary}");
    let text = String::from_utf8_lossy(body);
    text.split(delimiter.as_str()).filter_map(field).collect()
}

fn field(part: &str) -> Option<(Cow<'static, str>, Cow<'static, str>)> {
    let (head, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
    let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let name = disposition.split(';').find_map(|parameter| parameter.trim().strip_prefix("name="))?;
    let value = value.strip_suffix("\r\n").unwrap_or(value);
    Some((name.trim_matches('"').to_owned().into(), value.to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_noise_is_not() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1\r\n2\r\n--x\r\nnonsense\r\n--x--\r\n";
        assert_eq!(parse(body, "x"), vec![("id".into(), "1\r\n2".into())]);
    }
}
