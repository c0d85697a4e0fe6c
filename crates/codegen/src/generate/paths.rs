//! Paths that progenitor 0.15.1 does not write as they are: it leaves out empty segments, taking `/a//b` for `/a/b`, and has
//! one call for all operations of a path, whatever they have in their queries.
//!
//! It is given characters that no path has: in the place of empty segments, and around what it is to keep [`ASIDE`]. They are
//! taken out of the code that it writes.

use openapiv3::OpenAPI;
use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use syn::LitStr;

use crate::prepare::ASIDE;

const FILLED: &str = "/\0";

/// What is generated of a document, with its paths as they are.
pub(super) fn keep<E>(
    document: &mut OpenAPI,
    generate: impl FnOnce(&OpenAPI) -> Result<TokenStream, E>,
) -> Result<TokenStream, E> {
    let paths = &mut document.paths.paths;
    if !paths.keys().any(|path| path.contains("//") || path.contains(ASIDE)) {
        return generate(document);
    }
    *paths = std::mem::take(paths).into_iter().map(|(path, item)| (filled(&path), item)).collect();
    generate(document).map(restore)
}

/// Takes out of generated code what paths have for the generator alone.
fn restore(tokens: TokenStream) -> TokenStream {
    let restored = |token| match token {
        TokenTree::Group(group) => {
            let mut restored = Group::new(group.delimiter(), restore(group.stream()));
            restored.set_span(group.span());
            TokenTree::Group(restored)
        }
        TokenTree::Literal(literal) => match syn::parse_str::<LitStr>(&literal.to_string()) {
            Ok(text) if text.value().contains([ASIDE, '\0']) => {
                TokenTree::Literal(Literal::string(&written(&text.value())))
            }
            _ => TokenTree::Literal(literal),
        },
        token => token,
    };
    tokens.into_iter().map(restored).collect()
}

/// A text without what is only for the generator.
fn written(text: &str) -> String {
    text.replace(FILLED, "/").split(ASIDE).step_by(2).collect()
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
            assert_eq!(written(&filled(path)), path);
        }
    }

    #[test]
    fn what_is_kept_aside_is_taken_out() {
        assert_eq!(written("calls `/a?b=1\u{1}c=c\u{1}` or `/d\u{1}\u{1}`"), "calls `/a?b=1` or `/d`");
    }
}
