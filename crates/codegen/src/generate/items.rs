//! Takes generated code apart, changes and formats it one item at a time, and of an implementation of many functions one
//! function at a time.
//!
//! The syntax trees of a whole client take gigabytes, and much of the time goes into finding memory for them.

use std::time::Instant;

use keyapi_spec::Diagnostic;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{File, Item, ItemMod, token};

use super::refused;
use crate::times::Times;

/// What is done to every item, and adds items that come behind it; the names are those of the modules that it stands in. An
/// implementation of many functions is shown once for each of them, and once without any.
pub(crate) type Change<'a> = dyn FnMut(&[String], &mut Item, &mut Vec<Item>) + 'a;

/// An implementation of more functions than this is taken apart.
const MANY: usize = 16;

/// Whether somebody reads the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is written.
    Text,
    /// It is only to be seen whether it can be changed as it has to be: there is no text of it.
    Check,
}

/// Formats generated code as rustfmt would, on the stable toolchain and without a process.
pub(crate) fn format(
    tokens: TokenStream,
    purpose: Purpose,
    change: &mut Change<'_>,
    times: &mut Times,
) -> Result<String, Vec<Diagnostic>> {
    let mut printer = Printer { modules: Vec::new(), purpose, change, times, text: String::new() };
    printer.items(tokens)?;
    Ok(if purpose == Purpose::Text { printer.text } else { String::new() })
}

struct Printer<'a, 'b> {
    modules: Vec<String>,
    purpose: Purpose,
    change: &'a mut Change<'b>,
    times: &'a mut Times,
    text: String,
}

impl Printer<'_, '_> {
    fn items(&mut self, tokens: TokenStream) -> Result<(), Vec<Diagnostic>> {
        for mut item in Items::of(tokens) {
            if let Some((name, body)) = module_body(&mut item) {
                self.module(name, &item, body)?;
            } else if let Some(functions) = many_functions(&mut item) {
                self.functions(&item, functions)?;
            } else {
                let text = self.item(item.into_iter().collect())?;
                self.text.push_str(&text);
            }
        }
        Ok(())
    }

    /// `before` is what stands before the braces of a module.
    fn module(&mut self, name: String, before: &[TokenTree], body: TokenStream) -> Result<(), Vec<Diagnostic>> {
        // What is changed in modules can be changed whatever is in them.
        if self.purpose == Purpose::Check {
            return Ok(());
        }
        let (inner, body) = inner_attributes(body);
        let start = Instant::now();
        let frame = self.print(parse(with_body(before, inner))?);
        self.times.format += start.elapsed();
        if body.is_empty() {
            self.text.push_str(&frame);
            return Ok(());
        }
        self.open(&frame);
        self.modules.push(name);
        self.items(body)?;
        self.modules.pop();
        self.close();
        Ok(())
    }

    /// `before` is what stands before the braces of an implementation.
    fn functions(&mut self, before: &[TokenTree], functions: Vec<Vec<TokenTree>>) -> Result<(), Vec<Diagnostic>> {
        let frame = self.item(with_body(before, TokenStream::new()))?;
        self.open(&frame);
        let head = frame.split_inclusive('\n').count();
        for function in functions {
            let text = self.item(with_body(before, function.into_iter().collect()))?;
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            self.text.extend(lines.get(head..lines.len().saturating_sub(1)).unwrap_or_default().iter().copied());
        }
        self.close();
        Ok(())
    }

    /// Writes what comes before the body of something of which the text without a body is given.
    fn open(&mut self, frame: &str) {
        let frame = frame.trim_end();
        self.text.push_str(frame.strip_suffix('}').unwrap_or(frame).trim_end());
        self.text.push('\n');
    }

    fn close(&mut self) {
        self.text.push_str(&"    ".repeat(self.modules.len()));
        self.text.push_str("}\n");
    }

    fn item(&mut self, tokens: TokenStream) -> Result<String, Vec<Diagnostic>> {
        let start = Instant::now();
        let mut item = parse(tokens)?;
        self.times.format += start.elapsed();

        let start = Instant::now();
        let mut behind = Vec::new();
        (self.change)(&self.modules, &mut item, &mut behind);
        self.times.rewrite += start.elapsed();

        let start = Instant::now();
        let text = std::iter::once(item).chain(behind).map(|item| self.print(item)).collect();
        self.times.format += start.elapsed();
        Ok(text)
    }

    /// Formats an item inside of as many modules as it stands in, for the sake of the width that is left, and takes them
    /// off again.
    fn print(&self, item: Item) -> String {
        if self.purpose == Purpose::Check {
            return String::new();
        }
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

/// Takes the functions, and what else there is, off an implementation of many; `None` for any other item.
fn many_functions(item: &mut Vec<TokenTree>) -> Option<Vec<Vec<TokenTree>>> {
    let mut words = item.iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    let body = match item.last()? {
        TokenTree::Group(group) if words.next()? == "impl" => group.stream(),
        _ => return None,
    };
    let functions: Vec<Vec<TokenTree>> = Items::of(body).collect();
    (functions.len() > MANY).then(|| {
        item.pop();
        functions
    })
}

/// What stands before braces, and a body in them.
fn with_body(before: &[TokenTree], body: TokenStream) -> TokenStream {
    let body = TokenTree::Group(Group::new(Delimiter::Brace, body));
    before.iter().cloned().chain([body]).collect()
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
        let text = format(tokens(), Purpose::Text, &mut |_, _, _| {}, &mut Times::default()).unwrap();
        assert_eq!(text, prettyplease::unparse(&syn::parse2(tokens()).unwrap()));
    }

    #[test]
    fn the_text_of_many_functions_is_that_of_the_whole() {
        let functions: String = (0..MANY + 1)
            .map(|number| format!("/// One of many.\n#[inline] pub async fn f{number}(&self) -> u8 {{ {number} }}\n"))
            .collect();
        let source = format!(
            "mod inner {{ /// Many.\n#[allow(dead_code)] impl<T> Many<T> for Tuple<T> where T: Clone {{\n const ONE: u8 = {{ 1 }};\n{functions} }} }}\nimpl Tuple {{ {functions} }}"
        );
        let tokens: TokenStream = source.parse().unwrap();
        let mut seen = 0;
        let mut change = |_: &[String], item: &mut Item, _: &mut Vec<Item>| {
            let Item::Impl(item) = item else { return };
            assert!(item.items.len() < 2);
            item.attrs.push(syn::parse_quote!(#[cfg(feature = "many")]));
            seen += 1;
        };
        let text = format(tokens.clone(), Purpose::Text, &mut change, &mut Times::default()).unwrap();
        assert_eq!(seen, 2 * (MANY + 2) + 1);
        assert_eq!(
            text.replace("    #[cfg(feature = \"many\")]\n", "").replace("#[cfg(feature = \"many\")]\n", ""),
            prettyplease::unparse(&syn::parse2(tokens).unwrap())
        );
    }

    #[test]
    fn every_item_is_shown_with_its_modules() {
        let mut seen = Vec::new();
        let mut change = |modules: &[String], item: &mut Item, _: &mut Vec<Item>| {
            let kind = match item {
                Item::Use(_) => "use",
                Item::Struct(_) => "struct",
                Item::Impl(_) => "impl",
                Item::Fn(_) => "fn",
                _ => "other",
            };
            seen.push(format!("{} {kind}", modules.join("::")));
        };
        format(tokens(), Purpose::Text, &mut change, &mut Times::default()).unwrap();
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
        assert!(
            format("let x = 1;".parse().unwrap(), Purpose::Text, &mut |_, _, _| {}, &mut Times::default()).is_err()
        );
    }
}
