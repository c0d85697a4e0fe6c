//! Servers of a document, which a client can be told to call instead of the first one.

use std::borrow::Cow;

/// A server of the document, for [`ClientBuilder::server`](crate::ClientBuilder::server). The SDK has one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The URL, or which variable has a value that cannot stand in it.
    pub(crate) url: Result<Cow<'static, str>, String>,
}

/// For generated code.
#[doc(hidden)]
impl Server {
    pub const fn new(url: &'static str) -> Self {
        Self { url: Ok(Cow::Borrowed(url)) }
    }

    /// A template with values for its variables, in which each stays where it is: one in a host ends before the path, and
    /// one in a path before the query.
    pub fn of_template(template: &str, values: &[(&str, &str)]) -> Self {
        let (mut url, mut rest) = (String::new(), template);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            url.push_str(before);
            let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
            if let Some(place) = outside(&url, value, behind) {
                let message = format!("the value of the variable `{name}` cannot stand in {place} of a server's URL");
                return Self { url: Err(message) };
            }
            url.push_str(value);
            rest = behind;
        }
        Self { url: Ok(Cow::Owned(url + rest)) }
    }
}

/// The part of a URL that a value between `before` and `behind` would end, leave empty, or lead out of.
fn outside(before: &str, value: &str, behind: &str) -> Option<&'static str> {
    let is_any = |of: &[char]| value.chars().any(|c| c.is_whitespace() || c.is_control() || of.contains(&c));
    match before.split_once("://") {
        // A value that brings the host with it is checked as a whole URL; one before the host is a scheme.
        None => (behind.contains("://") && is_any(&[':', '/', '?', '#', '@', '\\'])).then_some("the scheme"),
        Some((_, host)) if !host.contains('/') => {
            let is_empty = value.is_empty() && host.is_empty() && behind.starts_with(['/', ':']);
            (is_empty || is_any(&['/', '?', '#', '@', '\\'])).then_some("the host")
        }
        Some((_, path)) => {
            let (_, start) = path.rsplit_once('/').unwrap_or_default();
            // Readers of URLs take `%2e` for a dot.
            let text = format!("{start}{value}").to_ascii_lowercase().replace("%2e", ".");
            let has_dots = text.split('/').any(|segment| matches!(segment, "." | ".."));
            (is_any(&['?', '#', '\\']) || has_dots).then_some("the path")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn a_value_stays_where_its_variable_is() {
        let url =
            |values: &[(&str, &str)]| Server::of_template("https://{region}.api.example:{port}/{base}/v1", values);
        for (region, port, base, expected) in [
            ("eu", "443", "a/b", Ok("https://eu.api.example:443/a/b/v1")),
            ("eu", "443", "", Ok("https://eu.api.example:443//v1")),
            ("evil.example/", "443", "a", Err("region")),
            ("me@evil.example", "443", "a", Err("region")),
            ("evil.example\\", "443", "a", Err("region")),
            ("e u", "443", "a", Err("region")),
            ("eu", "443/x", "a", Err("port")),
            ("eu", "443", "a?b", Err("base")),
            ("eu", "443", "a/../..", Err("base")),
            ("eu", "443", "..", Err("base")),
            ("eu", "443", "a#", Err("base")),
            ("eu", "443", "a\nb", Err("base")),
            ("eu", "443", "%2e%2E/x", Err("base")),
        ] {
            let found = url(&[("region", region), ("port", port), ("base", base)]).url;
            match (&found, expected) {
                (Ok(url), Ok(expected)) => assert_eq!(url, expected),
                (Err(message), Err(variable)) => assert!(message.contains(&format!("`{variable}`")), "{message}"),
                _ => panic!("{region} {port} {base}: {found:?}"),
            }
        }
        let host = Server::of_template("https://{host}/v1", &[("host", "")]);
        assert!(host.url.is_err(), "{host:?}");
        let scheme = |value| Server::of_template("{scheme}://api.example", &[("scheme", value)]).url;
        assert_eq!(scheme("https").as_deref(), Ok("https://api.example"));
        assert!(scheme("https://evil.example/x").is_err());
        let whole = Server::of_template("{root}/v1", &[("root", "https://a.example:8443/x")]);
        assert_eq!(whole.url.as_deref(), Ok("https://a.example:8443/x/v1"));
        assert_eq!(Server::of_template("https://a.example/{", &[]).url.as_deref(), Ok("https://a.example/{"));
    }
}
