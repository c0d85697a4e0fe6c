//! JSON Schemas of the types, for programs that ask for them: to derive them costs every other build a quarter of its time.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Item, parse_quote};

/// Has a type derive its schema where the feature is on. Typify can add a derive for every build or none.
pub(super) fn apply(modules: &[String], item: &mut Item) {
    let (Item::Struct(syn::ItemStruct { attrs, .. }) | Item::Enum(syn::ItemEnum { attrs, .. })) = item else { return };
    // A union says of its schema that there are no names of variants in it, and derives it itself.
    let is_union = attrs.iter().any(|attribute| attribute.path().is_ident("cfg_attr"));
    let is_type = modules == ["types"] && attrs.iter().any(is_derive) && !is_union;
    if is_type {
        attrs.push(parse_quote!(#[cfg_attr(feature = "schema", derive(::schemars::JsonSchema))]));
    }
}

/// Adds to the module of the types a function that gives the schema of each by its name, and `more`.
pub(crate) fn with_schemas(tokens: TokenStream, more: TokenStream) -> TokenStream {
    in_types(tokens, |mut body| {
        body.extend(json_schema(&names(&body)));
        body.extend(more.clone());
        body
    })
}

/// A client whose module of the types has another body.
pub(crate) fn in_types(tokens: TokenStream, mut change: impl FnMut(TokenStream) -> TokenStream) -> TokenStream {
    let mut before: [Option<Ident>; 2] = [None, None];
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && is_types(&before) => {
            Group::new(Delimiter::Brace, change(group.stream())).into()
        }
        tree => {
            let [_, last] = std::mem::take(&mut before);
            before = [last, if let TokenTree::Ident(ident) = &tree { Some(ident.clone()) } else { None }];
            tree
        }
    });
    trees.collect()
}

/// Whether what comes next is the body of the module of the types.
fn is_types(before: &[Option<Ident>; 2]) -> bool {
    matches!(before, [Some(keyword), Some(name)] if keyword == "mod" && name == "types")
}

/// The names of the types that a module declares itself.
fn names(body: &TokenStream) -> Vec<Ident> {
    let trees: Vec<TokenTree> = body.clone().into_iter().collect();
    let declared = trees.windows(2).filter_map(|pair| match pair {
        [TokenTree::Ident(keyword), TokenTree::Ident(name)] if keyword == "struct" || keyword == "enum" => {
            Some(name.clone())
        }
        _ => None,
    });
    declared.collect()
}

fn json_schema(names: &[Ident]) -> TokenStream {
    if names.is_empty() {
        return TokenStream::new();
    }
    let texts = names.iter().map(Ident::to_string);
    quote! {
        /// The JSON Schema of a type of this module, by its name.
        #[cfg(feature = "schema")]
        pub fn json_schema(name: &str) -> Option<::serde_json::Value> {
            let schema: ::schemars::Schema = match name {
                #(#texts => ::schemars::schema_for!(#names),)*
                _ => return None,
            };
            Some(schema.into())
        }
    }
}

fn is_derive(attribute: &Attribute) -> bool {
    attribute.path().is_ident("derive")
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn types_have_schemas_and_nothing_else_has() {
        let text = |modules: &[&str], mut item: Item| {
            let modules: Vec<String> = modules.iter().map(|module| (*module).to_owned()).collect();
            apply(&modules, &mut item);
            item.to_token_stream().to_string().contains("JsonSchema")
        };
        assert!(text(
            &["types"],
            parse_quote!(
                #[derive(Clone)]
                pub struct A {}
            )
        ));
        assert!(text(
            &["types"],
            parse_quote!(
                #[derive(Clone)]
                pub enum A {
                    B,
                }
            )
        ));
        assert!(!text(
            &["types"],
            parse_quote!(
                pub struct A {}
            )
        ));
        assert!(!text(
            &["types", "error"],
            parse_quote!(
                #[derive(Clone)]
                pub struct A {}
            )
        ));
        assert!(!text(
            &[],
            parse_quote!(
                #[derive(Clone)]
                pub struct Client {}
            )
        ));
    }

    #[test]
    fn the_function_knows_the_types_of_the_module_alone() {
        let tokens = quote! {
            pub mod types { pub mod error { pub struct ConversionError; } pub struct A {} impl A {} pub enum r#type { B } }
            pub struct Client {}
        };
        let text = with_schemas(
            tokens,
            quote!(
                type B = A;
            ),
        )
        .to_string();
        assert_eq!(text.matches("type B = A ;").count(), 1, "{text}");
        assert_eq!(text.matches("schema_for").count(), 2, "{text}");
        assert!(text.contains("\"A\" => :: schemars :: schema_for ! (A)"), "{text}");
        assert!(text.find("json_schema").unwrap_or(usize::MAX) < text.find("Client").unwrap_or_default());
    }

    #[test]
    fn a_client_without_types_has_no_function() {
        assert!(
            !with_schemas(
                quote!(
                    pub mod types {}
                    pub struct Client {}
                ),
                TokenStream::new()
            )
            .to_string()
            .contains("json_schema")
        );
    }
}
