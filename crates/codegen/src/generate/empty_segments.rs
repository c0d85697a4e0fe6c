//! Empty segments of paths, such as that of `/a//b`, which progenitor 0.15.1 leaves out: it takes `/a//b` for `/a/b`.
//!
//! It is given a character in their place that no path has, which is taken out of the code that it writes.

use openapiv3::OpenAPI;
use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use syn::LitStr;

const FILLED: &str = "/\0";

/// What is generated of a document, with the empty segments of its paths.
pub(super) fn keep<E>(
    document: &mut OpenAPI,
    generate: impl FnOnce(&OpenAPI) -> Result<TokenStream, E>,
) -> Result<TokenStream, E> {
    let paths = &mut document.paths.paths;
    if !paths.keys().any(|path| path.contains("//")) {
        return generate(document);
    }
    *paths = std::mem::take(paths).into_iter().map(|(path, item)| (filled(&path), item)).collect();
    generate(document).map(empty)
}

/// Takes out of generated code what fills empty segments.
fn empty(tokens: TokenStream) -> TokenStream {
    let emptied = |token| match token {
        TokenTree::Group(group) => {
            let mut emptied = Group::new(group.delimiter(), empty(group.stream()));
            emptied.set_span(group.span());
            TokenTree::Group(emptied)
        }
        TokenTree::Literal(literal) => match syn::parse_str::<LitStr>(&literal.to_string()) {
            Ok(text) if text.value().contains(FILLED) => {
                TokenTree::Literal(Literal::string(&text.value().replace(FILLED, "/")))
            }
            _ => TokenTree::Literal(literal),
        },
        token => token,
    };
    tokens.into_iter().map(emptied).collect()
}

fn filled(path: &str) -> String {
    // Of two neighbours, the second one is found only once the first one is filled.
    let once = |path: &str| path.replace("//", &format!("{FILLED}/"));
    once(&once(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_empty_segment_is_filled() {
        for (path, expected) in
            [("/a/b/", "/a/b/"), ("//a", "/\0/a"), ("/a//{b}", "/a/\0/{b}"), ("/a///b////", "/a/\0/\0/b/\0/\0/\0/")]
        {
            assert_eq!(filled(path), expected);
            assert_eq!(filled(path).replace(FILLED, "/"), path);
        }
    }
}
