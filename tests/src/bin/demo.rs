//! `cargo xtask demo`: starts the mock server, calls every documented (operation, status) through the typed client and
//! draws what came back.

use std::process::ExitCode;

use contract::document::load;
use contract::exercise::{client, exercise};
use contract::matrix::{Cell, Matrix};
use mock::MockServer;
use sdk::params::{Period, Region};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    contract::exit_code(run().await)
}

async fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let operations = load()?;
    let server = MockServer::start();
    let client = client(&server)?;
    println!("mock server on {}, answering from openapi/{}.openapi.json\n", server.url(), mock::PLATFORM);

    let mut matrix = Matrix::default();
    for operation in &operations {
        for response in &operation.responses {
            matrix.push(operation, response, exercise(&client, operation, response).await);
        }
    }
    println!("{matrix}\n");
    for Cell { operation, status, outcome } in matrix.cells() {
        if let Err(why) = outcome {
            println!("failed: {operation} × {status}: {why}");
        }
    }
    let (succeeded, documented) = (matrix.succeeded(), matrix.cells().len());
    println!("{succeeded} of {documented} documented responses came through the typed client\n");

    let detail = client
        .trending_music_detail()
        .clip_id("6703723351497508865")
        .period(Period::DAYS_7)
        .region(Region::US)
        .send()
        .await?
        .into_data()?;
    let sound = detail.sound.ok_or("the documented track has no `sound`")?;
    let trend: Vec<f64> = sound.trend.unwrap_or_default().into_iter().filter_map(|point| point.value).collect();
    println!(
        "{} by {}, trend over the last 7 days  {}  {}",
        sound.title.as_deref().unwrap_or("?"),
        sound.author.as_deref().unwrap_or("?"),
        sparkline(&trend),
        trend.iter().map(f64::to_string).collect::<Vec<_>>().join(" "),
    );
    Ok(if succeeded == documented { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The values as bars, from the lowest to the highest.
fn sparkline(values: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let steps = (BARS.len() - 1) as f64;
    let bar = |value: f64| if high > low { ((value - low) / (high - low) * steps).round() as usize } else { 0 };
    values.iter().filter_map(|value| BARS.get(bar(*value))).collect()
}
