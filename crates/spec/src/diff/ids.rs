//! Ids of rules that are not made of direction, place and action alone.

use crate::document::extension;

use super::change::{Direction, Effect};
use super::place::{Place, Scope};
use super::schema::Schema;
use super::types::Types;

/// Ids that would be made, and those that oasdiff has in their place.
const PUBLISHED: [(&str, &str); 1] = [("response-body-enum-value-removed", "response-mediatype-enum-value-removed")];

/// The id under which a rule is known.
pub(super) fn published(id: String) -> String {
    match PUBLISHED.iter().find(|(made, _)| *made == id) {
        Some((_, known)) => (*known).to_owned(),
        None => id,
    }
}

/// What a change of type is called: an action, or a whole id where the type was inferred from examples.
pub(super) fn of_type(
    place: &Place,
    effect: Effect,
    old: &Schema<'_>,
    new: &Schema<'_>,
    old_types: Types,
    new_types: Types,
) -> Result<&'static str, &'static str> {
    let rule = |schema: &Schema<'_>| schema.first(extension::INFERRED).map(|inferred| inferred["rule"].clone());
    let is_inferred = rule(old).is_some() || rule(new).is_some();
    match (effect, place.direction, place.scope) {
        // Every sample was null, which is no type at all.
        (Effect::Narrows, ..)
            if old_types.is_any() && !new_types.is_any() && rule(old).is_some_and(|rule| rule == "R1") =>
        {
            Err("null-only-resolved")
        }
        (Effect::Widens, ..) if is_inferred => Err("inferred-type-widened"),
        (Effect::Narrows, ..) if is_inferred => Err("inferred-type-narrowed"),
        (Effect::Widens, ..) => Ok("type-generalized"),
        (Effect::Narrows, Direction::Response, _) | (Effect::Narrows, _, Scope::ParameterProperty) => {
            Ok("type-specialized")
        }
        _ => Ok("type-changed"),
    }
}
