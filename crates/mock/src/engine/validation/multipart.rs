//! Reads the fields of a multipart form (RFC 7578).

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use keyapi_spec::message::media_type::MediaType;

use super::fields::Field;

/// Why a body is no multipart form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// Its media type does not say what parts the fields.
    NoBoundary,
    /// It is not written as its media type says; the reason in words.
    Malformed(String),
}

/// The fields of a form, whose media type says what parts them.
pub(crate) fn parse(media_type: &MediaType, body: &Bytes) -> Result<Vec<Field<'static>>, Broken> {
    let boundary = media_type.parameter("boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or(Broken::NoBoundary)?;
    let whole = stream::iter([Ok::<_, Infallible>(body.clone())]);
    // All of the body is there, so there is nothing to wait for.
    let read = fields(multer::Multipart::new(whole, boundary)).now_or_never();
    read.unwrap_or_else(|| Err(Broken::Malformed("it has no end".to_owned())))
}

async fn fields(mut form: multer::Multipart<'_>) -> Result<Vec<Field<'static>>, Broken> {
    let malformed = |error: multer::Error| Broken::Malformed(error.to_string());
    let mut found = Vec::new();
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let Some(name) = name(&field) else {
            let message = format!("part {} has no Content-Disposition with a name", field.index() + 1);
            return Err(Broken::Malformed(message));
        };
        let media_type = field.content_type().and_then(|kind| MediaType::parse(kind.as_ref()));
        let value = field.bytes().await.map_err(malformed)?;
        let value = String::from_utf8_lossy(&value).into_owned();
        found.push(Field::plain(name, value).of_type(media_type));
    }
    Ok(found)
}

/// The field's name. multer looks for it inside quotation marks, too, where a file may be called `a; name=b`. The header
/// has the form of a media type's parameters (RFC 9110, section 5.6.6).
fn name(field: &multer::Field<'_>) -> Option<String> {
    let header = field.headers().get(http::header::CONTENT_DISPOSITION)?.to_str().ok();
    let parameters = header.and_then(|header| MediaType::parse(&format!("multipart/{header}")));
    parameters.and_then(|parameters| parameters.parameter("name")).or_else(|| field.name().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "multipart/form-data; boundary=x";

    fn read(header: &str, body: &str) -> Result<Vec<(String, String)>, Broken> {
        let fields = parse(&MediaType::parse(header).unwrap(), &Bytes::copy_from_slice(body.as_bytes()))?;
        Ok(fields.iter().map(|field| (field.name.clone().into_owned(), field.text.raw().to_owned())).collect())
    }

    #[track_caller]
    fn check(header: &str, body: &str, expected: &[(&str, &str)]) {
        let expected = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(read(header, body), Ok(expected), "{header} {body:?}");
    }

    #[test]
    fn a_value_ends_where_a_line_begins_with_the_delimiter() {
        let part = "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n";
        check(HEADER, &format!("{part}1--x2\r\n\r\n--y\r\n--x--\r\n"), &[("id", "1--x2\r\n\r\n--y")]);
        check(HEADER, &format!("preamble\r\n{part}--x\r\n{part}\r\n--x--\r\nepilogue"), &[("id", "--x"), ("id", "")]);
        check(HEADER, "--x--\r\n", &[]);
    }

    #[test]
    fn boundaries_are_quoted_and_followed_by_white_space() {
        let body = "--a; b \t\r\ncontent-disposition: form-data; name=\"id\"\r\n\r\n1\r\n--a; b--";
        check("multipart/form-data; charset=utf-8; boundary=\"a; b\"", body, &[("id", "1")]);
        let body = "--=_1\r\ncontent-disposition: form-data; name=id\r\n\r\n1\r\n--=_1-- \r\n";
        check("multipart/form-data; boundary==_1", body, &[("id", "1")]);
    }

    #[test]
    fn a_name_is_told_from_a_filename() {
        let head = "Content-Type: text/plain\r\nContent-Disposition: form-data; filename=\"name=\\\"a\\\".txt\"; name=\"file\"";
        check(HEADER, &format!("--x\r\n{head}\r\n\r\nf\r\n--x--"), &[("file", "f")]);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        #[track_caller]
        fn refused(body: &str) {
            assert!(matches!(read(HEADER, body), Err(Broken::Malformed(_))), "{body:?}");
        }
        refused("");
        refused("nonsense");
        refused("--x\r\n\r\n1\r\n--x--\r\n");
        refused("--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n");
        refused("--x\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\n1\r\n--x--\r\n");
        refused("--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1");
        refused("--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1\r\n--xy\r\n--x--");
        for header in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""] {
            assert_eq!(read(header, "--\r\n"), Err(Broken::NoBoundary), "{header}");
        }
    }
}
