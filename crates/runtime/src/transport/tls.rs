//! The TLS of the client's own HTTP client: by rustls where there is a choice, by the library of the operating system, or
//! none.

#[cfg(feature = "native-tls")]
mod with_native_tls;
#[cfg(feature = "rustls")]
mod with_rustls;

use std::error::Error as StdError;

/// Which certificates a client trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those of the operating system.
    Platform,
    /// None: the base URL is plain HTTP, and a machine without certificates can still talk to a mock server.
    Nothing,
}

/// What a TLS library has against a connection.
pub(crate) struct Refusal {
    /// Whether the server wants to know who is there. With TLS 1.3 it says so after the handshake.
    pub(crate) is_of_client: bool,
    /// What it is, and what to do about it.
    pub(crate) message: String,
}

/// The settings, which are made once for all HTTP clients of a client.
#[derive(Clone)]
pub(crate) struct Tls {
    #[cfg(feature = "rustls")]
    config: rustls::ClientConfig,
}

impl Tls {
    /// Reads the certificates that are to be trusted.
    ///
    /// # Errors
    ///
    /// There are none, or there is nothing that could check them.
    pub(crate) fn new(trust: Trust) -> Result<Self, String> {
        if trust == Trust::Platform && !cfg!(any(feature = "rustls", feature = "native-tls")) {
            return Err(
                "the server is asked for by https, and this program is built without TLS: turn on the feature \
                        `rustls` or `native-tls`, or call `http_client`"
                    .to_owned(),
            );
        }
        Ok(Self {
            #[cfg(feature = "rustls")]
            config: with_rustls::config(trust).map_err(|error| {
                format!(
                    "no usable certificates on this machine: {error}; install the system's CA certificates or call \
                     `http_client`"
                )
            })?,
        })
    }

    /// Has an HTTP client use them.
    pub(crate) fn apply(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        #[cfg(feature = "rustls")]
        let client = client.tls_backend_preconfigured(self.config.clone());
        #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
        let client = client.tls_backend_native();
        client
    }
}

/// What a TLS library has against a connection, if the cause of a failure is one's own. It may be the one that is not
/// used here, since a caller may pass an HTTP client.
pub(crate) fn refusal(cause: &(dyn StdError + 'static)) -> Option<Refusal> {
    let found = None;
    #[cfg(feature = "rustls")]
    let found = found.or_else(|| with_rustls::refusal(cause));
    #[cfg(feature = "native-tls")]
    let found = found.or_else(|| with_native_tls::refusal(cause));
    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    let _ = cause;
    found
}
