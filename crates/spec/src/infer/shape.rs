//! Evidence about one location, merged.

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::Value;

use super::lexical::{Keys, LexicalForm};
use super::place::{Place, Places};
use super::rounded::Rounded;

/// What all samples of one location have in common: the join of their kinds, key by key.
///
/// Merging is commutative and associative up to the order of keys, and idempotent up to the two counts.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    /// The first sample.
    pub(crate) place: Place,
    /// How many samples there are, nulls included.
    pub(crate) samples: u64,
    /// How many of them are null.
    pub(crate) nulls: u64,
    boolean: bool,
    numbers: Option<Numbers>,
    text: Option<LexicalForm>,
    items: Option<Box<Shape<'a>>>,
    properties: Option<Properties<'a>>,
    /// What the document's examples prove of it, once stored samples are about to be added.
    documented: Option<Documented>,
}

/// What the document's own examples prove of a location, which stored samples may only widen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Documented {
    /// Nothing: all are null, or empty lists or objects, or there is none.
    Nothing,
    /// Integers within the range of `i64`.
    Signed,
    /// Objects whose keys are names.
    Properties,
    /// Objects that are maps.
    Map(Keys),
    /// Something else.
    Other,
}

/// The properties of all objects of a location, in the order in which their keys were first seen.
pub(crate) type Properties<'a> = IndexMap<&'a str, Shape<'a>>;

/// The one kind that all samples of a location are of, nulls aside.
#[derive(Debug)]
pub(crate) enum Kind<'a> {
    /// There is no sample.
    Nothing,
    /// Every sample is null.
    Null,
    Boolean,
    Number(Numbers),
    Text(LexicalForm),
    Array(Box<Shape<'a>>),
    Object(Properties<'a>),
    /// There is more than one kind: these.
    Mixed(Vec<&'static str>),
}

/// What the numbers of a location are like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    /// The least and the greatest integer.
    pub(crate) integers: Option<(i128, i128)>,
    /// Whether any token is a float.
    pub(crate) float: bool,
    /// Whether any integer is too large for the parser.
    pub(crate) rounded: bool,
}

impl<'a> Shape<'a> {
    /// A location without samples.
    pub(crate) fn nothing(place: Place) -> Self {
        Self {
            place,
            samples: 0,
            nulls: 0,
            boolean: false,
            numbers: None,
            text: None,
            items: None,
            properties: None,
            documented: None,
        }
    }

    /// What one sample says.
    pub(crate) fn of(value: &'a Value, place: Place, places: &mut Places<'a>, rounded: &Rounded) -> Self {
        let mut shape = Self { samples: 1, ..Self::nothing(place) };
        match value {
            Value::Null => shape.nulls = 1,
            Value::Bool(_) => shape.boolean = true,
            Value::Number(_) => shape.numbers = Some(Numbers::of(value, rounded)),
            Value::String(text) => shape.text = Some(LexicalForm::of(text)),
            Value::Array(elements) => {
                let mut items = Self::nothing(place);
                for (index, element) in elements.iter().enumerate() {
                    let place = places.index(place, index);
                    items.merge(Self::of(element, place, places, rounded));
                }
                shape.items = Some(Box::new(items));
            }
            Value::Object(object) => {
                let property = |(key, value): (&'a String, &'a Value)| {
                    let place = places.key(place, key);
                    (key.as_str(), Self::of(value, place, places, rounded))
                };
                shape.properties = Some(object.iter().map(property).collect());
            }
        }
        shape
    }

    /// Keeps in mind what all samples so far prove: they are those of the document, and stored ones come next.
    pub(crate) fn remember(&mut self) {
        self.documented = Some(self.proof());
        if let Some(items) = &mut self.items {
            items.remember();
        }
        self.properties.iter_mut().flat_map(IndexMap::values_mut).for_each(Self::remember);
    }

    /// What the document's own examples prove; nothing where it has none, or no sample is stored.
    pub(crate) fn documented(&self) -> Option<Documented> {
        self.documented
    }

    fn proof(&self) -> Documented {
        let others = self.boolean || self.text.is_some();
        match (&self.numbers, &self.items, &self.properties) {
            (None, None, None) if !others => Documented::Nothing,
            (Some(Numbers { integers: Some((_, greatest)), float: false, rounded: false }), None, None)
                if !others && *greatest <= i128::from(i64::MAX) =>
            {
                Documented::Signed
            }
            (None, None, Some(properties)) if !others && properties.is_empty() => Documented::Nothing,
            (None, None, Some(properties)) if !others => {
                Keys::of(properties.keys().copied()).map_or(Documented::Properties, Documented::Map)
            }
            _ => Documented::Other,
        }
    }

    /// Adds what other samples of the same location say.
    pub(crate) fn merge(&mut self, other: Self) {
        if self.samples == 0 {
            self.place = other.place;
        }
        self.samples += other.samples;
        self.nulls += other.nulls;
        self.boolean |= other.boolean;
        join(&mut self.numbers, other.numbers, |mine, theirs| *mine = mine.merge(theirs));
        join(&mut self.text, other.text, |mine, theirs| *mine = mine.merge(theirs));
        join(&mut self.items, other.items, |mine, theirs| mine.merge(*theirs));
        join(&mut self.properties, other.properties, merge_properties);
        // Of the values of a map, the one that proves most counts for all.
        if self.documented.is_none_or(|mine| mine == Documented::Nothing) {
            self.documented = other.documented.or(self.documented);
        }
    }

    /// The one kind that all samples are of.
    pub(crate) fn into_kind(self) -> Kind<'a> {
        let found = [
            (self.boolean, "a boolean"),
            (self.numbers.is_some(), "a number"),
            (self.text.is_some(), "a string"),
            (self.items.is_some(), "an array"),
            (self.properties.is_some(), "an object"),
        ];
        let found: Vec<_> = found.into_iter().filter_map(|(seen, noun)| seen.then_some(noun)).collect();
        if found.len() > 1 {
            return Kind::Mixed(found);
        }
        match self {
            Self { boolean: true, .. } => Kind::Boolean,
            Self { numbers: Some(numbers), .. } => Kind::Number(numbers),
            Self { text: Some(look), .. } => Kind::Text(look),
            Self { items: Some(items), .. } => Kind::Array(items),
            Self { properties: Some(properties), .. } => Kind::Object(properties),
            Self { samples: 0, .. } => Kind::Nothing,
            _ => Kind::Null,
        }
    }
}

