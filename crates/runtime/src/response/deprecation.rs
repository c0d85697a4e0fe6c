//! What responses say about the end of their operation: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName};

static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
static SUNSET: HeaderName = HeaderName::from_static("sunset");

/// That an operation should not be used any more, by a `Deprecation` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deprecation {
    since: Option<SystemTime>,
}

impl Deprecation {
    /// Since when, which may be in the future; `None` where the header says no more than `true`.
    #[must_use]
    pub fn since(&self) -> Option<SystemTime> {
        self.since
    }

    /// Reads the header: `@` and seconds since 1970, or as older drafts have it, a date or `true`. What cannot be read
    /// says nothing, and what parameters there are is for whoever knows them.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut items = values(headers, &DEPRECATION).map(|text| text.split(';').next().unwrap_or_default().trim_end());
        items.find_map(|text| match text.strip_prefix('@') {
            Some(seconds) => Some(Self { since: Some(time(seconds.parse().ok()?)?) }),
            None if text.eq_ignore_ascii_case("true") || text == "?1" => Some(Self { since: None }),
            None => Some(Self { since: Some(httpdate::parse_http_date(text).ok()?) }),
        })
    }
}

/// When an operation will be gone, by a `Sunset` header.
pub(crate) fn sunset(headers: &HeaderMap) -> Option<SystemTime> {
    values(headers, &SUNSET).find_map(|text| httpdate::parse_http_date(text).ok())
}

fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|value| Some(value.to_str().ok()?.trim()))
}

/// A moment, if this machine's clock has it.
fn time(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let epoch = SystemTime::UNIX_EPOCH;
    if seconds < 0 { epoch.checked_sub(distance) } else { epoch.checked_add(distance) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderValue};

    use super::{Deprecation, sunset};

    fn headers(name: &'static str, values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (name.parse().unwrap(), HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn a_deprecation_is_read_in_all_its_forms_and_garbage_is_none() {
        #[track_caller]
        fn check(values: &[&[u8]], expected: Option<Option<u64>>) {
            let since = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let expected = expected.map(|seconds| Deprecation { since: seconds.map(since) });
            assert_eq!(Deprecation::of(&headers("deprecation", values)), expected, "{values:?}");
        }
        check(&[b"@1688169599"], Some(Some(1_688_169_599)));
        check(&[b" @0 "], Some(Some(0)));
        check(&[b"@1688169599;a=b; c=\"d;e\""], Some(Some(1_688_169_599)));
        check(&[b"?1 ;a"], Some(None));
        check(&[b"true"], Some(None));
        check(&[b"TRUE"], Some(None));
        check(&[b"?1"], Some(None));
        check(&[b"Sun, 06 Nov 1994 08:49:37 GMT"], Some(Some(784_111_777)));
        check(&[b"soon", b"\xff", b"@7"], Some(Some(7)));
        check(&[], None);
        for garbage in ["", "@", "@;a", ";a", "@@1", "@1.5", "@1e9", "@99999999999999999999", "false", "?0", "1"] {
            check(&[garbage.as_bytes()], None);
        }
        let before = Deprecation::of(&headers("deprecation", &[b"@-1"])).unwrap().since();
        assert_eq!(before, SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(1)));
        // Whether this machine's clock has such years or not.
        for year in [&b"@9223372036854775807"[..], b"@-9223372036854775808"] {
            _ = Deprecation::of(&headers("deprecation", &[year]));
        }
    }

    #[test]
    fn a_sunset_is_a_date() {
        let expected = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777));
        assert_eq!(sunset(&headers("sunset", &[b"Sun, 06 Nov 1994 08:49:37 GMT"])), expected);
        for garbage in ["", "@1", "true", "0", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(sunset(&headers("sunset", &[garbage.as_bytes()])), None, "{garbage}");
        }
    }
}
