//! Names that a release has given: they never move, whatever is imported or sampled later.
//!
//! They are in the lock beside the document, by what they are of, their *place*:
//!
//! - `GET /things` is an operation,
//! - `GET /things#query/page` is a parameter of it, and `GET /things#query-filter` the object that a parameter holds,
//! - `GET /things#response/data/owner` is the object that these properties of a response lead to, lists and their elements
//!   being one; `#request`, `#error` and, for a status that has a type of its own, `#response404` or `#error404` are other bodies,
//! - `GET /things#error/~404` and `GET /things#error/~500` are no types: they say which statuses the body `#error` is of, so
//!   that it stays theirs when there are others,
//! - `GET /things#successes` and `GET /things#errors` are the enums of which the status of a response chooses,
//! - `#errors` is the error that all operations share,
//! - `#params/page` is the type of the values of all parameters of one name, and `#params/page/first` one of them,
//! - `schemas/Thing` is a component, and `schemas/Thing/owner` an object in it.
//!
//! Places of one name are of one type. An operation that is gone keeps its names, and gives them up only to what has been
//! released under one of them since.

mod kind;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Naming;
use crate::diagnostic::{join, push_escaped, push_token};
use crate::document::template::shape;
use crate::document::{OperationKey, operations};
use crate::{Diagnostic, Source};
use kind::Owned;

pub(crate) use kind::Kind;

/// Names by their places.
pub type Names = BTreeMap<String, String>;

/// The lock beside a document: `NAME.lock` beside `NAME.openapi.json`; a document that is called otherwise has none.
pub fn beside(spec: &Path) -> Option<PathBuf> {
    let name = spec.file_name()?.to_str()?.strip_suffix(".openapi.json")?;
    Some(spec.with_file_name(format!("{name}.lock")))
}

/// Former names by the places of what was called so, the latest first.
pub type FormerNames = BTreeMap<String, Vec<String>>;

/// Pins the names that are `given` in a release, and keeps those that a person changed for callers. What is gone keeps its
/// names, unless something else has them now.
pub fn release(names: &mut Names, former: &mut FormerNames, given: &Names, naming: &dyn Naming) {
    let now: HashSet<_> = given.iter().map(|(place, name)| Kind::owned(place, name, naming)).collect();
    let is_others =
        |place: &String, name: &str| !given.contains_key(place) && now.contains(&Kind::owned(place, name, naming));
    names.retain(|place, name| !is_others(place, name));
    former.iter_mut().for_each(|(place, names)| names.retain(|name| !is_others(place, name)));
    let before = Pinned { naming, names: names.clone(), former: former.clone() };
    // A status has no name of its own.
    for (place, name) in given.iter().filter(|(place, _)| status(place).is_none()) {
        let known = self::former(&[place], name, &before).into_iter().map(str::to_owned);
        former.insert(place.clone(), known.collect());
    }
    former.retain(|_, names| !names.is_empty());
    names.extend(given.iter().map(|(place, name)| (place.clone(), name.clone())));
}

/// The names that what is at some places had in releases before it was called `name`, of each place the latest first.
///
/// The lock has them in this order, too, so that a release changes nothing of what was generated before it.
pub(crate) fn former<'n>(places: &[&str], name: &str, naming: &'n dyn Naming) -> Vec<&'n str> {
    let known = places.iter().flat_map(|place| {
        let names = naming.pinned(place).into_iter().chain(naming.former(place).iter().map(String::as_str));
        names.map(move |known| (place, known))
    });
    // Names that differ as texts may be the same as identifiers.
    let spelled = |place: &str, known: &str| Kind::spelled(place, naming, known);
    let mut told: HashSet<String> = places.iter().map(|place| spelled(place, name)).collect();
    known.filter(|(place, known)| told.insert(spelled(place, known))).map(|(_, known)| known).collect()
}

