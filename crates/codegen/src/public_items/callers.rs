//! Writes callers of public items, so that a compiler can say what another version of a crate breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Pat, Path, Type};

use super::change::{Line, signature};

/// The modules that generated code calls by these names, wherever it stands.
const MODULES: [&str; 3] = ["operations", "params", "types"];

/// Traits of generated types, by the names that [`super::list`] gives them, and by those that callers reach them with.
const TRAITS: [(&str, &str); 14] = [
    ("Clone", "Clone"),
    ("Copy", "Copy"),
    ("Debug", "::std::fmt::Debug"),
    ("Default", "Default"),
    ("Deserialize", "for<'de> ::serde::Deserialize<'de>"),
    ("Display", "::std::fmt::Display"),
    ("Eq", "Eq"),
    ("Error", "::std::error::Error"),
    ("FromStr", "::std::str::FromStr"),
    ("Hash", "::std::hash::Hash"),
    ("Ord", "Ord"),
    ("PartialEq", "PartialEq"),
    ("PartialOrd", "PartialOrd"),
    ("Serialize", "::serde::Serialize"),
];

/// The source of callers that use what is generated for operations, made from a list as [`super::list`] makes it.
///
/// What calls the item of a line stands in the line of the same number, so that an error is found by it. Each property is
/// read as what it was, each setter gets what it took, and each trait is asked for. Items that somebody wrote by hand have
/// no caller: their signatures use names that no list explains.
pub fn callers(list: &str) -> String {
    let types = Types::of(list);
    let mut source = String::new();
    for (index, line) in list.lines().map(Line::of).enumerate() {
        if let Some(caller) = caller(&line, &types) {
            let scope = if line.path.contains("::types::") { types_of(line.path) } else { String::new() };
            _ = write!(source, "mod item_{} {{ {scope}{caller} }}", index + 1);
        }
        source.push('\n');
    }
    source
}

/// What the lines of a list say of types.
struct Types<'a> {
    /// Those that have a lifetime.
    borrowing: BTreeSet<&'a str>,
    enums: BTreeSet<&'a str>,
    /// The fields and variants of types, by the paths of these.
    members: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Types<'a> {
    fn of(list: &'a str) -> Self {
        let mut types = Self { borrowing: BTreeSet::new(), enums: BTreeSet::new(), members: BTreeMap::new() };
        for line in list.lines().map(Line::of) {
            match (line.kind, line.path.rsplit_once("::")) {
                ("enum", _) => _ = types.enums.insert(line.path),
                ("struct", _) if line.rest.starts_with("<'") => _ = types.borrowing.insert(line.path),
                ("", Some((owner, member))) => types.members.entry(owner).or_default().push(member),
                _ => {}
            }
        }
        types
    }

    /// A type as the argument of a function.
    fn named(&self, path: &str) -> String {
        let lifetime = if self.borrowing.contains(path) { "<'_>" } else { "" };
        format!("::{path}{lifetime}")
    }
}

/// Brings in what types call each other by.
fn types_of(path: &str) -> String {
    let library = path.split("::").next().unwrap_or_default();
    format!("#[allow(unused_imports)] use ::{library}::types::*; ")
}

fn caller(line: &Line<'_>, types: &Types<'_>) -> Option<String> {
    let (library, inside) = line.path.split_once("::")?;
    let (module, name) = inside.split_once("::")?;
    let (owner, member) = line.path.rsplit_once("::")?;
    let qualified = |ty: &str| qualified(ty, library, owner);
    if module == "Client" {
        // Those methods alone that give a request.
        return line.rest.contains("-> operations::").then(|| call(line, owner, library, types)).flatten();
    }
    if !MODULES.contains(&module) {
        return None;
    }
    match line.kind {
        "impl" => implementation(line, types),
        "struct" if line.is_marked("non_exhaustive") || line.has_rest() => {
            Some(format!("fn takes(_: &{}) {{}}", types.named(line.path)))
        }
        "struct" => Some(format!("fn takes(value: {}) {{ {} }}", types.named(line.path), fields(line, types))),
        "enum" => Some(format!("fn takes(value: &::{}) {{ {} }}", line.path, variants(line, types))),
        "type" => {
            let target = line.rest.strip_prefix(" = ")?;
            Some(format!("fn takes(value: ::{}) -> {} {{ value }}", line.path, qualified(target)?))
        }
        "const" => {
            let ty = line.rest.strip_prefix(": ")?;
            Some(format!("fn reads() {{ let _: {} = ::{}; }}", qualified(ty)?, line.path))
        }
        "" if types.enums.contains(owner) => {
            Some(format!("fn matches(value: ::{owner}) {{ {} }}", variant(line, library)?))
        }
        "" => {
            let ty = line.rest.strip_prefix(": ")?;
            Some(format!("fn reads(value: &::{owner}) {{ let _: &{} = &value.{member}; }}", qualified(ty)?))
        }
        _ if name.contains("::") => call(line, owner, library, types),
        _ => None,
    }
}

