//! The server that calls go to, and the only one that gets the key.

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::Error;

/// How many redirects on the same server are followed.
const MAX_REDIRECTS: usize = 5;

/// Where plain HTTP is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    LoopbackOnly,
    Anywhere,
}

/// What may be shown of a base URL that has not passed the checks yet.
pub(crate) fn without_secrets(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return "[not a URL]".to_owned() };
    // A URL that has no room for a name has none.
    _ = url.set_username("");
    _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// A base URL that passed the checks.
pub(crate) struct BaseUrl {
    url: Url,
    /// The same without a trailing slash, since paths are appended to it.
    text: String,
}

impl BaseUrl {
    /// Checks a base URL. The messages never repeat it, since it may hold a password.
    pub(crate) fn parse(text: &str, plain_http: PlainHttp) -> Result<Self, Error> {
        let url =
            Url::parse(text).map_err(|error| Error::configuration(format!("the base URL is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::configuration("the base URL must start with https:// (or http:// on this machine)"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::configuration("the base URL must not contain a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::configuration("the base URL must not contain `?` or `#`"));
        }
        let base = Self { text: url.as_str().trim_end_matches('/').to_owned(), url };
        if !base.is_https() && !base.is_loopback() && plain_http == PlainHttp::LoopbackOnly {
            return Err(Error::configuration(
                "the base URL is plain http and not on this machine, so the key would be readable on the way: \
                 use https, or call `allow_plain_http`",
            ));
        }
        Ok(base)
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn is_loopback(&self) -> bool {
        match self.url.host_str() {
            Some("localhost") => true,
            Some(host) => {
                let host = host.trim_start_matches('[').trim_end_matches(']');
                host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
            }
            None => false,
        }
    }

    /// The URL of a path on this server, which may have a query.
    ///
    /// The path is taken only as it stands: what a URL parser resolves or cuts off could lead out of the base URL.
    pub(crate) fn join(&self, path: &str) -> Result<Url, &'static str> {
        // Without the slash, a path such as `@example.com` would turn the server's name into a user name.
        if !path.starts_with('/') {
            return Err("the path must start with a slash");
        }
        let text = format!("{}{path}", self.text);
        match Url::parse(&text) {
            Ok(url) if url.as_str() == text && url.fragment().is_none() => Ok(url),
            _ => {
                Err("the path is not as a URL has it: percent-encode what needs it, and leave out `#`, `\\`, blanks, \
                      control characters and segments of dots")
            }
        }
    }

    /// Follows redirects only to the same scheme, host and port, so that the key stays where it was sent.
    pub(crate) fn redirect_policy(&self) -> Policy {
        let origin = self.url.origin();
        Policy::custom(move |attempt| {
            if attempt.url().origin() == origin && attempt.previous().len() <= MAX_REDIRECTS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }
}
