//! A mock server that answers from the OpenAPI document of KeyAPI's TikTok API, with its overlay, or from another.
//!
//! ```
//! # fn main() {
//! let server = keyapi_tiktok_mock::MockServer::start();
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! # }
//! ```
//!
//! What judges the program without flags or a [`MockServer`] has to know the same document, which `/__mock/openapi.json`
//! is; `--spec FILE` serves one as it was published.
//!
//! Responses of a test's own making, with the feature `typed`:
//!
//! ```
//! use keyapi_tiktok_mock::MockServer;
//! use keyapi_tiktok_mock::typed::MockServerExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start();
//! let refusal: keyapi_tiktok::types::ApiError = serde_json::from_str(r#"{"code": 402, "message": "no credits left"}"#)?;
//! server.overrides(|httpmock| {
//!     httpmock.trending_music_detail(|when, then| {
//!         when.region("DE");
//!         then.payment_required(&refusal);
//!     });
//! });
//!
//! let client = keyapi_tiktok::Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
//! assert!(client.trending_music_detail().region("US").send().await.is_ok());
//! assert!(client.trending_music_detail().region("DE").send().await.is_err_and(|error| error.is_quota_exhausted()));
//! # Ok(())
//! # }
//! ```

keyapi_mock::platform!();
