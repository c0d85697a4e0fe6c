//! Tells what another list of public items does to those who call a crate.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use syn::{FnArg, Pat, TraitItemFn};

/// What a change does to the callers of a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The code is the same but for its comments.
    None,
    /// Other code behind the same public items.
    Internal,
    /// Callers have more than before, and what they wrote still compiles.
    Additive,
    /// What callers wrote may not compile any more.
    Breaking,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Internal => "internal",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

/// One public item that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// What that does to callers.
    pub effect: Effect,
    /// The item as it was; nothing where it is new.
    pub before: Option<String>,
    /// The item as it is; nothing where it is gone.
    pub after: Option<String>,
}

impl ItemChange {
    /// The path by which callers reach the item, or the type that an implementation is for.
    pub fn path(&self) -> &str {
        self.after.as_deref().or(self.before.as_deref()).map(|line| Line::of(line).path).unwrap_or_default()
    }
}

/// Compares two lists as [`super::list`] makes them, in the order of the items.
///
/// What cannot be proved to be compatible is taken for a break, but for what callers do by a glob import or by
/// implementing a trait of theirs for a type of the crate, which no list can tell.
pub fn compare(old: &str, new: &str) -> Vec<ItemChange> {
    let (old, new) = (List::of(old), List::of(new));
    let renames = Renames::of(&new);
    let mut changes = Vec::new();
    // What a former name stands for is told of by its name of now.
    let is_former = |line: &Line<'_>| {
        old.owner(line).is_some_and(|owner| owner.kind == "type" && owner.is_marked("deprecated"))
            && new.owner(line).is_some()
    };
    for (key, before) in old.by_key.iter().filter(|(_, line)| !is_former(line)) {
        let change = match new.by_key.get(key) {
            Some(after) if renames.are_same(before, after) => continue,
            None if renames.has(&new, before) => continue,
            Some(after) if renames.keep(before, after) => ItemChange {
                effect: Effect::Additive,
                before: Some(before.text.to_owned()),
                after: Some(after.text.to_owned()),
            },
            Some(after) => ItemChange {
                effect: altered(before, after, &new),
                before: Some(before.text.to_owned()),
                after: Some(after.text.to_owned()),
            },
            None => ItemChange { effect: Effect::Breaking, before: Some(before.text.to_owned()), after: None },
        };
        changes.push((*key, change));
    }
    for (key, after) in new.by_key.iter().filter(|(key, line)| !old.by_key.contains_key(*key) && !is_former(line)) {
        let change = ItemChange { effect: added(after, &old), before: None, after: Some(after.text.to_owned()) };
        changes.push((*key, change));
    }
    changes.sort_by_key(|(key, _)| *key);
    changes.into_iter().map(|(_, change)| change).collect()
}

/// Types that are known by deprecated names as well, which callers may have written.
struct Renames<'a> {
    by_former: BTreeMap<&'a str, &'a str>,
}

impl<'a> Renames<'a> {
    fn of(new: &List<'a>) -> Self {
        let last = |path: &'a str| path.rsplit("::").next().unwrap_or_default();
        let former = new.by_key.values().filter(|line| line.kind == "type" && line.is_marked("deprecated"));
        let named = former.filter_map(|line| {
            let (_, target) = line.rest.split_once("= ")?;
            Some((last(line.path), last(&target[..path_length(target)])))
        });
        Self { by_former: named.collect() }
    }

    /// A text with types by the names that they have now.
    fn current(&self, text: &str) -> String {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut current = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            current.push_str(self.by_former.get(&rest[..word]).unwrap_or(&&rest[..word]));
            rest = &rest[word..];
            let other = rest.find(is_word).unwrap_or(rest.len());
            current.push_str(&rest[..other]);
            rest = &rest[other..];
        }
        current
    }

    fn are_same(&self, before: &Line<'_>, after: &Line<'_>) -> bool {
        before.text == after.text
            || (before.kind != "type"
                && after.kind == before.kind
                && self.current(before.text) == self.current(after.text))
    }

    /// Whether an implementation is there for the types by their names of now.
    fn has(&self, new: &List<'_>, before: &Line<'_>) -> bool {
        let current = self.current(before.text);
        !self.by_former.is_empty() && new.by_key.contains_key(&(current.as_str(), Namespace::Implementations))
    }

    /// Whether a type is another's name now, or an item is the same but for its marks.
    fn keep(&self, before: &Line<'_>, after: &Line<'_>) -> bool {
        let is_renamed = after.kind == "type" && after.is_marked("deprecated") && before.kind == "struct";
        let same = |one: &str, other: &str| self.current(one) == self.current(other);
        is_renamed
            || (!self.by_former.is_empty()
                && before.kind == after.kind
                && !before.kind.ends_with("struct")
                && same(before.path, after.path)
                && same(before.rest, after.rest))
    }
}

