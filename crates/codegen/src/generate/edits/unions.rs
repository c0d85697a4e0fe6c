//! Lets a union say what it could have been.

use quote::ToTokens;
use syn::{Attribute, Item, ItemEnum, parse_quote};

/// Names the variants in the error for a value that fits none of them.
pub(super) fn apply(modules: &[String], item: &mut Item) {
    if let Item::Enum(item) = item
        && modules.first().is_some_and(|module| module == "types")
        && item.attrs.iter().any(is_untagged)
    {
        let expecting = expecting(item);
        item.attrs.push(parse_quote!(#[serde(expecting = #expecting)]));
    }
}

/// Serde takes this for the whole message; the SDK's runtime reads what is expected out of it, as out of serde's own.
fn expecting(item: &ItemEnum) -> String {
    let variants: Vec<String> = item.variants.iter().map(|variant| format!("`{}`", variant.ident)).collect();
    format!("no variant fits, expected one of the variants {} of `{}`", variants.join(", "), item.ident)
}

fn is_untagged(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde") && attribute.meta.to_token_stream().to_string().contains("untagged")
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Item, parse_quote};

    #[track_caller]
    fn check(module: &str, mut item: Item, expected: Option<&str>) {
        super::apply(&[module.to_owned()], &mut item);
        let text = item.to_token_stream().to_string();
        match expected {
            Some(expected) => assert!(text.contains(expected), "{text}"),
            None => assert!(!text.contains("expecting"), "{text}"),
        }
    }

    #[test]
    fn only_a_union_without_a_tag_names_its_variants() {
        let union = || {
            parse_quote!(
                #[derive(Debug)]
                #[serde(untagged)]
                enum U {
                    A(A),
                    String(String),
                }
            )
        };
        let expected = "expecting = \"no variant fits, expected one of the variants `A`, `String` of `U`\"";
        check("types", union(), Some(expected));
        check("builder", union(), None);
        check(
            "types",
            parse_quote!(
                #[serde(tag = "kind")]
                enum U {
                    A(A),
                    B(B),
                }
            ),
            None,
        );
        check(
            "types",
            parse_quote!(
                enum Word {
                    A,
                    B,
                }
            ),
            None,
        );
    }
}
