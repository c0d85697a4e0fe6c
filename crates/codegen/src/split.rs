//! Splits generated sources into pieces that a reviewer can read: one per operation, one per type, and the rest.

use std::collections::BTreeMap;

use keyapi_spec::Diagnostic;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{File, Item, ItemMod, Type};

use crate::Sdk;

/// The pieces of the generated sources by their names: `operation__…`, `type__…`, `client`, `params`,
/// `blocking`, `dispatch`, `library`.
///
/// # Errors
///
/// A diagnostic where a source is not valid Rust, which [`crate::sdk`] never gives.
pub fn pieces(sdk: &Sdk) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
    let mut pieces: BTreeMap<String, Vec<(&str, Item)>> = BTreeMap::new();
    for (file, source) in [
        ("requests.rs", &sdk.requests),
        ("client.rs", &sdk.client),
        ("httpmock.rs", &sdk.httpmock),
        ("blocking.rs", &sdk.blocking),
        ("dispatch.rs", &sdk.dispatch),
        ("library.rs", &sdk.library),
    ] {
        let parsed: File = syn::parse_str(source).map_err(|error| {
            vec![Diagnostic::error("generator", "", format!("the generated {file} is not valid Rust: {error}"))]
        })?;
        for item in parsed.items {
            sort_in(&mut pieces, file, Place::Root, item);
        }
    }
    Ok(pieces.into_iter().map(|(name, items)| (name, print(items))).collect())
}

/// The sources without their documentation, so that what differs is code.
///
/// # Errors
///
/// A diagnostic where a source is not valid Rust, which [`crate::sdk`] never gives.
pub fn without_docs(sdk: &Sdk) -> Result<Sdk, Vec<Diagnostic>> {
    let strip = |source: &str| match source.parse::<TokenStream>() {
        Ok(tokens) => Ok(strip(tokens).to_string()),
        Err(error) => {
            Err(vec![Diagnostic::error("generator", "", format!("the generated code is not valid Rust: {error}"))])
        }
    };
    Ok(Sdk {
        client: strip(&sdk.client)?,
        httpmock: strip(&sdk.httpmock)?,
        requests: strip(&sdk.requests)?,
        blocking: strip(&sdk.blocking)?,
        dispatch: strip(&sdk.dispatch)?,
        library: strip(&sdk.library)?,
    })
}

/// Whether two pieces of code are the same but for their comments.
pub fn is_same_code(one: &str, other: &str) -> bool {
    let code = |text: &str| Some(strip(text.parse::<TokenStream>().ok()?).to_string());
    code(one).is_some_and(|one| Some(one) == code(other))
}

/// Takes `#[doc = …]` out, which is what a documentation comment is to the compiler.
fn strip(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let is_docs = |group: &Group| {
            group.delimiter() == Delimiter::Bracket
                && group.stream().into_iter().next().is_some_and(|first| first.to_string() == "doc")
        };
        match token {
            TokenTree::Group(group) if is_docs(&group) => {
                // The sign before it, and the exclamation mark of an inner one.
                while matches!(kept.last(), Some(TokenTree::Punct(sign)) if ['#', '!'].contains(&sign.as_char())) {
                    kept.pop();
                }
            }
            TokenTree::Group(group) => {
                kept.push(Group::new(group.delimiter(), strip(group.stream())).into());
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

/// The module that an item stands in, as far as it decides which piece the item belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Types,
    Operations,
}

fn sort_in<'a>(pieces: &mut BTreeMap<String, Vec<(&'a str, Item)>>, file: &'a str, place: Place, item: Item) {
    // What it has of an operation says nothing new of it.
    if let Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) = &item
        && file != "blocking.rs"
    {
        let inside = match (place, ident.to_string().as_str()) {
            (Place::Root, "types") => Some(Place::Types),
            (Place::Root, "operations") => Some(Place::Operations),
            _ => None,
        };
        if let Some(inside) = inside {
            for item in items.clone() {
                sort_in(pieces, file, inside, item);
            }
            return;
        }
    }
    let name = piece(file, place, &item);
    pieces.entry(name).or_default().push((file, item));
}

