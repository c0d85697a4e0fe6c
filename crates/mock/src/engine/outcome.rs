//! What becomes of a request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// A whole response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers, those aside that the server adds by itself.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Whether the document describes it, and not only its status.
    pub documented: bool,
}

/// What becomes of a request: a response, or something worse, after a while.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// How long the server waits first.
    pub delay: Duration,
    /// What it does then.
    pub action: Action,
}

/// What a server does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// It responds.
    Respond(Response),
    /// It resets the connection without a response.
    Reset,
    /// It closes the connection without a response.
    Close,
    /// It promises the whole body, sends some of it, and ends the connection.
    Cut {
        /// The response.
        response: Response,
        /// How many bytes of the body it sends.
        after: usize,
        /// How it ends the connection.
        ending: Ending,
    },
    /// It sends the body bit by bit.
    Drip {
        /// The response.
        response: Response,
        /// How many bytes it sends at a time.
        chunk: usize,
        /// How long it waits between two bits.
        pause: Duration,
    },
}

/// How a connection ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// In the orderly way.
    Close,
    /// By a reset.
    Reset,
}

impl Outcome {
    /// A response at once.
    pub fn response(response: Response) -> Self {
        Self { delay: Duration::ZERO, action: Action::Respond(response) }
    }

    /// The status that the client sees, if it sees one.
    pub fn status(&self) -> Option<StatusCode> {
        self.planned().map(|response| response.status)
    }

    /// Whether the client gets a response that the document describes.
    pub fn is_documented(&self) -> bool {
        match &self.action {
            Action::Respond(response) | Action::Drip { response, .. } => response.documented,
            Action::Reset | Action::Close | Action::Cut { .. } => false,
        }
    }

    /// The response that the server sends, or begins to send.
    pub fn planned(&self) -> Option<&Response> {
        match &self.action {
            Action::Respond(response) | Action::Cut { response, .. } | Action::Drip { response, .. } => Some(response),
            Action::Reset | Action::Close => None,
        }
    }

    /// The same, to be changed.
    pub fn planned_mut(&mut self) -> Option<&mut Response> {
        match &mut self.action {
            Action::Respond(response) | Action::Cut { response, .. } | Action::Drip { response, .. } => Some(response),
            Action::Reset | Action::Close => None,
        }
    }
}
