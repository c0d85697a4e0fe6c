//! Where things are in the workspace.

use std::path::{Path, PathBuf};

/// The files of one platform.
pub(crate) struct Platform {
    /// The platform's name.
    pub(crate) name: &'static str,
    /// The vendored document.
    pub(crate) spec: PathBuf,
    /// The hand-written corrections.
    pub(crate) overlay: PathBuf,
    /// The digests.
    pub(crate) lock: PathBuf,
    /// The hand-written sources of the SDK crate.
    pub(crate) sdk_sources: PathBuf,
    /// The reviewed copies of what is generated.
    pub(crate) snapshots: PathBuf,
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The TikTok platform.
pub(crate) fn tiktok() -> Platform {
    let root = root();
    Platform {
        name: "tiktok",
        spec: root.join("openapi/tiktok.openapi.json"),
        overlay: root.join("openapi/tiktok.overlay.yaml"),
        lock: root.join("openapi/tiktok.lock"),
        sdk_sources: root.join("crates/tiktok/src"),
        snapshots: root.join("tests/snapshots"),
    }
}

/// The path as a reader of the output wants it: relative to the workspace where it is inside.
pub(crate) fn display(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
