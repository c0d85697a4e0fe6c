//! Places that share a type: those of one shape within a body, and those that a release has given one name.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::chosen::{STOOD, chosen, forget, refusal, stood};
use super::merge::{essence, widen};
use super::places::{Place, Places};
use crate::Diagnostic;
use crate::diagnostic::push_token;
use crate::document::extension;
use crate::naming::Naming;
use crate::naming::pins::Kind;

/// What a schema says of the place that it is in, and not of its type.
pub(super) const ABOUT_THE_USE: [&str; 3] = ["nullable", "deprecated", extension::SUNSET];

/// What to do where a name is wanted for two shapes.
const ONE_SHAPE: &str = "choose another name in the overlay: one name is of one type, and so of one shape";

/// Places that are of one type.
pub(super) struct Class {
    pub(super) name: Name,
    /// Where a person chose it, if somebody did.
    stood: String,
    /// Indices of places. The type is called after the first, unless it has a name already.
    pub(super) positions: Vec<usize>,
}

impl Class {
    /// Where to say something about the name.
    pub(super) fn at<'a>(&'a self, places: &'a Places<'_>) -> &'a str {
        if self.stood.is_empty() { &places.all[self.positions[0]].pointer } else { &self.stood }
    }
}

/// Where a class has its name from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// A person chose it.
    Chosen(String),
    /// A release gave it.
    Pinned(String),
    /// It is made of the properties that lead to a place.
    Derived,
}

/// Makes places that a release has as one type have one schema, which accepts what either of them accepts; whether there
/// were any that had not.
pub(super) fn widen_shared(document: &mut Value, places: &Places<'_>, naming: &dyn Naming) -> bool {
    let mut shared: BTreeMap<(usize, &str), Vec<&Place>> = BTreeMap::new();
    for place in &places.all {
        if let Some(name) = naming.pinned(&place.place) {
            shared.entry((place.root, name)).or_default().push(place);
        }
    }
    let mut shared: Vec<Vec<&Place>> = shared.into_values().filter(|places| places.len() > 1).collect();
    shared.iter_mut().for_each(|places| places.sort_by_key(|place| place.rank()));
    shared.sort_by_key(|places| places[0].rank());
    let mut changed: Vec<String> = Vec::new();
    for places in shared {
        // What is in something that was changed is looked at in the next round.
        let is_inside = |place: &&Place| changed.iter().any(|outer| place.pointer.starts_with(outer.as_str()));
        let schemas: Vec<&Value> = places.iter().filter_map(|place| document.pointer(&place.pointer)).collect();
        let shapes: Vec<Value> = schemas.iter().map(|schema| without_use(essence(schema)).0).collect();
        if places.iter().any(is_inside) || shapes.windows(2).all(|pair| pair[0] == pair[1]) {
            continue;
        }
        let all = schemas.into_iter().cloned();
        let Some(mut widened) = all.reduce(|one, other| widen(document, one, other)) else { continue };
        // Each place keeps the names that a person gave it, so that different ones are seen.
        forget(&mut widened);
        for place in places {
            let Some(slot) = document.pointer_mut(&place.pointer) else { continue };
            let (of_type, of_use) = without_use(slot.take());
            let (mut schema, _) = without_use(widened.clone());
            describe(&mut schema, &of_type);
            if let Some(object) = schema.as_object_mut() {
                object.extend(of_use);
            }
            *slot = schema;
            changed.push(format!("{}/", place.pointer));
        }
    }
    !changed.is_empty()
}

/// A schema without what it says of its use, and that.
fn without_use(mut schema: Value) -> (Value, Map<String, Value>) {
    let said = ABOUT_THE_USE.iter().filter_map(|key| {
        let object = schema.as_object_mut()?;
        Some(((*key).to_owned(), object.shift_remove(*key)?))
    });
    let said = said.collect();
    (schema, said)
}

