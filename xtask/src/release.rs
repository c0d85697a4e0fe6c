//! `cargo xtask release`: sets the version, moves what is unreleased under it, and keeps what was released.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::schema::date;

use crate::artefacts::{self, Artefacts};
use crate::changelog::{self, Changelog};
use crate::diff::{Need, now};
use crate::git::commit;
use crate::input::{Failure, optional, refused, style};
use crate::lock::Lock;
use crate::plan::{SinceRelease, changelog_path, read_changelog, read_version};
use crate::released::{Released, Versions};
use crate::semver::Semver;
use crate::status::{Printer, Status};
use crate::workspace::{Platform, command, display, platform, root};
use crate::{OK, atomic, exclusive, output};

/// What `release` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// The version, such as 0.2.0.
    version: String,
}

/// Runs the command.
///
/// # Errors
///
/// The version hides what changed, the changelog says nothing, or what is generated is not fresh.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = platform();
    let _turn = exclusive::turn(platform.lock.parent().unwrap_or(Path::new(".")));
    let version: Semver = args.version.parse().map_err(refused)?;
    let made = artefacts::make(&platform)?;
    if let Some((path, _)) = made.files.iter().find(|(path, text)| !atomic::is_written(path, text)) {
        return Err(refused(format!("{} is stale: run `{}` first", display(path), command("regen"))));
    }
    let changelog = read_changelog()?;
    match SinceRelease::of(&platform, &made)? {
        None if version < read_version()? => {
            return Err(refused(format!("version {version} comes before that of the workspace, {}", read_version()?)));
        }
        None => {}
        Some(since) => {
            let SinceRelease { versions, asked, draft, .. } = &since;
            let (versions, asked) = (*versions, *asked);
            let Versions { last: released, previous, .. } = versions;
            // As long as it is not out, a release may be made again.
            let is_taken = version < released || (version == released && previous.is_none());
            if is_taken && asked <= released {
                return Err(refused(format!(
                    "{released} is released, and nothing changed since that asks for another version"
                )));
            }
            if is_taken || version < asked {
                let least = if asked > released || previous.is_some() { asked } else { released.after(Need::Additive) };
                return Err(refused(format!(
                    "version {version} hides what changed since {}: run `cargo xtask release {least}`, or a later one{}",
                    since.baseline(),
                    versions.doubt().map(|doubt| format!(" ({doubt})")).unwrap_or_default()
                )));
            }
            if !draft.is_empty() {
                return Err(refused(format!(
                    "CHANGELOG.md does not say all that changed: run `{}` first",
                    command("regen")
                )));
            }
        }
    }
    let before = Released::read(&platform)?;
    let told = changelog.told_since(before.as_ref().map(|before| before.version.as_str()));
    if told.is_empty() {
        return Err(refused("CHANGELOG.md has nothing under Unreleased: say there what users notice".to_owned()));
    }
    let (made, changelog) = match without_former_names(&platform, &made, version)? {
        Some((made, entry)) => {
            let unreleased = [changelog.unreleased(), &entry].join("\n");
            (made, Changelog::parse(changelog.with(&unreleased)).unwrap_or(changelog))
        }
        None => (made, changelog),
    };
    // What was made ready and never came out is before nothing.
    let previous = match before {
        Some(before) => Some(before.versions()?.previous.map_or(before.version, |previous| previous.to_string())),
        None => None,
    };
    let mut lock = made.lock.clone();
    lock.pin(&made.names);
    // What is released has been told.
    lock.drafts.clear();
    let released = Released {
        previous,
        generated_by: "cargo xtask release".to_owned(),
        version: version.to_string(),
        revision: commit("HEAD").ok().flatten(),
        names: lock.names.clone(),
        public_items: made.public_items().lines().map(str::to_owned).collect(),
        document: made.document,
    };
    let mut files: Vec<(PathBuf, String)> = made.files.into_iter().filter(|(path, _)| *path != platform.lock).collect();
    files.retain(|(path, text)| !atomic::is_written(path, text));
    files.extend(manifests(&version.to_string())?);
    files.push((changelog_path(), changelog.released(&version.to_string(), &date::day(now()))));
    // Until what is released is moved, it is known by which drafts it was worded.
    files.push((platform.lock, lock.to_text()));
    // It vouches for the others, so it is the last to be written.
    files.push((platform.released, released.to_text()));
    atomic::write_all(&files, &[])?;
    print(&files, &version, style(&io::stdout()));
    Ok(OK)
}

/// What a release has without the names that a person changed before the last one, where its version tells of a break, and
/// what the changelog says of that. Callers had them for one release.
fn without_former_names(
    platform: &Platform,
    made: &Artefacts,
    version: Semver,
) -> Result<Option<(Artefacts, String)>, Failure> {
    if made.lock.former_names.is_empty() {
        return Ok(None);
    }
    let lock = Lock { former_names: BTreeMap::new(), ..made.lock.clone() };
    let without = artefacts::make_with(platform, &lock)?;
    // What is made ready again has these names from its own first time.
    let since = SinceRelease::of(platform, &without)?.filter(|since| since.versions.previous.is_none());
    let Lock { names, former_names, .. } = &made.lock;
    let gone = former_names.iter().flat_map(|(place, former)| {
        let now = names.get(place).map_or(place, |name| name);
        former.iter().map(move |former| format!("`{former}` is `{now}`"))
    });
    let entry =
        changelog::item(&format!("**breaking:** former names are gone: {}.", gone.collect::<Vec<_>>().join(", ")));
    Ok(since.filter(|since| version >= since.asked).map(|_| (without, entry)))
}

fn print(files: &[(PathBuf, String)], version: &Semver, style: Style) {
    let mut out = output::standard();
    let mut printer = Printer::new(&mut out, style);
    files.iter().for_each(|(path, _)| printer.line(Status::Written, &display(path)));
    printer.line(Status::Summary, &format!("{version} is ready: commit it, and tag the commit `v{version}`"));
}

/// The manifest of the workspace and the lock file of cargo with another version of the workspace's packages.
fn manifests(version: &str) -> Result<Vec<(PathBuf, String)>, Failure> {
    let (manifest, lock) = (root().join("Cargo.toml"), root().join("Cargo.lock"));
    let old = read_version()?.to_string();
    let text = std::fs::read_to_string(&manifest)?;
    let table = text.find("[workspace.package]").unwrap_or_default();
    let (before, table) = text.split_at(table);
    let changed =
        before.to_owned() + &table.replacen(&format!("version = \"{old}\""), &format!("version = \"{version}\""), 1);
    // The manifest is read again where a release was cut short, so the lock file must not be behind it.
    let lock = optional(std::fs::read_to_string(&lock))?.map(|text| (lock, relocked(&text, &old, version)));
    Ok(lock.into_iter().chain([(manifest, changed)]).collect())
}

/// What cargo would write into its lock file: packages without a source are those of the workspace.
fn relocked(text: &str, old: &str, new: &str) -> String {
    let packages = text.split_inclusive("\n\n").map(|package| match package.contains("\nsource = ") {
        true => package.to_owned(),
        false => package.replacen(&format!("\nversion = \"{old}\"\n"), &format!("\nversion = \"{new}\"\n"), 1),
    });
    packages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_of_the_workspace_get_another_version() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\nsource = \"registry\"\n\n[[package]]\nname = \"xtask\"\nversion = \"0.1.0\"\n";
        let expected = text.replace("\"xtask\"\nversion = \"0.1.0\"", "\"xtask\"\nversion = \"0.2.0\"");
        assert_eq!(relocked(text, "0.1.0", "0.2.0"), expected);
    }
}