/// The names of a release that a lock does not have any more where `given` are the names of today, by their places.
///
/// A name is not lost that a person changed, that is of a path whose parameters are called otherwise now, or that something
/// else has been released under where nothing is at its place any more.
pub fn lost<'r>(
    released: &'r Names,
    names: &Names,
    former: &FormerNames,
    given: &Names,
    naming: &dyn Naming,
) -> Vec<(&'r str, &'r str)> {
    // The path that an import spells otherwise is one path, and its operations move in the lock.
    let as_shape = |place: &str| moved(place, |operation| Some(shape(operation)));
    let names: BTreeMap<String, &str> = names.iter().map(|(place, name)| (as_shape(place), name.as_str())).collect();
    let former: BTreeMap<String, &[String]> =
        former.iter().map(|(place, names)| (as_shape(place), names.as_slice())).collect();
    let given: HashSet<String> = given.keys().map(|place| as_shape(place)).collect();
    let owned: HashSet<_> = names.iter().map(|(place, name)| Kind::owned(place, name, naming)).collect();
    let is_kept = |place: &str, name: &str| {
        let place = as_shape(place);
        let now = names.get(&place).copied().into_iter();
        let before = former.get(&place).copied().into_iter().flatten().map(String::as_str);
        let is_same = |known: &str| Kind::spelled(&place, naming, known) == Kind::spelled(&place, naming, name);
        now.chain(before).any(is_same)
            || (!given.contains(&place) && owned.contains(&Kind::owned(&place, name, naming)))
    };
    let released = released.iter().map(|(place, name)| (place.as_str(), name.as_str()));
    released.filter(|(place, name)| !is_kept(place, name)).collect()
}

/// The place that a place is once its operation is called otherwise.
pub fn moved(place: &str, operation: impl FnOnce(&str) -> Option<String>) -> String {
    let (own, rest) = place.split_at(place.find('#').unwrap_or(place.len()));
    operation(own).map_or_else(|| place.to_owned(), |moved| moved + rest)
}

/// The place of a parameter.
pub(crate) fn of_parameter(operation: &OperationKey, location: &str, name: &str) -> String {
    let mut place = format!("{operation}#{location}");
    push_token(&mut place, name);
    place
}

/// The place of the type of a parameter.
pub(crate) fn of_parameter_type(operation: &OperationKey, location: &str, name: &str) -> String {
    let mut place = format!("{operation}#{location}-");
    push_escaped(&mut place, name);
    place
}

/// The place of the type of the values of all parameters of one name.
pub(crate) fn of_values(parameter: &str) -> String {
    join(VALUES, parameter)
}

/// The place of one of them.
pub(crate) fn of_value(parameter: &str, value: &str) -> String {
    join(&of_values(parameter), value)
}

/// What the places of values of parameters begin with.
const VALUES: &str = "#params";

/// The place of a component of a kind, such as `schemas`.
pub(crate) fn of_component(kind: &str, key: &str) -> String {
    let mut place = kind.to_owned();
    push_token(&mut place, key);
    place
}

/// Where it stands that a body is of a status; no token of a property begins so.
pub(crate) fn of_status(body: &str, status: &str) -> String {
    format!("{body}/~{status}")
}

/// The place of a body and the status, where a place is one of a status.
pub fn status(place: &str) -> Option<(&str, &str)> {
    let (body, status) = place.rsplit_once("/~")?;
    let is_number = status.starts_with(|c: char| c.is_ascii_digit()) && status.chars().all(char::is_alphanumeric);
    let (_, within) = body.split_once('#')?;
    ((is_number || status == "Default") && !within.contains('/')).then_some((body, status))
}

/// How names are spelled, and which of them are pinned.
pub(crate) struct Pinned<'a> {
    naming: &'a dyn Naming,
    names: Names,
    former: FormerNames,
}

impl<'a> Pinned<'a> {
    /// No name is pinned.
    pub(crate) fn nothing(naming: &'a dyn Naming) -> Self {
        Self { naming, names: Names::new(), former: FormerNames::new() }
    }

    /// The names that are pinned in a lock, where there is one.
    ///
    /// # Errors
    ///
    /// Everything in the lock that cannot be, each with its place.
    pub(crate) fn of(lock: Option<&Source>, naming: &'a dyn Naming) -> Result<Self, Vec<Diagnostic>> {
        let Some(lock) = lock else { return Ok(Self::nothing(naming)) };
        let (pinned, found) = Self::read(&lock.value(), naming);
        if found.is_empty() { Ok(pinned) } else { Err(found.into_iter().map(|found| lock.place(found)).collect()) }
    }