/// Sorts places into classes.
pub(super) fn classes(
    document: &Value,
    places: &Places<'_>,
    naming: &dyn Naming,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Class> {
    let names: Vec<Name> = names(document, places, naming, diagnostics);
    let by_pointer: HashMap<&str, usize> =
        places.all.iter().enumerate().map(|(index, place)| (place.pointer.as_str(), index)).collect();
    // What has a name comes before what may share it, and what is inside before what holds it.
    let heights = heights(&places.all);
    let mut order: Vec<usize> = (0..places.all.len()).collect();
    order.sort_by_key(|index| (heights[*index], names[*index] == Name::Derived, places.all[*index].rank()));
    let mut classes: Vec<Class> = Vec::new();
    let mut class_of = vec![0; places.all.len()];
    let mut by_shape: HashMap<(usize, String), usize> = HashMap::new();
    let mut by_name: HashMap<(usize, &str), (usize, String)> = HashMap::new();
    for index in order {
        let Place { root, pointer, .. } = &places.all[index];
        let Some(schema) = document.pointer(pointer) else { continue };
        let mut shape =
            Shape { by_pointer: &by_pointer, class_of: &class_of, text: String::new(), pointer: pointer.clone() };
        shape.own(schema);
        let shape = (*root, shape.text);
        let name = &names[index];
        let known = match name {
            Name::Derived => by_shape.get(&shape).copied(),
            Name::Chosen(text) | Name::Pinned(text) => by_name.get(&(*root, text.as_str())).map(|(class, known)| {
                // What a release has as one type was widened.
                let is_chosen = [name, &classes[*class].name].iter().any(|name| matches!(name, Name::Chosen(_)));
                if is_chosen && *known != shape.1 {
                    let pointer = schema.get(STOOD).and_then(Value::as_str).unwrap_or(&classes[*class].stood);
                    let message = format!("`x-rust-name: {text}` is the name of something of another shape already");
                    diagnostics.push(refusal(pointer, message).help(ONE_SHAPE));
                }
                *class
            }),
        };
        let class = known.unwrap_or_else(|| {
            classes.push(Class { name: name.clone(), stood: String::new(), positions: Vec::new() });
            classes.len() - 1
        });
        class_of[index] = class;
        let Class { positions, stood, .. } = &mut classes[class];
        positions.push(index);
        if let Some(place) = schema.get(STOOD).and_then(Value::as_str).filter(|_| stood.is_empty()) {
            *stood = place.to_owned();
        }
        if let Name::Chosen(text) | Name::Pinned(text) = name {
            by_name.entry((*root, text)).or_insert_with(|| (class, shape.1.clone()));
        }
        by_shape.entry(shape).or_insert(class);
    }
    for class in &mut classes {
        class.positions.sort_by_key(|position| places.all[*position].rank());
    }
    classes
}

/// Which names places have already. All places of a type are renamed by any of them.
fn names(document: &Value, places: &Places<'_>, naming: &dyn Naming, diagnostics: &mut Vec<Diagnostic>) -> Vec<Name> {
    let mut chosen_for: HashMap<(usize, String), String> = HashMap::new();
    let mut names = Vec::new();
    for place in &places.all {
        let pinned = naming.pinned(&place.place);
        let schema = document.pointer(&place.pointer).unwrap_or(&Value::Null);
        let name = match (chosen(schema, Kind::Type, &place.pointer, naming, diagnostics), pinned) {
            (Some(chosen), pinned) => {
                if let Some(pinned) = pinned {
                    let other = chosen_for.insert((place.root, pinned.to_owned()), chosen.clone());
                    if let Some(other) = other.filter(|other| *other != chosen) {
                        diagnostics.push(refusal(
                            stood(schema, &place.pointer),
                            format!("the type `{pinned}` cannot become both `{other}` and `{chosen}`"),
                        ));
                    }
                }
                Name::Chosen(chosen)
            }
            (None, Some(pinned)) => Name::Pinned(pinned.to_owned()),
            (None, None) => Name::Derived,
        };
        names.push(name);
    }
    for (place, name) in places.all.iter().zip(&mut names) {
        if let Name::Pinned(pinned) = name
            && let Some(chosen) = chosen_for.get(&(place.root, pinned.clone()))
        {
            *name = Name::Chosen(chosen.clone());
        }
    }
    names
}

/// How many places stand in one another below each.
fn heights(places: &[Place]) -> Vec<usize> {
    let mut heights = vec![0; places.len()];
    // Those that are inside come just before what holds them, so what waits on the stack belongs to what comes next.
    let mut waiting: Vec<usize> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let is_inside = |other: &usize| {
            places[*other].pointer.strip_prefix(place.pointer.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        while let Some(inner) = waiting.pop_if(|other| is_inside(other)) {
            heights[index] = heights[index].max(heights[inner] + 1);
        }
        waiting.push(index);
    }
    heights
}

/// Writes what a schema is, without what documents it, and with classes for the places in it.
struct Shape<'a> {
    by_pointer: &'a HashMap<&'a str, usize>,
    class_of: &'a [usize],
    text: String,
    pointer: String,
}

impl Shape<'_> {
    /// Whether the whole may be null is said where it is used.
    fn own(&mut self, schema: &Value) {
        if let Some(object) = schema.as_object() {
            self.object(object, &ABOUT_THE_USE);
        }
    }

    fn object(&mut self, object: &Map<String, Value>, without: &[&str]) {
        const DOCUMENTING: [&str; 6] =
            ["example", "examples", "title", extension::INFERRED, extension::RUST_NAME, STOOD];
        let mut sorted: Vec<(&String, &Value)> = object.iter().collect();
        sorted.sort_by_key(|(key, _)| *key);
        self.text.push('{');
        for (key, value) in sorted {
            let documents = DOCUMENTING.contains(&key.as_str()) || (key == "description" && value.is_string());
            if !(documents || without.contains(&key.as_str())) {
                _ = write!(self.text, "{key:?}:");
                self.value(key, value);
            }
        }
        self.text.push('}');
    }

    fn value(&mut self, token: &str, value: &Value) {
        let length = self.pointer.len();
        push_token(&mut self.pointer, token);
        match (self.by_pointer.get(self.pointer.as_str()), value) {
            (Some(place), _) => {
                let of_use = ABOUT_THE_USE.map(|key| value.get(key).map(ToString::to_string).unwrap_or_default());
                _ = write!(self.text, "#{}{}", self.class_of[*place], of_use.join(" "));
            }
            (None, Value::Object(object)) if token == "properties" => self.properties(object),
            (None, Value::Object(object)) => self.object(object, &[]),
            (None, Value::Array(elements)) => {
                self.text.push('[');
                elements.iter().enumerate().for_each(|(index, element)| self.value(&index.to_string(), element));
                self.text.push(']');
            }
            (None, value) => _ = write!(self.text, "{value},"),
        }
        self.pointer.truncate(length);
    }

    /// A property may be called as what documents a schema.
    fn properties(&mut self, object: &Map<String, Value>) {
        let mut sorted: Vec<(&String, &Value)> = object.iter().collect();
        sorted.sort_by_key(|(key, _)| *key);
        self.text.push('{');
        for (key, value) in sorted {
            _ = write!(self.text, "{key:?}:");
            self.value(key, value);
        }
        self.text.push('}');
    }
}

