//! The programs that the README shows, run against the mock server. `xtask/tests/tidy.rs` holds the two together.

extern crate mock as keyapi_tiktok_mock;
extern crate sdk as keyapi_tiktok;

use std::error::Error as StdError;

use keyapi_tiktok::{Client, Error, params::Period};

// `Client::from_env()` makes one with the key in KEYAPI_TOKEN, `Client::builder()` with whatever it is told.
async fn print_title(client: &Client) -> Result<(), Error> {
    let detail = client
        .trending_music_detail()
        .clip_id("6703723351497508865")
        .period(Period::DAYS_7)
        .send()
        .await?
        .into_data()?;
    println!("{:?}", detail.sound.and_then(|sound| sound.title));
    Ok(())
}

#[tokio::test]
async fn the_first_call_and_the_mock_server_work_as_shown() -> Result<(), Box<dyn StdError>> {
    let server = keyapi_tiktok_mock::MockServer::start();
    let client = keyapi_tiktok::Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
    print_title(&client).await?;
    Ok(())
}
