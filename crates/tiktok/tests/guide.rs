//! The code of the guide and the examples, run against the mock server. `xtask/tests/tidy` holds guide and tests together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::let_and_return, missing_docs, unreachable_pub, dead_code)]

use std::error::Error as StdError;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keyapi_tiktok::{Client, RetryPolicy};
use keyapi_tiktok_mock::MockServer;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::Instrument as _;
use tracing::Level;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

#[path = "../examples/blocking.rs"]
mod blocking;
#[path = "../examples/budget.rs"]
mod budget;
#[path = "../examples/many.rs"]
mod many;
#[path = "../examples/trend.rs"]
mod trend;

type Result<T = (), E = Box<dyn StdError>> = std::result::Result<T, E>;

const CLIP: &str = "6703723351497508865";

/// Where a key is kept.
struct Vault;

impl Vault {
    fn key(&self) -> Result<String, std::io::Error> {
        Ok("sk_live_test".to_owned())
    }
}

fn client(server: &MockServer) -> Result<Client, keyapi_tiktok::Error> {
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO);
    Client::builder().api_key("sk_live_test").base_url(server.url()).retry(retry).build()
}

#[tokio::test]
async fn clients_are_made_in_these_ways() -> Result {
    let (key, vault) = ("sk_live_test", Vault);
    let made = {
        let client = Client::builder().api_key(key).application("charts/1.2").build()?;
        client
    };
    assert!(!format!("{made:?}").contains(key));
    let made = {
        let client = Client::builder().key_provider(move || vault.key()).build()?;
        client
    };
    drop(made);
    let made = {
        let retry = RetryPolicy::default().max_attempts(5).max_retry_after(Duration::from_secs(20));
        let client = Client::builder().api_key(key).timeout(Duration::from_secs(60)).retry(retry).build()?;
        client
    };
    drop(made);
    let made = {
        let client = Client::builder().api_key(key).credit_budget(1_000).build()?;
        client
    };
    assert_eq!(made.credits().remaining(), Some(1_000));
    let made = {
        _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(3)).build()?;
        let client = Client::builder().api_key(key).http_client(http).build()?;
        client
    };
    drop(made);
    let server = {
        let server = keyapi_tiktok_mock::MockServer::start();
        let client = Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
        client.trending_music_detail().send().await?;
        server
    };
    server.script("trending_music_detail", [500, 429, 200])?;
    assert_eq!(client(&server)?.trending_music_detail().send().await?.attempts(), 3);
    Ok(())
}

#[tokio::test]
async fn errors_are_told_apart() -> Result {
    async fn title(client: &Client, clip: &str) -> Result<Option<String>> {
        let sound = match client.trending_music_detail().clip_id(clip).send().await {
            Ok(response) => Ok(response.into_data()?.sound),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) if error.is_quota_exhausted() => Err(format!("top up the account: {error}")),
            Err(error) if error.is_unauthorized() => Err(format!("set another key: {error}")),
            Err(error) => Err(format!("{error} (request {})", error.request_id().unwrap_or("without id"))),
        };
        Ok(sound?.and_then(|sound| sound.title))
    }
    let server = MockServer::start();
    let client = client(&server)?;
    assert_eq!(title(&client, CLIP).await?.as_deref(), Some("New Sun"));
    server.script("trending_music_detail", [402, 401, 400])?;
    for expected in ["top up", "another key", "request "] {
        let error = title(&client, CLIP).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_call_costs_is_known_before_it_is_sent() -> Result {
    let server = MockServer::start();
    let (client, clip) = (client(&server)?, CLIP);
    let preview = client.trending_music_detail().clip_id(clip).preview()?;
    println!("{} credits: {}", preview.credits().unwrap_or_default(), preview.curl());
    assert!(preview.credits().is_some() && preview.curl().contains(CLIP) && client.credits().spent() == 0);
    Ok(())
}

/// Keeps what it is to export.
#[derive(Clone, Debug, Default)]
struct Exporter(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Exporter {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(spans);
        Ok(())
    }
}

#[tokio::test]
async fn spans_are_exported() -> Result {
    let exported = Exporter::default();
    let exporter = exported.clone();
    {
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter).build();
        let filter = Targets::new().with_default(Level::INFO).with_target("keyapi_runtime", Level::DEBUG);
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("charts")).with_filter(filter);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))?;
    }
    let server = MockServer::start();
    let client = client(&server)?;
    server.script("trending_music_detail", [500, 200])?;
    // The other tests of this program have spans, too.
    let test = tracing::info_span!("test");
    let trace = test.context().span().span_context().trace_id();
    client.trending_music_detail().clip_id(CLIP).send().instrument(test).await?;
    let exported = exported.0.lock().unwrap();
    let spans: Vec<&SpanData> = exported.iter().filter(|span| span.span_context.trace_id() == trace).collect();
    let call = spans.iter().find(|span| span.name == "trending_music_detail").unwrap();
    let attempts: Vec<&&SpanData> =
        spans.iter().filter(|span| span.parent_span_id == call.span_context.span_id()).collect();
    let attribute = |span: &SpanData, name: &str| {
        span.attributes.iter().find(|attribute| attribute.key.as_str() == name).map(|found| found.value.to_string())
    };
    let statuses = attempts.iter().map(|span| attribute(span, "http.response.status_code"));
    assert_eq!(statuses.collect::<Vec<_>>(), [Some("500".to_owned()), Some("200".to_owned())]);
    for attempt in attempts {
        assert_eq!(attempt.span_kind, SpanKind::Client);
        assert_eq!(attempt.name, "GET /v1/tiktok/trending/music/detail");
        assert_eq!(attribute(attempt, "http.request.method").as_deref(), Some("GET"));
        assert!(!format!("{attempt:?}").contains(CLIP), "{attempt:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_examples_run() -> Result {
    let server = MockServer::start();
    let client = client(&server)?;
    assert_eq!(trend::trend(&client, CLIP).await?, "New Sun by Chihei Hatakeyama  ▁▁▃▃▂▄█");
    let titles = many::titles(&client, (0..20).map(|number| format!("{number}"))).await?;
    assert!(titles.len() == 20 && titles.iter().all(|(_, title)| title == "New Sun"), "{titles:?}");

    let builder = Client::builder().api_key("sk_live_test").base_url(server.url());
    let credits = budget::until_it_is_spent(&builder.credit_budget(5).build()?, [CLIP; 10]).await?;
    assert_eq!((credits.spent(), credits.remaining()), (4, Some(1)));

    let waiting = keyapi_tiktok::blocking::Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
    assert_eq!(blocking::title(&waiting, CLIP)?, "New Sun");
    server.script("trending_music_detail", [402])?;
    assert_eq!(blocking::title(&waiting, CLIP)?, "top up your account");
    Ok(())
}
