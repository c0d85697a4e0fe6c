//! `openapi/sources.toml`: where the documentation pages are published.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::http::is_private;
use crate::input::Failure;
use crate::workspace::display;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    index: Option<String>,
    #[serde(default)]
    under: String,
    pages: Vec<String>,
}

/// The addresses, and the text that they come from.
pub(super) struct Sources {
    /// The provider's list of all pages.
    pub(super) index: Option<String>,
    /// How the addresses of the pages begin that may be wanted.
    under: String,
    pub(super) pages: Vec<String>,
    name: String,
    text: String,
}

impl Sources {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = display(path);
        let bad = |message: String| Failure::Diagnostics(format!("error: {name}: {message}"));
        let text = std::fs::read_to_string(path).map_err(|error| bad(format!("the file cannot be read: {error}")))?;
        let File { index, under, pages } = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
        let sources = Self { index, under, pages, name, text };
        let mut seen = BTreeSet::new();
        for address in sources.index.iter().chain(&sources.pages) {
            let problem = if !is_safe(address) {
                "is not an https address"
            } else if !seen.insert(address) {
                "is listed twice"
            } else {
                continue;
            };
            return Err(Failure::Diagnostics(format!("error: {}: `{address}` {problem}", sources.place(address))));
        }
        Ok(sources)
    }

    /// File and line of an address.
    pub(super) fn place(&self, address: &str) -> String {
        let line = self.text.lines().position(|line| line.contains(&format!("\"{address}\"")));
        line.map_or_else(|| self.name.clone(), |line| format!("{}:{}", self.name, line + 1))
    }

    /// The pages that an index (Markdown with links) has and this file has not.
    pub(super) fn missing(&self, index: &str) -> BTreeSet<String> {
        let links = index.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '\n']).next());
        let wanted = links.filter(|link| link.starts_with(&self.under) && link.ends_with(".md"));
        // What a stranger wrote is shown in a terminal.
        let plain = wanted.filter(|link| link.bytes().all(|byte| byte.is_ascii_graphic()));
        plain.filter(|link| !self.pages.iter().any(|page| page == link)).map(str::to_owned).collect()
    }
}

/// Whether nobody on the way can change what an address answers: only this machine is asked without encryption.
fn is_safe(address: &str) -> bool {
    address.bytes().all(|byte| byte.is_ascii_graphic())
        && (address.starts_with("https://") || address.starts_with("http://127.0.0.1:"))
        // What looks like this machine may be the name of a user on another one.
        && is_private(address)
}
