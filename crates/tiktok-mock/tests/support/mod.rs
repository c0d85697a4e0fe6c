//! Requests for the vendored document, and what an engine makes of them.
#![allow(dead_code, unused_imports, reason = "every test uses a part of it")]

#[path = "../../../mock/tests/support/mod.rs"]
mod general;

pub(crate) use general::{body, document, request, response, violations};
use keyapi_tiktok_mock::{Engine, Options, load};

pub(crate) const PATH: &str = "/v1/tiktok/trending/music/detail";

/// An engine on the vendored document, of which other operations are left out: pages add them at any time.
pub(crate) fn vendored(options: Options) -> Engine {
    let mut document = load::vendored().unwrap().root().clone();
    document["paths"].as_object_mut().unwrap().retain(|path, _| path == PATH);
    Engine::new(load::value(document).unwrap(), options)
}

/// A request with a key for the vendored document's operation.
pub(crate) fn get(query: &str) -> String {
    format!("GET {PATH}{query}\nAuthorization: Bearer sk_live_test")
}
