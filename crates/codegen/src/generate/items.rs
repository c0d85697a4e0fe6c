//! Takes generated code apart, changes and formats it one item at a time.
//!
//! The syntax trees of a whole client take gigabytes, and much of the time goes into finding memory for them.

use std::time::Instant;

use keyapi_spec::Diagnostic;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{File, Item, ItemMod, token};

use super::refused;
use crate::times::Times;

/// What is done to every item; the names are those of the modules that it stands in.
pub(crate) type Change<'a> = dyn FnMut(&[String], &mut Item) + 'a;

/// Formats generated code as rustfmt would, on the stable toolchain and without a process.
pub(crate) fn format(
    tokens: TokenStream,
    change: &mut Change<'_>,
    times: &mut Times,
) -> Result<String, Vec<Diagnostic>> {
    let mut printer = Printer { modules: Vec::new(), change, times, text: String::new() };
    printer.items(tokens)?;
    Ok(printer.text)
}

struct Printer<'a, 'b> {
    modules: Vec<String>,
    change: &'a mut Change<'b>,
    times: &'a mut Times,
    text: String,
}

impl Printer<'_, '_> {
    fn items(&mut self, tokens: TokenStream) -> Result<(), Vec<Diagnostic>> {
        for mut item in Items::of(tokens) {
            match module_body(&mut item) {
                Some((name, body)) => self.module(name, item, body)?,
                None => self.item(item.into_iter().collect())?,
            }
        }
        Ok(())
    }

    /// `before` is what stands before the braces of a module.
    fn module(&mut self, name: String, before: Vec<TokenTree>, body: TokenStream) -> Result<(), Vec<Diagnostic>> {
        let (inner, body) = inner_attributes(body);
        let mut empty: TokenStream = before.into_iter().collect();
        empty.extend([TokenTree::Group(proc_macro2::Group::new(Delimiter::Brace, inner))]);
        let start = Instant::now();
        let frame = self.print(parse(empty)?);
        self.times.format += start.elapsed();
        if body.is_empty() {
            self.text.push_str(&frame);
            return Ok(());
        }
        let frame = frame.trim_end();
        let frame = frame.strip_suffix('}').unwrap_or(frame).trim_end();
        self.text.push_str(frame);
        self.text.push('\n');
        self.modules.push(name);
        self.items(body)?;
        self.modules.pop();
        self.text.push_str(&"    ".repeat(self.modules.len()));
        self.text.push_str("}\n");
        Ok(())
    }

    fn item(&mut self, tokens: TokenStream) -> Result<(), Vec<Diagnostic>> {
        let start = Instant::now();
        let mut item = parse(tokens)?;
        self.times.format += start.elapsed();

        let start = Instant::now();
        (self.change)(&self.modules, &mut item);
        self.times.rewrite += start.elapsed();

        let start = Instant::now();
        let text = self.print(item);
        self.text.push_str(&text);
        self.times.format += start.elapsed();
        Ok(())
    }

    /// Formats an item inside of as many modules as it stands in, for the sake of the width that is left, and takes them
    /// off again.
    fn print(&self, item: Item) -> String {
        let around = |item| {
            Item::Mod(ItemMod {
                attrs: Vec::new(),
                vis: syn::Visibility::Inherited,
                unsafety: None,
                mod_token: token::Mod::default(),
                ident: quote::format_ident!("around"),
                content: Some((token::Brace::default(), vec![item])),
                semi: None,
            })
        };
        let item = self.modules.iter().fold(item, |item, _| around(item));
        let text =
            prettyplease::unparse(&File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] });
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let depth = self.modules.len();
        lines.get(depth..lines.len().saturating_sub(depth)).unwrap_or_default().concat()
    }
}

fn parse(tokens: TokenStream) -> Result<Item, Vec<Diagnostic>> {
    syn::parse2(tokens).map_err(|error| refused(format!("the generated code is not valid Rust: {error}")))
}

/// The tokens of one item after the other.
pub(super) struct Items {
    rest: proc_macro2::token_stream::IntoIter,
}

