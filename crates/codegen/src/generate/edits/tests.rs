//! Holds the list of edits to what the pinned generator writes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use keyapi_spec::Input;
use quote::ToTokens;
use syn::{File, ItemImpl};

use super::*;
use crate::generate::{self, guarded};
use crate::prepare::{for_httpmock, prepare};
use crate::times::Times;

#[test]
fn an_edit_that_changes_nothing_is_obsolete() {
    let changing: BTreeSet<&str> =
        documents().iter().filter_map(|document| guarded(|| changing(document)).ok()).flatten().collect();
    let of_mocks = MOCK_EDITS.iter().map(|edit| edit.what).chain(QUERY_EDITS.iter().map(|edit| edit.what));
    let of_others = TYPE_EDITS.iter().map(|edit| edit.what).chain(of_mocks);
    let listed: BTreeSet<&str> = EDITS.iter().map(|edit| edit.what).chain(of_others).collect();
    assert_eq!(changing, listed);
}

/// Serde decodes the first variant that accepts a value, where a type has no tag of its own.
#[test]
fn the_generator_makes_no_union() {
    for document in documents() {
        let client = guarded(|| {
            Ok(generate::tokens(&prepare(&document), Responses::Typed, &mut Times::default())?.1.to_string())
        });
        assert!(client.is_err() || client.is_ok_and(|client| !client.contains("untagged")), "{document}");
    }
}

#[test]
fn every_edit_says_where_it_is_reported() {
    let of_types = TYPE_EDITS.iter().map(|edit| (edit.what, edit.standing));
    let of_queries = QUERY_EDITS.iter().map(|edit| (edit.what, edit.standing));
    let of_mocks = MOCK_EDITS.iter().map(|edit| (edit.what, edit.standing)).chain(of_queries);
    for (what, standing) in EDITS.iter().map(|edit| (edit.what, edit.standing)).chain(of_types).chain(of_mocks) {
        let is_link = standing.starts_with("https://github.com/oxidecomputer/");
        assert!(is_link || standing == NOT_REPORTED, "{what}: {standing}");
    }
}

/// The edits are reviewed against one version, which is the one that is pinned.
#[test]
fn the_reviewed_generator_is_the_pinned_one() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..");
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap();
    for (name, version) in [("progenitor", "0.15.1"), ("progenitor-impl", "0.15.1"), ("typify-impl", "0.8.0")] {
        assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")), "{name} is not {version}");
    }
    assert_eq!(crate::GENERATOR, "progenitor 0.15.1");
    let (formatter, version) = crate::FORMATTER.split_once(' ').unwrap();
    assert!(lock.contains(&format!("name = \"{formatter}\"\nversion = \"{version}\"\n")), "{}", crate::FORMATTER);
}

/// The resolved documents of the cases that resolve.
fn documents() -> Vec<Value> {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/specs");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let resolved = files.map(|file| Input::new("case", std::fs::read(&file)).resolve(&RustNames));
    resolved.filter_map(|resolved| Some(resolved.ok()?.document)).collect()
}

/// The edits that change something in the client of a document.
fn changing(document: &Value) -> Result<Vec<&'static str>, Vec<Diagnostic>> {
    let prepared = prepare(document);
    let (mut generator, tokens) = generate::tokens(&prepared, Responses::Typed, &mut Times::default())?;
    let by_id = by_id(&prepared.document);
    let mut client: File = syn::parse2(tokens).unwrap();
    let mut changing = Vec::new();
    for key in operations(document) {
        let operation = document.pointer(&key.pointer).unwrap();
        let wire = Wire::of(document, &key, operation, by_id[operation_id(operation)], Responses::Typed);
        let name = RustNames.method(operation_id(operation));
        let function = client.items.iter_mut().flat_map(calls).find(|function| function.sig.ident == name).unwrap();
        for edit in EDITS.iter().filter(|edit| (edit.is_needed)(&wire)) {
            let before = text(function);
            (edit.apply)(&wire, function).unwrap();
            changing.extend((text(function) != before).then_some(edit.what));
        }
    }
    let examples = PropertyExamples::of(document);
    let edits = Edits::of(document, Responses::Typed, &prepared, &examples);
    for item in client.items.iter_mut().flat_map(|item| items(item, "types")) {
        for edit in TYPE_EDITS {
            let before = text(item);
            (edit.apply)(&edits, &["types".to_owned()], item, &mut Vec::new());
            changing.extend((text(item) != before).then_some(edit.what));
        }
    }
    let for_mocks = for_httpmock(&prepared.document);
    let extension = generator.httpmock(&generate::openapi(&for_mocks)?, "crate").map_err(generate::failed)?;
    let mut extension: File = syn::parse2(extension).unwrap();
    let mut mocks = Mocks::of(document, &for_mocks);
    for item in extension.items.iter_mut().flat_map(|item| items(item, "operations")) {
        let Item::Impl(ItemImpl { self_ty, items, .. }) = item else { continue };
        for function in items.iter_mut().filter_map(function) {
            if let Some((_, query)) = mocks.take_query(self_ty, function) {
                for edit in QUERY_EDITS {
                    let before = text(function);
                    (edit.apply)(&query, function).unwrap();
                    changing.extend((text(function) != before).then_some(edit.what));
                }
            }
            let Some((_, parameter)) = mocks.take(self_ty, function) else { continue };
            for edit in MOCK_EDITS.iter().filter(|edit| (edit.is_needed)(&parameter)) {
                let before = text(function);
                (edit.apply)(&parameter, function).unwrap();
                changing.extend((text(function) != before).then_some(edit.what));
            }
        }
    }
    assert_eq!(mocks.missed(), []);
    Ok(changing)
}

fn items<'a>(item: &'a mut Item, module: &str) -> &'a mut [Item] {
    match item {
        Item::Mod(found) if found.ident == module => {
            found.content.as_mut().map_or(&mut [], |(_, items)| items.as_mut_slice())
        }
        _ => &mut [],
    }
}

fn calls(item: &mut Item) -> Vec<&mut ImplItemFn> {
    match item {
        Item::Impl(item) => item.items.iter_mut().filter_map(function).collect(),
        _ => Vec::new(),
    }
}

fn text(syntax: &impl ToTokens) -> String {
    syntax.to_token_stream().to_string()
}
