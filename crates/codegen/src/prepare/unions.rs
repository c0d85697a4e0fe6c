//! Unions: components that are one of several types. The generator gets a placeholder for each, because typify decodes the
//! first type that accepts a value, whatever its tag says, and fails where none does.

use std::collections::HashSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::parameter::kind;
use keyapi_spec::document::{resolve, unwrap_reference};
use keyapi_spec::schema::all_of::flatten;
use keyapi_spec::schema::discriminator::{mapping, name_of, own_tags, property};
use serde_json::{Value, json};

use super::schema::{Schemas, Use, without_null};
use super::shape::{self, Shape};
use crate::docs;
use crate::model::RustType;

/// A type of the generated code that is one of several.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// The name of the type.
    pub(crate) name: String,
    /// What the document says of it, as documentation.
    pub(crate) description: Option<String>,
    pub(crate) discriminator: Option<Discriminator>,
    pub(crate) variants: Vec<Variant>,
}

/// What tells the variants of a union apart.
#[derive(Clone, Debug)]
pub(crate) struct Discriminator {
    pub(crate) property: String,
    /// The indices of variants, by tags.
    pub(crate) tags: Vec<(String, usize)>,
}

/// One of the types that a union may be.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) ty: RustType,
    pub(crate) shape: Shape,
    /// The tag that is written where the type need not have one, as JSON.
    pub(crate) tag: Option<String>,
}

/// The variant for values that are none of the others.
pub(crate) const UNKNOWN: &str = "Unknown";

/// A variant's type, as the generator would get it, and the alternatives that come to it.
type Alternatives<'a> = (Value, Vec<&'a Value>);

/// The union that a component is, if it is one.
pub(super) fn union(schemas: &Schemas<'_>, name: &str, schema: &Value, side: Use) -> Option<Union> {
    let flat = flatten(schemas.document, schema).schema;
    let mut all: Vec<Alternatives<'_>> = Vec::new();
    for alternative in schemas.choice(&flat)? {
        let mut reduced = without_null(schemas.schema(alternative, side));
        if let Some(object) = reduced.as_object_mut() {
            object.shift_remove("description");
        }
        // An alternative that accepts any value makes the whole choice accept any value.
        if reduced == json!({}) {
            return None;
        }
        match all.iter_mut().find(|(known, _)| *known == reduced) {
            Some((_, alternatives)) => alternatives.push(alternative),
            None => all.push((reduced, vec![alternative])),
        }
    }
    // A choice of one type is that type.
    if all.len() < 2 {
        return None;
    }
    let type_name = RustNames.type_name(&RustNames.component_type(name, schema));
    let discriminator = discriminator(schemas, &flat, &all);
    let first: Vec<&Value> = all.iter().map(|(_, alternatives)| alternatives[0]).collect();
    let mut names = HashSet::from([UNKNOWN.to_owned()]);
    let mut variants = Vec::new();
    for (index, shape) in shape::of_choice(schemas, &first).into_iter().enumerate() {
        let ty = RustType::of(&all[index].0);
        let plain = variant_name(&type_name, &ty);
        let numbered = (1..).map(|number| if number == 1 { plain.clone() } else { format!("{plain}{number}") });
        let name = numbered.into_iter().find(|name| names.insert(name.clone()))?;
        let tag = discriminator.as_ref().and_then(|found| tag(schemas, found, index, first[index], side));
        variants.push(Variant { name, ty, shape, tag });
    }
    let description = flat.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    Some(Union { name: type_name, description: description.map(docs::comment), discriminator, variants })
}

/// The tags of a choice: those that its discriminator maps, and those that its alternatives have themselves.
fn discriminator(schemas: &Schemas<'_>, flat: &Value, all: &[Alternatives<'_>]) -> Option<Discriminator> {
    let property = property(flat)?.to_owned();
    let index_of = |name: &str| {
        all.iter().position(|(_, alternatives)| alternatives.iter().any(|one| name_of(one).as_deref() == Some(name)))
    };
    let mapped = mapping(flat).filter_map(|(tag, target)| Some((tag.to_owned(), index_of(&target?)?)));
    let mut tags: Vec<(String, usize)> = mapped.collect();
    let each: Vec<(usize, &Value)> =
        all.iter().enumerate().flat_map(|(index, (_, all))| all.iter().map(move |one| (index, *one))).collect();
    let own = own_tags(schemas.document, &each.iter().map(|(_, one)| *one).collect::<Vec<_>>(), &property);
    for ((index, _), own) in each.iter().zip(own) {
        for tag in own {
            if !tags.iter().any(|(known, _)| *known == tag) {
                tags.push((tag, *index));
            }
        }
    }
    (!tags.is_empty()).then_some(Discriminator { property, tags })
}

/// The tag that is written with a variant of a type that need not have one.
fn tag(schemas: &Schemas<'_>, found: &Discriminator, index: usize, schema: &Value, side: Use) -> Option<String> {
    let Discriminator { property, tags } = found;
    let (tag, _) = tags.iter().find(|(_, variant)| *variant == index)?;
    let schema = resolve(schemas.document, unwrap_reference(schema))?;
    let flat = flatten(schemas.document, schema).schema;
    let Some(declared) = flat.get("properties").and_then(|properties| properties.get(property)) else {
        return schemas.choice(&flat).is_none().then(|| json!(tag).to_string());
    };
    let is_required = flat["required"].as_array().is_some_and(|required| required.contains(&json!(property)));
    if is_required && schemas.is_always_there(declared, side) {
        return None;
    }
    let declared = resolve(schemas.document, unwrap_reference(declared))?;
    let is_text = ["", "string"].contains(&kind(&flatten(schemas.document, declared).schema));
    Some(if is_text { json!(tag).to_string() } else { tag.clone() })
}

/// What a variant is called: like its type, without what it has of the name of the union.
fn variant_name(union: &str, ty: &RustType) -> String {
    match ty {
        RustType::Named(name) => match name.strip_prefix(union) {
            Some(rest) if rest.starts_with(|first: char| first.is_ascii_uppercase()) => rest.to_owned(),
            _ => name.clone(),
        },
        RustType::Bool => "Boolean".to_owned(),
        RustType::I64 | RustType::U64 => "Integer".to_owned(),
        RustType::F64 => "Number".to_owned(),
        RustType::String => "String".to_owned(),
        RustType::Object => "Object".to_owned(),
        RustType::Vec(items) => format!("{}Array", variant_name("", items)),
        RustType::Map(values) => format!("{}Map", variant_name("", values)),
        RustType::Option(inner) => variant_name("", inner),
        RustType::Value | RustType::Unit | RustType::Bytes | RustType::File | RustType::Form => String::new(),
    }
}
