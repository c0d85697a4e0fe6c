//! `openapi/tiktok.lock`: digests of everything that goes into and comes out of a regeneration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Lock {
    /// What writes the file, for whoever opens it.
    pub(crate) generated_by: String,
    /// The documentation pages that the vendored document came from, by operation. Only an import changes them.
    pub(crate) pages: BTreeMap<String, Page>,
    /// Digest of the vendored document.
    pub(crate) vendored: String,
    /// Digest of the overlay.
    pub(crate) overlay: String,
    /// Digest of the prices.
    #[serde(default)]
    pub(crate) credits: String,
    /// Digests of the stored samples by file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) evidence: BTreeMap<String, String>,
    /// Digest of the resolved document.
    pub(crate) resolved: String,
    /// Digests of the generated sources by file.
    pub(crate) generated: BTreeMap<String, String>,
    /// The generator and its version.
    pub(crate) generator: String,
}

/// A documentation page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    /// The page's file name.
    pub(crate) name: String,
    /// Digest of the page.
    pub(crate) sha256: String,
}

impl Lock {
    /// Reads a lock file; a missing or unreadable one is as good as an empty one, because it is written anew.
    pub(crate) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
