//! TLS by rustls, with the certificates of the operating system.

use std::error::Error as StdError;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::{Refusal, Trust};

/// Builds a configuration without touching rustls's process-wide default.
pub(super) fn config(trust: Trust) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let builder = match trust {
        Trust::Platform => builder.with_platform_verifier()?,
        Trust::Nothing => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

/// What rustls has against a connection, if the cause of a failure is its own.
pub(super) fn refusal(cause: &(dyn StdError + 'static)) -> Option<Refusal> {
    let error = cause.downcast_ref::<rustls::Error>()?;
    Some(Refusal { is_of_client: refuses_client(error), message: message(error) })
}

/// Whether the server wants to know who is there. With TLS 1.3 it says so after the handshake.
fn refuses_client(error: &rustls::Error) -> bool {
    use AlertDescription as Alert;
    matches!(
        error,
        rustls::Error::AlertReceived(
            Alert::CertificateRequired
                | Alert::AccessDenied
                | Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
        )
    )
}

fn message(error: &rustls::Error) -> String {
    let expected = match error {
        rustls::Error::InvalidCertificate(error) => return certificate(error),
        error if refuses_client(error) => {
            return "the server asks for a client's certificate: pass an HTTP client that shows one which the server accepts \
                    to `http_client`"
                .to_owned();
        }
        rustls::Error::NoCertificatesPresented => "the server shows no certificate",
        rustls::Error::AlertReceived(_) => "the server refuses the handshake",
        _ => "the server does not speak TLS as this client does",
    };
    format!("{expected}: check scheme, host and port of the base URL")
}

/// What is wrong with a certificate; the library has only the names of its own variants for that.
fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired: whoever runs the server has to renew it, unless this machine's clock \
             is wrong"
                .to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet: check this machine's clock".to_owned()
        }
        CertificateError::NotValidForNameContext { expected, .. } => format!(
            "the server's certificate is for another name than `{}`: check the host of the base URL",
            expected.to_str()
        ),
        CertificateError::NotValidForName => {
            "the server's certificate is for another name: check the host of the base URL".to_owned()
        }
        CertificateError::Revoked => {
            "the server's certificate has been revoked: whoever runs the server has to replace it".to_owned()
        }
        // The signer may have the name of another one that is trusted.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the server's certificate is signed by nobody whom this machine trusts, perhaps by itself: install the \
             signer's certificate, or pass an HTTP client that trusts it to `http_client`"
                .to_owned()
        }
        // It has no variant of its own.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "the server shows the certificate of an authority, as self-signed ones are: give the server one that is \
             signed by it"
                .to_owned()
        }
        _ => "the server's certificate cannot be accepted: whoever runs the server has to replace it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::{ServerName, UnixTime};
    use rustls::{AlertDescription, CertificateError, Error};

    use super::message;

    #[test]
    fn each_fault_says_what_to_do() {
        let time = UnixTime::since_unix_epoch(Duration::ZERO);
        let expected = ServerName::try_from("x.example").unwrap();
        for (error, text) in [
            (CertificateError::Expired, "has expired"),
            (CertificateError::ExpiredContext { time, not_after: time }, "has expired"),
            (CertificateError::NotValidYet, "not valid yet"),
            (CertificateError::NotValidYetContext { time, not_before: time }, "not valid yet"),
            (CertificateError::NotValidForName, "for another name:"),
            (CertificateError::NotValidForNameContext { expected, presented: Vec::new() }, "than `x.example`"),
            (CertificateError::Revoked, "has been revoked"),
            (CertificateError::UnknownIssuer, "signed by nobody whom"),
            (CertificateError::BadSignature, "signed by nobody whom"),
            (CertificateError::BadEncoding, "cannot be accepted"),
        ] {
            let said = message(&Error::InvalidCertificate(error));
            assert!(said.starts_with("the server's certificate") && said.contains(text), "{said}");
        }
        for (error, text) in [
            (Error::NoCertificatesPresented, "shows no certificate"),
            (Error::AlertReceived(AlertDescription::HandshakeFailure), "refuses the handshake"),
            (Error::AlertReceived(AlertDescription::CertificateRequired), "asks for a client's certificate"),
            (Error::DecryptError, "does not speak TLS"),
        ] {
            assert!(message(&error).contains(text), "{error}");
        }
    }
}
