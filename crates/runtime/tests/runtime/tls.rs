//! Certificates that are not accepted: one attempt, and a text that says what is wrong with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keyapi_runtime::ErrorKind;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoClientAuth, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::example::{Client, ClientBuilder};
use crate::support::{FakeTime, KEY};

/// An authority that the clients of these tests trust.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server that shows this certificate, and how many connections it took.
async fn server(certificate: CertificateDer<'static>, key: &KeyPair) -> (String, Arc<AtomicU32>) {
    server_for(Arc::new(NoClientAuth), rustls::DEFAULT_VERSIONS, certificate, key).await
}

/// The same for some clients and versions of TLS only.
async fn server_for(
    clients: Arc<dyn ClientCertVerifier>,
    versions: &[&'static SupportedProtocolVersion],
    certificate: CertificateDer<'static>,
    key: &KeyPair,
) -> (String, Arc<AtomicU32>) {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let connections = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            // The client ends the handshake, or what comes after it.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                _ = stream.read_to_end(&mut Vec::new()).await;
            }
        }
    });
    (url, connections)
}

/// A client that trusts one authority.
fn client(url: &str, trusted: &CertificateDer<'static>) -> ClientBuilder {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let tls = ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let http = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
    Client::builder().api_key(KEY).base_url(url).http_client(http).environment(FakeTime::new())
}

#[tokio::test]
async fn a_certificate_that_is_not_accepted_is_shown_once() {
    let (authority, other, namesake) = (authority("one"), authority("two"), authority("one"));
    let named = |name: &str| CertificateParams::new(vec![name.to_owned()]).unwrap();
    let dated = |from: i32, to: i32| {
        let mut params = named("localhost");
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        params
    };
    let mut ca = named("localhost");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    for (certificate, expected) in [
        (dated(2001, 2002).signed_by(&key, &authority), "the server's certificate has expired: "),
        (dated(4001, 4002).signed_by(&key, &authority), "the server's certificate is not valid yet: "),
        (
            named("api.example").signed_by(&key, &authority),
            "the server's certificate is for another name than `localhost`: ",
        ),
        (
            named("localhost").signed_by(&key, &other),
            "the server's certificate is signed by nobody whom this machine trusts",
        ),
        (
            named("localhost").signed_by(&key, &namesake),
            "the server's certificate is signed by nobody whom this machine trusts",
        ),
        (named("localhost").self_signed(&key), "the server's certificate is signed by nobody whom this machine trusts"),
        (ca.self_signed(&key), "the server shows the certificate of an authority, as self-signed ones are: "),
    ] {
        let (url, connections) = server(certificate.unwrap().der().clone(), &key).await;
        let client = client(&url, authority.der()).build().unwrap();
        let error = client.track_detail().send().await.unwrap_err();
        assert!(error.is_tls(), "{error}");
        let start = format!("track_detail: no trusted connection: {expected}");
        assert!(error.to_string().starts_with(&start), "{error}");
        assert_eq!((error.attempts(), connections.load(Ordering::Relaxed)), (1, 1));
    }
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_of_the_client_is_asked_once() {
    let authority = authority("one");
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    for version in [&TLS12, &TLS13] {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let provider = rustls::crypto::ring::default_provider().into();
        let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build().unwrap();
        let (url, connections) = server_for(clients, &[version], certificate.der().clone(), &key).await;
        let error = client(&url, authority.der()).build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts(), connections.load(Ordering::Relaxed)),
            (ErrorKind::Tls, 1, 1),
            "{error}"
        );
        assert!(error.to_string().contains("the server asks for a client's certificate: "), "{error}");
    }
}

#[tokio::test]
async fn what_a_certificate_says_is_shown_in_one_way() {
    let authority = authority("one");
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec![format!("{KEY}.example")]).unwrap().signed_by(&key, &authority).unwrap();
    let (url, _) = server(certificate.der().clone(), &key).await;
    let error = client(&url, authority.der()).build().unwrap().track_detail().send().await.unwrap_err();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    let mut texts = String::new();
    while let Some(error) = cause {
        texts += &format!("{error} {error:?} ");
        cause = error.source();
    }
    assert!(!texts.contains(KEY) && texts.contains("*****") && texts.contains("NotValidForName"), "{texts}");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_asked_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            // Until the client hangs up.
            _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    let client = client(&url, authority("one").der()).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1));
    assert_eq!(
        error.to_string(),
        "track_detail: no trusted connection: the server does not speak TLS as this client does: \
         check scheme, host and port of the base URL"
    );
}
