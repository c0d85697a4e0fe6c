//! What a failure of the HTTP library means, for whoever has to act on it.

use std::error::Error as StdError;
use std::{fmt, io};

use crate::ErrorKind;
use crate::error::display_text::DisplayText;
use crate::security::key::ApiKey;
use crate::transport::tls;

/// The text of a proxy's refusal, whether it comes as a response or instead of a tunnel.
pub(crate) const PROXY_AUTHENTICATION: &str =
    "the proxy asks for a user name and password: put them into the proxy's URL, as in `http://USER:PASSWORD@HOST`";

/// A failure of the HTTP library, or a cause of one, as it may be shown. Some repeat what a server sent, such as the names in
/// its certificate.
pub(crate) struct Cause {
    display: DisplayText,
    debug: DisplayText,
    source: Option<Box<Self>>,
}

impl Cause {
    /// The failure, with all its causes.
    pub(crate) fn new(error: &(dyn StdError + 'static), key: &ApiKey) -> Self {
        Self {
            display: key.display_text(&error.to_string()),
            debug: key.display_text(&format!("{error:?}")),
            source: error.source().map(|source| Box::new(Self::new(source, key))),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.display, f)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.debug, f)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// The kind of a failure. It decides, too, whether the request is sent again.
pub(crate) fn kind(error: &reqwest::Error) -> ErrorKind {
    if error.is_timeout() {
        ErrorKind::Timeout
    } else if tunnel(error) == Some(PROXY_AUTHENTICATION) {
        ErrorKind::ProxyAuthentication
    } else if error.is_connect() {
        if refusal(error).is_some() { ErrorKind::Tls } else { ErrorKind::Connect }
    } else if refusal(error).is_some_and(|refusal| refusal.is_of_client) {
        ErrorKind::Tls
    } else if error.is_builder() {
        ErrorKind::InvalidRequest
    } else if error.is_redirect() {
        ErrorKind::UnexpectedStatus
    } else if is_malformed(error) {
        ErrorKind::MalformedResponse
    } else {
        ErrorKind::Transport
    }
}

/// What happened, without a word of where.
pub(crate) fn message(error: &reqwest::Error) -> String {
    match (kind(error), refusal(error), tunnel(error)) {
        // To the TLS library, a proxy is a server as any other.
        (ErrorKind::Tls, Some(refusal), _) if is_of_proxy(error) => {
            refusal.message.replace("the server", "the proxy").replace("the base URL", "the proxy's URL")
        }
        (ErrorKind::Tls, Some(refusal), _) => refusal.message,
        (_, _, Some(text)) => text.to_owned(),
        (ErrorKind::UnexpectedStatus, ..) => {
            format!("it redirects to where the HTTP client that was passed in does not follow: {}", innermost(error))
        }
        (ErrorKind::MalformedResponse, ..) => {
            format!("{}: whoever runs the server, or a proxy on the way, has to mend that", innermost(error))
        }
        _ => innermost(error),
    }
}

/// Whether the response came, but is not HTTP or not in the encoding that it names.
fn is_malformed(error: &reqwest::Error) -> bool {
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return true;
    }
    // Where the connection broke, the library says so; otherwise the response is whole, and what it encodes is not.
    let is_whole = find::<hyper::Error>(error).is_none();
    let is_unreadable = |error: &io::Error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => true,
        io::ErrorKind::UnexpectedEof => is_whole,
        _ => false,
    };
    // Broken TLS records have the same kind.
    refusal(error).is_none() && find::<io::Error>(error).is_some_and(is_unreadable)
}

/// What a TLS library has against the connection.
fn refusal(error: &reqwest::Error) -> Option<tls::Refusal> {
    chain(error).find_map(tls::refusal)
}

/// Whether what TLS refuses is the connection to a proxy: one that a tunnel would go through, or one on the way to a server
/// that is asked for without TLS.
fn is_of_proxy(error: &reqwest::Error) -> bool {
    let is_plain = error.url().is_some_and(|url| url.scheme() == "http");
    is_plain || chain(error).any(|cause| cause.to_string() == NO_WAY_TO_PROXY)
}

/// What the HTTP library says of a tunnel through a proxy that cannot be reached.
const NO_WAY_TO_PROXY: &str = "tunnel error: failed to create underlying connection";

/// What a proxy that was asked for a tunnel said; the type of that error is not public.
fn tunnel(error: &reqwest::Error) -> Option<&'static str> {
    let text = chain(error).map(ToString::to_string).find(|text| text.starts_with("tunnel error: "))?;
    match text.as_str() {
        "tunnel error: proxy authorization required" => Some(PROXY_AUTHENTICATION),
        // What is below says more.
        NO_WAY_TO_PROXY | "tunnel error: io error establishing tunnel" => None,
        _ => Some("the proxy opens no tunnel to the server: ask who runs the proxy, or name the host in `NO_PROXY`"),
    }
}

/// The last cause says what happened; those before it only say where.
fn innermost(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn find<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// The error and its causes. An I/O error hides what it wraps from `source`, which gives the cause of that.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(Some(error as &(dyn StdError + 'static)), |cause| inner(*cause))
}

fn inner<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}
