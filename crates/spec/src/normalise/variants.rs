//! What the alternatives of a choice are called that have no name: by their title, or by the value that tells them apart.

use serde_json::Value;

use crate::naming::Naming;
use crate::schema::discriminator::property;

/// Longer words name nothing.
const LONGEST: usize = 40;

/// A part of a name for each alternative of a schema; nothing for one that has no word of its own.
pub(super) fn words(schema: &Value, alternatives: &[Value], naming: &dyn Naming) -> Vec<Option<String>> {
    let word = |alternative: &Value| {
        let told = title(alternative).or_else(|| constant(alternative, property(schema)))?;
        // What is no letter or digit makes no name.
        let is_told = told.starts_with(|first: char| first.is_ascii_alphabetic());
        let word = naming.type_name(told);
        (is_told && word.len() <= LONGEST).then_some(word)
    };
    let all: Vec<Option<String>> = alternatives.iter().map(word).collect();
    let is_own = |word: &String| all.iter().flatten().filter(|other| *other == word).count() == 1;
    all.iter().map(|word| word.clone().filter(is_own)).collect()
}

fn title(schema: &Value) -> Option<&str> {
    schema.get("title")?.as_str().map(str::trim).filter(|title| !title.is_empty())
}

/// The only text that a property may be: that of the discriminator, or else the first of those that have one.
fn constant<'a>(schema: &'a Value, discriminator: Option<&str>) -> Option<&'a str> {
    let properties = schema.get("properties")?.as_object()?;
    let only = |property: &'a Value| match property.get("enum")?.as_array()?.as_slice() {
        [Value::String(value)] => Some(value.as_str()),
        _ => None,
    };
    let tag = discriminator.and_then(|name| properties.get(name)).and_then(only);
    tag.or_else(|| properties.values().find_map(only))
}
