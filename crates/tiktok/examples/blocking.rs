//! The same without async: `KEYAPI_TOKEN=… cargo run --example blocking --features blocking`.

use std::error::Error;

use keyapi_tiktok::blocking::Client;

fn main() -> Result<(), Box<dyn Error>> {
    println!("{}", title(&Client::from_env()?, "6703723351497508865")?);
    Ok(())
}

/// The title of a song, or why there is none.
pub fn title(client: &Client, clip: &str) -> Result<String, Box<dyn Error>> {
    match client.trending_music_detail().clip_id(clip).send() {
        Ok(response) => Ok(response.into_data()?.sound.and_then(|sound| sound.title).unwrap_or_default()),
        Err(error) if error.is_quota_exhausted() => Ok("top up your account".to_owned()),
        Err(error) if error.is_unauthorized() => Ok("set another key".to_owned()),
        Err(error) => Err(error.into()),
    }
}
