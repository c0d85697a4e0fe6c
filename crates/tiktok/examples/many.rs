//! Asks for many songs at once, within the limits of the API: `KEYAPI_TOKEN=… cargo run --example many CLIP_ID…`.

use std::error::Error;

use keyapi_tiktok::Client;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Calls wait for their turn, and all of them for a pause that the API asks for.
    let client = Client::builder().requests_per_second(5).build()?;
    for (clip, title) in titles(&client, std::env::args().skip(1)).await? {
        println!("{clip}: {title}");
    }
    Ok(())
}

/// The songs and their titles, in the order in which they come.
pub async fn titles(
    client: &Client,
    clips: impl Iterator<Item = String>,
) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut calls = JoinSet::new();
    for clip in clips {
        let client = client.clone();
        calls.spawn(async move {
            let detail = client.trending_music_detail().clip_id(&clip).send().await?.into_data()?;
            Ok::<_, keyapi_tiktok::Error>((clip, detail.sound.and_then(|sound| sound.title).unwrap_or_default()))
        });
    }
    let mut titles = Vec::new();
    while let Some(call) = calls.join_next().await {
        titles.push(call??);
    }
    Ok(titles)
}
