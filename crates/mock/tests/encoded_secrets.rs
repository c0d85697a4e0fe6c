//! A key is masked however it is encoded where it stands, and what cannot be read is not shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use keyapi_mock::options::Validation;
use keyapi_mock::{Engine, Options, handle};
use support::{document, request, response};

/// An operation whose refusals say what stood in the body.
const SHOP: &str = "
openapi: 3.0.3
paths:
  /orders:
    post:
      operationId: order
      security: [{bearer: []}, {}]
      parameters: [{name: q, in: query, schema: {type: string, maxLength: 1}}]
      requestBody:
        content:
          application/xml: {schema: {$ref: '#/components/schemas/Order'}}
          application/json: {schema: {$ref: '#/components/schemas/Order'}}
          application/x-ndjson: {schema: {$ref: '#/components/schemas/Order'}}
          '*/*': {}
      responses: {'200': {description: ok}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  schemas:
    Order: {type: object, properties: {note: {type: string, maxLength: 1}, password: {type: string, maxLength: 1}}}
";

const KEY: &str = "hunter2&mor3?>~tail9z";

/// All that is shown of a request with the key, in the bytes that it is shown in and without zeros between them.
fn shown(head: &str, body: &[u8]) -> String {
    let mut shown = String::new();
    for validation in [Validation::Enforce, Validation::ReportOnly] {
        let engine = Engine::new(document(SHOP), Options { validation, ..Options::default() });
        let request = request(head).map(|_| bytes::Bytes::copy_from_slice(body));
        let answered = handle(&engine, &request).planned().expect("the request is answered").clone();
        _ = write!(shown, "{:?}{}", answered.headers, String::from_utf8_lossy(&answered.body));
        for entry in engine.journal() {
            _ = write!(shown, "{entry:?}{}", String::from_utf8_lossy(&entry.body));
        }
        for path in ["/__mock/", "/__mock/journal"] {
            let response = response(&engine, &format!("GET {path}"));
            _ = write!(shown, "{}", String::from_utf8_lossy(&response.body));
        }
    }
    shown.replace("\\0", "").replace('\0', "")
}

/// The body of the only request as the journal keeps it.
fn kept(head: &str, body: &[u8]) -> Vec<u8> {
    let engine = Engine::new(document(SHOP), Options::default());
    let request = request(head).map(|_| bytes::Bytes::copy_from_slice(body));
    handle(&engine, &request);
    engine.journal().pop().unwrap().body.to_vec()
}

/// Sends the key, and the same in a body in which it reads as one of the given texts.
#[track_caller]
fn hidden(media_type: &str, body: &[u8], needles: &[&str]) {
    let head = format!("POST /orders\nAuthorization: Bearer {KEY}\nContent-Type: {media_type}");
    let shown = shown(&head, body);
    for needle in needles.iter().copied().chain(["hunter2", "tail9z"]) {
        let found = shown.find(needle);
        let around = found.map(|found| String::from_utf8_lossy(&shown.as_bytes()[found.saturating_sub(100)..]));
        assert_eq!(found, None, "{media_type} {}\nshows {around:?}", String::from_utf8_lossy(body));
    }
}

fn utf16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(encode).collect()
}

/// A text as XML writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn texts_in_utf16() {
    let xml = format!("<order><note>{}</note></order>", escaped(KEY));
    let lines = format!("{{\"note\":\"x\"}}\n{{\"note\":\"{KEY}\"}}\n");
    for (media_type, text) in [("application/xml", xml), ("application/x-ndjson", lines)] {
        for (charset, encode) in [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)]
        {
            let marked = utf16(&format!("\u{feff}{text}"), encode);
            hidden(media_type, &marked, &[]);
            hidden(&format!("{media_type}; charset=utf-16"), &marked, &[]);
            hidden(media_type, &utf16(&text, encode), &[]);
            hidden(&format!("{media_type}; charset={charset}"), &utf16(&text, encode), &[]);
        }
        let utf32: Vec<u8> = text.chars().flat_map(|char| u32::from(char).to_be_bytes()).collect();
        hidden(media_type, &utf32, &[]);
        hidden(&format!("{media_type}; charset=utf-32"), &utf32, &[]);
        let part = utf16(&text, u16::to_le_bytes);
        let head = &b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"[..];
        hidden("multipart/form-data; boundary=b", &[head, &part, b"\r\n--b--\r\n"].concat(), &[]);
    }
}

