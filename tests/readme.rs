//! The programs that the README shows, run against the mock server. `xtask/tests/tidy` holds the two together, and
//! `xtask/tests/readme.rs` builds them with the dependencies that it shows.

#![allow(dead_code)] // A test calls no `main`.

extern crate mock as keyapi_tiktok_mock;
extern crate sdk as keyapi_tiktok;

use keyapi_tiktok::{Client, Error, params::Period};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // The key is in KEYAPI_TOKEN; `Client::builder()` takes it from elsewhere, and all else that a client is told.
    print_title(&Client::from_env()?).await
}

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
async fn a_title_is_printed() -> Result<(), keyapi_tiktok::Error> {
    let server = keyapi_tiktok_mock::MockServer::start();
    let client = keyapi_tiktok::Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
    print_title(&client).await
}
