//! Makes one value of a schema.

use std::hash::{DefaultHasher, Hash, Hasher};

use fastrand::Rng;
use keyapi_spec::document::unwrap_reference;
use serde_json::{Map, Value, json};

use super::height::Heights;
use super::lessons::Lessons;
use super::parts::{allow_null, choices, given, kinds, schemas, usable};
use super::{Style, TooComplex, number, text};
use crate::document::discriminator::Discriminator;
use crate::document::schema::{Direction, Schema};
use crate::document::source::Source;
use crate::document::translation::Role;

/// Values inside values beyond this depth are given up.
pub(super) const DEEPEST: usize = 100;

/// Larger values are given up, unless nothing smaller is left to try.
const MOST_VALUES: usize = 2_500;

/// The largest value of all.
const MOST_NEEDED: usize = 25_000;

/// How often a schema may stand in itself before it is left out.
const MOST_REPEATS: usize = 2;

/// So many schemas hold together for one value at most.
const MOST_PARTS: usize = 256;

pub(super) struct Maker<'a> {
    schema: &'a Schema,
    /// How many examples do not fit their own schemas.
    pub(super) misfits: usize,
    pub(super) source: &'a Source,
    pub(super) direction: Direction,
    pub(super) style: Style,
    pub(super) lessons: &'a Lessons,
    /// What need not be there is left out below this depth.
    optional: usize,
    depth: usize,
    left: usize,
    /// The schemas behind the references that are being followed.
    open: Vec<&'a Value>,
    heights: Heights<'a>,
}

/// A value to be made: what holds for it, and how it differs from others.
pub(super) struct Node<'a, 'p> {
    /// The schemas that hold for it.
    pub(super) parts: Vec<&'a Value>,
    /// Where it stands, as a JSON pointer.
    pub(super) at: &'p str,
    /// Which of the possible values is made, counted up where values did not fit.
    pub(super) turn: Turn,
    /// Which of the items of a list that must differ it belongs to.
    pub(super) variant: u32,
    /// The tags of the branches that were chosen, by the names of the properties that hold them.
    pub(super) tags: Vec<(&'a str, String)>,
    /// Whether it is to be as small as can be.
    pub(super) small: bool,
    /// Whether an example of the whole did not fit.
    pub(super) is_misfit: bool,
    pub(super) rng: Rng,
}

/// A number whose digits are choices, so that counting up comes by all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn(pub(super) u32);

impl Turn {
    /// The choice between so many.
    pub(super) fn choose(&mut self, choices: usize) -> usize {
        let base = u32::try_from(choices.max(1)).unwrap_or(u32::MAX);
        let digit = self.0 % base;
        self.0 /= base;
        usize::try_from(digit).unwrap_or(0)
    }
}

impl Node<'_, '_> {
    /// Which of the values of the right type is made.
    pub(super) fn draw(&self) -> u32 {
        self.turn.0.saturating_add(self.variant)
    }
}

impl<'a> Maker<'a> {
    pub(super) fn new(schema: &'a Schema, style: Style, lessons: &'a Lessons, optional: usize) -> Self {
        Self {
            schema,
            misfits: 0,
            source: schema.source(),
            direction: schema.direction(),
            style,
            lessons,
            optional,
            depth: 0,
            left: if optional == 0 { MOST_NEEDED } else { MOST_VALUES },
            open: Vec::new(),
            heights: Heights::new(schema.source()),
        }
    }

