//! Progenitor's typed httpmock extension: one method per operation, for responses of a test's own making.
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

// Generated code, which is not held to the lints of this workspace.
#[allow(clippy::all, clippy::unwrap_used, missing_docs, unused)]
mod generated {
    include!(concat!(env!("KEYAPI_TIKTOK_GENERATED"), "/httpmock.rs"));
}

pub use generated::{MockServerExt, operations};