#[test]
fn texts_of_xml() {
    let references = |write: fn(u32) -> String| KEY.chars().map(|char| write(u32::from(char))).collect::<String>();
    let decimal = references(|code| format!("&#{code};"));
    let hexadecimal = references(|code| format!("&#x{code:x};"));
    let padded = references(|code| format!("&#x0000{code:X};"));
    for text in [
        format!("<![CDATA[{KEY}]]>"),
        "<![CDATA[hunt]]><![CDATA[er2&mor3?>~ta]]>il9z".to_owned(),
        escaped(KEY),
        decimal,
        hexadecimal,
        padded,
        "hunt<!-- a > b -->er2&amp;mor3?&gt;~ta<?pi x?>il9z".to_owned(),
    ] {
        for body in [format!("<order><note>{text}</note></order>"), format!("<a b=\"{text}\"/>")] {
            hidden("application/xml", body.as_bytes(), &["hunt", "er2&", "mor3", "&#117;", "&#x75;", "&#x000075;"]);
            hidden("application/json", serde_json::json!({ "note": body }).to_string().as_bytes(), &["hunt", "mor3"]);
        }
    }
}

#[test]
fn data_of_events_over_several_lines() {
    for body in [
        "data: hunter2&mo\ndata: r3?>~tail9z\n\n",
        "data: {\"note\":\r\nid: 1\r\ndata: \"hunter2&mor3?>~tail9z\"}\r\n\r\n",
        ": x\ndata:hunter2&mor3?>~ta\rdata:il9z\r\r",
    ] {
        hidden("text/event-stream", body.as_bytes(), &["&mo", "mor3", "r3?>"]);
    }
}

#[test]
fn base64() {
    for before in ["", "a", "ab", "user:"] {
        for after in ["", "\n", "-x"] {
            let text = format!("{before}{KEY}{after}");
            let own = |alphabet: &base64::engine::GeneralPurpose| alphabet.encode(&text);
            for encoded in [own(&STANDARD), own(&STANDARD_NO_PAD), own(&URL_SAFE), own(&URL_SAFE_NO_PAD)] {
                // The signs in the middle are of the key alone.
                let needle = &encoded[8..20];
                for body in [
                    encoded.clone(),
                    format!("see /a/{encoded} there"),
                    format!("xyz{encoded}"),
                    format!("{}\r\n{}", &encoded[..10], &encoded[10..]),
                    STANDARD.encode(&encoded),
                    encoded.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F"),
                    format!("{{\"note\":\"{}\"}}", encoded.replace('/', "\\/")),
                ] {
                    hidden("text/plain", body.as_bytes(), &[needle, &STANDARD.encode(&encoded)[16..24]]);
                }
            }
        }
    }
}

#[test]
fn two_digits_for_every_byte() {
    let lower: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let quoted: String = KEY.bytes().map(|byte| format!("={byte:02X}")).collect();
    for (encoded, length) in [(&lower, 12), (&lower.to_uppercase(), 12), (&quoted, 18)] {
        for body in [
            encoded.clone(),
            format!("key: 0x{encoded}."),
            format!("{{\"note\":\"{encoded}\"}}"),
            STANDARD.encode(encoded),
            encoded.replace('=', "%3D"),
            format!("--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n--b--"),
        ] {
            hidden("text/plain", body.as_bytes(), &[&encoded[6..6 + length], &STANDARD.encode(encoded)[8..20]]);
        }
    }
    let (first, rest) = quoted.split_at(9);
    hidden("text/plain", format!("{first}=\r\n{rest}").as_bytes(), &[first, rest]);
}

