//! Prints how a song did in the last days: `KEYAPI_TOKEN=… cargo run --example trend [CLIP_ID]`.

use std::error::Error;

use keyapi_tiktok::Client;
use keyapi_tiktok::params::Period;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let clip = std::env::args().nth(1).unwrap_or_else(|| "6703723351497508865".to_owned());
    println!("{}", trend(&Client::from_env()?, &clip).await?);
    Ok(())
}

/// The song and its values, as bars.
pub async fn trend(client: &Client, clip: &str) -> Result<String, Box<dyn Error>> {
    let detail = client.trending_music_detail().clip_id(clip).period(Period::DAYS_30).send().await?.into_data()?;
    let sound = detail.sound.ok_or("there is no such song")?;
    let values: Vec<f64> = sound.trend.unwrap_or_default().iter().filter_map(|point| point.value).collect();
    let highest = values.iter().copied().fold(f64::EPSILON, f64::max);
    let bar = |value: &f64| {
        ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][(value / highest * 7.0).round().clamp(0.0, 7.0) as usize]
    };
    let bars: String = values.iter().map(bar).collect();
    Ok(format!("{} by {}  {bars}", sound.title.unwrap_or_default(), sound.author.unwrap_or_default()))
}
