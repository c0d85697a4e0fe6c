//! What schemas say of the value at one place, as far as reading it from texts goes.
//!
//! References are followed when a value is read, never before: a schema that leads back to itself would have no end, and
//! most schemas are those of JSON bodies, which are not read from texts.

use keyapi_spec::schema::json_type;
use serde_json::Value;

use crate::document::schema::matches_pattern;
use crate::document::source::{Source, items, properties, text};

/// Of more combinations of alternatives than this, only the first ones are told apart.
const MOST: usize = 64;

/// The schemas that hold for one value: the given ones, what they refer to, all parts of `allOf`, and one branch of every
/// `oneOf` and `anyOf`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline<'a> {
    schemas: Vec<&'a Value>,
    shape: Shape,
}

/// What kind of value a schema asks for, as far as writing it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One text.
    #[default]
    Scalar,
    /// A list of texts.
    Array,
    /// Named texts.
    Object,
}

/// The types that one text may stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Types {
    /// Itself.
    pub string: bool,
    /// A number, whole or not.
    pub number: bool,
    /// `true` or `false`.
    pub boolean: bool,
    /// `null`, or nothing at all.
    pub null: bool,
    array: bool,
    object: bool,
}

impl<'a> Outline<'a> {
    /// One outline for each way in which a value can fit the schemas, in their order; at least one.
    pub(crate) fn alternatives(source: &'a Source, schemas: &[&'a Value]) -> Vec<Self> {
        let mut held = Conjunction::default();
        schemas.iter().for_each(|schema| held.add(source, schema));
        let mut found = Vec::new();
        if !held.branch(source, &mut found) {
            found.push(Conjunction::merged(source, schemas));
        }
        found.into_iter().flat_map(|schemas| Self::shaped(&schemas)).collect()
    }

    /// One outline for each shape, with all branches at once.
    pub(crate) fn merged(source: &'a Source, schemas: &[&'a Value]) -> Vec<Self> {
        Self::shaped(&Conjunction::merged(source, schemas))
    }

    /// What kind of value is asked for.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// The types that one text may stand for.
    pub(crate) fn types(&self) -> Types {
        Types::of(&self.schemas)
    }

    /// The schemas of one of an array's items: what a tuple says of it, or else what holds for all that have no place.
    pub(crate) fn item(&self, index: usize) -> Vec<&'a Value> {
        let in_place = |schema: &'a Value| schema.get("prefixItems")?.get(index);
        self.schemas.iter().filter_map(|schema| in_place(schema).or_else(|| schema.get("items"))).collect()
    }

    /// The names of the properties that are described.
    pub(crate) fn property_names(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.schemas.iter().flat_map(|schema| properties(schema.get("properties"))) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a property is described, by its name or by a pattern that its name has.
    pub(crate) fn describes(&self, name: &str) -> bool {
        let is_property = |schema: &&Value| schema.get("properties").is_some_and(|all| all.get(name).is_some());
        self.schemas.iter().any(is_property) || self.by_pattern(name).next().is_some()
    }

    /// Whether a property is another object's, where both are written among the same fields: whoever names it has it before
    /// whoever has a pattern for it, and that before whoever takes any.
    pub(crate) fn yields_to(&self, other: &Outline<'_>, name: &str) -> bool {
        other.property_names().contains(&name) || !self.describes(name) && other.describes(name)
    }

    /// The schemas of the patterns that a name has.
    fn by_pattern(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        let patterns = self.schemas.iter().flat_map(|schema| properties(schema.get("patternProperties")));
        patterns.filter(move |(pattern, _)| matches_pattern(pattern, name)).map(|(_, schema)| schema)
    }

    /// The schemas of a property, or those of the properties that are not described.
    pub(crate) fn property(&self, name: &str) -> Vec<&'a Value> {
        let mut described: Vec<&Value> =
            self.schemas.iter().filter_map(|schema| schema.get("properties")?.get(name)).collect();
        described.extend(self.by_pattern(name));
        if described.is_empty() {
            return self.schemas.iter().filter_map(|schema| schema.get("additionalProperties")).collect();
        }
        described
    }

    /// Whether an object has properties of any name: the document says so, or describes none.
    pub(crate) fn is_free_form(&self) -> bool {
        let keywords = ["properties", "patternProperties"];
        let lists = self.schemas.iter().flat_map(|schema| keywords.map(|keyword| schema.get(keyword)));
        let mut described = lists.flat_map(properties);
        let mut others = self.schemas.iter().filter_map(|schema| schema.get("additionalProperties")).peekable();
        self.shape == Shape::Object
            && if others.peek().is_some() {
                others.all(|other| *other != Value::Bool(false))
            } else {
                described.next().is_none()
            }
    }

    /// A schema with several types is as many alternatives as these have shapes.
    fn shaped(schemas: &[&'a Value]) -> Vec<Self> {
        let types = Types::of(schemas);
        let mut shapes = Vec::new();
        shapes.extend(types.array.then_some(Shape::Array));
        shapes.extend(types.object.then_some(Shape::Object));
        if types.is_scalar() || shapes.is_empty() {
            shapes.push(Shape::Scalar);
        }
        shapes.into_iter().map(|shape| Self { schemas: schemas.to_vec(), shape }).collect()
    }
}