#[test]
fn base64_in_lines_that_are_escaped() {
    let encoded = STANDARD.encode(format!("{} {KEY} and what follows it", "p".repeat(50)));
    assert!(encoded.len() > 76);
    for end in ["\\r\\n", "\\n\\n", "\\n\\t"] {
        let (first, rest) = encoded.split_at(76);
        let lines = format!("{{\"d\": \"{first}{end}{rest}\"}}\n{{\"d\": 1}}\n");
        hidden("application/x-ndjson", lines.as_bytes(), &[&encoded[68..76]]);
    }
}

#[test]
fn what_is_named_a_credential_is_told_however_its_name_is_written() {
    let secret = "hunterTwo77x";
    let elsewhere = |body: &str| hidden("text/plain", body.as_bytes(), &[secret]);
    elsewhere(&format!("a=%7B%22password%22%3A+%22{secret}%22%7D&b={secret}"));
    elsewhere(&format!("<w:Password Type=\"{}\" a=\"x>y\">{secret}</w:Password> {secret}", "u".repeat(500)));
    elsewhere(&format!("X-Auth-Token: {secret}\n\n{secret}"));
    elsewhere(&format!("x-auth={secret}&a={secret}"));
    elsewhere(&format!("see https://bob:{secret}@example.com/ or {secret}"));
    elsewhere(&format!("{{\"to\": \"https:\\/\\/{secret}@example.com\", \"note\": \"{secret}\"}}"));
    let basic = STANDARD_NO_PAD.encode(format!("bob:{secret}"));
    assert_ne!(basic.len() % 4, 0);
    elsewhere(&format!("Authorization: Basic {basic}\n\n{secret}"));
}

#[test]
fn a_header_of_a_part_goes_on_in_the_next_line() {
    let secret = "hunterTwo77x";
    for fold in [" ", "\r\n ", "\r\n\t", "\n  "] {
        let disposition = format!("Content-Disposition: form-data;{fold}name=\"token\"");
        let body = format!("--b\r\n{disposition}\r\n\r\n{secret}\r\n--b\r\nA: b\r\n\r\n{secret}\r\n--b--");
        hidden("multipart/form-data; boundary=b", body.as_bytes(), &[secret]);
    }
}

#[test]
fn utf16_in_base64() {
    for encode in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        for before in ["", "a", "ab"] {
            let encoded = STANDARD.encode(utf16(&format!("{before}{KEY}"), encode));
            hidden("text/plain", format!("see {encoded}").as_bytes(), &[&encoded[8..20], &encoded[24..40]]);
        }
    }
}

#[test]
fn encodings_in_encodings() {
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let json = |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    let xml = |text: &str| text.chars().map(|char| format!("&#{};", u32::from(char))).collect::<String>();
    let cdata = |text: &str| {
        let (one, two) = text.split_at(text.len() / 2);
        let [one, two] = [one, two].map(|text| text.replace("]]>", "]]]]><![CDATA[>"));
        format!("<a><![CDATA[{one}]]><!-- x --><![CDATA[{two}]]></a>")
    };
    let events = |text: &str| {
        let (one, two) = text.split_once('\n').unwrap_or(text.split_at(text.len() / 2));
        format!("data: {one}\nid: 7\ndata: {}\n\n", two.replace('\n', "\ndata: "))
    };
    let base64 = |text: &str| STANDARD.encode(text);
    let all: [&dyn Fn(&str) -> String; 6] = [&percent, &json, &xml, &cdata, &events, &base64];
    for first in all {
        for second in all {
            let body = second(&first(KEY));
            // What is in the middle is of the key.
            hidden("text/plain", body.as_bytes(), &[&body[body.len() * 2 / 5..body.len() * 3 / 5]]);
        }
    }
}