    /// Reads a lock, and reports what in it cannot be; the pointers lead into the lock.
    pub(crate) fn read(lock: &Value, naming: &'a dyn Naming) -> (Self, Vec<Diagnostic>) {
        let mut pinned = Self::nothing(naming);
        let mut found = Vec::new();
        let mut refuse =
            |pointer: &str, message: String| {
                found.push(Diagnostic::error("pinned-name", pointer, message).help(
                    "take the names from the lock of the last release, as git has it, then run `cargo xtask regen`",
                ));
            };
        for property in
            ["names", "former-names"].iter().filter(|property| lock.get(property).is_some_and(|of| !of.is_object()))
        {
            refuse(&join("", property), format!("`{property}` is no object of names"));
        }
        let mut owners: HashMap<Owned<'_>, &str> = HashMap::new();
        for (place, name) in properties(lock, "names") {
            let pointer = join("/names", place);
            let Some(name) = name.as_str() else {
                refuse(&pointer, "a name is a text".to_owned());
                continue;
            };
            let (kind, scope) = Kind::of(place);
            if let Some(why) = kind.refusal(naming, name) {
                refuse(&pointer, format!("`{name}` cannot be the name of {}: {why}", kind.what()));
                continue;
            }
            let other = owners.insert(Kind::owned(place, name, naming), place).filter(|other| match kind {
                // What shares a type stands in one body, or in one component.
                Kind::Type => Kind::of(other).1 != scope,
                _ => true,
            });
            if let Some(other) = other {
                refuse(&pointer, format!("the name `{name}` is that of `{other}` already"));
            }
            pinned.names.insert(place.clone(), name.to_owned());
        }
        for (place, names) in properties(lock, "former-names") {
            let pointer = join("/former-names", place);
            let (kind, _) = Kind::of(place);
            for name in names.as_array().into_iter().flatten() {
                match name.as_str() {
                    Some(name) if kind.refusal(naming, name).is_none() => {
                        pinned.former.entry(place.clone()).or_default().push(name.to_owned());
                    }
                    _ => refuse(&pointer, format!("{name} cannot be the name of {}", kind.what())),
                }
            }
        }
        (pinned, found)
    }
}

fn properties<'v>(lock: &'v Value, property: &str) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    lock.get(property).and_then(Value::as_object).into_iter().flatten()
}

/// The names, as they are told apart, by which callers know what is at a place: nothing else is called so.
pub(crate) fn known(place: &str, naming: &dyn Naming) -> Vec<String> {
    let (kind, _) = Kind::of(place);
    let names = naming.former(place).iter().map(String::as_str).chain(naming.pinned(place));
    names.map(|name| kind.told_apart(naming, name)).collect()
}

/// The pinned types of what is there; what is gone does not keep others from its names.
pub(crate) fn reserved_types(document: &Value, naming: &dyn Naming) -> HashSet<String> {
    let there: HashSet<String> = operations(document).iter().map(ToString::to_string).collect();
    let is_there = |place: &str| match place.split_once('#') {
        Some((operation, _)) => operation.is_empty() || there.contains(operation),
        None => document.pointer(&format!("/components/{}", Kind::of(place).1)).is_some(),
    };
    let names = naming.pins().into_iter().filter(|(place, _)| Kind::of(place).0 == Kind::Type && is_there(place));
    names.map(|(_, name)| name.to_owned()).collect()
}

impl Naming for Pinned<'_> {
    fn field<'a>(&self, property: &'a str) -> Cow<'a, str> {
        self.naming.field(property)
    }

    fn unknown_properties(&self) -> &str {
        self.naming.unknown_properties()
    }

    fn type_name(&self, component: &str) -> String {
        self.naming.type_name(component)
    }

    fn method(&self, name: &str) -> String {
        self.naming.method(name)
    }

    fn request_type(&self, operation_id: &str) -> String {
        self.naming.request_type(operation_id)
    }

    fn value_types<'a>(&self, parameters: &mut dyn Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
        self.naming.value_types(parameters)
    }

    fn constant(&self, value: &str) -> String {
        self.naming.constant(value)
    }

    fn reserved_constants(&self) -> &[&str] {
        self.naming.reserved_constants()
    }

    fn reserved_methods(&self) -> &[&str] {
        self.naming.reserved_methods()
    }

    fn reserved_types(&self) -> &[&str] {
        self.naming.reserved_types()
    }

    fn reserved_setters(&self) -> &[&str] {
        self.naming.reserved_setters()
    }

    fn keywords(&self) -> &[&str] {
        self.naming.keywords()
    }

    fn pinned(&self, place: &str) -> Option<&str> {
        self.names.get(place).map(String::as_str)
    }

    fn pinned_below(&self, start: &str) -> Vec<(&str, &str)> {
        let from = self.names.range::<str, _>((Bound::Included(start), Bound::Unbounded));
        let below = from.take_while(|(place, _)| place.starts_with(start));
        below.map(|(place, name)| (place.as_str(), name.as_str())).collect()
    }

    fn former(&self, place: &str) -> &[String] {
        self.former.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    fn pins(&self) -> Vec<(&str, &str)> {
        let former = self.former.iter().flat_map(|(place, names)| names.iter().map(move |name| (place, name)));
        self.names.iter().chain(former).map(|(place, name)| (place.as_str(), name.as_str())).collect()
    }
}
