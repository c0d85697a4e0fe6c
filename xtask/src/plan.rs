//! What a regeneration is about to do, before it does it: what changed since the last commit and since the last release,
//! and what that asks of version and changelog.

use std::path::{Path, PathBuf};

use keyapi_spec::diff::Level;

use crate::artefacts::Artefacts;
use crate::changelog::{self, Changelog, Draft};
use crate::diff::{Need, Report, Version, compare, is_text, policy, verdict};
use crate::git::{commit, show};
use crate::input::Failure;
use crate::released::{Released, Versions};
use crate::semver::Semver;
use crate::status::{Printer, Status};
use crate::workspace::{Platform, command, display, root};

/// Whether a run only looks, or writes, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It says what is not as it should be.
    Check,
    /// It makes it so.
    Write,
}

/// What version and changelog have to do with what changed since the last release.
pub(crate) struct SinceRelease {
    pub(crate) versions: Versions,
    report: Report,
    /// The same since the release that came out last, where a later one is only made ready.
    since_out: Option<Report>,
    /// The lowest version that the changes may ship under.
    pub(crate) asked: Semver,
    /// What the workspace has.
    current: Semver,
    /// What the changelog has to say of them.
    pub(crate) draft: Draft,
    changelog: Changelog,
}

impl SinceRelease {
    /// Nothing where nothing is released.
    pub(crate) fn of(platform: &Platform, made: &Artefacts) -> Result<Option<Self>, Failure> {
        let Some(released) = Released::read(platform)? else { return Ok(None) };
        let (policy, versions) = (policy(platform)?, released.versions()?);
        let changes = |released: &Released| released.changes(&made.document, made.public_items(), &policy);
        let report = changes(&released);
        let since_out = Released::out(platform, versions).map(|out| changes(&out));
        let (changelog, current) = (read_changelog()?, read_version()?);
        let former = made.difference.former_drafts();
        let draft = changelog.draft(&report, since_out.as_ref(), &released.version, former);
        let asked = versions.asked(Need::of(since_out.as_ref().unwrap_or(&report)));
        Ok(Some(Self { versions, report, since_out, asked, current, draft, changelog }))
    }

    /// The version that the next one is judged by.
    pub(crate) fn baseline(&self) -> Semver {
        let Versions { last, previous, .. } = self.versions;
        previous.filter(|_| self.since_out.is_some()).unwrap_or(last)
    }

    /// The changelog with what it has to say.
    pub(crate) fn drafted(&self) -> Option<(PathBuf, String)> {
        (!self.draft.is_empty()).then(|| (changelog_path(), self.changelog.with(&self.draft.unreleased)))
    }

    /// Whether version and changelog say what changed.
    pub(crate) fn is_consistent(&self) -> bool {
        self.current >= self.asked && self.unfinished().is_none() && self.draft.is_empty()
    }

    /// Prints what changed, and what the changelog does not say of it.
    pub(crate) fn print(&self, printer: &mut Printer<'_>, mode: Mode) {
        match &self.since_out {
            Some(report) if !self.report.changes.is_empty() => {
                print_report(printer, &format!("since release {}, the last that is tagged", self.baseline()), report);
            }
            _ => print_report(printer, &format!("since release {}", self.versions.last), &self.report),
        }
        let Draft { untold, outdated, undone, worded, .. } = &self.draft;
        let (status, lines) = match mode {
            Mode::Check => (
                Status::Failure,
                [("says nothing of", untold), ("says something else of", outdated), ("still tells of", undone)],
            ),
            Mode::Write => (
                Status::Changed,
                [("gets a draft about", untold), ("gets another draft about", outdated), ("tells no more of", undone)],
            ),
        };
        for (what, operations) in lines.into_iter().filter(|(_, operations)| !operations.is_empty()) {
            printer.line(status, &format!("CHANGELOG.md {what} {}", named(operations)));
        }
        if mode == Mode::Check && !self.draft.is_empty() {
            let regen = command("regen");
            printer.more(&format!("run `{regen}`, which drafts it under Unreleased, and put it in your own words"));
            if self.current >= self.asked {
                self.versions.doubt().iter().for_each(|doubt| printer.more(doubt));
            }
        }
        if !worded.is_empty() {
            printer.line(
                Status::Changed,
                &format!("{} is again as it was released: CHANGELOG.md has your words about it", named(worded)),
            );
        }
    }

