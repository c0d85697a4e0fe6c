//! Which changes of public items break callers.

use super::*;

/// The effect of a change of the first list into the second.
#[track_caller]
fn check(old: &[&str], new: &[&str], expected: &[(Effect, &str)]) {
    let changes = compare(&old.join("\n"), &new.join("\n"));
    let found: Vec<(Effect, &str)> = changes.iter().map(|change| (change.effect, change.path())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_deprecated_name_keeps_what_callers_wrote() {
    let old = [
        "#[non_exhaustive] pub struct c::types::Old",
        "pub c::types::Old::x: u8",
        "pub c::types::Other::of: Option<Old>",
        "impl Clone for c::types::Old",
        "impl From<Old> for c::types::Other",
        "pub fn c::Client::old(&self) -> operations::Old<'_>",
    ];
    let new = [
        "#[non_exhaustive] pub struct c::types::New",
        "pub c::types::New::x: u8",
        "#[deprecated] pub type c::types::Old = New",
        "pub c::types::Old::x: u8",
        "pub c::types::Other::of: Option<New>",
        "impl Clone for c::types::Old",
        "impl Clone for c::types::New",
        "impl From<New> for c::types::Other",
        "#[deprecated] pub fn c::Client::old(&self) -> operations::New<'_>",
    ];
    check(
        &old,
        &new,
        &[
            (Effect::Additive, "c::Client::old"),
            (Effect::Additive, "c::types::New"),
            (Effect::Additive, "c::types::New::x"),
            (Effect::Additive, "c::types::Old"),
            (Effect::Additive, "c::types::New"),
            (Effect::Additive, "c::types::Other"),
        ],
    );
    // Another type is a break, as ever, and so is a name that is gone.
    let other = ["#[deprecated] pub type c::types::Old = New", "pub c::types::Old::x: u16"];
    check(&old[..2], &other, &[(Effect::Additive, "c::types::Old"), (Effect::Breaking, "c::types::Old::x")]);
    check(&other[..1], &[], &[(Effect::Breaking, "c::types::Old")]);
}

#[test]
fn what_is_gone_breaks_and_what_is_new_adds() {
    check(&["pub fn c::a() -> u8"], &[], &[(Effect::Breaking, "c::a")]);
    check(&[], &["pub async fn c::A::a(&self)"], &[(Effect::Additive, "c::A::a")]);
    check(&["impl Clone for c::A"], &[], &[(Effect::Breaking, "c::A")]);
    check(
        &["pub struct c::Old"],
        &["pub struct c::New"],
        &[(Effect::Additive, "c::New"), (Effect::Breaking, "c::Old")],
    );
    check(&["pub mod c::a", "pub fn c::a()"], &["pub mod c::a", "pub fn c::a()"], &[]);
    check(&["pub fn c::a()", "pub mod c::a"], &["pub mod c::a"], &[(Effect::Breaking, "c::a")]);
}

#[test]
fn a_field_adds_where_callers_do_not_write_the_type_out() {
    let field = "pub c::A::x: u8";
    check(&["pub struct c::A"], &["pub struct c::A", field], &[(Effect::Breaking, "c::A::x")]);
    for open in ["#[non_exhaustive] pub struct c::A", "pub struct c::A { .. }"] {
        check(&[open], &[open, field], &[(Effect::Additive, "c::A::x")]);
        check(&[open, field], &[open], &[(Effect::Breaking, "c::A::x")]);
        check(&[open, field], &[open, "pub c::A::x: Option<u8>"], &[(Effect::Breaking, "c::A::x")]);
        check(&["pub struct c::A"], &[open], &[(Effect::Breaking, "c::A")]);
        check(&[open], &["pub struct c::A"], &[(Effect::Additive, "c::A")]);
    }
    let both = ["pub struct c::A", field];
    check(&[], &both, &[(Effect::Additive, "c::A"), (Effect::Additive, "c::A::x")]);
}

#[test]
fn a_variant_adds_where_callers_do_not_match_all_of_them() {
    let variant = "pub c::E::Two(u8)";
    check(&["pub enum c::E"], &["pub enum c::E", variant], &[(Effect::Breaking, "c::E::Two")]);
    let open = "#[non_exhaustive] pub enum c::E";
    check(&[open], &[open, variant], &[(Effect::Additive, "c::E::Two")]);
}

#[test]
fn a_method_of_a_trait_adds_where_it_has_a_body() {
    let owner = "pub trait c::T";
    check(&[owner], &[owner, "pub fn c::T::a(&self)"], &[(Effect::Breaking, "c::T::a")]);
    check(&[owner], &[owner, "pub fn c::T::a(&self) { .. }"], &[(Effect::Additive, "c::T::a")]);
    check(
        &[owner, "pub fn c::T::a(&self) { .. }"],
        &[owner, "pub fn c::T::a(&self)"],
        &[(Effect::Breaking, "c::T::a")],
    );
}

#[test]
fn a_function_breaks_by_what_callers_write() {
    let changed = |old: &str, new: &str, effect| check(&[old], &[new], &[(effect, "c::f")]);
    changed("pub fn c::f(a: u8)", "pub fn c::f(b: u8)", Effect::Internal);
    changed("pub fn c::f(self)", "pub fn c::f(mut self)", Effect::Internal);
    changed("pub fn c::f()", "#[deprecated] pub fn c::f()", Effect::Additive);
    changed("pub fn c::f()", "pub const fn c::f()", Effect::Additive);
    changed("pub const fn c::f()", "pub fn c::f()", Effect::Breaking);
    changed("pub fn c::f()", "pub async fn c::f()", Effect::Breaking);
    changed("pub fn c::f()", "pub fn c::f(a: u8)", Effect::Breaking);
    changed("pub fn c::f(a: u8)", "pub fn c::f(a: u16)", Effect::Breaking);
    changed("pub fn c::f(self)", "pub fn c::f(&self)", Effect::Breaking);
    changed("pub fn c::f() -> u8", "pub fn c::f() -> Option<u8>", Effect::Breaking);
    changed("pub fn c::f<T>(a: T)", "pub fn c::f<T>(a: T) where T: Clone", Effect::Breaking);
}

#[test]
fn a_setter_takes_text_as_long_as_its_type_is_made_of_text() {
    let (text, values) = ("pub fn c::f(self, value: impl Into<String>)", "pub fn c::f(self, value: impl Into<p::P>)");
    let from = |text: &str| format!("impl From<{text}> for c::p::P");
    let (one, other, another) = (from("&str"), from("String"), from("&String"));
    let all = [&one, &other, &another].map(String::as_str);
    let old: Vec<&str> = all.into_iter().chain([text]).collect();
    let new: Vec<&str> = all.into_iter().chain([values]).collect();
    check(&old, &new, &[(Effect::Additive, "c::f")]);
    check(&new, &old, &[(Effect::Breaking, "c::f")]);
    check(&[text], &[values], &[(Effect::Breaking, "c::f")]);
    // What is made of text takes numbers as a text does.
    let [text, values] =
        ["String", "p::P"].map(|ty| format!("pub fn c::f<By>(self, value: impl crate::IntoParameter<{ty}, By>)"));
    let new: Vec<&str> = all.into_iter().chain([values.as_str()]).collect();
    check(&old, &new, &[(Effect::Additive, "c::f")]);
    let old: Vec<&str> = all.into_iter().chain([text.as_str()]).collect();
    check(&old, &new, &[(Effect::Additive, "c::f")]);
    check(&new, &old, &[(Effect::Breaking, "c::f")]);
}

#[test]
fn a_setter_may_take_more_than_before() {
    let [exact, into, parameter, option] =
        ["u64", "impl Into<u64>", "impl crate::IntoParameter<u64, By>", "impl Into<Option<u64>>"].map(|ty| {
            let by = if ty.contains("By") { "<By>" } else { "" };
            format!("pub fn c::f{by}(self, value: {ty})")
        });
    check(&[&into], &[&parameter], &[(Effect::Additive, "c::f")]);
    check(&[&parameter], &[&into], &[(Effect::Breaking, "c::f")]);
    check(&[&exact], &[&option], &[(Effect::Additive, "c::f")]);
    check(&[&option], &[&exact], &[(Effect::Breaking, "c::f")]);
}
