//! Pickles out of a stream, one after the other, to the byte.

use std::io::{self, Read};

use crate::error::{Error, Result};
use crate::opcode::op;
use crate::wire::length::{self, Extent};

/// How much is read at once of a payload whose length is only claimed.
const STEP: usize = 1 << 20;

/// How much room is made at least.
const LEAST: usize = 256;

/// A stream, and the bytes of the pickle that is being read from it.
///
/// Frames are read whole; outside of them each instruction tells how much more must come, so
/// nothing beyond a `STOP` is taken from the stream. What was read stays when the stream fails, so
/// that reading can go on.
pub(crate) struct Source<R> {
    reader: R,
    /// What was read, up to `filled`, and room for more.
    buffer: Vec<u8>,
    filled: usize,
    /// Where the pickle begins.
    begin: usize,
    /// How far its instructions are known.
    end: usize,
    /// Whether the last one is its `STOP`.
    is_whole: bool,
    /// How many bytes of the stream were before the buffer.
    before: u64,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(reader: R) -> Source<R> {
        Source {
            reader,
            buffer: Vec::new(),
            filled: 0,
            begin: 0,
            end: 0,
            is_whole: false,
            before: 0,
        }
    }

    pub(crate) fn get_ref(&self) -> &R {
        &self.reader
    }

    pub(crate) fn into_inner(self) -> R {
        self.reader
    }

    /// Where the pickle begins in the stream.
    pub(crate) fn offset(&self) -> u64 {
        self.before + self.begin as u64
    }

    /// Where the next pickle begins in the stream.
    pub(crate) fn next_offset(&self) -> u64 {
        self.before + if self.is_whole { self.end } else { self.begin } as u64
    }

    /// The bytes of the pickle, and what else was read with it. When the pickle is not whole, the
    /// stream ended, or something came that is no opcode, and there is an error in them.
    pub(crate) fn pickle(&self) -> &[u8] {
        self.buffer.get(self.begin..self.filled).unwrap_or_default()
    }

    /// Whether the pickle was read up to its `STOP`, so that another one may follow.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether the stream ends before the next pickle.
    pub(crate) fn at_end(&mut self) -> Result<bool> {
        self.leave();
        Ok(self.filled == self.begin && !self.fill(1)?)
    }

    /// Reads the next pickle; the last one is forgotten.
    pub(crate) fn read_pickle(&mut self) -> Result<()> {
        self.leave();
        loop {
            let rest = self.buffer.get(self.end..self.filled).unwrap_or_default();
            let plain = length::plain(rest);
            self.end += plain;
            let rest = rest.get(plain..).unwrap_or_default();
            // Behind every instruction but the last there is one more opcode.
            let following = u64::from(!rest.is_empty());
            let goes_on = match length::extent(rest) {
                Extent::Whole(len) => {
                    let opcode = rest.first().copied();
                    let argument = rest.get(1..len).and_then(<[u8]>::first_chunk);
                    self.end += len;
                    match (opcode, argument) {
                        (Some(op::STOP), _) => {
                            self.is_whole = true;
                            return Ok(());
                        }
                        (Some(op::FRAME), Some(&size)) => {
                            let have = (self.filled - self.end) as u64;
                            self.fill(u64::from_le_bytes(size).saturating_sub(have))?
                        }
                        _ => true,
                    }
                }
                Extent::Missing(bytes) => self.fill(bytes.saturating_add(following))?,
                Extent::MissingLines(lines) => self.fill_lines(lines)?,
                Extent::Unknown => false,
            };
            if !goes_on {
                return Ok(());
            }
        }
    }

    /// Goes on behind a pickle that is whole.
    fn leave(&mut self) {
        if !self.is_whole {
            return;
        }
        self.is_whole = false;
        self.begin = self.end;
        // A frame may hold more than one pickle; moving what is left only after as much was used
        // keeps that linear.
        let left = self.filled - self.begin;
        if left <= self.begin {
            self.buffer.copy_within(self.begin..self.filled, 0);
            self.before += self.begin as u64;
            (self.begin, self.end, self.filled) = (0, 0, left);
        }
    }

    /// Reads so many bytes more; `false` if the stream ends before.
    fn fill(&mut self, bytes: u64) -> Result<bool> {
        let mut left = bytes;
        while left > 0 {
            if self.filled == self.buffer.len() {
                let step = usize::try_from(left).unwrap_or(STEP).clamp(LEAST, STEP);
                self.buffer.resize(self.filled + step, 0);
            }
            let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
            let step = usize::try_from(left).unwrap_or(STEP).min(room.len());
            let room = room.get_mut(..step).unwrap_or_default();
            match self.reader.read(room) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    self.filled += read.min(step);
                    left -= read.min(step) as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let offset = self.before + self.filled as u64;
                    return Err(Error::from(error).at(0).after(offset));
                }
            }
        }
        Ok(true)
    }

    /// Reads until so many lines more have ended; `false` if the stream ends before.
    fn fill_lines(&mut self, lines: usize) -> Result<bool> {
        let mut left = lines;
        while left > 0 {
            let from = self.filled;
            // The newlines, and the opcode behind them.
            if !self.fill(left as u64 + 1)? {
                return Ok(false);
            }
            let new = self.buffer.get(from..self.filled).unwrap_or_default();
            left = left.saturating_sub(memchr::memchr_iter(b'\n', new).count());
        }
        Ok(true)
    }
}
