//! The server that calls go to, and the only one that gets the key.

use std::borrow::Cow;

use reqwest::Url;

use crate::Error;

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
#[derive(Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    /// The same without a trailing slash, since paths are appended to it.
    text: String,
    /// The server of the document that it is the URL of.
    server: &'static str,
    /// What stands in for scheme and host of every server, without a trailing slash; the caller gave it.
    stand_in: Option<String>,
    plain_http: PlainHttp,
}

impl BaseUrl {
    /// The URL of a server of the document, which is called instead of this one or is this one.
    pub(crate) fn chosen(text: &str, server: &'static str, plain_http: PlainHttp) -> Result<Self, Error> {
        let url = parse(text, plain_http)?;
        Ok(Self { text: without_slash(&url).to_owned(), url, server, stand_in: None, plain_http })
    }

    /// The URL that a caller gave for the first server of the document, whose path may be left out of it.
    pub(crate) fn given(text: &str, server: &'static str, plain_http: PlainHttp) -> Result<Self, Error> {
        let url = parse(text, plain_http)?;
        let path = server_path(server)?;
        let (given, given_path) = (without_slash(&url), url.path().trim_end_matches('/'));
        let stand_in = match given_path.ends_with(&path) {
            true => &given[..given.len() - path.len()],
            false => given,
        };
        Self::standing_in(stand_in.to_owned(), &path, server, plain_http)
    }

    /// The base URL of another server of the document.
    pub(crate) fn of(&self, server: &'static str) -> Result<Cow<'_, Self>, Error> {
        if server == self.server {
            return Ok(Cow::Borrowed(self));
        }
        Ok(Cow::Owned(match &self.stand_in {
            Some(stand_in) => Self::standing_in(stand_in.clone(), &server_path(server)?, server, self.plain_http)?,
            None => Self::chosen(server, server, self.plain_http)?,
        }))
    }

    /// A URL of the document that is no server's, where something stands in for its scheme and host as it does for theirs.
    #[cfg(feature = "oauth2")]
    pub(crate) fn in_place_of(&self, url: Url) -> Url {
        let Some(stand_in) = &self.stand_in else { return url };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Url::parse(&format!("{stand_in}{}{query}", url.path())).unwrap_or(url)
    }

    fn standing_in(stand_in: String, path: &str, server: &'static str, plain_http: PlainHttp) -> Result<Self, Error> {
        let url = parse(&format!("{stand_in}{path}"), plain_http)?;
        Ok(Self { text: without_slash(&url).to_owned(), url, server, stand_in: Some(stand_in), plain_http })
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
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

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Checks a base URL. The messages never repeat it, since it may hold a password.
fn parse(text: &str, plain_http: PlainHttp) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|error| Error::configuration(format!("the base URL is not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::configuration("the base URL must start with https:// (or http:// on this machine)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::configuration("the base URL must not contain a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::configuration("the base URL must not contain `?` or `#`"));
    }
    if url.scheme() == "http" && !is_loopback(&url) && plain_http == PlainHttp::LoopbackOnly {
        return Err(Error::configuration(
            "the base URL is plain http and not on this machine, so the key would be readable on the way: \
             use https, or allow it (`allow_plain_http`)",
        ));
    }
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        None => false,
    }
}

fn without_slash(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// The path of a server of the document, without a slash at its end.
fn server_path(server: &str) -> Result<String, Error> {
    Ok(parse(server, PlainHttp::Anywhere)?.path().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "https://api.example/v2";

    /// What the base URL of each of two servers becomes.
    #[track_caller]
    fn check(given: Option<&str>, expected: [&str; 2]) {
        let base = match given {
            Some(given) => BaseUrl::given(given, FIRST, PlainHttp::LoopbackOnly),
            None => BaseUrl::chosen(FIRST, FIRST, PlainHttp::LoopbackOnly),
        };
        let base = base.unwrap();
        let urls = [FIRST, "https://files.example:8443/files/v1/"].map(|server| base.of(server).unwrap().text.clone());
        assert_eq!(urls, expected);
    }

    #[cfg(feature = "oauth2")]
    #[test]
    fn what_stands_in_for_servers_does_for_other_urls() {
        let token = Url::parse("https://id.example/token?tenant=1").unwrap();
        for (given, expected) in [
            ("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/token?tenant=1"),
            ("http://127.0.0.1:8080/mock/", "http://127.0.0.1:8080/mock/token?tenant=1"),
        ] {
            let base = BaseUrl::given(given, FIRST, PlainHttp::LoopbackOnly).unwrap();
            assert_eq!(base.in_place_of(token.clone()).as_str(), expected);
        }
        let chosen = BaseUrl::chosen("https://sandbox.example/try/", FIRST, PlainHttp::LoopbackOnly).unwrap();
        assert_eq!(chosen.in_place_of(token.clone()), token);
    }

    #[test]
    fn every_server_has_its_own_url() {
        check(None, ["https://api.example/v2", "https://files.example:8443/files/v1"]);
        let sandbox = BaseUrl::chosen("https://sandbox.example/try/", FIRST, PlainHttp::LoopbackOnly).unwrap();
        assert_eq!(sandbox.of(FIRST).unwrap().text, "https://sandbox.example/try");
        assert_eq!(sandbox.of("https://files.example").unwrap().text, "https://files.example");
    }

    #[test]
    fn what_the_caller_gives_stands_in_for_scheme_and_host_of_all() {
        for given in ["http://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/v2", "http://127.0.0.1:1/v2/"] {
            check(Some(given), ["http://127.0.0.1:1/v2", "http://127.0.0.1:1/files/v1"]);
        }
        for given in ["https://gate.example/x", "https://gate.example/x/v2"] {
            check(Some(given), ["https://gate.example/x/v2", "https://gate.example/x/files/v1"]);
        }
        check(Some("https://gate.example/xv2"), ["https://gate.example/xv2/v2", "https://gate.example/xv2/files/v1"]);
        check(Some("https://v2"), ["https://v2/v2", "https://v2/files/v1"]);
        check(Some("https://api.example/v2"), ["https://api.example/v2", "https://api.example/files/v1"]);
    }

    #[test]
    fn a_server_of_the_document_is_checked_like_a_base_url() {
        let base = BaseUrl::chosen(FIRST, FIRST, PlainHttp::LoopbackOnly).unwrap();
        let error = base.of("http://files.example").err().unwrap();
        assert!(error.to_string().contains("allow_plain_http"), "{error}");
        let base = BaseUrl::chosen(FIRST, FIRST, PlainHttp::Anywhere).unwrap();
        assert_eq!(base.of("http://files.example").unwrap().text, "http://files.example");
    }
}
