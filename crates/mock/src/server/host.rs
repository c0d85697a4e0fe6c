//! The `Host` header, which tells servers of one address apart (RFC 9112, 3.2).

use http::uri::Authority;
use http::{Request, Version, header};
use memchr::memchr;

/// Refuses a request that has no host, more than one, or one that is none. Before HTTP/1.1 there may be none.
pub(crate) fn check<B>(request: &Request<B>) -> Result<(), &'static str> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if request.version() == Version::HTTP_11 => {
            Err("The request has no Host header; HTTP/1.1 asks for one")
        }
        (None, _) => Ok(()),
        (Some(host), None) if is_host(host.as_bytes()) => Ok(()),
        (Some(_), None) => Err("The Host header is no host with an optional port"),
        (Some(_), Some(_)) => Err("The request has more than one Host header"),
    }
}

/// Whether a value is a host with an optional port, or empty, as it is for targets without a host.
fn is_host(value: &[u8]) -> bool {
    if is_plain(value) {
        return true;
    }
    let Ok(authority) = Authority::try_from(value) else { return value.is_empty() };
    let port = authority.as_str().strip_prefix(authority.host());
    port.is_some_and(|port| {
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Most hosts are names or addresses of plain characters with a port, and need not be taken apart.
fn is_plain(value: &[u8]) -> bool {
    let (name, port) = match memchr(b':', value) {
        Some(colon) => (&value[..colon], &value[colon + 1..]),
        None => (value, &[][..]),
    };
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !name.is_empty() && name.iter().all(is_plain) && port.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_an_optional_port_and_nothing_else() {
        for host in ["", "mock", "mock:80", "mock:", "127.0.0.1:4010", "[::1]:4010", "a_b.example"] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in ["a b", "a, b", "a/b", "user@mock", "mock:port", "http://mock", ":80:80", "\u{e4}"] {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }
}
