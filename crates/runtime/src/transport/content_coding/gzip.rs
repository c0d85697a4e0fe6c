//! The coding `gzip`: members of a gzip file, one after another (RFC 1952, section 2.2).

use std::io::{self, Write as _};
use std::mem;

use bytes::{Buf as _, Bytes};
use flate2::write::GzDecoder;

use super::{Decoder, MAX_STEPS, PIECE};

/// What a member begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

pub(super) struct Gzip {
    member: GzDecoder<Vec<u8>>,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    InMember,
    /// After a member, and after as many of the bytes that another one begins with.
    AfterMember(usize),
    /// In what is no member, such as the zeros that files are filled up with.
    Behind,
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self { member: GzDecoder::new(Vec::new()), state: State::InMember }
    }

    /// Takes a part of the input.
    fn advance(&mut self, input: &mut Bytes) -> io::Result<()> {
        match self.state {
            State::InMember => match self.member.write(input)? {
                0 => {
                    self.member.try_finish()?;
                    self.state = State::AfterMember(0);
                }
                length => input.advance(length),
            },
            State::AfterMember(length) if input.get_u8() == MAGIC[length] => {
                self.state = State::AfterMember(length + 1);
                if length + 1 == MAGIC.len() {
                    self.member = GzDecoder::new(mem::take(self.member.get_mut()));
                    self.member.write_all(&MAGIC)?;
                    self.state = State::InMember;
                }
            }
            State::AfterMember(_) => self.state = State::Behind,
            State::Behind => input.clear(),
        }
        Ok(())
    }
}

impl Decoder for Gzip {
    fn decode(&mut self, input: &mut Bytes, decoded: &mut Vec<u8>) -> io::Result<()> {
        let mut result = Ok(());
        let mut steps = 0..MAX_STEPS;
        while result.is_ok() && !input.is_empty() && self.member.get_ref().len() < PIECE && steps.next().is_some() {
            result = self.advance(input);
        }
        if let State::InMember = self.state {
            // Who reads a stream waits for what there is; what was decoded before an error is written by this, too.
            result = result.and(self.member.flush());
        }
        decoded.append(self.member.get_mut());
        result
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        if let State::InMember = self.state {
            self.member.try_finish()?;
        }
        Ok(mem::take(self.member.get_mut()))
    }
}