    /// The version that a release has written here and there, and was cut short before it kept what it released.
    fn unfinished(&self) -> Option<Semver> {
        Some(self.current).max(self.changelog.last_version()).filter(|version| *version > self.versions.last)
    }

    /// Prints which version is asked for, where it is another one. That comes last, since a release is made of what is
    /// fresh and said.
    pub(crate) fn print_version(&self, printer: &mut Printer<'_>) {
        let Self { current, versions, asked, .. } = self;
        let last = versions.last;
        if *current < last {
            printer.line(Status::Failure, &format!("version {current} comes before the last release, {last}"));
            printer.more("take Cargo.toml and Cargo.lock back from git: only `cargo xtask release` sets the version");
        } else if let Some(version) = self.unfinished() {
            print_unfinished(printer, version, &format!("the last release is {last}"), version.max(*asked));
        } else if current < asked {
            printer.line(
                Status::Failure,
                &format!("version {current} hides what changed since {}, which asks for {asked}", self.baseline()),
            );
            printer.more(&format!("run `cargo xtask release {asked}`"));
            versions.doubt().iter().for_each(|doubt| printer.more(doubt));
        }
    }
}

/// Says of a version that no release was made of it to the end.
fn print_unfinished(printer: &mut Printer<'_>, version: Semver, last: &str, next: Semver) {
    printer.line(Status::Failure, &format!("version {version} stands in Cargo.toml or CHANGELOG.md, and {last}"));
    printer.more(&format!("run `cargo xtask release {next}`, which finishes a release that was cut short"));
}

/// Prints a version of which the first release was not made to the end, where there is one.
pub(crate) fn print_first_unfinished(printer: &mut Printer<'_>) -> Option<Semver> {
    let version = read_changelog().ok()?.last_version()?;
    print_unfinished(printer, version, "nothing is released", version);
    Some(version)
}

