//! Asks for songs as long as a budget lasts: `KEYAPI_TOKEN=… cargo run --example budget`.

use std::error::Error;

use keyapi_tiktok::{Client, Credits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder().credit_budget(5).build()?;
    let credits = until_it_is_spent(&client, ["6703723351497508865"; 10]).await?;
    println!("{} credits are spent, and {} may be", credits.spent(), credits.possibly_spent());
    Ok(())
}

/// Stops before the call that would cost more than is left.
pub async fn until_it_is_spent(
    client: &Client,
    clips: impl IntoIterator<Item = &str>,
) -> Result<Credits, Box<dyn Error>> {
    for clip in clips {
        let request = client.trending_music_detail().clip_id(clip);
        match request.send().await {
            Ok(response) => println!("{clip}: {:?} credits", response.credits()),
            Err(error) if error.is_credit_budget() => {
                println!("{error}");
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(client.credits())
}
