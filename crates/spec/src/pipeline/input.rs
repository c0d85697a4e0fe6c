//! The files that go into the pipeline, whatever is wrong with them.

use std::io;
use std::path::Path;
use std::sync::OnceLock;

use super::Sources;
use crate::diagnostic::render::{self, Files, Style};
use crate::infer::evidence::{self, Sample};
use crate::source::{Source, Text};
use crate::{Diagnostic, Severity};

/// A document with its overlay, its prices and stored responses, and the text of all for the lines that diagnostics show.
#[derive(Debug, Default)]
pub struct Input {
    files: Files,
    text: Option<Text>,
    /// The document is parsed when somebody asks for it: a server may do with its [outline](crate::Outline).
    spec: OnceLock<Result<Source, Vec<Diagnostic>>>,
    overlay: Option<Source>,
    credits: Option<Source>,
    evidence: Vec<Sample>,
    lock: Option<Source>,
    /// What reading, and parsing all but the document, had to say.
    found: Vec<Diagnostic>,
}

/// How a file is read.
type Parse = fn(Text) -> Result<Source, Vec<Diagnostic>>;

impl Input {
    /// Takes a document as it was read from a file that diagnostics call `name`.
    ///
    /// What is wrong with it, and be it that it cannot be read, comes out of [`Self::resolve`] and [`Self::serve`].
    pub fn new(name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        let mut input = Self::default();
        input.text = input.read(name, bytes);
        input
    }

    /// The files of a platform, `openapi/NAME.openapi.json` and what is beside it: overlay, prices and lock where there are
    /// any, and samples.
    pub fn of_platform(root: &Path, name: &str) -> Self {
        let file = |name: &str| std::fs::read(root.join(name));
        let [spec, overlay, credits, lock] =
            ["openapi.json", "overlay.yaml", "credits.json", "lock"].map(|suffix| format!("openapi/{name}.{suffix}"));
        let input = Self::new(&spec, file(&spec)).with_credits(&credits, file(&credits)).with_lock(&lock, file(&lock));
        let input = match file(&overlay) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => input,
            bytes => input.with_overlay(&overlay, bytes),
        };
        evidence::beside(&root.join(&spec)).iter().fold(input, |input, file| {
            let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
            input.with_evidence(&name, std::fs::read(file))
        })
    }

    /// Adds an overlay.
    #[must_use]
    pub fn with_overlay(mut self, name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        self.overlay = self.parse(name, bytes, Source::parse_text);
        self
    }

    /// Adds the prices that documentation pages state, see [`crate::credits`]; a file that is not there adds none.
    #[must_use]
    pub fn with_credits(mut self, name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        if !matches!(&bytes, Err(error) if error.kind() == io::ErrorKind::NotFound) {
            self.credits = self.parse(name, bytes, Source::parse_text);
        }
        self
    }

    /// Adds the lock, which has the names that a release gave, see [`crate::naming::pins`]; a file that is not there has none.
    #[must_use]
    pub fn with_lock(mut self, name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        if !matches!(&bytes, Err(error) if error.kind() == io::ErrorKind::NotFound) {
            let before = self.found.len();
            self.lock = self.parse(name, bytes, Source::parse_json_text);
            for found in &mut self.found[before..] {
                found.help = "take the file back from git, then run `cargo xtask regen`".to_owned();
            }
        }
        self
    }

    /// Adds a stored response, whose file is one of [`evidence::beside`].
    #[must_use]
    pub fn with_evidence(self, name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        let (operation, status) = evidence::named(Path::new(name)).unwrap_or_default();
        self.with_sample(operation, status, name, bytes)
    }

    /// Adds a response of an operation.
    #[must_use]
    pub fn with_sample(mut self, operation: &str, status: u16, name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        if let Some(body) = self.parse(name, bytes, Source::parse_json_text) {
            self.evidence.push(Sample { operation: operation.to_owned(), status, body });
        }
        self
    }

    /// The document, unless it cannot be parsed.
    pub fn spec(&self) -> Option<&Source> {
        self.parsed()?.as_ref().ok()
    }

    /// The overlay, unless there is none or it cannot be parsed.
    pub fn overlay(&self) -> Option<&Source> {
        self.overlay.as_ref()
    }

    /// The prices, unless there are none or they cannot be parsed.
    pub fn credits(&self) -> Option<&Source> {
        self.credits.as_ref()
    }

    /// The lock, unless there is none or it cannot be parsed.
    pub fn lock(&self) -> Option<&Source> {
        self.lock.as_ref()
    }

    /// The stored responses.
    pub fn evidence(&self) -> &[Sample] {
        &self.evidence
    }

    /// Gives diagnostics about the resolved document their place in the document that was read.
    pub fn place(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        match self.spec() {
            Some(spec) => found.into_iter().map(|diagnostic| spec.place(diagnostic)).collect(),
            None => found,
        }
    }

    /// Renders diagnostics with the lines that they speak of.
    pub fn render(&self, found: &[Diagnostic], style: Style) -> String {
        render::text(found, &self.files, style)
    }

    /// Renders diagnostics as [`Self::render`] does, and few of the notes that say the same.
    pub fn render_brief(&self, found: &[Diagnostic], style: Style) -> String {
        render::brief(found, &self.files, style)
    }

    /// Forgets what was parsed of the document, which is parsed again when somebody asks for it.
    pub fn forget(&mut self) {
        self.spec = OnceLock::new();
    }

    /// The text of the document, where reading all files and parsing all others had nothing to say.
    pub(crate) fn text(&self) -> Option<&Text> {
        self.text.as_ref().filter(|_| self.found.is_empty())
    }

    pub(crate) fn sources(&self) -> Result<Sources<'_>, Vec<Diagnostic>> {
        match self.parsed() {
            Some(Ok(spec)) if self.found.is_empty() => {
                let (overlay, credits) = (self.overlay.as_ref(), self.credits.as_ref());
                Ok(Sources { spec, overlay, credits, evidence: &self.evidence, lock: self.lock.as_ref() })
            }
            Some(Err(found)) => Err(found.iter().chain(&self.found).cloned().collect()),
            _ => Err(self.found.clone()),
        }
    }

    fn parsed(&self) -> Option<&Result<Source, Vec<Diagnostic>>> {
        let text = self.text.as_ref()?;
        Some(self.spec.get_or_init(|| Source::parse_text(text.clone())))
    }

    fn parse(&mut self, name: &str, bytes: io::Result<Vec<u8>>, parse: Parse) -> Option<Source> {
        let text = self.read(name, bytes)?;
        parse(text).map_err(|found| self.found.extend(found)).ok()
    }

    /// The text of a file, which diagnostics show lines of, whatever is wrong with it.
    fn read(&mut self, name: &str, bytes: io::Result<Vec<u8>>) -> Option<Text> {
        let (text, error) = match bytes {
            Ok(bytes) => Text::read(name, bytes),
            Err(error) => {
                self.found.push(Diagnostic::unreadable(name, &error));
                return None;
            }
        };
        self.files.insert_text(text.clone());
        self.found.extend(error.iter().cloned());
        error.is_none().then_some(text)
    }
}

/// The warnings among diagnostics.
pub fn warnings(found: &[Diagnostic]) -> Vec<Diagnostic> {
    found.iter().filter(|found| found.severity == Severity::Warning).cloned().collect()
}
