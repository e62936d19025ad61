//! From bytes to instructions.
//!
//! [`Decoder`] splits a pickle into opcodes and their operands. It knows frames and lengths, but
//! neither the stack nor the memo, so it also reads pickles that no machine would accept. The
//! machine calls its readers directly; tools take one [`Instruction`] after the other.

use crate::error::{Error, Result};

/// Reads opcodes and operands from a slice.
///
/// Frames are followed as `pickle.py` does: an operand may begin after the end of a frame, but it
/// may not begin inside and end outside. Errors of the readers carry no offset; the caller knows
/// where the instruction began.
#[derive(Debug, Clone)]
pub(crate) struct Decoder<'de> {
    /// What is left of the frame, or of the input outside of frames.
    rest: &'de [u8],
    /// What follows the frame; empty outside of frames.
    after: &'de [u8],
    framed: bool,
    length: usize,
}

impl<'de> Decoder<'de> {
    pub(crate) fn new(input: &'de [u8]) -> Decoder<'de> {
        Decoder { rest: input, after: &[], framed: false, length: input.len() }
    }

    /// Reads what follows bytes that were read before: offsets count those too.
    pub(crate) fn continuing(input: &'de [u8], before: usize) -> Decoder<'de> {
        Decoder { length: before + input.len(), ..Decoder::new(input) }
    }

    /// Where the next byte is read.
    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.length - self.after.len() - self.rest.len()
    }

    /// The opcode byte that comes next in the frame.
    #[inline]
    pub(crate) fn next_opcode(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next opcode byte, whether known or not.
    #[inline]
    pub(crate) fn opcode(&mut self) -> Result<u8> {
        match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                Ok(byte)
            }
            None => self.opcode_after_frame(),
        }
    }

    #[cold]
    fn opcode_after_frame(&mut self) -> Result<u8> {
        self.leave_frame();
        match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                Ok(byte)
            }
            None => Err(Error::end_of_input("an opcode")),
        }
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    #[inline]
    pub(crate) fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    #[inline]
    pub(crate) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A float; the only operand that is big endian.
    #[inline]
    pub(crate) fn f64(&mut self) -> Result<f64> {
        Ok(f64::from_be_bytes(self.array()?))
    }

    /// A payload after one byte of length.
    #[inline]
    pub(crate) fn bytes1(&mut self) -> Result<&'de [u8]> {
        let length = self.u8()?;
        self.take(length.into())
    }

    /// A payload after four bytes of length.
    #[inline]
    pub(crate) fn bytes4(&mut self) -> Result<&'de [u8]> {
        let length = self.u32()?;
        self.take(usize::try_from(length).map_err(|_| too_long(length.into()))?)
    }

    /// A payload after four bytes of signed length, as `BINSTRING` and `LONG4` have it.
    #[inline]
    pub(crate) fn signed_bytes4(&mut self) -> Result<&'de [u8]> {
        let length = self.i32()?;
        self.take(usize::try_from(length).map_err(|_| {
            Error::malformed(format!("length {length}"), "a length of zero or more")
        })?)
    }

    /// A payload after eight bytes of length.
    #[inline]
    pub(crate) fn bytes8(&mut self) -> Result<&'de [u8]> {
        let length = self.u64()?;
        self.take(usize::try_from(length).map_err(|_| too_long(length))?)
    }

    /// A line, without its newline. A carriage return belongs to the line.
    #[inline]
    pub(crate) fn line(&mut self) -> Result<&'de [u8]> {
        if self.rest.is_empty() {
            self.leave_frame();
        }
        let end = memchr::memchr(b'\n', self.rest);
        match end.and_then(|end| Some((self.rest.get(..end)?, self.rest.get(end + 1..)?))) {
            Some((line, rest)) => {
                self.rest = rest;
                Ok(line)
            }
            None if self.after.is_empty() => Err(Error::end_of_input("the end of a line")),
            None => Err(straddle("a line")),
        }
    }

    /// Begins a frame of that many bytes.
    pub(crate) fn begin_frame(&mut self, length: u64) -> Result<()> {
        if self.framed && !self.rest.is_empty() {
            return Err(Error::malformed("a frame inside a frame", "the end of the outer frame"));
        }
        self.leave_frame();
        let frame = usize::try_from(length).ok().and_then(|n| self.rest.split_at_checked(n));
        let (frame, after) = frame.ok_or_else(|| too_long(length))?;
        (self.rest, self.after, self.framed) = (frame, after, true);
        Ok(())
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(*head)
            }
            None => self.array_after_frame(),
        }
    }

    #[cold]
    fn array_after_frame<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.take_after_frame(N)?;
        bytes.first_chunk().copied().ok_or_else(|| too_long(N as u64))
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<&'de [u8]> {
        match self.rest.split_at_checked(length) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => self.take_after_frame(length),
        }
    }

    /// What did not fit into the frame is an error, unless the frame was used up before.
    #[cold]
    fn take_after_frame(&mut self, length: usize) -> Result<&'de [u8]> {
        if self.rest.is_empty() {
            self.leave_frame();
        }
        match self.rest.split_at_checked(length) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None if self.after.is_empty() => Err(too_long(length as u64)),
            None => Err(straddle("an argument")),
        }
    }

    fn leave_frame(&mut self) {
        if self.framed && self.rest.is_empty() {
            (self.rest, self.after, self.framed) = (self.after, &[], false);
        }
    }
}

/// The error about a byte that is no opcode.
#[cold]
pub(crate) fn unknown(byte: u8) -> Error {
    Error::malformed(format!("byte 0x{byte:02x}"), "an opcode")
}

#[cold]
fn too_long(length: u64) -> Error {
    let plural = if length == 1 { "" } else { "s" };
    Error::end_of_input(format!("{length} more byte{plural}"))
}

#[cold]
fn straddle(what: &'static str) -> Error {
    Error::malformed(format!("{what} across the end of a frame"), "its end inside the frame")
}
