//! Makes values for schemas: for responses without an example, for bodies that are made up, and for calls to try.
//!
//! A value is built to fit: what `allOf` and a branch of `oneOf` say holds together. Whatever that does not come to, the
//! validator says where the value is wrong, and the next one is made otherwise in these places.

mod array;
mod height;
mod lessons;
mod maker;
mod number;
mod object;
mod parts;
mod pattern;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod text;

use serde_json::Value;

use crate::document::schema::Schema;
use lessons::Lessons;
use maker::Maker;

/// How deep what need not be there goes: one after the other, until the value is small enough.
const DEPTHS: [usize; 7] = [maker::DEEPEST, 6, 4, 3, 2, 1, 0];

/// So many values are made that are no better than the best so far.
const PATIENCE: usize = 12;

/// So many values are made in all.
const MOST_ROUNDS: usize = 60;

/// How values are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// The schema's example, default or first allowed value, else a plain value of its type.
    Plain,
    /// Different for every seed, the same for the same one.
    Random(u64),
}

/// A value that was made.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The value. It fits unless none was found that does.
    pub(crate) value: Value,
    /// What the document's examples come to, where one of them does not fit its own schema and was left out.
    pub(crate) rejected: Option<Value>,
}

/// Every value of a schema is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooComplex;

/// Makes a value for a schema.
pub(crate) fn sample(schema: &Schema, style: Style) -> Result<Sample, TooComplex> {
    let made = search(schema, style)?;
    if style == Style::Plain || schema.accepts(&made.value) {
        return Ok(made);
    }
    // The document's examples may fit where what is made up does not.
    let plain = search(schema, Style::Plain).ok().filter(|plain| schema.accepts(&plain.value));
    Ok(plain.unwrap_or(made))
}

/// A value that fits a schema; nothing where none is found.
pub(crate) fn fitting(schema: &Schema) -> Option<Value> {
    sample(schema, Style::Plain).ok().map(|made| made.value).filter(|value| schema.accepts(value))
}

/// The type that a schema names, or the one that its keywords speak of.
pub(crate) fn kind(schema: &Value) -> &str {
    parts::kinds(&[schema]).first().copied().unwrap_or("any")
}

/// Makes values until one fits, and returns the one with the fewest faults where none does.
fn search(schema: &Schema, style: Style) -> Result<Sample, TooComplex> {
    let mut lessons = Lessons::default();
    let (mut first, mut misfit) = (None, false);
    let mut best: Option<(usize, Value)> = None;
    let mut patience = PATIENCE;
    let mut depths = match style {
        Style::Plain => &DEPTHS[..],
        Style::Random(_) => &DEPTHS[1..],
    };
    for _ in 0..MOST_ROUNDS {
        let (value, misfits) = make(schema, style, &lessons, &mut depths)?;
        misfit |= misfits > 0;
        let faults = lessons.learn(schema, &value);
        if faults == 0 {
            return Ok(Sample { value, rejected: first.filter(|_| misfit) });
        }
        first.get_or_insert_with(|| value.clone());
        if best.as_ref().is_none_or(|(fewest, _)| faults < *fewest) {
            best = Some((faults, value));
            patience = PATIENCE;
        } else if patience == 0 {
            break;
        } else {
            patience -= 1;
        }
    }
    best.map(|(_, value)| Sample { value, rejected: None }).ok_or(TooComplex)
}

/// Makes one value of the first size that is not too large, and tells how many examples proved to be wrong.
fn make(schema: &Schema, style: Style, lessons: &Lessons, depths: &mut &[usize]) -> Result<(Value, usize), TooComplex> {
    while let [depth, smaller @ ..] = *depths {
        let mut maker = Maker::new(schema, style, lessons, *depth);
        match maker.value(&[schema.raw()], "", 0) {
            Err(TooComplex) => *depths = smaller,
            Ok(value) => return Ok((value, maker.misfits)),
        }
    }
    Err(TooComplex)
}
