//! What is left of the spans without the feature `tracing`: nothing.

use std::time::Duration;

use http::StatusCode;
use reqwest::Request;

use crate::call::{Call, Target};
use crate::{Deviation, ErrorKind};

#[derive(Clone)]
pub(crate) struct Span;

impl Span {
    pub(crate) fn call(_: &Target) -> Self {
        Self
    }

    pub(crate) fn attempt(_: &Call, _: &Request, _: u32) -> Self {
        Self
    }

    pub(crate) fn run<F: Future>(&self, future: F) -> F {
        future
    }

    pub(crate) fn end(&self, _: Option<StatusCode>, _: Option<ErrorKind>) {}

    pub(crate) fn end_call(&self, _: u32, _: Option<StatusCode>, _: Option<ErrorKind>) {}
}

pub(crate) fn retrying(_: u32, _: Duration) {}

pub(crate) fn repaired(_: &[Deviation]) {}
