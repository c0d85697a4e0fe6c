//! The characters of bodies: what a label says is what they are in.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;
use keyapi_xml::{declare, declared_encoding, encode};

use super::representation::Concrete;

/// What everything is in of which nothing else is said, and JSON whatever is said.
const UTF_8: &str = "utf-8";

/// A body in the encoding that its media type says, and the label of it; in UTF-8, and with a label that says so, where
/// nobody can write the body as it should be.
pub(crate) fn labelled(concrete: &Concrete, body: Bytes) -> (HeaderValue, Bytes) {
    let media_type = &concrete.media_type;
    let as_it_is = |body: Bytes| (concrete.header.clone(), body);
    let (label, is_xml) = (media_type.parameter("charset"), media_type.is_xml());
    if label.as_deref().is_none_or(is_utf8) && !is_xml {
        return as_it_is(body);
    }
    let Ok(text) = str::from_utf8(&body) else { return as_it_is(body) };
    let wanted = label.as_deref().or_else(|| declared_encoding(text).filter(|_| is_xml));
    let Some(wanted) = wanted.map(|wanted| if is_utf8(wanted) { UTF_8 } else { wanted.trim() }) else {
        return as_it_is(body);
    };
    let declaring = |charset: &str| if is_xml { declare(text, charset) } else { Cow::Borrowed(text) };
    // JSON is in UTF-8 whatever is said (RFC 8259, section 8.1), and so are events.
    let may_differ = is_xml || media_type.is_text() && !media_type.is_event_stream();
    let encoded = || encode(&declaring(wanted), wanted).filter(|_| may_differ);
    match encoded() {
        Some(bytes) => (concrete.header.clone(), bytes.into()),
        None => {
            let relabelled = media_type.with_parameter("charset", UTF_8).to_string();
            let header = HeaderValue::from_str(&relabelled).ok().filter(|_| label.is_some());
            let body = declaring(UTF_8).into_owned().into();
            (header.unwrap_or_else(|| concrete.header.clone()), body)
        }
    }
}

fn is_utf8(charset: &str) -> bool {
    ["utf-8", "utf8"].iter().any(|known| charset.trim().eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use keyapi_spec::message::media_type::MediaType;

    use super::*;

    #[track_caller]
    fn check(label: &str, text: &str, expected_label: &str, expected: &[u8]) {
        let media_type = MediaType::parse(label).unwrap();
        let concrete = Concrete::named(&media_type, label).unwrap();
        let (header, body) = labelled(&concrete, Bytes::copy_from_slice(text.as_bytes()));
        assert_eq!((header.to_str().unwrap(), &*body), (expected_label, expected), "{label} {text}");
    }

    #[test]
    fn a_body_is_in_the_characters_that_its_label_says() {
        for same in ["text/plain", "text/plain; charset=UTF-8", "text/xml", "application/json"] {
            check(same, "é", same, "é".as_bytes());
        }
        check("text/csv; charset=ISO-8859-1", "é", "text/csv; charset=ISO-8859-1", b"\xe9");
        check("text/csv; charset=utf-16", "é", "text/csv; charset=utf-16", b"\xfe\xff\x00\xe9");
        check("text/csv; charset=utf-16le", "é", "text/csv; charset=utf-16le", b"\xe9\x00");
        check("text/csv; charset=us-ascii", "e", "text/csv; charset=us-ascii", b"e");
        let said = |encoding: &str| format!("<?xml version='1.0' encoding='{encoding}'?><a>é</a>");
        let latin1 = |text: String| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
        check("text/xml; charset=latin1", &said("UTF-8"), "text/xml; charset=latin1", &latin1(said("latin1")));
        check("text/xml", &said("ISO-8859-1"), "text/xml", &latin1(said("ISO-8859-1")));
    }

    #[test]
    fn a_label_is_true_of_a_body_that_cannot_be_written_so() {
        for (label, text) in [
            ("text/csv; charset=koi8-r", "é"),
            ("text/csv; charset=iso-8859-1", "€"),
            ("text/csv; charset=us-ascii", "é"),
        ] {
            check(label, text, "text/csv; charset=utf-8", text.as_bytes());
        }
        check("application/json; charset=iso-8859-1", "{}", "application/json; charset=utf-8", b"{}");
        check("text/event-stream; charset=utf-16", "data: 1\n\n", "text/event-stream; charset=utf-8", b"data: 1\n\n");
        let said = |encoding: &str| format!("<?xml version='1.0' encoding='{encoding}'?><a>€</a>");
        check(
            "text/xml; charset=latin1; a=b",
            &said("latin1"),
            "text/xml; a=b; charset=utf-8",
            said("utf-8").as_bytes(),
        );
        check("text/xml", &said("koi8-r"), "text/xml", said("utf-8").as_bytes());
    }
}
