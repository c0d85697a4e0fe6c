//! One of two versions that are compared: a file, or what a git revision has.

use std::io;
use std::path::Path;
use std::thread;

use keyapi_codegen::RustNames;
use keyapi_spec::import::page::Page;
use keyapi_spec::infer::evidence;
use keyapi_spec::pipeline::Published;
use keyapi_spec::{Diagnostic, Input, credits};
use serde_json::Value;

use super::left_out::{Generated, resolve};
use crate::git::{commit, samples, show};
use crate::input::{Failure, failure, read};
use crate::workspace::{Platform, display};

/// A document with all that is known of it.
pub(crate) struct Version {
    /// The files that it was made of.
    pub(crate) input: Input,
    /// The document as it was published, corrected and inferred: what is sent over the wire.
    pub(crate) published: Published,
    /// The document that code is generated from, and what is left out of it.
    pub(crate) resolved: Generated<Value>,
    /// The actions of the overlay that find nothing in the document any more.
    pub(crate) obsolete: Vec<Diagnostic>,
}

impl Version {
    /// Reads two versions at once.
    pub(crate) fn both(
        old: impl FnOnce() -> Result<Self, Failure> + Send,
        new: impl FnOnce() -> Result<Self, Failure>,
    ) -> Result<[Self; 2], Failure> {
        thread::scope(|scope| {
            let old = scope.spawn(old);
            let new = new();
            let old = old.join().unwrap_or_else(|_| Err(io::Error::other("a document cannot be read").into()));
            Ok([old?, new?])
        })
    }

    /// Reads a file, or else what the git revision of that name has.
    ///
    /// The vendored document comes with its overlay; any other file has only the prices beside it.
    pub(crate) fn named(name: &str, platform: &Platform) -> Result<Self, Failure> {
        let path = Path::new(name);
        if !path.exists() {
            return Self::of_revision(name, platform);
        }
        let is_vendored = path.canonicalize().ok() == platform.spec.canonicalize().ok();
        let (input, is_page) = (read(path, if is_vendored { platform.overlay() } else { None }), || page(path));
        Self::of(input, is_page)
    }

    /// What the checkout has, committed or not.
    pub(crate) fn of_checkout(platform: &Platform) -> Result<Self, Failure> {
        Self::of(read(&platform.spec, platform.overlay()), || None)
    }

    /// Reads what a git revision has.
    pub(crate) fn of_revision(revision: &str, platform: &Platform) -> Result<Self, Failure> {
        let Some(commit) = commit(revision)? else {
            let found =
                Diagnostic::error("unreadable", "", format!("`{revision}` is neither a file nor a git revision"))
                    .help("give the path of a document, or a commit, branch or tag that `git rev-parse` knows");
            return Err(failure(&Input::default(), &[found]));
        };
        let prices = credits::beside(&platform.spec);
        let name = |path: &Path| display(path);
        let input = Input::new(&name(&platform.spec), show(&commit, &platform.spec))
            .with_credits(&name(&prices), show(&commit, &prices))
            .with_lock(&name(&platform.lock), show(&commit, &platform.lock));
        let samples = samples(&commit, &evidence::folder(&platform.spec))?;
        let input = samples.iter().fold(input, |input, path| input.with_evidence(&name(path), show(&commit, path)));
        let input = match show(&commit, &platform.overlay) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => input,
            overlay => input.with_overlay(&name(&platform.overlay), overlay),
        };
        Self::of(input, || None)
    }

    fn of(input: Input, page: impl Fn() -> Option<Diagnostic>) -> Result<Self, Failure> {
        let refused = |found: Vec<Diagnostic>| match page() {
            Some(page) => failure(&input, &[page]),
            None => failure(&input, &found),
        };
        let published = input.published_former(&RustNames).map_err(refused)?;
        let (resolved, obsolete) = match resolve(&input, &published.document).map_err(refused)? {
            Generated::Without(left_out, resolved) => {
                (Generated::Without(left_out, resolved.document), resolved.diagnostics)
            }
            Generated::Nothing(why) => (Generated::Nothing(why), Vec::new()),
        };
        Ok(Self { published, resolved, obsolete, input })
    }
}

/// Says of a file that it is a page, where it is one.
fn page(path: &Path) -> Option<Diagnostic> {
    let name = display(path);
    let page = Page::parse(&name, &std::fs::read(path).ok()?).ok()?;
    let message = format!("this is the documentation page of `{}`, and no document", page.operation());
    let found = Diagnostic::error("not-openapi", "", message)
        .help("import it into a document first: `cargo xtask import PAGE --into FILE`");
    Some(page.source().place(found))
}