#[test]
fn a_key_that_has_escapes_in_it() {
    for (key, body) in [
        ("p%41&q%2542x", "<a>p%41&amp;q%2542x</a>"),
        ("p&amp;q-4242x", "<a>p&amp;amp;q-4242x</a>"),
        (r"p\u0041&q-42x", r#"{"note":"p\\u0041\u0026q-42x"}"#),
    ] {
        let head = format!("POST /orders\nAuthorization: Bearer {key}\nContent-Type: text/plain");
        let shown = shown(&head, body.as_bytes());
        assert!(!shown.contains("42x"), "{shown}");
    }
}

#[test]
fn what_an_encoded_body_presents_is_masked_elsewhere() {
    let wide = |text: &str| utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
    for (media_type, body) in [
        ("application/xml", b"<order><password><![CDATA[hunter2]]></password></order>".to_vec()),
        ("application/xml", b"<order><password>hun<!-- </password> -->ter2</password></order>".to_vec()),
        ("application/xml", b"<order><password><a>x</a><b>hunter2</b></password></order>".to_vec()),
        ("application/xml", b"<order><password>&#104;unter2</password></order>".to_vec()),
        ("application/xml", wide("<order><password>hunter2</password></order>")),
        ("application/json", wide("{\"password\":\"hunter2\"}")),
        ("text/event-stream", b"data: {\"password\":\ndata: \"hunter2\"}\n\n".to_vec()),
        ("text/plain", STANDARD.encode("{\"password\": \"hunter2\"}").into_bytes()),
    ] {
        let shown = shown(&format!("POST /orders?q=hunter2\nContent-Type: {media_type}"), &body);
        assert!(!shown.contains("hunter2"), "{}\nshows {shown}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn what_cannot_be_read_is_withheld() {
    let nested = format!("%{}41", "25".repeat(20));
    for (head, body) in [
        ("Content-Type: text/plain; charset=utf-7", &b"hunter2"[..]),
        ("Content-Type: text/plain; charset=utf-16le", b"hunter2"),
        ("Content-Type: application/xml", b"<!DOCTYPE a [<!ENTITY k 'hunter2'>]><password>&k;</password>"),
        ("Content-Type: application/xml", b"<?xml version='1.0' encoding='IBM037'?>hunter2"),
        ("Content-Type: application/octet-stream", b"\x1f\x8b\x08hunter2"),
        ("Content-Type: text/plain\nContent-Encoding: identity\nContent-Encoding: gzip", b"hunter2"),
        ("Content-Type: text/plain", nested.as_bytes()),
    ] {
        let kept = kept(&format!("POST /orders\n{head}"), body);
        assert!(kept.starts_with(b"*** (withheld"), "{head} {}", String::from_utf8_lossy(&kept));
    }
}

#[test]
fn what_holds_no_key_is_shown_as_it_is() {
    let picture = STANDARD.encode(
        (0..6_000_u32)
            .flat_map(|at| (at.wrapping_mul(at).wrapping_mul(2_654_435_761)).to_be_bytes())
            .collect::<Vec<u8>>(),
    );
    for body in [
        utf16("\u{feff}<order><note>x</note></order>", u16::to_le_bytes),
        b"<?xml version='1.0'?><a><!-- b --><![CDATA[c]]>&amp;&#100;</a>".to_vec(),
        b"data: {\"note\":\ndata: 1}\n\n".to_vec(),
        format!("data:image/png;base64,{picture}").into_bytes(),
        b"\xff\0\x01\0\xd8\0".to_vec(),
        b"a: 100%25 of 5 & 6 \\ 7".to_vec(),
    ] {
        let head = format!("POST /orders\nAuthorization: Bearer {KEY}\nContent-Type: text/plain");
        assert_eq!(kept(&head, &body), body, "{}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn what_is_masked_in_utf16_is_kept_in_utf8() {
    let body = utf16(&format!("\u{feff}{{\"note\":\"{KEY}\",\"n\":1}}"), u16::to_be_bytes);
    let head = format!("POST /orders\nAuthorization: Bearer {KEY}\nContent-Type: application/json");
    assert_eq!(String::from_utf8(kept(&head, &body)).unwrap(), r#"{"note":"***","n":1}"#);
}
