//! A mock server that answers from the OpenAPI document of KeyAPI's TikTok API, with its overlay, or from another.
//!
//! ```
//! # fn main() {
//! let server = keyapi_tiktok_mock::MockServer::start();
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! # }
//! ```
//!
//! What judges the program without flags, [`MockServer`] or [`HttpServer`] has to know the same document, which
//! `/__mock/openapi.json` is; `--spec FILE` serves one as it was published.

pub mod load;
mod servers;
#[cfg(feature = "typed")]
pub mod typed;

// The types of this crate shadow the general ones, which cannot know this document.
pub use keyapi_mock::*;
pub use servers::{HttpServer, MockServer};
