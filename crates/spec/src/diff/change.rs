//! A change, and the law that says how bad it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::document::OperationKey;
use crate::document::template;

/// How bad a change is for those who keep to the old document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It breaks nobody.
    Info,
    /// Nobody has proved that it breaks nobody.
    Warn,
    /// It breaks somebody.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

/// Which way the messages travel that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// What a change does to the set of legal messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing.
    None,
    /// Some messages are no longer legal.
    Narrows,
    /// Some messages are legal now that were not.
    Widens,
    /// Both.
    Incomparable,
    /// Neither inclusion is proved.
    Unknown,
    /// What was announced about the end of something is not kept.
    Violation,
}

impl Effect {
    /// The effect of the change the other way round.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::Narrows => Self::Widens,
            Self::Widens => Self::Narrows,
            other => other,
        }
    }

    /// The effect of two changes at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, effect) | (effect, Self::None) => effect,
            (one, other) if one == other => one,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Incomparable,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Narrows => "narrows",
            Self::Widens => "widens",
            Self::Incomparable => "incomparable",
            Self::Unknown => "unknown",
            Self::Violation => "violation",
        })
    }
}

/// What about the place of a change qualifies its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// It is read-only, so that it is in no request.
    ReadOnly,
    /// It is write-only, so that it is in no response.
    WriteOnly,
    /// It was deprecated before it went, and its sunset has come.
    Announced,
    /// It is in responses, but clients choose or count on it: a status, a media type, a header.
    Selected,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadOnly => "read-only",
            Self::WriteOnly => "write-only",
            Self::Announced => "announced",
            Self::Selected => "selected",
        })
    }
}

/// The law: how bad an effect is. To narrow a request breaks those who send it, to widen a response those who read it.
pub fn level(direction: Option<Direction>, effect: Effect, guard: Option<Guard>) -> Level {
    let direction = if guard == Some(Guard::Selected) { Some(Direction::Request) } else { direction };
    let is_void = match guard {
        Some(Guard::ReadOnly) => direction == Some(Direction::Request),
        Some(Guard::WriteOnly) => direction == Some(Direction::Response),
        Some(Guard::Announced) => true,
        Some(Guard::Selected) | None => false,
    };
    match (effect, direction) {
        _ if is_void => Level::Info,
        (Effect::Incomparable | Effect::Violation, _) => Level::Error,
        (Effect::Unknown, _) => Level::Warn,
        (Effect::Narrows, Some(Direction::Request)) | (Effect::Widens, Some(Direction::Response)) => Level::Error,
        (Effect::None | Effect::Narrows | Effect::Widens, _) => Level::Info,
    }
}

/// One of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The document as it was.
    Old,
    /// The document as it is.
    New,
}

/// Something that is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The id of the rule.
    pub id: String,
    /// The messages that it is about; none for what says nothing of messages, such as texts, examples, prices and
    /// announcements.
    pub direction: Option<Direction>,
    /// What it does to them.
    pub effect: Effect,
    /// What qualifies the effect.
    pub guard: Option<Guard>,
    /// The operation, as the new document spells it, or the old one where it is gone; none for the whole document.
    pub operation: Option<OperationKey>,
    /// The place in the messages of the operation, in words: `response 200 application/json data.items[].name`.
    pub place: String,
    /// The document that the pointer leads into.
    pub side: Side,
    /// JSON pointer to what changed.
    pub pointer: String,
    /// What changed: a lowercase sentence fragment.
    pub message: String,
    /// The differences inside it, one a line, where it is an example.
    pub details: Vec<String>,
    /// What tells the change from others of the same rule in the same place, as text.
    pub(super) subject: String,
}

impl Change {
    /// A change of what goes into a document, which the document itself does not show.
    pub fn of_input(id: &str, pointer: &str, message: String) -> Self {
        Self {
            id: id.to_owned(),
            direction: None,
            effect: Effect::None,
            guard: None,
            operation: None,
            place: String::new(),
            side: Side::New,
            pointer: pointer.to_owned(),
            subject: message.clone(),
            message,
            details: Vec::new(),
        }
    }

    /// How bad it is, by the law.
    pub fn level(&self) -> Level {
        level(self.direction, self.effect, self.guard)
    }

    /// Whether it is about messages, and not only about what is said of them.
    pub fn is_wire(&self) -> bool {
        self.direction.is_some()
    }

    /// A name for the change that stays the same as long as the change does, wherever it stands and however it is put.
    pub fn fingerprint(&self) -> String {
        let operation = self.operation.as_ref().map(|key| format!("{} {}", key.method, template::shape(&key.path)));
        digest([self.id.as_str(), operation.as_deref().unwrap_or_default(), &self.place, &self.subject])
    }
}

/// Sixteen hex digits that tell texts from others.
pub(super) fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law() {
        use Direction::{Request, Response};
        use Effect::{Incomparable, Narrows, Unknown, Violation, Widens};
        for (effect, guard, request, response) in [
            (Effect::None, None, Level::Info, Level::Info),
            (Narrows, None, Level::Error, Level::Info),
            (Widens, None, Level::Info, Level::Error),
            (Incomparable, None, Level::Error, Level::Error),
            (Unknown, None, Level::Warn, Level::Warn),
            (Violation, None, Level::Error, Level::Error),
            (Narrows, Some(Guard::ReadOnly), Level::Info, Level::Info),
            (Widens, Some(Guard::ReadOnly), Level::Info, Level::Error),
            (Narrows, Some(Guard::WriteOnly), Level::Error, Level::Info),
            (Widens, Some(Guard::WriteOnly), Level::Info, Level::Info),
            (Incomparable, Some(Guard::ReadOnly), Level::Info, Level::Error),
            (Narrows, Some(Guard::Announced), Level::Info, Level::Info),
            (Unknown, Some(Guard::Announced), Level::Info, Level::Info),
            (Narrows, Some(Guard::Selected), Level::Error, Level::Error),
            (Widens, Some(Guard::Selected), Level::Info, Level::Info),
        ] {
            assert_eq!(level(Some(Request), effect, guard), request, "{effect:?} {guard:?}");
            assert_eq!(level(Some(Response), effect, guard), response, "{effect:?} {guard:?}");
        }
    }
}