/// Names every field of a struct that callers may write out, as they do when they make one.
fn fields(line: &Line<'_>, types: &Types<'_>) -> String {
    let fields = types.members.get(line.path).into_iter().flatten();
    let fields: Vec<String> = fields.map(|field| format!("{field}: _")).collect();
    format!("let ::{} {{ {} }} = value;", line.path, fields.join(", "))
}

/// Matches every variant of an enum that has no more of them.
fn variants(line: &Line<'_>, types: &Types<'_>) -> String {
    if line.is_marked("non_exhaustive") {
        return "let _ = value;".to_owned();
    }
    let variants = types.members.get(line.path).into_iter().flatten();
    let arms: String = variants.map(|variant| format!("::{}::{variant} {{ .. }} => {{}} ", line.path)).collect();
    if arms.is_empty() { "match *value {}".to_owned() } else { format!("match value {{ {arms}}}") }
}

/// Takes what is in a variant as what it was.
fn variant(line: &Line<'_>, library: &str) -> Option<String> {
    let path = line.path;
    let content = line.rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let Some(content) = content else {
        return Some(format!("#[allow(irrefutable_let_patterns)] if let ::{path} {{ .. }} = value {{}}"));
    };
    let tuple: syn::TypeTuple = syn::parse_str(&format!("({content},)")).ok()?;
    let names: Vec<String> = (0..tuple.elems.len()).map(|index| format!("v{index}")).collect();
    let owner = path.rsplit_once("::")?.0;
    let types = tuple.elems.into_iter().map(|ty| printed(ty, library, owner));
    let uses: String = names.iter().zip(types).map(|(name, ty)| format!("let _: {ty} = {name}; ")).collect();
    Some(format!("#[allow(irrefutable_let_patterns)] if let ::{path}({}) = value {{ {uses}}}", names.join(", ")))
}