/// What one namespace holds has one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Namespace {
    Types,
    /// Fields and variants.
    Members,
    Values,
    Implementations,
}

type Key<'a> = (&'a str, Namespace);

/// One line of a list.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// The attributes that callers feel.
    marks: &'a str,
    /// `struct`, `async fn`; empty for fields and variants.
    pub(super) kind: &'a str,
    /// The path by which callers reach the item.
    pub(super) path: &'a str,
    /// What stands behind the path.
    pub(super) rest: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        if text.starts_with("impl") {
            let path = text.split_once(" for ").map_or(text, |(_, path)| path);
            return Self { text, marks: "", kind: "impl", path: &path[..path_length(path)], rest: "" };
        }
        let (marks, item) = text.split_at(text.find("pub ").unwrap_or_default());
        let item = item.strip_prefix("pub ").unwrap_or(item);
        let keywords = ["async", "const", "enum", "fn", "mod", "static", "struct", "trait", "type", "unsafe", "use"];
        let mut start = 0;
        while let Some((word, _)) = item[start..].split_once(' ').filter(|(word, _)| keywords.contains(word)) {
            start += word.len() + 1;
        }
        let (kind, item) = item.split_at(start);
        let (path, rest) = item.split_at(path_length(item));
        Self { text, marks, kind: kind.trim_end(), path, rest }
    }

    fn key(&self) -> Key<'a> {
        match self.kind.rsplit(' ').next().unwrap_or_default() {
            "impl" => (self.text, Namespace::Implementations),
            "" => (self.path, Namespace::Members),
            "fn" | "const" | "static" => (self.path, Namespace::Values),
            _ => (self.path, Namespace::Types),
        }
    }

    pub(super) fn is_marked(&self, mark: &str) -> bool {
        self.marks.contains(mark)
    }

    /// Whether there is something behind it that callers do not see, or need not write.
    pub(super) fn has_rest(&self) -> bool {
        self.rest.ends_with(super::source::REST)
    }
}

/// How far a path goes.
fn path_length(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '#');
        match rest.strip_prefix("::") {
            Some(more) => rest = more,
            None => return text.len() - rest.len(),
        }
    }
}

struct List<'a> {
    by_key: BTreeMap<Key<'a>, Line<'a>>,
}

impl<'a> List<'a> {
    fn of(text: &'a str) -> Self {
        Self { by_key: text.lines().map(Line::of).map(|line| (line.key(), line)).collect() }
    }

    /// The type or the trait that an item belongs to.
    fn owner<'b>(&'b self, line: &'b Line<'b>) -> Option<&'b Line<'b>>
    where
        'a: 'b,
    {
        let (owner, _) = line.path.rsplit_once("::")?;
        self.by_key.get(&(owner, Namespace::Types))
    }

    /// Whether the type at the end of `path` is made of whatever a text is made of by a caller.
    fn takes_text(&self, path: &str) -> bool {
        let Some(name) = path.rsplit("::").next() else { return false };
        let is_of = |line: &Line<'_>, text: &str| {
            line.kind == "impl"
                && line.path.rsplit("::").next() == Some(name)
                && line.text.starts_with(&format!("impl From<{text}> for "))
        };
        ["&str", "String", "&String"].iter().all(|text| self.by_key.values().any(|line| is_of(line, text)))
    }
}

