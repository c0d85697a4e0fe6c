//! `openapi/NAME.released.json`: what the last release was, by which version and changelog are judged.
//!
//! It is kept in the tree, since a shallow clone, such as those of CI, has neither tags nor history.

use keyapi_codegen::RustNames;
use keyapi_spec::diff::{Policy, diff};
use keyapi_spec::naming::pins::{self, Names};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::{Documents, Need, Report, RustAxis, now};
use crate::git::{self, commit};
use crate::input::{Failure, optional};
use crate::lock::Lock;
use crate::semver::Semver;
use crate::workspace::{Platform, command, display};

/// The last release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Released {
    /// What writes the file, for whoever opens it.
    pub(crate) generated_by: String,
    /// The version.
    pub(crate) version: String,
    /// The version before it; nothing where it was the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) previous: Option<String>,
    /// The commit that the release was made from; nothing where there is no repository.
    pub(crate) revision: Option<String>,
    /// The names that were pinned; nothing where the release is older than this list.
    #[serde(default)]
    pub(crate) names: Names,
    /// What the SDK made public.
    pub(crate) public_items: Vec<String>,
    /// The resolved document.
    pub(crate) document: Value,
}

/// The version of the last release, and how far it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Versions {
    pub(crate) last: Semver,
    /// The one before it, as long as the last one is not out: until then, it may take in whatever it already announces.
    pub(crate) previous: Option<Semver>,
    /// Whether it is only taken for out, since nobody can tell.
    pub(crate) is_doubtful: bool,
}

impl Versions {
    /// The lowest version under which callers may get what needs that, since the last release.
    pub(crate) fn asked(self, need: Need) -> Semver {
        match self.previous {
            Some(previous) => previous.after(need).max(self.last),
            None => self.last.after(need),
        }
    }

    /// What to do where nobody can tell whether the last release is out.
    pub(crate) fn doubt(self) -> Option<String> {
        let text = format!("no tags can be read, so {} is taken for released: `git fetch --tags` tells", self.last);
        self.is_doubtful.then_some(text)
    }
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
        for version in [Some(&released.version), released.previous.as_ref()].into_iter().flatten() {
            version.parse::<Semver>().map_err(refused)?;
        }
        Ok(Some(released))
    }

    /// Refuses a lock that lost names which were released: without them, the next change of the document would move them.
    ///
    /// # Errors
    ///
    /// The lock has not all of these names, where `given` are those of today.
    pub(crate) fn refuse_lost(&self, platform: &Platform, lock: &Lock, given: &Names) -> Result<(), Failure> {
        let lost = pins::lost(&self.names, &lock.names, &lock.former_names, given, &RustNames);
        let Some((place, name)) = lost.first() else { return Ok(()) };
        let more = match lost.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        Err(Failure::Diagnostics(format!(
            "error: {}: it lacks names that release {} gave: `{name}` of `{place}`{more}: take the file back from git, then \
             run `{}`",
            display(&platform.lock),
            self.version,
            command("regen")
        )))
    }

    /// The versions that the next one is judged by.
    pub(crate) fn versions(&self) -> Result<Versions, Failure> {
        let parse = |text: &String| text.parse::<Semver>().map_err(Failure::Diagnostics);
        let is_tagged = |version: &str| tagged(version).is_some();
        // What is made ready is out when it is tagged. The first has none before it that it could be judged by.
        let (is_out, is_doubtful) = match &self.previous {
            Some(_) if is_tagged(&self.version) => (true, false),
            // Where the tag before it is, it would be, too. Without the program git, nobody can tell.
            Some(previous) if is_tagged(previous) || git::has_all_tags().unwrap_or(false) => (false, false),
            // What is taken for made ready would hide a break under a version that is out.
            Some(_) => (true, true),
            None => (true, false),
        };
        Ok(Versions {
            last: parse(&self.version)?,
            previous: self.previous.as_ref().filter(|_| !is_out).map(parse).transpose()?,
            is_doubtful,
        })
    }

    /// The release that came out last, as its tag has it, where a later one is made ready.
    ///
    /// What was made ready was in nobody's hands, so that to take it back breaks nobody.
    pub(crate) fn out(platform: &Platform, versions: Versions) -> Option<Self> {
        let version = versions.previous?.to_string();
        let text = git::show(&tagged(&version)?, &platform.released).ok()?;
        serde_json::from_slice::<Self>(&text).ok().filter(|released| released.version == version)
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

/// The commit that has the tag of a version.
fn tagged(version: &str) -> Option<String> {
    commit(&format!("refs/tags/v{version}")).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_that_is_not_out_takes_in_what_it_announces() {
        let asked = |previous: Option<&str>, last: &str, need| {
            let version = |text: &str| text.parse::<Semver>().unwrap();
            Versions { last: version(last), previous: previous.map(version), is_doubtful: false }
                .asked(need)
                .to_string()
        };
        for (need, expected) in [(Need::Nothing, "0.2.0"), (Need::Additive, "0.2.1"), (Need::Breaking, "0.3.0")] {
            assert_eq!(asked(None, "0.2.0", need), expected);
            assert_eq!(asked(Some("0.1.3"), "0.2.0", need), "0.2.0");
        }
        assert_eq!(asked(Some("0.1.0"), "0.1.1", Need::Additive), "0.1.1");
        assert_eq!(asked(Some("0.1.0"), "0.1.1", Need::Breaking), "0.2.0");
        assert_eq!(asked(Some("1.1.0"), "1.2.0", Need::Breaking), "2.0.0");
    }
}