    /// Makes a value for which several schemas hold.
    pub(super) fn value(&mut self, schemas: &[&'a Value], at: &str, variant: u32) -> Result<Value, TooComplex> {
        self.left = self.left.checked_sub(1).ok_or(TooComplex)?;
        if self.depth >= DEEPEST {
            return Err(TooComplex);
        }
        self.depth += 1;
        let open = self.open.len();
        let made = self.make(schemas, at, variant);
        self.open.truncate(open);
        self.depth -= 1;
        made
    }

    fn make(&mut self, schemas: &[&'a Value], at: &str, variant: u32) -> Result<Value, TooComplex> {
        let mut turn = Turn(self.lessons.turn(at));
        let source = self.source;
        let given = schemas.iter().find_map(|schema| Some((*schema, given(source.resolve(schema))?)));
        if let Some((schema, given)) = given.filter(|_| self.style == Style::Plain) {
            if turn.0 == 0 && variant == 0 {
                return Ok(given.clone());
            }
            self.misfits += usize::from(turn.0 == 1 && !self.schema.beside(schema).accepts(given));
            turn.0 = turn.0.saturating_sub(1);
        }
        let is_misfit = given.is_some();
        let mut node = Node {
            parts: Vec::new(),
            at,
            turn,
            variant,
            small: self.depth > self.optional,
            is_misfit,
            tags: Vec::new(),
            rng: self.rng(at, turn.0.saturating_add(variant)),
        };
        let mut seen = Vec::new();
        for schema in schemas {
            self.gather(schema, Role::Whole, &mut node, &mut seen);
        }
        if let Some(choices) = choices(&node.parts) {
            let first = self.start(at, choices.iter().filter(|choice| !choice.is_null()).count());
            let choice = first + node.turn.choose(choices.len()) + usize::try_from(variant).unwrap_or(0);
            return Ok(choices[choice % choices.len()].clone());
        }
        self.of_kind(node)
    }

    fn of_kind(&mut self, mut node: Node<'a, '_>) -> Result<Value, TooComplex> {
        let kinds = kinds(&node.parts);
        let kind = kinds[node.turn.choose(kinds.len())];
        if node.small && allow_null(&node.parts) && matches!(kind, "object" | "array") {
            return Ok(Value::Null);
        }
        let plain = self.style == Style::Plain;
        if plain && node.draw() == 0 && kind != "object" && !node.is_misfit {
            let given = node.parts.iter().rev().find_map(|part| given(part));
            if let Some(given) = given {
                return Ok(given.clone());
            }
        }
        Ok(match kind {
            "object" => self.object(node)?,
            "array" => self.array(node)?,
            "string" => Value::String(text::make(&mut node, self.style)),
            "integer" => number::integer(&mut node, self.style),
            "number" => number::number(&mut node, self.style),
            "boolean" => Value::Bool(if plain { node.draw().is_multiple_of(2) } else { node.rng.bool() }),
            "null" => Value::Null,
            _ => json!({}),
        })
    }

    /// Adds a schema, what it refers to, and the branches that are chosen in it. What is in `allOf` comes first.
    fn gather(&mut self, schema: &'a Value, role: Role, node: &mut Node<'a, '_>, seen: &mut Vec<&'a Value>) {
        let Some(schema) = self.follow(schema, node) else { return };
        if seen.len() >= MOST_PARTS || seen.iter().any(|known| std::ptr::eq(*known, schema)) {
            return;
        }
        seen.push(schema);
        // A reference with something said about its use stands for what it refers to.
        let of_parts = if std::ptr::eq(unwrap_reference(schema), schema) { Role::Part } else { role };
        for part in schemas(schema, "allOf") {
            self.gather(part, of_parts, node, seen);
        }
        node.parts.push(schema);
        if role == Role::Whole
            && let Some(selected) = self.select(schema, node)
        {
            self.gather(selected, role, node, seen);
        }
        for keyword in ["oneOf", "anyOf"] {
            let branches: Vec<&Value> = schemas(schema, keyword).collect();
            if !branches.is_empty() {
                let branch = self.choose(&branches, node);
                let discriminator = Discriminator::of(self.source, schema);
                node.tags
                    .extend(discriminator.and_then(|found| Some((found.property, found.tag_of(branch)?.to_owned()))));
                self.gather(branch, Role::Whole, node, seen);
            }
        }
        if let Some(condition) = usable(schema, "if") {
            let branch: &[_] = if node.turn.choose(2) == 0 {
                &[Some(condition), usable(schema, "then")]
            } else {
                &[usable(schema, "else")]
            };
            for part in branch.iter().flatten() {
                self.gather(part, Role::Part, node, seen);
            }
        }
    }

    /// One of the schemas that are made from a base, or the base itself, as its discriminator knows them by tags.
    fn select(&mut self, base: &'a Value, node: &mut Node<'a, '_>) -> Option<&'a Value> {
        let found = Discriminator::of(self.source, base).filter(|found| found.choice.is_none())?;
        let known = found.selected().filter_map(|(tag, reference)| Some((tag, self.source.target(reference)?)));
        let known: Vec<(&str, &Value)> = known.collect();
        let ends: Vec<_> = known.iter().filter(|(_, schema)| !node.small && !self.is_repeated(schema)).collect();
        // Where it has to end, the base alone does.
        let (tag, selected) = match ends.as_slice() {
            [] => known.iter().find(|(_, schema)| std::ptr::eq(*schema, base))?,
            ends => ends[(self.start(node.at, ends.len()) + node.turn.choose(ends.len())) % ends.len()],
        };
        node.tags.push((found.property, (*tag).to_owned()));
        self.open.push(selected);
        Some(selected)
    }

    /// What a chain of references leads to, which is open from now on; nothing where it leads nowhere.
    fn follow(&mut self, schema: &'a Value, node: &mut Node<'a, '_>) -> Option<&'a Value> {
        let mut schema = schema;
        for _ in 0..MOST_PARTS {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some(schema) };
            schema = self.source.target(reference)?;
            node.small |= self.is_repeated(schema);
            self.open.push(schema);
        }
        None
    }

    /// A branch that ends soon where the value is to be small, else one that does not lead back.
    fn choose(&mut self, branches: &[&'a Value], node: &mut Node<'a, '_>) -> &'a Value {
        let mut ranked: Vec<(usize, &Value)> = branches
            .iter()
            .map(|branch| {
                let rank = if node.small { self.heights.of(branch) } else { usize::from(self.leads_back(branch, 0)) };
                (rank, *branch)
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let as_good = ranked.iter().take_while(|(rank, _)| *rank == ranked[0].0).count();
        let choice = self.start(node.at, as_good) + node.turn.choose(ranked.len());
        ranked[choice % ranked.len()].1
    }

    /// Whether a schema stands in itself so often that it is to be left out.
    pub(super) fn leads_back(&self, schema: &Value, depth: usize) -> bool {
        if depth > MOST_PARTS.ilog2() as usize {
            return false;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.source.target(reference);
            return target.is_some_and(|target| self.is_repeated(target) || self.leads_back(target, depth + 1));
        }
        let either = |keyword| {
            let mut branches = schemas(schema, keyword).peekable();
            branches.peek().is_some() && branches.all(|branch| self.leads_back(branch, depth + 1))
        };
        schemas(schema, "allOf").any(|part| self.leads_back(part, depth + 1)) || either("oneOf") || either("anyOf")
    }

    fn is_repeated(&self, schema: &Value) -> bool {
        self.open.iter().filter(|open| std::ptr::eq(**open, schema)).count() >= MOST_REPEATS
    }

    /// The choice between so many from which turns are counted.
    fn start(&self, at: &str, choices: usize) -> usize {
        match self.style {
            Style::Plain => 0,
            Style::Random(_) => self.rng(at, u32::MAX).usize(..choices.max(1)),
        }
    }

    /// Every place has random numbers of its own, so that what is made otherwise in one changes nothing in others.
    fn rng(&self, at: &str, draw: u32) -> Rng {
        let seed = match self.style {
            Style::Plain => 0,
            Style::Random(seed) => seed,
        };
        let mut hasher = DefaultHasher::new();
        (seed, at, draw).hash(&mut hasher);
        Rng::with_seed(hasher.finish())
    }
}

/// The properties that examples of the parts of an object give.
pub(super) fn given_properties(parts: &[&Value]) -> Map<String, Value> {
    let objects = parts.iter().filter_map(|part| given(part)?.as_object());
    objects.flat_map(|object| object.iter().map(|(name, value)| (name.clone(), value.clone()))).collect()
}
