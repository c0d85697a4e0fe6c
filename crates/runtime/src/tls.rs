//! The TLS settings of the client's own HTTP client.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// Which certificates a client trusts.
pub(crate) enum Trust {
    /// Those of the operating system.
    Platform,
    /// None: the base URL is plain HTTP, and a machine without certificates can still talk to a mock server.
    Nothing,
}

/// Builds a configuration without touching rustls's process-wide default.
pub(crate) fn config(trust: Trust) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let builder = match trust {
        Trust::Platform => builder.with_platform_verifier()?,
        Trust::Nothing => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}
