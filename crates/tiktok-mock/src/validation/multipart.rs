//! Reads the fields of a multipart form (RFC 7578).

use super::style::Pairs;

/// The fields of a form, their names as `Content-Disposition` gives them. What is no field is skipped.
pub fn parse(body: &[u8], boundary: &str) -> Pairs {
    let delimiter = format!("--{boundary}");
    let text = String::from_utf8_lossy(body);
    text.split(delimiter.as_str()).filter_map(field).collect()
}

fn field(part: &str) -> Option<(String, String)> {
    let (head, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
    let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let name = disposition.split(';').find_map(|parameter| parameter.trim().strip_prefix("name="))?;
    Some((name.trim_matches('"').to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_noise_is_not() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1\r\n2\r\n--x\r\nnonsense\r\n--x--\r\n";
        assert_eq!(parse(body, "x"), vec![("id".to_owned(), "1\r\n2".to_owned())]);
    }
}
