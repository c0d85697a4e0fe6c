//! Streams, whose parts are written while they come: one that does not end would show nothing otherwise.

use std::sync::{Arc, Mutex, PoisonError};

use keyapi_runtime::CallOptions;
use keyapi_runtime::codegen::PartSink;

use crate::failure::Failure;
use crate::output::Output;

/// The parts of a stream, each a line of JSON.
pub(crate) struct Parts {
    sink: PartSink,
    /// Why no more can be written.
    failure: Arc<Mutex<Option<Failure>>>,
}

impl Parts {
    pub(crate) fn new(output: &Output) -> Self {
        let failure: Arc<Mutex<Option<Failure>>> = Arc::default();
        let (output, failed) = (output.clone(), Arc::clone(&failure));
        let sink = PartSink::new(move |part| {
            let written = output.text(&format!("{}\n", String::from_utf8_lossy(part)));
            written.map_err(|failure| *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure)).is_ok()
        });
        Self { sink, failure }
    }

    /// What has a call write them.
    pub(crate) fn options(&self) -> CallOptions {
        CallOptions::new().with_parts_to(self.sink.clone())
    }

    /// Whether there was a stream, of which everything has been written.
    pub(crate) fn written(self) -> Result<bool, Failure> {
        match self.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(failure) => Err(failure),
            None => Ok(self.sink.has_begun()),
        }
    }
}