fn added(line: &Line<'_>, old: &List<'_>) -> Effect {
    let Some(owner) = old.owner(line) else { return Effect::Additive };
    let is_open = match (owner.kind, line.kind) {
        ("struct", "") => owner.is_marked("non_exhaustive") || owner.has_rest(),
        ("enum", "") => owner.is_marked("non_exhaustive"),
        ("trait", _) => line.has_rest(),
        _ => true,
    };
    if is_open { Effect::Additive } else { Effect::Breaking }
}

fn altered(before: &Line<'_>, after: &Line<'_>, new: &List<'_>) -> Effect {
    let closed = |line: &Line<'_>| line.is_marked("non_exhaustive") || line.has_rest();
    let is_trait_method = new.owner(after).is_some_and(|owner| owner.kind == "trait");
    let loses_body = before.has_rest() && !after.has_rest();
    let breaks = match before.kind {
        "struct" | "enum" => !closed(before) && closed(after),
        _ => is_trait_method && loses_body,
    };
    if breaks {
        return Effect::Breaking;
    }
    let plain = |line: &Line<'_>| line.rest.trim_end_matches(super::source::REST).to_owned();
    if before.kind == after.kind && plain(before) == plain(after) {
        return Effect::Additive;
    }
    match (before.kind.ends_with("fn"), signature(before), signature(after)) {
        (true, Some(before), Some(after)) => called(&before, &after, new),
        _ => Effect::Breaking,
    }
}

pub(super) fn signature(line: &Line<'_>) -> Option<TraitItemFn> {
    let name = line.path.rsplit("::").next()?;
    syn::parse_str(&format!("{} {name}{};", line.kind, line.rest.trim_end_matches(super::source::REST))).ok()
}

/// What another signature does to those who call a function.
fn called(before: &TraitItemFn, after: &TraitItemFn, new: &List<'_>) -> Effect {
    let mut effect = Effect::Internal;
    if before.sig.constness.is_none() && after.sig.constness.is_some() {
        effect = Effect::Additive;
    }
    let same = |before: &dyn quote::ToTokens, after: &dyn quote::ToTokens| {
        before.to_token_stream().to_string() == after.to_token_stream().to_string()
    };
    let is_callable = before.sig.inputs.len() == after.sig.inputs.len()
        && (before.sig.constness.is_none() || after.sig.constness.is_some())
        && same(&before.sig.asyncness, &after.sig.asyncness)
        && same(&before.sig.safety, &after.sig.safety)
        && (same(&before.sig.generics, &after.sig.generics) || is_setter(before, after))
        && same(&before.sig.generics.where_clause, &after.sig.generics.where_clause)
        && same(&before.sig.output, &after.sig.output);
    if !is_callable {
        return Effect::Breaking;
    }
    for (before, after) in before.sig.inputs.iter().zip(&after.sig.inputs) {
        effect = effect.max(argument(before, after, new));
    }
    effect
}

/// Whether a setter takes more ways of writing its value than before: nobody writes which of them it is.
fn is_setter(before: &TraitItemFn, after: &TraitItemFn) -> bool {
    before.sig.generics.params.is_empty() && super::source::code(&after.sig.generics.params) == "By"
}

fn argument(before: &FnArg, after: &FnArg, new: &List<'_>) -> Effect {
    let text = |argument: &FnArg| match argument {
        // What an argument is called is no business of callers, nor is whether the function changes its own copy.
        FnArg::Typed(argument) if matches!(*argument.pat, Pat::Ident(_)) => super::source::code(&argument.ty),
        argument => super::source::code(argument).trim_start_matches("mut ").to_owned(),
    };
    let (before, after) = (text(before), text(after));
    if before == after {
        return Effect::Internal;
    }
    let is_parameter = |text: &str| text.starts_with("impl crate::IntoParameter<");
    match (super::source::taken(&before), super::source::taken(&after)) {
        (Some(_), Some(_)) if is_parameter(&before) && !is_parameter(&after) => Effect::Breaking,
        (Some(before), Some(after)) if before == after => Effect::Additive,
        (Some("String"), Some(values)) if new.takes_text(values) => Effect::Additive,
        (None, Some(after)) if after == format!("Option<{before}>") => Effect::Additive,
        _ => Effect::Breaking,
    }
}

#[cfg(test)]
mod tests;
