//! `cargo xtask compat`: type-checks what callers of a former version wrote against today's SDK.
//!
//! Those callers are the contract tests, the tests, examples and documentation tests of the crates that an application
//! depends on, and a caller of every public item that is generated. All of them are of the former revision; what they
//! call is of this checkout.

mod callers;
mod documentation;
mod manifest;

use std::io;
use std::path::Path;
use std::process::Stdio;

use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{CompilerMessage, Message, MetadataCommand};

use crate::git;
use crate::input::{Failure, refused, style};
use crate::programs::cargo;
use crate::released::Released;
use crate::status::{Printer, Status};
use crate::workspace::{Platform, platform, root};
use crate::{OK, STALE, exclusive, output};

/// What `compat` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// The git revision whose tests, examples and documentation are checked; the last release where none is given.
    #[arg(value_name = "REV")]
    revision: Option<String>,
}

/// Whose callers are checked.
struct Former {
    commit: String,
    /// What a reader knows it by.
    name: String,
}

/// Runs the command: exit code 0 where everything still compiles, 1 where something does not.
///
/// # Errors
///
/// There is no such revision, nothing is released, or today's SDK does not compile itself.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = platform();
    let former = Former::of(args, &platform)?;
    let workspace = MetadataCommand::new().current_dir(root()).no_deps().exec().map_err(io::Error::other)?;
    let target = workspace.target_directory.as_std_path();
    let folder = target.join("compat");
    std::fs::create_dir_all(target)?;
    let _turn = exclusive::turn(target);
    callers::check_out(&former.commit, &folder, &root(), &platform)?;

    let gone = manifest::gone_features(&folder, &platform)?;
    let broken = match gone.is_empty() {
        true => newly_broken(&former.commit, &folder, target, &platform)?,
        false => gone,
    };
    broken.iter().for_each(|text| print!("{text}"));
    let mut out = output::standard();
    let mut printer = Printer::new(&mut out, style(&io::stdout()));
    let count = match broken.len() {
        0 => {
            printer.line(Status::Fresh, &format!("what callers of {} wrote compiles as it is", former.name));
            return Ok(OK);
        }
        1 => "in 1 place".to_owned(),
        count => format!("in {count} places"),
    };
    printer.line(Status::Failure, &format!("what callers of {} wrote does not compile {count}", former.name));
    Ok(STALE)
}

impl Former {
    fn of(args: &Args, platform: &Platform) -> Result<Self, Failure> {
        let (name, commit) = match &args.revision {
            Some(revision) => (format!("`{revision}`"), git::commit(revision)?),
            None => {
                let released = Released::read(platform)?.ok_or_else(|| {
                    refused("nothing is released yet: say whose callers to check, as in `cargo xtask compat HEAD`")
                })?;
                // Nobody calls what is made ready and not tagged.
                match Released::out(platform, released.versions()?).map(|out| out.version) {
                    Some(version) => (format!("release {version}"), git::commit(&format!("refs/tags/v{version}"))?),
                    None => (format!("release {}", released.version), commit_of(&released, platform)?),
                }
            }
        };
        match (commit, &args.revision) {
            (Some(commit), _) => Ok(Self { commit, name }),
            _ if git::repository()?.is_none() => {
                Err(refused("this is no git repository, which the callers of a former version are read from"))
            }
            (None, Some(_)) => Err(refused(format!(
                "{name} is no git revision: give a commit, branch or tag that `git rev-parse` knows"
            ))),
            (None, None) => Err(refused(format!(
                "the commit of {name} is not in this clone: run `git fetch --unshallow`, or give a revision"
            ))),
        }
    }
}

/// The commit that has the release; the one that it was made from, where it is not committed yet.
fn commit_of(released: &Released, platform: &Platform) -> io::Result<Option<String>> {
    if let Some(commit) = git::last_change(&platform.released)?
        && std::fs::read(&platform.released).ok() == git::show(&commit, &platform.released).ok()
    {
        return Ok(Some(commit));
    }
    released.revision.as_deref().map_or(Ok(None), git::commit)
}

/// What the compiler says of the callers of a commit, but for what it says of them where they call that commit, too.
fn newly_broken(commit: &str, folder: &Path, target: &Path, platform: &Platform) -> Result<Vec<String>, Failure> {
    let mut broken = check(folder, target, platform)?;
    if broken.is_empty() {
        return Ok(broken);
    }
    let called = target.join("compat-called");
    callers::whole(commit, &called)?;
    callers::check_out(commit, folder, &called, platform)?;
    // Where the former crates cannot be built any more, nothing speaks for their callers.
    let before = check(folder, target, platform).unwrap_or_default();
    std::fs::remove_dir_all(called)?;
    // What was wrong and where; notes lead into what is called.
    let head = |text: &str| text.lines().take(2).map(str::to_owned).collect::<Vec<_>>();
    broken.retain(|text| !before.iter().any(|known| head(known) == head(text)));
    Ok(broken)
}

/// Has cargo check the callers in their scratch workspace, and gives what the compiler says of them.
fn check(folder: &Path, target: &Path, platform: &Platform) -> Result<Vec<String>, Failure> {
    let mut command = cargo("check");
    command.args(["--all-targets", "--all-features", "--keep-going", "--message-format", "json"]);
    // What cargo tells this program of the checkout does not hold there.
    command.env_remove("CARGO_MANIFEST_DIR").env("CARGO_TARGET_DIR", target).current_dir(folder);
    let output = command.stderr(Stdio::inherit()).output()?;
    let packages = manifest::callers(platform).map(|package| folder.join(package));
    let (mut broken, mut others) = (Vec::new(), String::new());
    for message in Message::parse_stream(output.stdout.as_slice()) {
        let Message::CompilerMessage(CompilerMessage { message, target, .. }) = message? else { continue };
        // A lint breaks nobody, even where RUSTFLAGS make an error of it.
        let is_lint = message.code.as_ref().is_some_and(|code| !code.code.starts_with('E'));
        // The last error of a target only counts the others. One without a place is of the machine: its disk is full, say.
        let counts = message.message.starts_with("aborting due to");
        if message.level != DiagnosticLevel::Error || counts || is_lint {
            continue;
        }
        let of_machine = message.spans.is_empty() && message.code.is_none();
        let text = message.rendered.unwrap_or_default().replace(&format!("{}/", folder.display()), "");
        let source = target.src_path.as_std_path();
        if of_machine || !packages.iter().any(|package| source.starts_with(package)) {
            others.push_str(&text);
        } else if !broken.contains(&text) {
            // A program is compiled twice, once as a test.
            broken.push(text);
        }
    }
    match (output.status.success(), others.as_str(), broken.as_slice()) {
        (_, "", [_, ..]) | (true, ..) => Ok(broken),
        (false, "", []) => Err(refused(
            "the callers cannot be checked: cargo says why above, unless RUSTFLAGS make errors of warnings",
        )),
        (false, ..) => Err(refused(format!("what they call does not compile:\n{others}"))),
    }
}