/// Adds to a schema what another of the same shape says about it: texts and examples where it has none, and how much was
/// seen of it.
pub(super) fn describe(schema: &mut Value, other: &Value) {
    let (Value::Object(object), Value::Object(others)) = (schema, other) else { return };
    for key in ["description", "title", "example", extension::RUST_NAME, STOOD] {
        if let Some(said) = others.get(key).filter(|said| !said.is_object() && !object.contains_key(key)) {
            object.insert(key.to_owned(), said.clone());
        }
    }
    if let Some(counts) = others.get(extension::INFERRED).filter(|_| !object.contains_key(extension::INFERRED)) {
        object.insert(extension::INFERRED.to_owned(), counts.clone());
    } else if let (Some(Value::Object(counts)), Some(more)) =
        (object.get_mut(extension::INFERRED), others.get(extension::INFERRED))
    {
        for key in ["samples", "nulls"] {
            if let (Some(one), Some(other)) = (counts.get(key).and_then(Value::as_u64), more[key].as_u64()) {
                counts.insert(key.to_owned(), (one + other).into());
            }
        }
    }
    for key in ["properties", "items", "additionalProperties"] {
        match (object.get_mut(key), others.get(key)) {
            (Some(Value::Object(properties)), Some(others)) if key == "properties" => {
                for (name, property) in properties {
                    describe(property, &others[name.as_str()]);
                }
            }
            (Some(schema), Some(other)) => describe(schema, other),
            _ => {}
        }
    }
}
