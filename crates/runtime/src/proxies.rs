//! The proxies that the environment names.

use std::env;
use std::ffi::OsString;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::Error;

/// The variables of which the first one that is set counts, as with curl.
const VARIABLES: [[&str; 2]; 3] =
    [["ALL_PROXY", "all_proxy"], ["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"]];

/// The variables that say where no proxy is used.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variable by which a program knows that it is run by a web server; its callers can set `HTTP_PROXY`, so that no
/// variable counts.
const GATEWAY: &str = "REQUEST_METHOD";

/// Which calls go through a proxy of the environment. The HTTP library reads the same variables by the same rules.
pub(crate) struct Proxies(Matcher);

impl Proxies {
    /// Reads the environment. What cannot be read would be a direct connection without a word.
    pub(crate) fn from_environment() -> Result<Self, Error> {
        check(|name| env::var_os(name))?;
        Ok(Self(Matcher::from_system()))
    }

    /// Whether a request to this URL goes through a proxy.
    pub(crate) fn intercept(&self, url: &Url) -> bool {
        url.as_str().parse().is_ok_and(|uri| self.0.intercept(&uri).is_some())
    }
}

/// The messages never repeat a value, since it may hold a password.
fn check(variable: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
    if variable(GATEWAY).is_some() {
        return Ok(());
    }
    let set = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, variable(name)?)));
    for (name, value) in VARIABLES.into_iter().filter_map(set) {
        let is_readable = value.to_str().is_some_and(|value| value.is_empty() || names_a_proxy(value));
        if !is_readable {
            return Err(Error::configuration(format!(
                "the environment variable {name} is not the URL of a proxy: correct it, as in `http://HOST:PORT`, or unset it"
            )));
        }
    }
    match set(EXCEPTIONS) {
        Some((name, value)) if value.to_str().is_none() => {
            Err(Error::configuration(format!("the environment variable {name} is not text: correct it or unset it")))
        }
        _ => Ok(()),
    }
}

fn names_a_proxy(value: &str) -> bool {
    let matcher = Matcher::builder().all(value).build();
    let proxy = matcher.intercept(&http::Uri::from_static("https://api.example"));
    proxy.as_ref().and_then(|proxy| proxy.uri().authority()).is_some_and(|authority| {
        // A port that is no number would be taken for none.
        let has_readable_port = authority.as_str() == authority.host() || authority.port_u16().is_some();
        !authority.host().is_empty() && has_readable_port
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[track_caller]
    fn check_variables(variables: &[(&str, &str)], expected: Option<&str>) {
        let found = check(|wanted| variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into()));
        match (found, expected) {
            (Ok(()), None) => {}
            (Err(error), Some(name)) => {
                let text = error.to_string();
                assert!(text.contains(&format!("environment variable {name} is")), "{text}");
                assert!(!text.contains("hunter2"), "{text}");
            }
            (found, _) => panic!("{variables:?}: {found:?}"),
        }
    }

    #[test]
    fn a_variable_that_cannot_be_read_is_named() {
        for value in [
            "http://user:hunter2@[bad",
            "hunter2 proxy:1",
            "ftp://hunter2:1",
            "http://",
            "http://host:hunter2",
            "http://host:99999",
            "http://:1",
            "/hunter2",
            " http://hunter2:1",
            "http://hunter2:1\n",
        ] {
            for [upper, lower] in VARIABLES {
                check_variables(&[(upper, value)], Some(upper));
                check_variables(&[(lower, value)], Some(lower));
                check_variables(&[(upper, value), (lower, "http://proxy:1")], Some(upper));
                check_variables(&[(upper, "http://proxy:1"), (lower, value)], None);
                check_variables(&[(upper, value), (GATEWAY, "GET")], None);
            }
        }
    }

    #[test]
    fn a_variable_that_can_be_read_is_taken() {
        for value in [
            "",
            "proxy",
            "proxy:1",
            "http://proxy",
            "https://user:hunter2@proxy:1/x",
            "http://[::1]:1",
            "socks5://proxy",
        ] {
            check_variables(&[("HTTPS_PROXY", value)], None);
        }
        check_variables(&[("NO_PROXY", "a,,*b")], None);
        check_variables(&[], None);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_named() {
        use std::os::unix::ffi::OsStrExt;
        for name in ["https_proxy", "NO_PROXY"] {
            let error = check(|wanted| (wanted == name).then(|| OsStr::from_bytes(b"http://\xff").into())).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
