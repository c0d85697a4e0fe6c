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

#[cfg(feature = "typed")]
pub mod typed;

keyapi_mock::platform!("tiktok");
