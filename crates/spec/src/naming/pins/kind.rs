//! What a pinned name is of, and so how it is spelled and what it is told apart from.

use super::VALUES;
use crate::naming::{MAX_LENGTH, Naming};

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Method,
    Setter,
    Type,
    /// The type of the values of a parameter.
    ValueType,
    /// A value of a parameter.
    Value,
}

/// A name with all that another one has to share to be the same: the kind, and the operation or the parameter where each has
/// its own.
pub(super) type Owned<'p> = (Kind, &'p str, String);

impl Kind {
    pub(super) fn owned<'p>(place: &'p str, name: &str, naming: &dyn Naming) -> Owned<'p> {
        let (kind, scope) = Self::of(place);
        let is_own = matches!(kind, Self::Setter | Self::Value);
        (kind, if is_own { scope } else { "" }, kind.told_apart(naming, name))
    }

    /// The kind of a place, and the body, the component, the operation or the parameter that it is in.
    pub(super) fn of(place: &str) -> (Self, &str) {
        let end = |text: &str| text.find('/').unwrap_or(text.len());
        if let Some(rest) = place.strip_prefix(VALUES).and_then(|rest| rest.strip_prefix('/')) {
            let parameter = &place[..VALUES.len() + 1 + end(rest)];
            return (if parameter == place { Self::ValueType } else { Self::Value }, parameter);
        }
        match place.split_once('#') {
            Some((operation, rest))
                if ["path/", "query/", "header/", "cookie/"].iter().any(|start| rest.starts_with(start)) =>
            {
                (Self::Setter, operation)
            }
            Some((operation, rest)) => (Self::Type, &place[..operation.len() + 1 + end(rest)]),
            None if place.contains(' ') => (Self::Method, place),
            None => {
                let key = end(place);
                let rest = place.get(key + 1..).unwrap_or_default();
                (Self::Type, &place[..place.len() - rest.len() + end(rest)])
            }
        }
    }

    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Method => "an operation",
            Self::Setter => "a parameter",
            Self::Type => "a type",
            Self::ValueType => "the type of a parameter's values",
            Self::Value => "a value of a parameter",
        }
    }

    /// How the name of what is at a place is spelled as an identifier.
    pub(crate) fn spelled(place: &str, naming: &dyn Naming, name: &str) -> String {
        match Self::of(place).0 {
            Self::Type => naming.type_name(name),
            Self::Method | Self::Setter => naming.method(name),
            Self::ValueType | Self::Value => name.to_owned(),
        }
    }

    /// How a name is spelled where no other may be spelled so: methods are told apart by the types of their requests.
    pub(super) fn told_apart(self, naming: &dyn Naming, name: &str) -> String {
        match self {
            Self::Method => naming.request_type(name),
            Self::Setter => naming.method(name),
            Self::Type | Self::ValueType | Self::Value => name.to_owned(),
        }
    }

    /// Why a text cannot be such a name as it stands.
    pub(crate) fn refusal(self, naming: &dyn Naming, name: &str) -> Option<&'static str> {
        let spelled = match self {
            Self::Type | Self::ValueType => naming.type_name(name),
            Self::Value => naming.constant(name),
            // An id may be spelled in any case, and a method is called after it.
            Self::Method | Self::Setter => naming.method(name),
        };
        let reserved = match self {
            Self::Method => naming.reserved_methods(),
            Self::Setter => naming.reserved_setters(),
            Self::Type => naming.reserved_types(),
            // They have a module of their own.
            Self::ValueType => &[],
            Self::Value => naming.reserved_constants(),
        };
        // No file is called after a setter or a value.
        let is_long = !matches!(self, Self::Setter | Self::Value) && name.len().max(spelled.len()) > MAX_LENGTH;
        if name.is_empty() || is_long {
            return Some("it is empty or too long");
        }
        if matches!(self, Self::Type | Self::ValueType) && !spelled.eq_ignore_ascii_case(name) {
            return Some("types are spelled in camel case, of letters and digits");
        }
        if self == Self::Value && spelled != name {
            return Some("values are spelled in capitals, digits and underscores");
        }
        reserved.contains(&spelled.as_str()).then_some("generated code needs it for itself")
    }
}
