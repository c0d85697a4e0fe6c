//! Stored samples: responses that the API really sent, which are evidence beside the examples of the document.
//!
//! They are kept in a folder beside the document, each as `OPERATION/STATUS-DIGEST.json`: the name of the operation, the
//! status of the response, and its body.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::document::response::documented;
use crate::message::media_type::is_json;
use crate::naming::Naming;
use crate::normalise::operation_names;
use crate::{Diagnostic, Source};

/// The code of what is said about a sample that belongs to no response of the document.
pub const UNMATCHED: &str = "evidence-unmatched";

/// A response that the API really sent.
#[derive(Debug)]
pub struct Sample {
    /// The name of the operation.
    pub operation: String,
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Source,
}

/// The folder that the samples for a document are kept in: `evidence` beside it. A document that shares its folder with
/// others, whose operations may be called alike, has its own: for `NAME.openapi.json` this is `evidence/NAME`, once it is
/// there.
pub fn folder(spec: &Path) -> PathBuf {
    let shared = spec.with_file_name("evidence");
    match own(spec).filter(|own| own.is_dir()) {
        Some(own) => own,
        None => shared,
    }
}

/// The folder for the samples of a document that shares its folder with others; nothing where the document is not called
/// `NAME.openapi.json`.
pub fn own(spec: &Path) -> Option<PathBuf> {
    let name = spec.file_name()?.to_str()?.strip_suffix(".openapi.json")?;
    Some(spec.with_file_name("evidence").join(name))
}

/// The files of the samples that are stored beside a document, in the order of their names. They are not read.
///
/// A folder that cannot be listed is one of them: to read it says why.
pub fn beside(spec: &Path) -> Vec<PathBuf> {
    let operations = list(&folder(spec)).into_iter();
    let of_operation = |path: PathBuf| match path.is_dir() {
        // Where folders are in it, these are the operations of another document.
        true => list(&path).into_iter().filter(|file| *file == path || !file.is_dir()).collect(),
        false => vec![path],
    };
    let mut files: Vec<PathBuf> = operations.flat_map(of_operation).collect();
    files.retain(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let listed = folder.read_dir().and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    listed.unwrap_or_else(|error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Vec::new(),
        _ => vec![folder.to_path_buf()],
    })
}

/// The operation and the status that a file is a sample of; nothing where it is called otherwise.
pub fn named(file: &Path) -> Option<(&str, u16)> {
    let operation = file.parent()?.file_name()?.to_str()?;
    let (status, _) = file.file_name()?.to_str()?.strip_suffix(".json")?.split_once('-')?;
    let digits = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
    let status = if digits { status.parse().ok()? } else { return None };
    Some((operation, status))
}

/// The JSON media types that samples are of, in their order, and what there is to say about samples of none.
///
/// `document` is not named yet; the names are those that it will get.
pub(crate) fn matched<'a>(
    document: &'a Value,
    samples: &[Sample],
    naming: &dyn Naming,
) -> (Vec<Vec<&'a Value>>, Vec<Diagnostic>) {
    if samples.is_empty() {
        return Default::default();
    }
    let mut names: HashMap<String, &Value> = HashMap::new();
    let operations = operation_names(document, naming);
    // A sample may be stored under a name that the operation had before a person renamed it.
    for (key, _) in &operations {
        let (place, operation) = (key.to_string(), document.pointer(&key.pointer));
        let former = naming.former(&place).iter().map(String::as_str).chain(naming.pinned(&place));
        names.extend(former.filter_map(|name| Some((name.to_owned(), operation?))));
    }
    names.extend(operations.into_iter().filter_map(|(key, name)| Some((name, document.pointer(&key.pointer)?))));
    let mut found = Vec::new();
    let media_types = samples.iter().map(|Sample { operation, status, body }| {
        let mut unmatched = |message: String| {
            let help = "remove the file, or import the page that documents the response";
            found.push(body.place(Diagnostic::warning(UNMATCHED, "", message).help(help)));
            Vec::new()
        };
        if operation.is_empty() {
            return unmatched("the file is not called OPERATION/STATUS-DIGEST.json".to_owned());
        }
        let Some(operation) = names.get(operation) else {
            return unmatched(format!("the document has no operation `{operation}`"));
        };
        let Some((_, response)) = documented(document, operation, *status) else {
            return unmatched(format!("the operation has no response with status {status}"));
        };
        let media_types: Vec<&Value> = json_media_types(response).collect();
        if media_types.is_empty() {
            return unmatched(format!("the response with status {status} has no JSON body"));
        }
        media_types
    });
    (media_types.collect(), found)
}

fn json_media_types(response: &Value) -> impl Iterator<Item = &Value> {
    let content = response.get("content").and_then(Value::as_object).into_iter().flatten();
    content.filter(|(label, _)| is_json(label)).map(|(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_a_sample_of() {
        for (path, expected) in [
            ("openapi/evidence/get_user/200-0badcafe.json", Some(("get_user", 200))),
            ("get_user/404-x.json", Some(("get_user", 404))),
            ("get_user/200.json", None),
            ("get_user/2xx-0badcafe.json", None),
            ("get_user/+20-0badcafe.json", None),
            ("get_user/200-0badcafe.txt", None),
            ("200-0badcafe.json", None),
        ] {
            assert_eq!(named(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn samples_are_beside_their_document() {
        assert_eq!(folder(Path::new("openapi/songs.openapi.json")), Path::new("openapi/evidence"));
    }
}
