//! Loads the vendored document, and others.

use std::sync::{Arc, LazyLock};

use keyapi_mock::Document;
pub use keyapi_mock::load::*;

const VENDORED: Embedded = Embedded {
    spec: ("openapi/tiktok.openapi.json", include_str!("../../../openapi/tiktok.openapi.json")),
    overlay: ("openapi/tiktok.overlay.yaml", include_str!("../../../openapi/tiktok.overlay.yaml")),
    credits: ("openapi/tiktok.credits.json", include_str!("../../../openapi/tiktok.credits.json")),
    evidence: include!(concat!(env!("OUT_DIR"), "/evidence.rs")),
};

/// The vendored document, compiled once for the whole process.
pub fn vendored() -> Result<Arc<Document>, LoadError> {
    static DOCUMENT: LazyLock<Result<Arc<Document>, LoadError>> = LazyLock::new(|| VENDORED.load());
    DOCUMENT.clone()
}