/// Names of operations.
fn named(operations: &[String]) -> String {
    operations.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Prints what changed since the last commit; nothing is said where there is none, or where it is not to be read.
pub(crate) fn print_since_commit(
    printer: &mut Printer<'_>,
    platform: &Platform,
    made: &Artefacts,
) -> Result<(), Failure> {
    // Without git, nobody can tell.
    let Ok(Some(head)) = commit("HEAD") else { return Ok(()) };
    // The lock has digests of all that goes in and comes out.
    if show(&head, &platform.lock).is_ok_and(|lock| lock == made.lock.to_text().as_bytes()) {
        printer.line(Status::Fresh, "nothing changed since the last commit");
        return Ok(());
    }
    let Ok(old) = Version::of_revision(&head, platform) else { return Ok(()) };
    let report = compare(platform, &old, &Version::of_checkout(platform)?, &policy(platform)?)?;
    print_report(printer, "since the last commit", &report);
    Ok(())
}

/// Prints changes, a line each, and folds those of texts alone.
pub(crate) fn print_report(printer: &mut Printer<'_>, since: &str, report: &Report) {
    if report.changes.is_empty() {
        return printer.line(Status::Fresh, &format!("nothing changed {since}"));
    }
    printer.line(Status::Changed, &format!("{since}: {}", verdict(report)));
    let (texts, others): (Vec<_>, Vec<_>) = report.changes.iter().partition(|change| is_text(change));
    for level in [Level::Error, Level::Warn, Level::Info] {
        for change in others.iter().filter(|change| change.level == level) {
            let operation =
                change.change.operation.as_ref().map(|operation| format!("{operation}: ")).unwrap_or_default();
            printer.more(&format!("{level}: {operation}{} (Rust: {})", change.change.message, change.rust));
        }
    }
    match texts.len() {
        0 => {}
        1 => printer.more("1 change of texts and examples alone"),
        count => printer.more(&format!("{count} changes of texts and examples alone")),
    }
}

pub(crate) fn changelog_path() -> PathBuf {
    root().join("CHANGELOG.md")
}

/// Reads the changelog.
pub(crate) fn read_changelog() -> Result<Changelog, Failure> {
    let refused = || {
        Failure::Diagnostics(
            "error: CHANGELOG.md has no heading `## Unreleased`: add one above the last version".to_owned(),
        )
    };
    let text = read_text(&changelog_path())?;
    if let Some(line) = changelog::conflict(&text) {
        return Err(Failure::Diagnostics(format!(
            "error: CHANGELOG.md:{line}: a merge left this to a person: keep what holds, and take the marks out"
        )));
    }
    Changelog::parse(text).ok_or_else(refused)
}

/// Reads a file that has to be there.
fn read_text(path: &Path) -> Result<String, Failure> {
    let refused = |error| Failure::Diagnostics(format!("error: cannot read {}: {error}", display(path)));
    std::fs::read_to_string(path).map_err(refused)
}

/// Reads the version of the workspace.
pub(crate) fn read_version() -> Result<Semver, Failure> {
    let refused = |what: String| Failure::Diagnostics(format!("error: Cargo.toml: {what}"));
    let manifest: toml::Value = toml::from_str(&read_text(&root().join("Cargo.toml"))?)
        .map_err(|error| refused(error.to_string().trim_end().to_owned()))?;
    let version = manifest.get("workspace").and_then(|workspace| workspace.get("package")?.get("version")?.as_str());
    version.ok_or_else(|| refused("`workspace.package` has no version".to_owned()))?.parse().map_err(refused)
}

#[cfg(test)]
mod tests {
    use keyapi_spec::diagnostic::render::Style;
    use keyapi_spec::diff::diff;
    use serde_json::{Value, json};

    use super::*;
    use crate::diff::{Documents, RustAxis};
    use crate::lock::digest;

    fn document(parameter: &str, summary: &str) -> Value {
        let parameter = json!({"name": parameter, "in": "query", "schema": {"type": "string"}});
        let operation = json!({
            "operationId": "getThing", "summary": summary, "parameters": [parameter],
            "responses": {"200": {"description": "ok"}},
        });
        json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"get": operation}}})
    }

    fn since(old: &Value, new: &Value, changelog: &str, former: Option<&str>) -> SinceRelease {
        let list = |name: &str| format!("pub fn c::operations::GetThing::{name}(self) -> Self\n");
        let name =
            |document: &Value| list(document["paths"]["/things"]["get"]["parameters"][0]["name"].as_str().unwrap());
        let axis = RustAxis::of_lists((&name(old), old), (&name(new), new));
        let policy = keyapi_spec::diff::Policy::default();
        let report = Report::new(diff(old, new, 0), axis, &Documents { old, new }, &policy);
        let (last, changelog): (Semver, _) =
            ("0.1.0".parse().unwrap(), Changelog::parse(changelog.to_owned()).unwrap());
        let former = former.map(|entry| ("GET /things".to_owned(), digest(entry.as_bytes()))).into_iter().collect();
        let versions = Versions { last, previous: None, is_doubtful: false };
        SinceRelease {
            versions,
            asked: versions.asked(Need::of(&report)),
            current: last,
            draft: changelog.draft(&report, None, &last.to_string(), &former),
            changelog,
            report,
            since_out: None,
        }
    }

    /// Everything that a plan can say, one after the other.
    fn printed(style: Style) -> String {
        let (old, new) = (document("p", "One."), document("q", "Two."));
        let mut out = Vec::new();
        let mut printer = Printer::new(&mut out, style);
        let empty = "## Unreleased\n";
        let worded = "## Unreleased\n\n- Words about `GET /things`.\n";
        let drafted = "## Unreleased\n\n- `GET /things`: a draft.\n";
        let former = Some("- `GET /things`: a draft.");
        let other_words = document("p", "Two.");
        for (new, changelog, former, mode) in [
            (&new, empty, None, Mode::Check),
            (&new, empty, None, Mode::Write),
            (&new, drafted, former, Mode::Check),
            (&new, drafted, former, Mode::Write),
            (&other_words, worded, None, Mode::Check),
            (&old, drafted, former, Mode::Check),
            (&old, drafted, former, Mode::Write),
            (&old, worded, former, Mode::Check),
            (&old, empty, None, Mode::Check),
        ] {
            let since = since(&old, new, changelog, former);
            since.print(&mut printer, mode);
            since.print_version(&mut printer);
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_draft_has_nothing_that_moves_a_cursor() {
        let (old, new) = (document("p", "One."), document("x\u{1b}[31m\u{202e}y", "One."));
        let unreleased = since(&old, &new, "## Unreleased\n", None).draft.unreleased;
        assert!(unreleased.contains("`x\\u{1b}[31m\\u{202e}y`"), "{unreleased}");
    }

    #[test]
    fn a_plan_is_printed_as_cargo_prints() {
        assert_eq!(printed(Style::Plain), include_str!("plan/plain.txt"));
        assert_eq!(printed(Style::Coloured), include_str!("plan/coloured.txt"));
    }
}
