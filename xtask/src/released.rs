//! `openapi/tiktok.released.json`: what the last release was, by which version and changelog are judged.
//!
//! It is kept in the tree, since a shallow clone, such as those of CI, has neither tags nor history.

use keyapi_spec::diff::{Policy, diff};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::{Documents, Report, RustAxis, now};
use crate::input::{Failure, optional};
use crate::semver::Semver;
use crate::workspace::{Platform, display};

/// The last release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Released {
    /// What writes the file, for whoever opens it.
    pub(crate) generated_by: String,
    /// The version.
    pub(crate) version: String,
    /// The commit that the release was made from; nothing where there is no repository.
    pub(crate) revision: Option<String>,
    /// What the SDK made public.
    pub(crate) public_items: Vec<String>,
    /// The resolved document.
    pub(crate) document: Value,
}

impl Released {
    /// Reads the file; nothing where nothing was released.
    pub(crate) fn read(platform: &Platform) -> Result<Option<Self>, Failure> {
        let Some(bytes) = optional(std::fs::read(&platform.released))? else { return Ok(None) };
        let refused = |error: String| {
            let file = display(&platform.released);
            Failure::Diagnostics(format!(
                "error: {file}: {error}: take the file back from git, only `cargo xtask release` writes it"
            ))
        };
        let released: Self = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
        released.version.parse::<Semver>().map_err(refused)?;
        Ok(Some(released))
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What changed since the release.
    pub(crate) fn changes(&self, document: &Value, public_items: &str, policy: &Policy) -> Report {
        let before = self.public_items.iter().map(|item| format!("{item}\n")).collect::<String>();
        let axis = RustAxis::of_lists((&before, &self.document), (public_items, document));
        let documents = Documents { old: &self.document, new: document };
        Report::new(diff(&self.document, document, now()), axis, &documents, policy)
    }
}
