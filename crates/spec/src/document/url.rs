//! URLs that no client can send a request to.

use std::net::Ipv6Addr;

/// What cannot stand in a URL as it is.
const ILLEGAL: &str = "\\<>\"{}|^`";

/// What is wrong with an absolute URL, if anything is: why no request goes there, or to where its author means.
pub(crate) fn fault(url: &str) -> Option<String> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Some("it does not begin with `https://`".to_owned());
    };
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Some(format!("its scheme is `{scheme}`, and clients speak `https` and `http`"));
    }
    if let Some(odd) = rest.chars().find(|c| c.is_whitespace() || c.is_control() || ILLEGAL.contains(*c)) {
        return Some(format!("{odd:?} cannot stand there as it is"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("it has a user name in it, which no client sends".to_owned());
    }
    let (host, port) = split(authority);
    if !is_host(host) {
        return Some("it has no host".to_owned());
    }
    let is_port = port.is_none_or(|port| port.is_empty() || port.parse::<u16>().is_ok());
    (!is_port).then(|| "its port is none".to_owned())
}

/// Whether a URL leads to this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, _) = split(rest.split(['/', '?', '#']).next().unwrap_or_default());
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// Host and port. The colons in brackets are of the host.
fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        None => !host.is_empty() && !host.contains([':', '[', ']', '%']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_can_go_to_has_no_fault() {
        for url in [
            "https://api.example",
            "HTTPS://api.example/v2/%20",
            "http://localhost:8080",
            "http://[::1]:1/a",
            "https://münchen.example:/a",
            "https://10.0.0.1:65535/a?b#c",
        ] {
            assert_eq!(fault(url), None, "{url}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (url, expected) in [
            ("api.example/v1", "does not begin with"),
            ("", "does not begin with"),
            ("ws://api.example", "`ws`"),
            ("://api.example", "``"),
            ("https://api example", "' '"),
            ("https://api.example/{id}", "'{'"),
            ("https://api.example\\v1", "'\\\\'"),
            ("https://me@api.example", "user name"),
            ("https://me:secret@api.example", "user name"),
            ("https:///v1", "no host"),
            ("https://:443", "no host"),
            ("https://[::g]", "no host"),
            ("https://a:b:1", "no host"),
            ("https://api.example:65536", "port"),
            ("https://api.example:v1", "port"),
        ] {
            let found = fault(url).unwrap_or_default();
            assert!(found.contains(expected) && !found.contains("secret"), "{url}: {found}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for (url, expected) in [
            ("http://localhost/a", true),
            ("http://LOCALHOST:1", true),
            ("http://127.0.0.2:80", true),
            ("http://[::1]/", true),
            ("http://api.example/localhost", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(url), expected, "{url}");
        }
    }
}
