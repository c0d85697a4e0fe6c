//! What is taken out, and what stays.

use super::*;

const MY_KEY: &str = "kx-0123456789abcdef";

fn redactor() -> Redactor {
    Redactor::new().unwrap().knowing([MY_KEY.to_owned()]).unwrap()
}

#[track_caller]
fn check(text: &str, expected: &str, what: &'static str) {
    let redactor = redactor();
    assert_eq!(redactor.text(text), (expected.to_owned(), what));
    assert_eq!(redactor.text(expected), (expected.to_owned(), ""), "to redact twice is to redact once");
}

#[test]
fn texts_lose_what_is_secret() {
    check(&format!("key={MY_KEY}!"), "key=REDACTED!", "the key");
    check("use sk_live_abc123", "use REDACTED", "a secret");
    check("Authorization: Bearer abcdefgh12345678==", "Authorization: REDACTED", "a secret");
    check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "REDACTED", "a secret");
    check("AKIAIOSFODNN7EXAMPLE", "REDACTED", "a secret");
    check("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "REDACTED", "a secret");
    check("curl -u user:hunter2pass https://x.io", "curl -u user:REDACTED https://x.io", "a secret");
    check("hooks.slack.com/services/T00/B00/AbCd now", "hooks.slack.com/services/REDACTED now", "a secret");
    check("https://x.webhook.office.com/webhookb2/aaaa-bbb/In/c", "https://x.webhook.office.com/REDACTED", "a secret");
    check("https://discord.com/api/webhooks/12/a1B2", "https://discord.com/api/webhooks/REDACTED", "a secret");
    check("eyJhbGciOiJkaXIifQ..AbCd3fGh.1jKl.Mn0pQ", "REDACTED", "a secret");
    check("a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2-us12", "REDACTED", "a secret");
    for name in ["password", "\"password\"; x=\"1\"", "\"api_key\"\r\nContent-Type: text/plain"] {
        let form = |value: &str| {
            let field = format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n--b");
            let other = "\r\nContent-Disposition: form-data; name=title\r\n\r\nhunter\r\n--b--";
            field + other
        };
        check(&form("hunter"), &form("REDACTED"), "a secret");
    }
    check("-----BEGIN PGP PRIVATE KEY BLOCK-----\nxyz", "REDACTED", "a private key");
    check("x -----BEGIN RSA PRIVATE KEY-----\nMII", "x REDACTED", "a private key");
    check("mail jane.doe+x@mail.example.org now", "mail redacted@example.com now", "an e-mail address");
    for mail in ["jürgen@müller.de", "jane.doe%2540corp.io", "jane.doe&#64;corp.io", r"jane.doe\u0040corp.io"] {
        check(mail, "redacted@example.com", "an e-mail address");
    }
    check("?text=%2B491701234567", "?text=+10000000000", "a phone number");
    check("&#43;491701234567", "+10000000000", "a phone number");
    check("call +49 (170) 123-4567", "call +10000000000", "a phone number");
    check("(555) 123-4567", "000-000-0000", "a phone number");
    check("https://u:p@x.io/a", "https://x.io/a", "a signed URL");
    check("see https://x.io/a?w=1&x-signature=ab%2F&x-expires=1", "see https://x.io/a?REDACTED", "a signed URL");
    check(
        "https://x.io/0123456789abcdef0123456789abcdef/5f3c/v.mp4",
        "https://x.io/REDACTED/5f3c/v.mp4",
        "a signed URL",
    );
    check(
        "https://x.io/hls/exp=1~acl=/*~hmac=01ab/m.m3u8",
        "https://x.io/hls/exp=1~acl=/REDACTED/m.m3u8",
        "a signed URL",
    );
    check("https://x.io/m.m3u8?hdnts=exp=1~acl=/*~hmac=01ab", "https://x.io/m.m3u8?REDACTED", "a signed URL");
    check("https://x.io/a;jsessionid=ABCDEF12/b", "https://x.io/REDACTED/b", "a signed URL");
    for name in ["q", "keyword", "country_code", "author", "design", "compass", "hashtag", "w"] {
        let url = format!("https://x.io/a=b/c~d.jpg?{name}=keyboard");
        check(&url, &url, "");
    }
    for name in
        ["X-Amz-Signature", "x-expires", "Key-Pair-Id", "auth_key", "wsSecret", "code", "sessionid", "sig", "accessKey"]
    {
        check(&format!("https://x.io/a?{name}=1"), "https://x.io/a?REDACTED", "a signed URL");
    }
}

