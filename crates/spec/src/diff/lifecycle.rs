//! Announcements about the end of something: `deprecated` and `x-sunset`.

use std::rc::Rc;

use serde_json::Value;

use super::change::{Direction, Effect};
use super::comparison::{At, Comparison, Draft};
use super::place::{Place, Scope};
use crate::document::OperationKey;
use crate::document::extension;
use crate::schema::date::seconds;

/// What was said about the end of something before it came.
pub(super) enum Announcement {
    /// Nothing.
    None,
    /// That it comes, and it did not come too early.
    Kept,
    /// That it comes later; why it is too early.
    Broken(Breach),
}

/// What is wrong with the end of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breach {
    /// The sunset is not a date.
    Invalid,
    /// The sunset is still to come.
    Early,
}

/// The rules about the lifecycle of operations, parameters and properties.
struct Rules {
    deprecated: String,
    deprecated_with_sunset: String,
    reactivated: String,
    deleted: String,
    invalid: String,
    earlier: String,
    /// The prefix of the rest.
    sunset: String,
}

impl Rules {
    fn of_operation() -> Self {
        Self {
            deprecated: "endpoint-deprecated".into(),
            deprecated_with_sunset: "endpoint-deprecated-with-sunset".into(),
            reactivated: "endpoint-reactivated".into(),
            deleted: "sunset-deleted".into(),
            invalid: "api-deprecated-sunset-parse".into(),
            earlier: "api-sunset-date-changed-too-small".into(),
            sunset: "api-sunset".into(),
        }
    }

    fn of(direction: Direction, scope: Scope) -> Self {
        let owner = format!("{direction}-{}", scope.name());
        let is_parameter = scope == Scope::Parameter;
        Self {
            deprecated: format!("{owner}-deprecated"),
            deprecated_with_sunset: format!("{owner}-deprecated{}", if is_parameter { "" } else { "-with-sunset" }),
            reactivated: format!("{owner}-reactivated"),
            deleted: format!("{owner}-sunset-deleted"),
            invalid: format!("{owner}-{}", if is_parameter { "sunset-parse" } else { "deprecated-sunset-invalid" }),
            earlier: format!("{owner}-sunset-date-changed-too-small"),
            sunset: format!("{owner}-sunset"),
        }
    }
}

impl<'a> Comparison<'a> {
    /// What was said about the end of something that is gone.
    pub(super) fn announcement(&self, gone: Option<&Value>) -> Announcement {
        let Some(gone) = gone.filter(|gone| is_deprecated(gone)) else { return Announcement::None };
        match gone.get(extension::SUNSET).map(date) {
            None => Announcement::Kept,
            Some(None) => Announcement::Broken(Breach::Invalid),
            Some(Some(sunset)) if sunset > self.now => Announcement::Broken(Breach::Early),
            Some(Some(_)) => Announcement::Kept,
        }
    }

    pub(super) fn lifecycle_of_operation(&mut self, key: &Rc<OperationKey>, old: &'a Value, new: &'a Value) {
        self.lifecycle(&Rules::of_operation(), Some(key), "", old, new);
    }

    pub(super) fn lifecycle_of_parameter(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        let rules = Rules::of(place.direction, place.scope);
        self.lifecycle(&rules, place.operation.as_ref(), &place.to_string(), old, new);
    }

    pub(super) fn lifecycle_of_schema(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        // Parameters and headers say it themselves.
        let is_silent = |schema: &Value| ["deprecated", extension::SUNSET].iter().all(|key| schema.get(key).is_none());
        if matches!(place.scope, Scope::Parameter | Scope::Header) || is_silent(old) && is_silent(new) {
            return;
        }
        self.lifecycle_of_parameter(place, old, new);
    }

    fn lifecycle(
        &mut self,
        rules: &Rules,
        operation: Option<&Rc<OperationKey>>,
        place: &str,
        old: &'a Value,
        new: &'a Value,
    ) {
        let (was, is) = (is_deprecated(old), is_deprecated(new));
        let (before, after) = (old.get(extension::SUNSET), new.get(extension::SUNSET));
        let now = self.now;
        let it = if place.is_empty() { "the operation" } else { "it" };
        let mut add = |id: &str, at: At<'a>, effect: Effect, message: String| {
            let prefix = if place.is_empty() { String::new() } else { format!("{place}: ") };
            let draft = Draft::note(operation, id, format!("{prefix}{message}"));
            let dates = [before, after].map(|date| date.map(ToString::to_string).unwrap_or_default()).join(" ");
            self.add(at, draft.place(place).effect(effect).subject(dates).change());
        };
        let at = At::New(new);
        match (was, is) {
            (false, false) => return,
            (true, false) => {
                return add(&rules.reactivated, at, Effect::None, format!("{it} is not deprecated any more"));
            }
            (false, true) if after.is_none() => {
                add(&rules.deprecated, at, Effect::None, format!("{it} is deprecated"));
            }
            (false, true) => {
                let message = format!("{it} is deprecated, with the sunset {}", after.unwrap_or(&Value::Null));
                add(&rules.deprecated_with_sunset, at, Effect::None, message);
            }
            (true, true) => {}
        }
        let Some(after) = after else {
            if was && before.is_some() {
                let message = format!("the sunset {} was withdrawn", before.unwrap_or(&Value::Null));
                add(&rules.deleted, at, Effect::Violation, message);
            }
            return;
        };
        if before == Some(after) {
            return;
        }
        let at = At::New(after);
        let Some(sunset) = date(after) else {
            return add(&rules.invalid, at, Effect::Violation, format!("the sunset {after} is not a date"));
        };
        match before.and_then(date).filter(|_| was) {
            Some(known) if sunset < known => {
                let message =
                    format!("the sunset moved from {} to the earlier {after}", before.unwrap_or(&Value::Null));
                add(&rules.earlier, at, Effect::Violation, message);
            }
            Some(known) if sunset > known => {
                let message = format!("the sunset moved from {} to the later {after}", before.unwrap_or(&Value::Null));
                add(&format!("{}-date-changed", rules.sunset), at, Effect::None, message);
            }
            Some(_) => {}
            None if sunset < now => {
                let id = format!("{}-date-too-small", rules.sunset);
                add(&id, at, Effect::Violation, format!("the sunset {after} is past already"));
            }
            None if was => {
                add(&format!("{}-added", rules.sunset), at, Effect::None, format!("the sunset {after} was added"));
            }
            None => {}
        }
    }
}

fn is_deprecated(node: &Value) -> bool {
    node.get("deprecated") == Some(&Value::Bool(true))
}

fn date(value: &Value) -> Option<u64> {
    seconds(value.as_str()?.trim())
}