/// Schemas that hold together, and the choices among branches that are still open.
#[derive(Clone, Default)]
struct Conjunction<'a> {
    schemas: Vec<&'a Value>,
    choices: Vec<&'a Value>,
}

impl<'a> Conjunction<'a> {
    fn merged(source: &'a Source, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut held = Self::default();
        schemas.iter().for_each(|schema| held.add(source, schema));
        while let Some(choice) = held.choices.pop() {
            items(Some(choice)).for_each(|branch| held.add(source, branch));
        }
        held.schemas
    }

    /// Adds a schema and all parts of it that hold as well. One that is there already, as a reference cycle comes
    /// back to it, is not added again.
    fn add(&mut self, source: &'a Source, schema: &'a Value) {
        let mut pending = vec![schema];
        while let Some(schema) = pending.pop() {
            let schema = source.resolve(schema);
            if self.schemas.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            self.schemas.push(schema);
            let choices = ["oneOf", "anyOf"].into_iter().filter_map(|combinator| schema.get(combinator));
            self.choices.extend(choices.filter(|choice| items(Some(choice)).next().is_some()));
            pending.extend(items(schema.get("allOf")));
        }
    }

    /// Takes every branch of every choice in turn; false where there are too many combinations.
    fn branch(mut self, source: &'a Source, found: &mut Vec<Vec<&'a Value>>) -> bool {
        let Some(choice) = self.choices.pop() else {
            found.push(self.schemas);
            return found.len() <= MOST;
        };
        items(Some(choice)).all(|branch| {
            let mut taken = self.clone();
            taken.add(source, branch);
            taken.branch(source, found)
        })
    }
}

impl Types {
    /// The types that schemas name, or imply where none of them names any.
    fn of(schemas: &[&Value]) -> Self {
        let mut types = Self::default();
        for schema in schemas {
            match schema.get("type") {
                Some(Value::Array(names)) => names.iter().for_each(|name| types.add(name.as_str().unwrap_or_default())),
                _ => types.add(text(schema, "type").unwrap_or_default()),
            }
            types.null |= schema.get("nullable") == Some(&Value::Bool(true));
        }
        if types == (Self { null: types.null, ..Self::default() }) {
            schemas.iter().for_each(|schema| types.imply(schema));
        }
        types
    }

    fn add(&mut self, name: &str) {
        match name {
            "string" => self.string = true,
            "integer" | "number" => self.number = true,
            "boolean" => self.boolean = true,
            "null" => self.null = true,
            "array" => self.array = true,
            "object" => self.object = true,
            _ => {}
        }
    }

    fn imply(&mut self, schema: &Value) {
        self.object |= schema.get("properties").or_else(|| schema.get("patternProperties")).is_some();
        self.array |= schema.get("items").or_else(|| schema.get("prefixItems")).is_some();
        for value in items(schema.get("enum")).chain(schema.get("const")) {
            self.add(json_type::name(value));
        }
    }

    fn is_scalar(self) -> bool {
        self.string || self.number || self.boolean || self.null
    }
}