#[test]
fn texts_in_base64_and_in_wide_characters_are_read_too() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
    let of = |text: &str| STANDARD.encode(text);
    for (text, what) in [
        (r#"{"user":"jane.doe@corp.io"}"#, "an e-mail address"),
        (r#"{"password": "hunter22"}"#, "a secret"),
        ("password=hunter22", "a secret"),
        ("jane.doe@corp.io", "an e-mail address"),
        ("Ünal: +49 170 1234567", "a phone number"),
    ] {
        check(&of(text), "REDACTED", what);
        check(&of(&of(text)), "REDACTED", what);
        check(&format!("see {}, ok", STANDARD_NO_PAD.encode(text)), "see REDACTED, ok", what);
        check(&format!("https://x.io/u/{}/v", URL_SAFE.encode(text)), "https://x.io/u/REDACTED/v", what);
    }
    for text in ["nothing to be taken out", "{\"w\": 1080, \"h\": 1920}", "\u{0}jane.doe@corp.io"] {
        check(&of(text), &of(text), "");
    }
    check("＋４９１７０１２３４５６７", "+10000000000", "a phone number");
    check("ｊａｎｅ＠ｃｏｒｐ．ｉｏ", "redacted@example.com", "an e-mail address");
    for text in ["再生１２３回！", "Ｗｉｄｅ　ｔｅｘｔ", "internationalisation/of/segments-and_words"] {
        check(text, text, "");
    }
}

#[test]
fn numbers_that_count_or_measure_are_no_phone_numbers() {
    for text in [
        "+37.7749 -122.4194",
        "+37.774929 -122.419416",
        "+37.774929,-122.419416",
        "100-200-3000",
        "+12345678",
        "+1 234 567 890 plays",
        "+7 000 000 000",
        "+12345678901234567890",
        "+0123456789",
        "+37774929",
        "+37.7749295",
        "+49170123456789012345",
    ] {
        check(text, text, "");
    }
    for (text, expected) in [
        ("+1 415 555 2671", "+10000000000"),
        ("+1 (415) 555-2671 2 times", "+10000000000 2 times"),
        ("+49.1701234567", "+10000000000"),
        ("+298 123456", "+10000000000"),
        ("+34 612 345 678", "+10000000000"),
        ("415-555-2671", "000-000-0000"),
    ] {
        check(text, expected, "a phone number");
    }
}

#[test]
fn urls_are_found_in_every_form() {
    for (url, expected) in [
        ("//p16.x.io/x.jpg?x-expires=1&x-signature=abc", "//p16.x.io/x.jpg?REDACTED"),
        ("https%3A%2F%2Fp16.x.io%2Fx.jpg%3Fx-signature%3Dabc", "https%3A%2F%2Fp16.x.io%2Fx.jpg%3FREDACTED"),
        ("%2f%2fx.io%3fsig%3dabc", "%2F%2Fx.io%3FREDACTED"),
        ("https://x.io/r?to=https%3A%2F%2Fy.io%3Fsig%3Da&w=1", "https://x.io/r?to=https%3A%2F%2Fy.io%3FREDACTED&w=1"),
        ("https%253A%252F%252Fx.io%253Fsig%253Dabc", "https%253A%252F%252Fx.io%253FREDACTED"),
    ] {
        check(url, expected, "a signed URL");
    }
    for url in ["// a comment", "//x.io/a.jpg?w=1", "https%3A%2F%2Fx.io%2Fa%3Fw%3D1", "a//b", "50%2f2"] {
        check(url, url, "");
    }
}

#[test]
fn keys_are_known_by_their_beginnings() {
    for key in [
        "glpat-0123456789abcdefghij",
        "npm_0123456789abcdefghijABCDEFGHIJ012345",
        "ya29.a0AfH6SMBxxxxxxxxxxxx",
        "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
        "new_0a1B2c3D4e5F6g7H8i9J0k",
    ] {
        check(&format!("a {key}."), "a REDACTED.", "a secret");
    }
    for text in [
        "tos-alisg-p-0037",
        "video_6703723351497508865",
        "img_0123456789abcdef0123456789abcdef",
        "schema_ThingDetailResponseData",
        "music_oEBkAfNIeBEAbQtzQ7DfUQg5D8EIXE",
        "https://x.io/docs/webhooks/overview/12",
        "2026-01-27T10:00:00+02:00",
    ] {
        check(text, text, "");
    }
}

#[test]
fn texts_in_texts_are_read_so_many_times() {
    let nested = |levels: usize| {
        (0..levels).fold(r#"{"tokens":[123456]}"#.to_owned(), |text, _| serde_json::json!([text]).to_string())
    };
    let redactor = redactor();
    assert!(!redactor.text(&nested(3)).0.contains("123456"));
    assert!(redactor.text(&nested(4)).0.contains("123456"));
    // Whoever would read all of them would need a stack without end.
    let deep = (0..100)
        .fold("[1]".to_owned(), |text, _| format!("[\"{}\"]", text.replace('\\', "\\u005c").replace('"', "\\u0022")));
    redactor.text(&deep);
    redactor.text(&format!("%{}2f%2fx", "25".repeat(10_000)));
    let encoded = |times: usize| {
        (0..times).fold("//x.io?sig=abc".to_owned(), |text, _| {
            let text = text.replace('%', "%25").replace('/', "%2F");
            text.replace('?', "%3F").replace('=', "%3D")
        })
    };
    let base64 = |times: usize| {
        use base64::Engine as _;
        let engine = base64::engine::general_purpose::STANDARD;
        (0..times).fold("jane.doe@corp.io".to_owned(), |text, _| engine.encode(text))
    };
    for text in [encoded(4), base64(4)] {
        assert!(redactor.text(&text).0.contains("REDACTED"), "{text}");
    }
    for text in [encoded(5), base64(5)] {
        assert_eq!(redactor.text(&text), (text.clone(), ""));
    }
}

/// A number as it is spelled.
struct Token(String);

impl Body for Token {
    type Inner<'a> = Token;

    fn view(&mut self) -> View<'_, Token> {
        View::Number(self.0.clone(), Box::new(|other| self.0 = other.to_owned()))
    }

    fn text(&self) -> Option<&str> {
        None
    }
}

#[test]
fn a_number_that_is_a_key_becomes_another_of_its_type() {
    for (token, other) in [
        ("12", "0"),
        ("-12", "0"),
        ("12.0", "0.0"),
        ("18446744073709551614", "18446744073709551615"),
        ("100000000000000000001", "100000000000000000000"),
        ("-100000000000000000001", "-100000000000000000000"),
    ] {
        let key = token.trim_start_matches('-').replace(".0", "");
        let mut body = Token(token.to_owned());
        Redactor::new().unwrap().knowing([key]).unwrap().redact(&mut body).unwrap();
        assert_eq!(body.0, other, "{token}");
    }
}

#[test]
fn a_key_in_base64_is_known_wherever_it_stands_in_the_text() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let redactor = redactor();
    for before in ["", "a", "ab", "abc", "abcd"] {
        for after in ["", "x", "xy"] {
            let text = format!("{before}{MY_KEY}{after}");
            for form in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                assert!(redactor.has_key(&form), "{before} {after}");
                assert!(!redactor.has_key(&redactor.mask(&form)), "{before} {after}");
            }
        }
    }
}

