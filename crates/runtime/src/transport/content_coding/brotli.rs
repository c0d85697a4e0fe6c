//! The coding `br` (RFC 7932).

use std::io;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::{Buf as _, Bytes};

use super::{Decoder, PIECE};

pub(super) struct Brotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    piece: Vec<u8>,
    is_over: bool,
}

impl Brotli {
    pub(super) fn new() -> Self {
        // Windows larger than those of the standard are memory that a server has not earned.
        let state =
            BrotliState::new_strict(StandardAlloc::default(), StandardAlloc::default(), StandardAlloc::default());
        Self { state, piece: vec![0; PIECE], is_over: false }
    }
}

impl Decoder for Brotli {
    fn decode(&mut self, input: &mut Bytes, decoded: &mut Vec<u8>) -> io::Result<()> {
        if self.is_over {
            input.clear();
            return Ok(());
        }
        let (mut left, mut used, mut room, mut length, mut total) = (input.len(), 0, self.piece.len(), 0, 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut used,
            input,
            &mut room,
            &mut length,
            &mut self.piece,
            &mut total,
            &mut self.state,
        );
        input.advance(used);
        decoded.extend_from_slice(&self.piece[..length]);
        match result {
            BrotliResult::ResultSuccess => self.is_over = true,
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
            BrotliResult::ResultFailure => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "corrupt brotli stream"));
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        match self.is_over {
            true => Ok(Vec::new()),
            false => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete brotli stream")),
        }
    }
}
