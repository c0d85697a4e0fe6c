//! What an entry keeps of a request and its response in texts, in one piece of memory.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The target, the headers and the body of a request, and the headers of the response.
#[derive(Clone)]
pub(super) struct Texts {
    bytes: Box<[u8]>,
    /// Where each ends but the last.
    ends: [usize; 3],
}

/// Names and values, each ended by a line feed, which neither can hold.
pub(super) enum HeaderLines<'a> {
    Of(&'a HeaderMap),
    Written(String),
}

impl Texts {
    pub(super) fn new(
        target: &str,
        headers: &HeaderLines<'_>,
        body: &[u8],
        response_headers: &HeaderLines<'_>,
    ) -> Self {
        let length = target.len() + headers.len() + body.len() + response_headers.len();
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(target.as_bytes());
        let end_of_target = bytes.len();
        headers.write(&mut bytes);
        let end_of_headers = bytes.len();
        bytes.extend_from_slice(body);
        let end_of_body = bytes.len();
        response_headers.write(&mut bytes);
        Self { bytes: bytes.into_boxed_slice(), ends: [end_of_target, end_of_headers, end_of_body] }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn target(&self) -> &[u8] {
        &self.bytes[..self.ends[0]]
    }

    pub(super) fn headers(&self) -> HeaderMap {
        read(&self.bytes[self.ends[0]..self.ends[1]])
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.bytes[self.ends[1]..self.ends[2]]
    }

    pub(super) fn response_headers(&self) -> HeaderMap {
        read(&self.bytes[self.ends[2]..])
    }
}

impl HeaderLines<'_> {
    pub(super) fn written(headers: Vec<(String, String)>) -> Self {
        Self::Written(headers.into_iter().map(|(name, value)| format!("{name}\n{value}\n")).collect())
    }

    fn len(&self) -> usize {
        match self {
            Self::Of(headers) => headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum(),
            Self::Written(lines) => lines.len(),
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Of(headers) => {
                for (name, value) in *headers {
                    for part in [name.as_str().as_bytes(), value.as_bytes()] {
                        bytes.extend_from_slice(part);
                        bytes.push(b'\n');
                    }
                }
            }
            Self::Written(lines) => bytes.extend_from_slice(lines.as_bytes()),
        }
    }
}

impl Default for HeaderLines<'_> {
    fn default() -> Self {
        Self::Written(String::new())
    }
}

fn read(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut lines = lines.split(|byte| *byte == b'\n');
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    headers
}