#[test]
fn what_texts_name_is_taken_out() {
    check("note:password=hunter2&w=1", "note:password=REDACTED&w=1", "a secret");
    check("Cookie: sid=abc; b=1\nHost: x", "Cookie: REDACTED\nHost: x", "a secret");
    check("Authorization: Digest username=\"me\", response=\"d4\"", "Authorization: REDACTED", "a secret");
    check("-H 'Authorization: raw1 \"x\"' -v", "-H 'Authorization: REDACTED\"x\"' -v", "a secret");
    check(
        "<a><password>pw12</password> <pin x='1'>1</pin></a>",
        "<a><password>REDACTED</password> <pin x='1'>REDACTED</pin></a>",
        "a secret",
    );
    check("DB_PASS=pw123456 A_KEY=major", "DB_PASS=REDACTED A_KEY=major", "a secret");
    check(r#"got {\"token\": \"abc123\"} there"#, r#"got {\"token\": \"REDACTED\"} there"#, "a secret");
    check(
        r#"{"password":"hunter2","n":[{"name":"Authorization","value":"raw"}]}"#,
        r#"{"password":"REDACTED","n":[{"name":"Authorization","value":"REDACTED"}]}"#,
        "a secret",
    );
    check(r#"["{\"otp\":123456}"]"#, r#"["{\"otp\":0}"]"#, "a secret");
    for text in [
        "Secret: Garden",
        "The Password: Love",
        "Basic training",
        "basic Skincare-Routine",
        "bearer something",
        "sk-eyeliner-long-lasting-waterproof",
        "key_opinion_leader_marketing",
    ] {
        check(text, text, "");
    }
    for text in [r#"{"a": 1.0, "b": [1e2]}"#, "the token is new", "secret: no", "{not json", "[1] a quote"] {
        check(text, text, "");
    }
}

#[test]
fn digits_are_a_phone_number_where_a_word_says_so() {
    check("whatsapp 4155552671", "whatsapp +10000000000", "a phone number");
    check("Call me at: 491701234567!", "Call me at: +10000000000!", "a phone number");
    check("https://wa.me/4155552671", "https://wa.me/+10000000000", "a phone number");
    check("00491701234567", "+10000000000", "a phone number");
    for text in [
        "4155552671",
        "video 6703723351497508865",
        "call 6703723351497508865",
        "recall 41555526",
        "0.00123456789012",
        "0000012345678",
        "since 1700000000",
        "text 2026",
    ] {
        check(text, text, "");
    }
}

#[test]
fn short_keys_count_where_they_stand_alone() {
    let redactor = Redactor::new().unwrap().knowing(["short77".to_owned(), String::new()]).unwrap();
    assert_eq!(redactor.text("echo short77, (short77)").0, "echo REDACTED, (REDACTED)");
    assert_eq!(redactor.text("short778 xshort77 éshort77").0, "short778 xshort77 éshort77");
    assert!(redactor.has_key("short77") && !redactor.has_key("short778"));
    assert_eq!(redactor.mask("a short77"), "a *******");
}

#[test]
fn numbers_are_keys_however_they_are_spelled() {
    let redacted = |key: &str, body: &str| {
        let redactor = Redactor::new().unwrap().knowing([key.to_owned()]).unwrap();
        let mut body: Value = serde_json::from_str(body).unwrap();
        redactor.redact(&mut body).unwrap();
        body.to_string()
    };
    assert_eq!(redacted("1234567890123", "[1234567890123,-1234567890123,91234567890123]"), "[0,0,0]");
    assert_eq!(
        redacted("1234567890123", "[123456789012.3,1234567890123.0,123456789012,7]"),
        "[0.0,0.0,123456789012,7]"
    );
    let large = r#"{"token":[18446744073709551614,1e9,-7]}"#;
    assert_eq!(redacted("k", large), r#"{"token":[18446744073709551615,0.0,0]}"#);
    assert_eq!(redacted("12345", "[12345,123450,123456,0]"), "[0,0,123456,0]");
}

#[test]
fn pairs_of_a_name_and_a_value_are_known_by_the_name() {
    let mut body = serde_json::json!([["Cookie", "ab"], ["tag", "ab"], {"name": "x-api-key", "value": "z9y8x7w6"}, "z9y8x7w6",
        {"key": "token", "values": ["ab", 7]}, {"name": "Secret Garden", "value": "ab"}]);
    redactor().redact(&mut body).unwrap();
    assert_eq!(
        body,
        serde_json::json!([["Cookie", "REDACTED"], ["tag", "ab"], {"name": "x-api-key", "value": "REDACTED"}, "REDACTED",
        {"key": "token", "values": ["REDACTED", 0]}, {"name": "Secret Garden", "value": "ab"}])
    );
}

#[test]
fn what_a_body_hands_out_is_a_key_for_the_rest_of_it() {
    let mut body = serde_json::json!({"session": {"token": "abc12345"}, "echo": "is abc12345", "bio": ["instagram"],
        "signature": "instagram", "h": ["X-Api-Key", "q1w2e3r4"], "again": "q1w2e3r4"});
    let redacted = redactor().redact(&mut body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"session": {"token": "REDACTED"}, "echo": "is REDACTED", "bio": ["instagram"],
        "signature": "REDACTED", "h": ["X-Api-Key", "REDACTED"], "again": "REDACTED"})
    );
    assert!(redacted.left.is_empty() && redacted.taken.len() == 5, "{redacted:?}");
    let many: Vec<String> = (0..1001).map(|number| format!("secret{number:04}")).collect();
    assert!(redactor().redact(&mut serde_json::json!({ "tokens": many })).is_err());
}

#[test]
fn a_key_is_known_however_it_is_encoded() {
    let redactor = redactor();
    let every = |byte: u8| format!("%{byte:02x}");
    let hex = MY_KEY.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
    for form in [
        MY_KEY.replace('-', "%2d"),
        MY_KEY.replace('-', "%2D").replace('k', "%6b").replace('x', "%58"),
        MY_KEY.bytes().map(every).collect(),
        hex.to_lowercase(),
        hex,
        "Kx-0123456789abcDEF".to_owned(),
        MY_KEY.chars().map(|char| format!("&#{};", u32::from(char))).collect(),
        MY_KEY.chars().map(|char| format!("&#x{:x};", u32::from(char))).collect(),
        MY_KEY.chars().map(|char| format!("\\u{:04x}", u32::from(char))).collect(),
        MY_KEY.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"),
    ] {
        assert!(redactor.has_key(&format!("a={form}&b")), "{form}");
        let text = format!("100% of a={form}&b {form}");
        let masked = redactor.mask(&text);
        assert_eq!(masked.chars().count(), text.chars().count(), "{form}");
        assert!(
            masked.starts_with("100% of a=***") && !redactor.has_key(&masked) && !masked.contains(&form),
            "{masked}"
        );
    }
    assert!(!redactor.has_key("100%") && !redactor.has_key("kx%2d0123"));
}

#[test]
fn a_key_with_signs_is_known_however_often_it_is_encoded() {
    let key = "ab/Cd+Ef9xQ==gh12";
    let redactor = redactor().knowing([key.to_owned()]).unwrap();
    let twice = key.replace('/', "%252F").replace('+', "%252B").replace('=', "%253D");
    for form in [twice.replace("%25", "%2525"), twice, key.replace('/', "\\/"), key.replace('/', "\\\\\\/")] {
        assert!(redactor.has_key(&format!("https://x.io/?to={form}&b")), "{form}");
        let masked = redactor.mask(&form);
        assert!(!redactor.has_key(&masked) && masked.chars().count() == form.chars().count(), "{form}: {masked}");
    }
}

#[test]
fn what_is_shown_is_as_long_and_tells_nothing() {
    let redactor = redactor();
    let hex: String = MY_KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("a ü {MY_KEY} {hex} sk_live_abc");
    let masked = redactor.mask(&text);
    assert_eq!(masked.chars().count(), text.chars().count());
    assert!(
        masked.starts_with("a ü *") && !masked.contains(MY_KEY) && !masked.contains(&hex) && masked.ends_with('*'),
        "{masked}"
    );
}

#[test]
fn no_debug_form_has_the_key() {
    assert_eq!(format!("{:?}", redactor()), "Redactor { keys: 1, .. }");
}
