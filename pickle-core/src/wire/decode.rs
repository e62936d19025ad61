//! From bytes to instructions.
//!
//! [`Decoder`] splits a pickle into opcodes and their operands. It knows frames and lengths, but
//! neither the stack nor the memo, so it also reads pickles that no machine would accept. The
//! machine calls its readers directly; tools take one [`Instruction`] after the other.

use crate::error::{Error, Result};
use crate::wire::integer;

/// Reads opcodes and operands from a slice.
///
/// Frames are followed as `pickle.py` does: an operand may begin after the end of a frame, but it
/// may not begin inside and end outside. Errors of the readers carry no offset; the caller knows
/// where the instruction began.
#[derive(Debug, Clone)]
pub(crate) struct Decoder<'de> {
    input: &'de [u8],
    /// The input up to the end of the frame, or all of it outside of frames.
    frame: &'de [u8],
    framed: bool,
    /// Where in the input the next byte is read: one number to store for each operand.
    at: usize,
    /// How many bytes were read before the input.
    before: usize,
}

impl<'de> Decoder<'de> {
    /// Reads what follows bytes that were read before: offsets count those too.
    pub(crate) fn continuing(input: &'de [u8], before: usize) -> Decoder<'de> {
        Decoder { input, frame: input, framed: false, at: 0, before }
    }

    /// Where the next byte is read.
    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.before + self.at
    }

    /// The opcode byte that comes next in the frame.
    #[inline]
    pub(crate) fn next_opcode(&self) -> Option<u8> {
        self.frame.get(self.at).copied()
    }

    /// The next opcode byte, whether known or not.
    #[inline]
    pub(crate) fn opcode(&mut self) -> Result<u8> {
        // First, so that where the operand begins is known however the opcode was found.
        if self.at >= self.frame.len() {
            self.leave_frame();
        }
        match self.frame.get(self.at) {
            Some(&byte) => {
                self.at += 1;
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

    /// The payload of `LONG1`, and the number if it is one to eight bytes and the pickle does not end
    /// right behind it.
    #[inline]
    pub(crate) fn long1(&mut self) -> Result<(&'de [u8], Option<i64>)> {
        let length = self.u8()?.into();
        let number = integer::in_word(self.rest(), length);
        Ok((self.take(length)?, number))
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
        if self.rest().is_empty() {
            self.leave_frame();
        }
        let rest = self.rest();
        match memchr::memchr(b'\n', rest).and_then(|end| rest.get(..end)) {
            Some(line) => {
                self.at += line.len() + 1;
                Ok(line)
            }
            None if self.frame.len() == self.input.len() => {
                Err(Error::end_of_input("the end of a line"))
            }
            None => Err(straddle("a line")),
        }
    }

    /// Begins a frame of that many bytes.
    pub(crate) fn begin_frame(&mut self, length: u64) -> Result<()> {
        if self.framed && !self.rest().is_empty() {
            return Err(Error::malformed("a frame inside a frame", "the end of the outer frame"));
        }
        self.leave_frame();
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let frame = end.and_then(|end| self.input.get(..end));
        self.frame = frame.ok_or_else(|| too_long(length))?;
        self.framed = true;
        Ok(())
    }

    /// What is left of the frame, or of the input outside of frames.
    #[inline]
    fn rest(&self) -> &'de [u8] {
        self.frame.get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest().first_chunk() {
            Some(bytes) => {
                self.at += N;
                Ok(*bytes)
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
        match self.rest().get(..length) {
            Some(bytes) => {
                self.at += length;
                Ok(bytes)
            }
            None => self.take_after_frame(length),
        }
    }

    /// What did not fit into the frame is an error, unless the frame was used up before.
    #[cold]
    fn take_after_frame(&mut self, length: usize) -> Result<&'de [u8]> {
        if self.rest().is_empty() {
            self.leave_frame();
        }
        match self.rest().get(..length) {
            Some(bytes) => {
                self.at += length;
                Ok(bytes)
            }
            None if self.frame.len() == self.input.len() => Err(too_long(length as u64)),
            None => Err(straddle("an argument")),
        }
    }

    fn leave_frame(&mut self) {
        if self.framed && self.rest().is_empty() {
            (self.frame, self.framed) = (self.input, false);
        }
    }
}

/// The error about a byte at this offset that is no opcode. At the beginning it may tell what the
/// input is instead.
#[cold]
pub(crate) fn unknown(byte: u8, at: usize) -> Error {
    let expected = match (at, byte) {
        (0, 0x1f) => "an opcode (gzip begins so: decompress it first)",
        (0, b'x') => "an opcode (zlib begins so: decompress it first)",
        (0, b'{') => "an opcode (JSON begins so)",
        (0, b'<') => "an opcode (a web page begins so)",
        (0, b'v') => "an opcode (a pointer of Git LFS begins so: fetch the file)",
        _ => "an opcode",
    };
    Error::malformed(format!("byte 0x{byte:02x}"), expected)
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
