//! Where in the messages of an operation something is.

use std::fmt;
use std::rc::Rc;

use super::change::{Direction, Guard, level};
use super::{Effect, Level, spelling};
use crate::document::OperationKey;

/// What kind of place it is, which is part of the ids of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// A whole body.
    Body,
    /// Something in a body.
    Property,
    /// A parameter.
    Parameter,
    /// Something in a parameter.
    ParameterProperty,
    /// A response header.
    Header,
    /// Something in a response header.
    HeaderProperty,
}

impl Scope {
    /// The scope of what is inside.
    pub(super) fn inside(self) -> Self {
        match self {
            Self::Body | Self::Property => Self::Property,
            Self::Parameter | Self::ParameterProperty => Self::ParameterProperty,
            Self::Header | Self::HeaderProperty => Self::HeaderProperty,
        }
    }

    /// The part of a rule's id that names the scope.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Property => "property",
            Self::Parameter => "parameter",
            Self::ParameterProperty => "parameter-property",
            Self::Header => "header",
            Self::HeaderProperty => "header-property",
        }
    }
}

/// A place, with what is known on the way to it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) operation: Option<Rc<OperationKey>>,
    pub(super) direction: Direction,
    pub(super) scope: Scope,
    pub(super) guard: Option<Guard>,
    /// Values are text, so that every scalar is a string, too.
    pub(super) is_text: bool,
    /// It is below `not`: what is allowed here is forbidden to the whole.
    pub(super) is_negated: bool,
    /// It is in one of alternatives that may overlap, of which exactly one has to hold.
    pub(super) may_overlap: bool,
    pub(super) trail: Rc<SchemaPath>,
}

impl Place {
    /// The place of a whole parameter, header or body, in words.
    pub(super) fn new(operation: &Rc<OperationKey>, direction: Direction, scope: Scope, words: &str) -> Self {
        Self {
            operation: Some(Rc::clone(operation)),
            direction,
            scope,
            guard: None,
            is_text: matches!(scope, Scope::Parameter | Scope::Header),
            is_negated: false,
            may_overlap: false,
            trail: Rc::new(SchemaPath::Root(words.to_owned())),
        }
    }

    /// The place of a property.
    pub(super) fn property(&self, name: &str) -> Self {
        self.inside(SchemaPath::Property(Rc::clone(&self.trail), name.to_owned()))
    }

    /// The place of the elements of an array.
    pub(super) fn items(&self) -> Self {
        self.inside(SchemaPath::Items(Rc::clone(&self.trail)))
    }

    /// The place of the properties that are not named.
    pub(super) fn values(&self) -> Self {
        self.inside(SchemaPath::Values(Rc::clone(&self.trail)))
    }

    /// The place of one of several schemas that a keyword lists.
    pub(super) fn variant(&self, name: &str) -> Self {
        self.inside(SchemaPath::Variant(Rc::clone(&self.trail), name.to_owned()))
    }

    fn inside(&self, trail: SchemaPath) -> Self {
        Self { scope: self.scope.inside(), trail: Rc::new(trail), ..self.clone() }
    }

    /// What else than the schemas decides what a comparison finds.
    pub(super) fn flags(&self) -> u8 {
        u8::from(self.is_negated) | u8::from(self.may_overlap) << 1 | u8::from(self.guard.is_some()) << 2
    }

    /// The effect on the whole of an effect here.
    pub(super) fn effect(&self, effect: Effect) -> Effect {
        let effect = if self.is_negated { effect.reverse() } else { effect };
        // Where alternatives exclude one another, what one of them gains or loses may be lost or gained by the whole.
        let claims_safety = effect != Effect::None && level(Some(self.direction), effect, None) == Level::Info;
        if self.may_overlap && claims_safety { Effect::Unknown } else { effect }
    }

    /// The id of a rule about a schema here, such as `request-property-max-set`.
    pub(super) fn rule(&self, effect: Effect, action: &str) -> String {
        let guarded = match self.guard {
            Some(Guard::ReadOnly) if effect != Effect::None => "read-only-",
            Some(Guard::WriteOnly) if effect != Effect::None => "write-only-",
            _ => "",
        };
        format!("{}-{guarded}{}-{action}", self.direction, self.scope.name())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trail.fmt(f)
    }
}

/// The way into a message. It is shared, since most places lead to no change and none of them to a text.
#[derive(Debug)]
pub(super) enum SchemaPath {
    Root(String),
    Property(Rc<SchemaPath>, String),
    Items(Rc<SchemaPath>),
    Values(Rc<SchemaPath>),
    Variant(Rc<SchemaPath>, String),
}

impl fmt::Display for SchemaPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // From the inside out, without recursion: documents may refer through any number of schemas.
        let mut steps = Vec::new();
        let mut trail = self;
        loop {
            trail = match trail {
                Self::Root(words) => {
                    f.write_str(words)?;
                    break;
                }
                Self::Property(outer, _) | Self::Items(outer) | Self::Values(outer) | Self::Variant(outer, _) => {
                    steps.push(trail);
                    outer
                }
            };
        }
        let mut separator = " ";
        for step in steps.into_iter().rev() {
            match step {
                Self::Property(_, name) => write!(f, "{separator}{}", spelling::property(name))?,
                Self::Items(_) => f.write_str(if separator == " " { " []" } else { "[]" })?,
                Self::Values(_) => write!(f, "{separator}*")?,
                Self::Variant(_, name) => write!(f, "{separator}{}", spelling::variant(name))?,
                Self::Root(_) => {}
            }
            separator = ".";
        }
        Ok(())
    }
}

impl Drop for SchemaPath {
    /// Without recursion, for the same reason.
    fn drop(&mut self) {
        let mut outer = self.take_outer();
        while let Some(trail) = outer {
            outer = Rc::try_unwrap(trail).ok().and_then(|mut trail| trail.take_outer());
        }
    }
}

impl SchemaPath {
    fn take_outer(&mut self) -> Option<Rc<SchemaPath>> {
        match self {
            Self::Root(_) => None,
            Self::Property(outer, _) | Self::Items(outer) | Self::Values(outer) | Self::Variant(outer, _) => {
                Some(std::mem::replace(outer, Rc::new(Self::Root(String::new()))))
            }
        }
    }
}
