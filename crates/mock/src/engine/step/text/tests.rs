//! Steps are read as they are written.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

#[test]
fn steps_are_read_and_written() {
    let texts = [
        "answer",
        "429",
        "404:gone",
        "envelope:402:no + left",
        "html:502",
        "not-json:200",
        "content-type:text/plain",
        "reset",
        "close",
        "reset:10",
        "cut:5",
        "drip:16:100ms",
        "200+1.5s",
        "429[retry-after: 2]",
        "429[retry-after: 2, x-a: b]+10ms",
        "reset+10ms..20ms",
        "429[retry-after: Fri, 31 Dec 1999 23:59:59 GMT, x-a: b, c]+1s",
        "302[location: /a%20b?c=[d]&e=f+1s]",
        "200[etag: \"a, b\"]",
        r"200[x-a: b\x2c c: d]",
        "envelope:402:see [x]",
        "envelope:402:see [x][x-a: b]",
        r"envelope:402:wait\x2b1s+2s",
        "envelope:402:wait +1s",
        r"envelope:402:\x5bx]",
        r"envelope:402:C:\x",
        r"envelope:402:\x5cx41",
    ];
    for text in texts {
        assert_eq!(text.parse::<Step>().unwrap().to_string(), text);
    }
    for text in ["", "nonsense", "99", "102", "600", "4290", "cut", "drip:1", "envelope:x", "2xx", "429[x]"] {
        assert!(text.parse::<Step>().is_err(), "{text}");
    }
}

#[test]
fn a_text_is_told_from_what_is_said_of_the_step() {
    let read = |text: &str| text.parse::<Step>().unwrap();
    let envelope = |message: &str| Step::from(Fault::Envelope(402, message.to_owned()));
    assert_eq!(read("envelope:402:wait+1s"), envelope("wait").after(Duration::from_secs(1)));
    assert_eq!(read("envelope:402:wait +1s"), envelope("wait +1s"));
    assert_eq!(read(r"envelope:402:wait\x2B1s"), envelope("wait+1s"));
    assert_eq!(read("envelope:402:see [x]"), envelope("see [x]"));
    let header = (HeaderName::from_static("x-a"), HeaderValue::from_static("b"));
    assert_eq!(read("envelope:402:see[x-a: b]"), envelope("see").header(header.0, header.1));
    assert_eq!(read(r"envelope:402:gr\xc3\xbcn \xzz"), envelope(r"grün \xzz"));
}

#[test]
fn what_cannot_be_sent_is_refused() {
    for (text, expected) in [
        ("content-type:\u{1}", "\"\\u{1}\" cannot be sent in a header; write a media type such as text/plain"),
        (r"content-type:\x0a", "\"\\n\" cannot be sent in a header; write a media type such as text/plain"),
        (r"404:\xff", r#""\xff" is no UTF-8; escape all bytes of a character"#),
        (r"429[x-a: \x00]", r#""x-a: \x00" is no header; write name: value"#),
        ("429[retry-after: 2, x-a: \u{1}]", "\" x-a: \u{1}\" is no header; write name: value"),
        ("429[Fri, 31 Dec]", "\"Fri, 31 Dec\" is no header; write name: value"),
    ] {
        assert_eq!(text.parse::<Step>().unwrap_err(), expected);
    }
}

/// A text, most often of what means something in a step.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![r"[ \[\]+,:\\xX0-9a-fms\n\u{a0}é]{0,12}", any::<String>()]
}

fn time() -> impl Strategy<Value = Duration> {
    (0..3_600_000_000_000u64).prop_map(Duration::from_nanos)
}

fn fault() -> impl Strategy<Value = Fault> {
    let status = || 200..600u16;
    let media_type = text().prop_filter("it can be sent", |text| HeaderValue::from_str(text).is_ok());
    prop_oneof![
        Just(Fault::None),
        status().prop_map(Fault::Status),
        (status(), text()).prop_map(|(status, name)| Fault::Example(status, name)),
        (any::<i64>(), text()).prop_map(|(code, message)| Fault::Envelope(code, message)),
        status().prop_map(Fault::Html),
        status().prop_map(Fault::NotJson),
        media_type.prop_map(Fault::ContentType),
        Just(Fault::Reset),
        Just(Fault::Close),
        any::<usize>().prop_map(Fault::ResetAfter),
        any::<usize>().prop_map(Fault::CutAfter),
        (1..usize::MAX, time()).prop_map(|(chunk, pause)| Fault::Drip(chunk, pause)),
    ]
}

#[test]
fn the_framing_of_a_message_is_the_servers() {
    for name in ["content-length: 5", "Transfer-Encoding: chunked", "connection: close"] {
        let error = format!("answer[{name}]").parse::<Step>().unwrap_err();
        assert!(error.contains("the server sets"), "{error}");
    }
}

fn any_header() -> impl Strategy<Value = (HeaderName, HeaderValue)> {
    let name = "[a-z0-9!#$%&'*+.^_`|~-]{1,4}".prop_map(|name| HeaderName::from_str(&name).unwrap());
    let bytes = prop_oneof![text().prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..8)];
    (name, bytes.prop_filter_map("it can be sent", |bytes| HeaderValue::from_bytes(&bytes).ok()))
}

fn latency() -> impl Strategy<Value = Latency> {
    prop_oneof![
        Just(Latency::default()),
        time().prop_map(Latency::Fixed),
        (time(), time()).prop_map(|(one, other)| Latency::Uniform(one.min(other), one.max(other))),
        (time(), 0.0..=10.0).prop_map(|(median, sigma)| Latency::LogNormal { median, sigma }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_step_is_read_as_it_is_written(
        fault in fault(),
        headers in prop::collection::vec(any_header(), 0..3),
        latency in latency(),
    ) {
        let step = Step { fault, headers, latency };
        let text = step.to_string();
        prop_assert_eq!(text.parse::<Step>(), Ok(step), "{}", text);
    }
}
