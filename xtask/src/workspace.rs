//! Where things are in the workspace.

use std::path::{Path, PathBuf};

/// The files of one platform.
pub struct Platform {
    /// The platform's name.
    pub name: &'static str,
    /// The vendored document.
    pub spec: PathBuf,
    /// The hand-written corrections.
    pub overlay: PathBuf,
    /// The digests.
    pub lock: PathBuf,
    /// The hand-written sources of the SDK crate.
    pub sdk_sources: PathBuf,
    /// The reviewed copies of what is generated.
    pub snapshots: PathBuf,
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The TikTok platform.
pub fn tiktok() -> Platform {
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
pub fn display(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
