//! Loads documents.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use crate::document::{CompileError, Document};

/// The vendored document.
const VENDORED: &str = include_str!("../../../openapi/tiktok.openapi.json");

/// The vendored document, compiled once for the whole process.
pub fn vendored() -> Result<Arc<Document>, LoadError> {
    static DOCUMENT: LazyLock<Result<Arc<Document>, LoadError>> = LazyLock::new(|| {
        let file = PathBuf::from("tiktok.openapi.json");
        parse(VENDORED.as_bytes(), &file).and_then(|value| compile(value, &file))
    });
    DOCUMENT.clone()
}

/// Loads and compiles a document from a file.
pub fn file(path: &Path) -> Result<Arc<Document>, LoadError> {
    let bytes = std::fs::read(path).map_err(|error| LoadError::Read(path.to_owned(), error.to_string()))?;
    compile(parse(&bytes, path)?, path)
}

fn parse(bytes: &[u8], path: &Path) -> Result<Value, LoadError> {
    serde_json::from_slice(bytes).map_err(|error| LoadError::Parse(path.to_owned(), error.to_string()))
}

fn compile(value: Value, path: &Path) -> Result<Arc<Document>, LoadError> {
    Document::compile(value).map(Arc::new).map_err(|error| LoadError::Compile(path.to_owned(), error))
}

/// Why a document cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The file cannot be read.
    Read(PathBuf, String),
    /// The file is no JSON or YAML.
    Parse(PathBuf, String),
    /// The document cannot be served.
    Compile(PathBuf, CompileError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::Parse(path, error) => write!(f, "cannot parse {}: {error}", path.display()),
            Self::Compile(path, error) => write!(f, "cannot serve {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for LoadError {}
