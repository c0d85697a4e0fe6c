//! Measures a call through the SDK and the same call written by hand, for `cargo xtask bench`.
//!
//! `bench_sdk race URL CALLERS COUNT` makes COUNT calls in each of the two ways, a few at a time in turns, so that both
//! meet the same noise, and prints the nanoseconds of one call through the SDK and of one by hand. `bench_sdk sdk|hand`
//! makes the calls in one way only, for a program that counts instructions.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use sdk::Client;
use sdk::types::TrendingMusicDetailResponse;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const KEY: &str = "sk_live_test";
const PERIOD: &str = "7";
const REGION: &str = "US";
const CLIP: &str = "6703723351497508865";

/// How many calls each caller makes before the other way has its turn.
const TURN: usize = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    contract::exit_code(run(&arguments).map_err(|error| -> Box<dyn std::error::Error> { error }).map(|figures| {
        figures.iter().for_each(|nanoseconds| println!("{nanoseconds}"));
        ExitCode::SUCCESS
    }))
}

fn run(arguments: &[String]) -> Result<Vec<f64>, Failure> {
    let [how, at, callers, count] = arguments else { return Err("four arguments are needed".into()) };
    let (callers, count) = (callers.parse()?, count.parse()?);
    match how.as_str() {
        "race" => measure(callers, count, &[Caller::sdk(at)?, Caller::hand(at)?]),
        "sdk" => measure(callers, count, &[Caller::sdk(at)?]),
        "hand" => measure(callers, count, &[Caller::hand(at)?]),
        _ => Err(format!("`{how}` is nothing that can be measured").into()),
    }
}

/// A way to make the call.
#[derive(Clone)]
enum Caller {
    Sdk(Client),
    Hand(reqwest::Client, String),
}

impl Caller {
    fn sdk(base_url: &str) -> Result<Self, Failure> {
        Ok(Self::Sdk(Client::builder().api_key(KEY).base_url(base_url).build()?))
    }

    fn hand(base_url: &str) -> Result<Self, Failure> {
        // The first caller to install one wins; there is no other here.
        _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build()?;
        Ok(Self::Hand(client, format!("{base_url}/v1/tiktok/trending/music/detail")))
    }

    /// One caller.
    fn start(&self, calls: usize) -> JoinHandle<Result<(), Failure>> {
        match self.clone() {
            Self::Sdk(client) => tokio::spawn(async move {
                for _ in 0..calls {
                    sdk(&client).await?;
                }
                Ok(())
            }),
            Self::Hand(client, url) => tokio::spawn(async move {
                for _ in 0..calls {
                    by_hand(&client, &url).await?;
                }
                Ok(())
            }),
        }
    }
}

async fn sdk(client: &Client) -> Result<(), Failure> {
    let response = client.trending_music_detail().period(PERIOD).region(REGION).clip_id(CLIP).send().await?;
    black_box(response.value());
    Ok(())
}

/// What a person writes who has the same types.
async fn by_hand(client: &reqwest::Client, url: &str) -> Result<(), Failure> {
    let request = client.get(url).query(&[("period", PERIOD), ("region", REGION), ("clip_id", CLIP)]).bearer_auth(KEY);
    let response: TrendingMusicDetailResponse = request.send().await?.error_for_status()?.json().await?;
    black_box(&response);
    Ok(())
}

/// Makes `count` calls in each way, in turns, and returns the median of the nanoseconds per call of each.
fn measure(callers: usize, count: usize, ways: &[Caller]) -> Result<Vec<f64>, Failure> {
    let turns = count / (callers * TURN);
    let mut times = vec![Vec::with_capacity(turns); ways.len()];
    runtime(callers)?.block_on(async {
        // The connections are there already when the clock starts, and the memory that they need.
        for way in ways {
            together(way, callers, TURN).await?;
        }
        for turn in 0..turns {
            let mut pairs: Vec<_> = ways.iter().zip(&mut times).collect();
            // Who comes after whom makes a difference, too.
            pairs.rotate_left(turn % ways.len());
            for (way, times) in pairs {
                let start = Instant::now();
                together(way, callers, TURN).await?;
                times.push(start.elapsed().as_nanos() as f64 / (callers * TURN) as f64);
            }
        }
        Ok::<_, Failure>(())
    })?;
    medians(times)
}

async fn together(way: &Caller, callers: usize, calls: usize) -> Result<(), Failure> {
    let callers: Vec<_> = (0..callers).map(|_| way.start(calls)).collect();
    for caller in callers {
        caller.await??;
    }
    Ok(())
}

fn medians(times: Vec<Vec<f64>>) -> Result<Vec<f64>, Failure> {
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().ok_or_else(|| "too few repetitions".into())
    };
    times.into_iter().map(median).collect()
}

fn runtime(callers: usize) -> std::io::Result<Runtime> {
    let mut builder = if callers > 1 { Builder::new_multi_thread() } else { Builder::new_current_thread() };
    builder.enable_all().build()
}
