//! The proxies that the environment names.

use std::env;
use std::ffi::OsString;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;

use crate::Error;
use crate::client::base_url::BaseUrl;

/// The variables of which the first one that is set counts, as with curl.
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const VARIABLES: [[&str; 2]; 3] = [ALL, HTTPS, HTTP];

/// The variables that say where no proxy is used.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variable by which a program knows that it is run by a web server; its callers can set `HTTP_PROXY`, so that no
/// variable counts.
const GATEWAY: &str = "REQUEST_METHOD";

/// Which calls go through a proxy of the environment. The HTTP library reads the same variables by the same rules.
pub(crate) struct Proxies(Matcher);

impl Proxies {
    /// Reads the environment, for calls to these servers. What cannot be read would be a direct connection without a word.
    pub(crate) fn from_environment<'a>(mut servers: impl Iterator<Item = &'a BaseUrl>) -> Result<Self, Error> {
        let variable = |name: &str| env::var_os(name);
        check(variable)?;
        let proxies = Self(Matcher::from_system());
        servers.try_for_each(|server| proxies.check_protocol(server.as_str(), variable))?;
        Ok(proxies)
    }

    /// Whether a request to this URL goes through a proxy.
    pub(crate) fn intercept(&self, url: &Url) -> bool {
        self.proxy(url.as_str()).is_some()
    }

    fn proxy(&self, url: &str) -> Option<Intercept> {
        self.0.intercept(&url.parse().ok()?)
    }

    /// Refuses a proxy on the way to a server that speaks SOCKS. The HTTP library is built without that, and would say so only
    /// when it connects.
    fn check_protocol(&self, server: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
        let proxy = self.proxy(server);
        let scheme = proxy.as_ref().and_then(|proxy| proxy.uri().scheme_str()).unwrap_or_default();
        if !scheme.starts_with("socks") {
            return Ok(());
        }
        let own = if server.starts_with("https") { HTTPS } else { HTTP };
        let set =
            [own, ALL].into_iter().find_map(|names| first(names, &variable).filter(|(_, value)| !value.is_empty()));
        let named = set.map_or("the system".to_owned(), |(name, _)| format!("the environment variable {name}"));
        Err(Error::configuration(format!(
            "{named} names a proxy that speaks SOCKS, which this client does not: name one that speaks HTTP, as in \
             `http://HOST:PORT`, except the server's host by `NO_PROXY`, or pass an HTTP client that speaks SOCKS to \
             `http_client`"
        )))
    }
}

/// The one of these variables that counts.
fn first(names: [&'static str; 2], variable: impl Fn(&str) -> Option<OsString>) -> Option<(&'static str, OsString)> {
    names.into_iter().find_map(|name| Some((name, variable(name)?)))
}

/// The messages never repeat a value, since it may hold a password.
fn check(variable: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
    if variable(GATEWAY).is_some() {
        return Ok(());
    }
    let set = |names| first(names, &variable);
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

    #[test]
    fn a_proxy_that_speaks_socks_is_refused_where_it_would_be_used() {
        let (https, http) = ("https://api.example/v1", "http://api.example/v1");
        for scheme in ["socks4", "socks4a", "socks5", "socks5h"] {
            let socks = format!("{scheme}://user:hunter2@proxy:1080");
            for (variables, server, named) in [
                (vec![("ALL_PROXY", &*socks)], https, Some("ALL_PROXY")),
                (vec![("all_proxy", &*socks)], http, Some("all_proxy")),
                (vec![("https_proxy", &*socks)], https, Some("https_proxy")),
                (vec![("HTTPS_PROXY", &*socks), ("ALL_PROXY", "http://proxy")], https, Some("HTTPS_PROXY")),
                (vec![("HTTPS_PROXY", ""), ("ALL_PROXY", &*socks)], https, Some("ALL_PROXY")),
                (vec![("http_proxy", &*socks)], http, Some("http_proxy")),
                (vec![("http_proxy", &*socks)], https, None),
                (vec![("ALL_PROXY", &*socks), ("HTTPS_PROXY", "http://proxy")], https, None),
                (vec![("ALL_PROXY", &*socks), ("NO_PROXY", "other, api.example")], https, None),
                (vec![("ALL_PROXY", &*socks), ("no_proxy", "*")], http, None),
                (vec![("ALL_PROXY", "http://proxy")], https, None),
                (vec![], https, None),
            ] {
                let variable =
                    |wanted: &str| variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into());
                let value =
                    |names| first(names, variable).and_then(|(_, value)| value.into_string().ok()).unwrap_or_default();
                let matcher =
                    Matcher::builder().all(value(ALL)).https(value(HTTPS)).http(value(HTTP)).no(value(EXCEPTIONS));
                let found =
                    Proxies(matcher.build()).check_protocol(server, variable).err().map(|error| error.to_string());
                let names =
                    |name: &str| found.as_ref().is_some_and(|text| text.contains(&format!("variable {name} names")));
                assert!(named.map_or(found.is_none(), names), "{variables:?} {server}: {found:?}");
                assert!(!found.unwrap_or_default().contains("hunter2"));
            }
        }
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