/// Calls a function with what it takes, and takes what it gives for what that was.
fn call(line: &Line<'_>, owner: &str, library: &str, types: &Types<'_>) -> Option<String> {
    let signature = signature(line)?.sig;
    let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
    let mut receiver = format!("::{owner}::");
    for (index, input) in signature.inputs.iter().enumerate() {
        match input {
            FnArg::Receiver(input) => {
                let text = super::source::code(input);
                let sign = ["&mut ", "&"].into_iter().find(|sign| text.starts_with(sign)).unwrap_or_default();
                parameters.push(format!("this: {sign}{}", types.named(owner)));
                receiver = "this.".to_owned();
            }
            FnArg::Typed(input) if matches!(*input.pat, Pat::Ident(_)) => {
                parameters.push(format!("a{index}: {}", given(&input.ty, library, owner)));
                arguments.push(format!("a{index}"));
            }
            FnArg::Typed(_) => return None,
        }
    }
    let output = match &signature.output {
        syn::ReturnType::Default => "()".to_owned(),
        syn::ReturnType::Type(_, ty) => printed((**ty).clone(), library, owner),
    };
    let (before, after) = if signature.asyncness.is_some() { ("async ", ".await") } else { ("", "") };
    let name = &signature.ident;
    let function = |called: &str, parameters: &[String], arguments: &str| {
        let parameters = parameters.join(", ");
        format!("{before}fn {called}({parameters}) {{ let _: {output} = {receiver}{name}({arguments}){after}; }}")
    };
    let calls = function("calls", &parameters, &arguments.join(", "));
    // Whoever writes `None` relies on there being one type that it can be of.
    let omits = sets_an_option(&signature).then(|| function("omits", &parameters[..1], "None"));
    Some([Some(calls), omits].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Whether a setter takes a value of one type, or none.
fn sets_an_option(signature: &syn::Signature) -> bool {
    let inputs: Vec<&FnArg> = signature.inputs.iter().collect();
    let [FnArg::Receiver(_), FnArg::Typed(value)] = inputs.as_slice() else { return false };
    super::source::taken(&super::source::code(&value.ty)).is_some_and(|taken| taken.starts_with("Option<"))
}

/// What a caller has in hand for an argument: a text where anything goes that a text is made of.
fn given(ty: &Type, library: &str, owner: &str) -> String {
    let text = super::source::code(ty);
    match super::source::taken(&text) {
        Some("String") => "&str".to_owned(),
        Some(inside) => qualified(inside, library, owner).unwrap_or(text),
        None => printed(ty.clone(), library, owner),
    }
}

/// Asks a type for a trait.
fn implementation(line: &Line<'_>, types: &Types<'_>) -> Option<String> {
    // What has parameters of its own is asked for in more ways than one.
    let of = line.text.strip_prefix("impl ")?.split_once(" for ")?.0;
    let name = of.rsplit("::").next()?;
    let bound = match of.split_once("From<") {
        // A bound needs the lifetimes that an implementation leaves out.
        Some(("" | "::std::convert::", ty)) => {
            let ty = ty.strip_suffix('>')?.replace("&'static ", "&").replace('&', "&'static ");
            format!("From<{ty}>")
        }
        _ => TRAITS.iter().find(|(known, _)| *known == name).map(|(_, bound)| (*bound).to_owned())?,
    };
    Some(format!("fn asks(value: {}) {{ fn has<T: {bound}>(_: T) {{}} has(value) }}", types.named(line.path)))
}

/// A type in the words of a caller.
fn qualified(ty: &str, library: &str, owner: &str) -> Option<String> {
    Some(printed(syn::parse_str(ty).ok()?, library, owner))
}

fn printed(mut ty: Type, library: &str, owner: &str) -> String {
    Qualify { library, owner }.visit_type_mut(&mut ty);
    super::source::code(&ty)
}

/// Makes paths of what they are inside of the crate.
struct Qualify<'a> {
    library: &'a str,
    /// The type that `Self` stands for.
    owner: &'a str,
}

impl VisitMut for Qualify<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
        if lifetime.ident != "static" {
            *lifetime = syn::Lifetime::new("'_", lifetime.span());
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let prefix = match first.as_str() {
            _ if path.leading_colon.is_some() => return,
            "crate" => format!("::{}", self.library),
            "Self" => format!("::{}", self.owner),
            module if MODULES.contains(&module) && path.segments.len() > 1 => format!("::{}::{module}", self.library),
            _ => return,
        };
        if let Ok(prefix) = syn::parse_str::<Path>(&prefix) {
            let rest = path.segments.iter().skip(1).cloned();
            *path = Path {
                leading_colon: prefix.leading_colon,
                segments: prefix.segments.into_iter().chain(rest).collect(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let source = callers(line);
        assert_eq!(
            source,
            if expected.is_empty() { "\n".to_owned() } else { format!("mod item_1 {{ {expected} }}\n") }
        );
    }

    #[test]
    fn an_item_is_called_in_the_line_that_lists_it() {
        let source = callers("pub mod c::params\npub fn c::Error::code(&self) -> i64\npub struct c::params::P { .. }");
        assert_eq!(source, "\n\nmod item_3 { fn takes(_: &::c::params::P) {} }\n");
    }

    #[test]
    fn a_setter_gets_what_it_took() {
        let setter = |ty: &str| format!("pub fn c::operations::Op::p(mut self, value: {ty}) -> Self");
        let caller = |ty: &str| {
            format!("fn calls(this: ::c::operations::Op, a1: {ty}) {{ let _: ::c::operations::Op = this.p(a1); }}")
        };
        check(&setter("impl Into<String>"), &caller("&str"));
        check(&setter("impl Into<params::P>"), &caller("::c::params::P"));
        check(&setter("impl crate::IntoParameter<String, By>"), &caller("&str"));
        check(&setter("impl crate::IntoParameter<params::P, By>"), &caller("::c::params::P"));
        let omits = "fn omits(this: ::c::operations::Op) { let _: ::c::operations::Op = this.p(None); }";
        check(&setter("impl Into<Option<u64>>"), &format!("{} {omits}", caller("Option<u64>")));
        check(&setter("Vec<crate::types::T>"), &caller("Vec<::c::types::T>"));
    }

    #[test]
    fn a_request_is_made_and_sent() {
        check(
            "pub fn c::Client::op(&self, id: i64) -> operations::Op<'_>",
            "fn calls(this: &::c::Client, a1: i64) { let _: ::c::operations::Op<'_> = this.op(a1); }",
        );
        check(
            "pub async fn c::operations::Op::send(self) -> Result<crate::Response<types::R>, crate::Error>",
            "async fn calls(this: ::c::operations::Op) { let _: Result<::c::Response<::c::types::R>,::c::Error> = \
             this.send().await; }",
        );
        check(
            "pub fn c::operations::Op::pages(self) -> crate::Pages<'a, types::R>",
            "fn calls(this: ::c::operations::Op) { let _: ::c::Pages<'_,::c::types::R> = this.pages(); }",
        );
        check("pub fn c::Client::credits_spent(&self) -> u64", "");
        let source = callers(
            "pub struct c::operations::Op<'a> { .. }\npub fn c::operations::Op::p(mut self, value: i64) -> Self",
        );
        assert!(source.contains("fn calls(this: ::c::operations::Op<'_>, a1: i64)"), "{source}");
    }

    #[test]
    fn a_property_is_read_as_what_it_was() {
        check(
            "pub c::types::T::a: ::std::option::Option<U>",
            "#[allow(unused_imports)] use ::c::types::*; \
             fn reads(value: &::c::types::T) { let _: &::std::option::Option<U> = &value.a; }",
        );
    }

    #[test]
    fn a_struct_that_callers_write_out_is_taken_apart() {
        let source = callers("pub c::types::B::a: i64\npub c::types::B::r#type: i64\npub struct c::types::B");
        assert!(
            source.contains("fn takes(value: ::c::types::B) { let ::c::types::B { a: _, r#type: _ } = value; }"),
            "{source}"
        );
        assert!(!callers("pub c::types::B::a: i64\n#[non_exhaustive] pub struct c::types::B").contains("let ::c"));
    }

    #[test]
    fn a_closed_enum_is_matched_as_a_whole() {
        let source = callers("pub enum c::types::E\npub c::types::E::A(i64)\npub c::types::E::B");
        assert!(
            source.contains("match value { ::c::types::E::A { .. } => {} ::c::types::E::B { .. } => {} }"),
            "{source}"
        );
        assert!(source.contains("if let ::c::types::E::A(v0) = value { let _: i64 = v0; }"), "{source}");
        assert!(source.contains("if let ::c::types::E::B { .. } = value {}"), "{source}");
        let open = callers("#[non_exhaustive] pub enum c::types::E\npub c::types::E::A");
        assert!(!open.contains("match value"), "{open}");
    }

    #[test]
    fn a_type_is_asked_for_its_traits() {
        let has =
            |bound: &str| format!("fn asks(value: ::c::params::P) {{ fn has<T: {bound}>(_: T) {{}} has(value) }}");
        check("impl Clone for c::params::P", &has("Clone"));
        check("impl ::std::fmt::Display for c::params::P", &has("::std::fmt::Display"));
        check("impl From<&str> for c::params::P", &has("From<&'static str>"));
        check("impl Deserialize for c::params::P", &has("for<'de> ::serde::Deserialize<'de>"));
        check("impl Unheard for c::params::P", "");
    }
}