impl Items {
    pub(super) fn of(tokens: TokenStream) -> Self {
        Self { rest: tokens.into_iter() }
    }
}

impl Iterator for Items {
    type Item = Vec<TokenTree>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut item = Vec::new();
        // Whether braces are part of the item, and not its end.
        let mut ends_with_semicolon = None;
        for token in self.rest.by_ref() {
            match &token {
                TokenTree::Ident(word) if word == "fn" => ends_with_semicolon = Some(false),
                TokenTree::Ident(word) if word != "pub" && ends_with_semicolon.is_none() => {
                    ends_with_semicolon = Some(["use", "const", "static", "type"].iter().any(|kind| word == kind));
                }
                _ => {}
            }
            let is_last = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && ends_with_semicolon != Some(true),
                _ => false,
            };
            item.push(token);
            if is_last {
                return Some(item);
            }
        }
        (!item.is_empty()).then_some(item)
    }
}

/// Takes the body off a module; `None` for any other item.
fn module_body(item: &mut Vec<TokenTree>) -> Option<(String, TokenStream)> {
    let [.., TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(_)] = item.as_slice() else {
        return None;
    };
    if keyword != "mod" {
        return None;
    }
    let name = name.to_string();
    match item.pop() {
        Some(TokenTree::Group(group)) => Some((name, group.stream())),
        _ => None,
    }
}

/// Parts the `#![…]` at the start of a body from the items.
fn inner_attributes(body: TokenStream) -> (TokenStream, TokenStream) {
    let mut inner = Vec::new();
    let mut rest = body.into_iter().peekable();
    let is = |token: Option<&TokenTree>, wanted: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    while is(rest.peek(), '#') {
        let mark = rest.next();
        if !is(rest.peek(), '!') {
            return (inner.into_iter().collect(), mark.into_iter().chain(rest).collect());
        }
        inner.extend(mark);
        inner.extend(rest.by_ref().take(2));
    }
    (inner.into_iter().collect(), rest.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "
        #[allow(unused_imports)]
        pub use a::{b, c};
        /// One.
        pub mod one {
            //! Inside.
            #![allow(dead_code)]
            use super::*;
            pub(crate) const ARRAY: [u8; 2] = { [1, 2] };
            pub mod two {
                /// A struct.
                #[derive(Clone)]
                pub struct Tuple(pub u8);
                pub struct Unit;
                impl<const N: usize> From<[u8; N]> for Tuple where Unit: Sized {
                    fn from(bytes: [u8; N]) -> Self { if let Some(first) = bytes.first() { Self(*first + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9) } else { Self(0) } }
                }
            }
            mod empty {}
            pub async fn long(argument: &'static str, another_argument: Option<Vec<String>>) -> Result<(), Unit> { Ok(()) }
        }
        const fn end() {}
        type Alias = u8;";

    fn tokens() -> TokenStream {
        SOURCE.parse().unwrap()
    }

    #[test]
    fn the_text_is_that_of_the_whole() {
        let text = format(tokens(), &mut |_, _| {}, &mut Times::default()).unwrap();
        assert_eq!(text, prettyplease::unparse(&syn::parse2(tokens()).unwrap()));
    }

    #[test]
    fn every_item_is_shown_with_its_modules() {
        let mut seen = Vec::new();
        let mut change = |modules: &[String], item: &mut Item| {
            let kind = match item {
                Item::Use(_) => "use",
                Item::Struct(_) => "struct",
                Item::Impl(_) => "impl",
                Item::Fn(_) => "fn",
                _ => "other",
            };
            seen.push(format!("{} {kind}", modules.join("::")));
        };
        format(tokens(), &mut change, &mut Times::default()).unwrap();
        let expected = [
            " use",
            "one use",
            "one other",
            "one::two struct",
            "one::two struct",
            "one::two impl",
            "one fn",
            " fn",
            " other",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_no_item_is_refused() {
        assert!(format("let x = 1;".parse().unwrap(), &mut |_, _| {}, &mut Times::default()).is_err());
    }
}