impl Kind<'_> {
    /// Whether there is more to the samples than null, or lists and objects that are empty.
    pub(crate) fn proves_something(&self) -> bool {
        match self {
            Self::Nothing | Self::Null => false,
            Self::Object(properties) => !properties.is_empty(),
            _ => true,
        }
    }
}

impl Numbers {
    fn of(value: &Value, rounded: &Rounded) -> Self {
        let integer = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
        let rounded = rounded.contains(value);
        Self { integers: integer.map(|n| (n, n)), float: integer.is_none() && !rounded, rounded }
    }

    fn merge(mut self, other: Self) -> Self {
        join(&mut self.integers, other.integers, |mine, theirs| {
            *mine = (mine.0.min(theirs.0), mine.1.max(theirs.1));
        });
        Self { integers: self.integers, float: self.float || other.float, rounded: self.rounded || other.rounded }
    }
}

fn merge_properties<'a>(mine: &mut Properties<'a>, theirs: Properties<'a>) {
    for (key, shape) in theirs {
        match mine.entry(key) {
            Entry::Occupied(mut entry) => entry.get_mut().merge(shape),
            Entry::Vacant(entry) => {
                entry.insert(shape);
            }
        }
    }
}

fn join<T>(mine: &mut Option<T>, theirs: Option<T>, merge: impl FnOnce(&mut T, T)) {
    match (mine.as_mut(), theirs) {
        (Some(mine), Some(theirs)) => merge(mine, theirs),
        (None, theirs @ Some(_)) => *mine = theirs,
        (_, None) => {}
    }
}