fn piece(file: &str, place: Place, item: &Item) -> String {
    let rest = match file {
        "blocking.rs" => return "blocking".to_owned(),
        "dispatch.rs" => "dispatch",
        "library.rs" => "library",
        _ => "client",
    };
    let rest = rest.to_owned();
    let subject = match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Impl(item) => match &*item.self_ty {
            Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
            _ => return rest,
        },
        Item::Mod(item) if item.ident == "params" => return "params".to_owned(),
        _ => return rest,
    };
    let is_of_type =
        matches!(item, Item::Impl(item) if matches!(&*item.self_ty, Type::Path(path) if first(path) == "types"));
    match place {
        Place::Types => format!("type__{subject}"),
        Place::Operations => {
            let operation =
                subject.strip_suffix("When").or_else(|| subject.strip_suffix("Then")).filter(|_| file == "httpmock.rs");
            format!("operation__{}", operation.unwrap_or(&subject))
        }
        Place::Root if is_of_type => format!("type__{subject}"),
        Place::Root => rest,
    }
}

fn first(path: &syn::TypePath) -> String {
    path.path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

fn print(items: Vec<(&str, Item)>) -> String {
    let mut text = String::new();
    let mut current = "";
    let mut pending = Vec::new();
    for (file, item) in items {
        if file != current {
            flush(&mut text, current, &mut pending);
            current = file;
        }
        pending.push(item);
    }
    flush(&mut text, current, &mut pending);
    text
}

fn flush(text: &mut String, file: &str, items: &mut Vec<Item>) {
    if !items.is_empty() {
        let file_items = File { shebang: None, frontmatter: None, attrs: Vec::new(), items: std::mem::take(items) };
        text.push_str(&format!("// {file}\n{}", prettyplease::unparse(&file_items)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_taken_out_and_nothing_else() {
        let source = "//! Whole.\n/// One\n/// item.\n#[derive(Clone)] pub struct A { /** Field. */ pub a: [u8; 2], #[doc(hidden)] b: u8 }";
        let stripped = strip(source.parse().unwrap()).to_string();
        let expected: TokenStream = "#[derive(Clone)] pub struct A { pub a: [u8; 2], b: u8 }".parse().unwrap();
        assert_eq!(stripped, expected.to_string());
        assert!(!is_same_code(source, "pub struct A") && is_same_code("/// One.\nstruct A;", "// Two.\nstruct A ;"));
    }

    #[test]
    fn an_item_is_in_the_piece_of_what_it_is_about() {
        let sdk = Sdk {
            client: "pub mod types { pub struct Row { a: u8 } impl Row {} }  pub struct Client;".to_owned(),
            httpmock: "pub mod operations { pub struct SearchWhen; pub struct SearchThen; } trait MockServerExt {}"
                .to_owned(),
            requests: "pub mod operations { pub struct Search; } impl Default for types::Row {} pub mod params {} "
                .to_owned(),
            blocking: "pub struct Client; pub mod operations { pub struct Search; }".to_owned(),
            dispatch: "pub struct Row;".to_owned(),
            library: "pub use runtime::Error;".to_owned(),
        };
        let expected = [
            ("blocking", "// blocking.rs\npub struct Client;\npub mod operations {\n    pub struct Search;\n}\n"),
            ("client", "// client.rs\npub struct Client;\n// httpmock.rs\ntrait MockServerExt {}\n"),
            ("dispatch", "// dispatch.rs\npub struct Row;\n"),
            ("library", "// library.rs\npub use runtime::Error;\n"),
            (
                "operation__Search",
                "// requests.rs\npub struct Search;\n// httpmock.rs\npub struct SearchWhen;\npub struct SearchThen;\n",
            ),
            ("params", "// requests.rs\npub mod params {}\n"),
            (
                "type__Row",
                "// requests.rs\nimpl Default for types::Row {}\n// client.rs\npub struct Row {\n    a: u8,\n}\nimpl Row {}\n",
            ),
        ];
        assert_eq!(pieces(&sdk).unwrap(), expected.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
    }
}
