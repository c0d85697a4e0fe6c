//! What all changes together ask for.

use keyapi_codegen::public_items::Effect;
use keyapi_spec::diff::{Effect as Wire, Level};

use super::report::{Report, Reported};

/// What a version number has to tell those who depend on the crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Nothing: at most texts, examples and prices changed.
    Nothing,
    /// There is more than before.
    Additive,
    /// Something may not work any more.
    Breaking,
}

impl Need {
    /// What a report asks for: what was accepted is a change all the same.
    pub(crate) fn of(report: &Report) -> Self {
        report.changes.iter().map(Self::of_change).max().unwrap_or(Self::Nothing)
    }

    /// What one change asks for.
    pub(crate) fn of_change(change: &Reported) -> Self {
        match change.rust {
            _ if change.level == Level::Error => Self::Breaking,
            Effect::Breaking => Self::Breaking,
            Effect::Additive => Self::Additive,
            _ if change.change.is_wire() && change.change.effect != Wire::None => Self::Additive,
            _ => Self::Nothing,
        }
    }

    /// Which part of a version number says so: below 1.0, a minor one breaks.
    pub(crate) fn says(self, is_stable: bool) -> &'static str {
        match (self, is_stable) {
            (Self::Nothing, _) => "no version",
            (Self::Additive, false) => "a patch version",
            (Self::Additive, true) | (Self::Breaking, false) => "a minor version",
            (Self::Breaking, true) => "a major version",
        }
    }
}

/// The report in one line.
pub(crate) fn verdict(report: &Report) -> String {
    if report.changes.is_empty() {
        return "no change".to_owned();
    }
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let wire = [(Level::Error, "error"), (Level::Warn, "warning"), (Level::Info, "note")];
    let wire: Vec<String> = wire.map(|(level, one)| counted(report.count(level), one)).into();
    let of = |effect: Effect| report.items().iter().filter(|item| item.effect == effect).count();
    let accepted = match report.changes.iter().filter(|change| change.accepted).count() {
        0 => String::new(),
        count => format!(" ({count} accepted)"),
    };
    let need = Need::of(report);
    let word = match need {
        Need::Nothing => "compatible",
        Need::Additive => "additive",
        Need::Breaking => "breaking",
    };
    format!(
        "{word}: {}{accepted}; in Rust {} and {}; asks for {}",
        wire.join(", "),
        counted(of(Effect::Breaking), "break"),
        counted(of(Effect::Additive), "addition"),
        need.says(false),
    )
}
