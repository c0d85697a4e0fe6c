//! The documented operations as data.

use std::ops::RangeInclusive;

use crate::security::{BEARER, Scheme};

/// An operation of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation's id, after which the client's method is called.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// Where it is served.
    pub server: &'static str,
    /// The path template.
    pub path: &'static str,
    /// What a call costs, if the document says so.
    pub credits: Option<u64>,
    /// The media types that a request asks for in `Accept`; `None` where it takes whatever comes.
    pub accept: Option<&'static str>,
    /// The documented statuses.
    pub statuses: &'static [u16],
    /// Ways to be let in, of which each takes all of its schemes.
    pub security: &'static [&'static [Scheme]],
    /// The statuses that are no success and that the document has something else for than JSON.
    pub(crate) without_details: &'static [RangeInclusive<u16>],
}

/// For generated code, which the attribute above keeps from naming the fields.
#[doc(hidden)]
impl Operation {
    pub const fn new(name: &'static str, method: &'static str, server: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method,
            server,
            path,
            credits: None,
            accept: None,
            statuses: &[],
            security: BEARER,
            without_details: &[],
        }
    }

    pub const fn with_credits(mut self, credits: u64) -> Self {
        self.credits = Some(credits);
        self
    }

    pub const fn with_accept(mut self, accept: &'static str) -> Self {
        self.accept = Some(accept);
        self
    }

    pub const fn with_statuses(mut self, statuses: &'static [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    pub const fn with_no_details(mut self, statuses: &'static [RangeInclusive<u16>]) -> Self {
        self.without_details = statuses;
        self
    }

    pub const fn with_security(mut self, security: &'static [&'static [Scheme]]) -> Self {
        self.security = security;
        self
    }
}
