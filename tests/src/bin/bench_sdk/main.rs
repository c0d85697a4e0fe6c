//! Measures a call through the SDK, the same call written by hand, and decoding, for `cargo xtask bench`.
//!
//! `bench_sdk sdk|hand URL CALLERS COUNT` and `bench_sdk decode-generated|decode-plain|decode-value FILE 1 COUNT` print
//! the nanoseconds that one of COUNT repetitions took.

mod plain;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use contract::json::difference;
use keyapi_tiktok::Client;
use keyapi_tiktok::types::TrendingMusicDetailResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const KEY: &str = "sk_live_test";
const PERIOD: &str = "7";
const REGION: &str = "US";
const CLIP: &str = "6703723351497508865";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    contract::exit_code(run(&arguments).map_err(|error| -> Box<dyn std::error::Error> { error }).map(|nanoseconds| {
        println!("{nanoseconds}");
        ExitCode::SUCCESS
    }))
}

fn run(arguments: &[String]) -> Result<f64, Failure> {
    let [how, at, callers, count] = arguments else { return Err("four arguments are needed".into()) };
    let (callers, count) = (callers.parse()?, count.parse()?);
    match how.as_str() {
        "sdk" => {
            let client = Client::builder().api_key(KEY).base_url(at).build()?;
            measure(callers, count, move || sdk(client.clone()))
        }
        "hand" => {
            // The first caller to install one wins; there is no other here.
            _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build()?;
            let url = format!("{at}/v1/tiktok/trending/music/detail");
            measure(callers, count, move || by_hand(client.clone(), url.clone()))
        }
        "decode-generated" => decode::<TrendingMusicDetailResponse>(at, count),
        "decode-plain" => decode::<plain::Response>(at, count),
        "decode-value" => decode::<Value>(at, count),
        _ => Err(format!("`{how}` is nothing that can be measured").into()),
    }
}

async fn sdk(client: Client) -> Result<(), Failure> {
    let reply = client.trending_music_detail().period(PERIOD).region(REGION).clip_id(CLIP).send().await?;
    black_box(reply.value());
    Ok(())
}

/// What a person writes who has the same types.
async fn by_hand(client: reqwest::Client, url: String) -> Result<(), Failure> {
    let request = client.get(url).query(&[("period", PERIOD), ("region", REGION), ("clip_id", CLIP)]).bearer_auth(KEY);
    let reply: TrendingMusicDetailResponse = request.send().await?.error_for_status()?.json().await?;
    black_box(&reply);
    Ok(())
}

/// Runs so many callers at a time until `count` calls are made, and returns the nanoseconds per call.
fn measure<F>(
    callers: usize,
    count: usize,
    call: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> Result<f64, Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let each = count / callers;
    let runtime = runtime(callers)?;
    runtime.block_on(async {
        // The connections are there already when the clock starts.
        together(callers, 1, call.clone()).await?;
        let start = Instant::now();
        together(callers, each, call).await?;
        Ok(start.elapsed().as_nanos() as f64 / (each * callers) as f64)
    })
}

async fn together<F>(
    callers: usize,
    each: usize,
    call: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let call = call.clone();
            tokio::spawn(async move {
                for _ in 0..each {
                    call().await?;
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(())
}

fn runtime(callers: usize) -> std::io::Result<Runtime> {
    let mut builder = if callers > 1 { Builder::new_multi_thread() } else { Builder::new_current_thread() };
    builder.enable_all().build()
}

fn decode<T: DeserializeOwned + Serialize>(file: &str, count: usize) -> Result<f64, Failure> {
    let body = std::fs::read(file)?;
    // A type that loses something would be quicker than it may be.
    let (value, read): (Value, T) = (serde_json::from_slice(&body)?, serde_json::from_slice(&body)?);
    if let Some(difference) = difference(&value, &serde_json::to_value(&read)?) {
        return Err(difference.into());
    }
    let start = Instant::now();
    for _ in 0..count {
        black_box(serde_json::from_slice::<T>(black_box(&body))?);
    }
    Ok(start.elapsed().as_nanos() as f64 / count as f64)
}
