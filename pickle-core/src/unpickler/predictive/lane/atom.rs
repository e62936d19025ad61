//! Numbers and text in the lane.

use super::{LaneReader, is_memoizing};
use crate::opcode::op;
use crate::unpickler::predictive::replay::Entry;
use crate::wire::integer::{self, Integer};
use crate::wire::number;
use crate::wire::text::{checked, copy_of_text};

/// Strings in the memo are copied in the lane up to this length; longer ones have to be paid for.
const SHORT: usize = 64;

/// The integer that begins here if it has a length, and what follows.
#[inline]
fn long<I: Integer>(rest: &[u8]) -> Option<(I, &[u8])> {
    let [op::LONG1, len, tail @ ..] = rest else { return None };
    let (bytes, rest) = tail.split_at_checked(usize::from(*len))?;
    let value = match integer::in_word(tail, bytes.len()) {
        Some(value) => I::from_i64(value)?,
        None => I::from_long(bytes)?,
    };
    Some((value, rest))
}

/// The bool that the instruction is, without a branch that depends on which.
#[inline(always)]
pub(super) fn bool_of(opcode: u8) -> Option<bool> {
    matches!(opcode, op::NEWTRUE | op::NEWFALSE).then_some(opcode == op::NEWTRUE)
}

impl<'de> LaneReader<'_, '_, 'de> {
    /// Takes an integer.
    #[inline(always)]
    pub(crate) fn int<I: Integer>(&mut self) -> Option<I> {
        let (value, rest) = match *self.rest {
            [op::BININT1, b0, ref rest @ ..] => (i64::from(b0), rest),
            [op::BININT2, b0, b1, ref rest @ ..] => (i64::from(u16::from_le_bytes([b0, b1])), rest),
            _ => return self.wide_int(),
        };
        let value = I::from_i64(value)?;
        self.rest = rest;
        Some(value)
    }

    /// Takes an integer of more than two bytes.
    #[inline(always)]
    fn wide_int<I: Integer>(&mut self) -> Option<I> {
        // Half of all numbers of 32 bits without a sign are `LONG1`.
        if let Some((bytes, _)) = self.rest.split_first_chunk()
            && let Some((value, len)) = number::read_unsigned_int::<I>(*bytes)
        {
            self.rest = self.rest.get(len..)?;
            return I::from_i64(value);
        }
        let (value, rest) = match *self.rest {
            [op::BININT, b0, b1, b2, b3, ref rest @ ..] => {
                (I::from_i64(i32::from_le_bytes([b0, b1, b2, b3]).into())?, rest)
            }
            _ => long(self.rest)?,
        };
        self.rest = rest;
        Some(value)
    }

    /// As [`int`](LaneReader::int), for types whose signs are hard to foresee; none of any other.
    #[inline(always)]
    pub(super) fn short_int<I: Integer>(&mut self) -> Option<I> {
        let (bytes, _) = self.rest.split_first_chunk()?;
        let (value, len) = number::read_short_int::<I>(*bytes)?;
        let value = I::from_i64(value)?;
        self.rest = self.rest.get(len..)?;
        Some(value)
    }

    /// Takes a float.
    #[inline(always)]
    pub(crate) fn float(&mut self) -> Option<f64> {
        let [op::BINFLOAT, tail @ ..] = self.rest else { return None };
        let (bytes, rest) = tail.split_first_chunk()?;
        self.rest = rest;
        Some(f64::from_be_bytes(*bytes))
    }

    /// Takes a bool.
    #[inline(always)]
    pub(crate) fn bool(&mut self) -> Option<bool> {
        let [opcode, rest @ ..] = self.rest else { return None };
        let value = bool_of(*opcode)?;
        self.rest = rest;
        Some(value)
    }

    /// Takes `None`, if it is there.
    #[inline(always)]
    pub(crate) fn none(&mut self) -> bool {
        self.constant(op::NONE)
    }

    /// Takes an instruction that is one byte, if it is this one.
    #[inline(always)]
    fn constant(&mut self, opcode: u8) -> bool {
        match self.rest {
            [byte, rest @ ..] if *byte == opcode => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes a short string, spelled out or from the memo.
    #[inline(always)]
    pub(crate) fn str(&mut self) -> Option<&'de str> {
        self.text(|tail, len| checked(tail.get(..len)?))
    }

    /// Takes a copy of a short string.
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Option<String> {
        self.text(copy_of_text)
    }

    #[inline(always)]
    fn text<T>(&mut self, make: impl FnOnce(&'de [u8], usize) -> Option<T>) -> Option<T> {
        let ((tail, len), rest, is_memoized) = match *self.rest {
            [op::SHORT_BINUNICODE, len, ref tail @ ..] => {
                let len = usize::from(len);
                match *tail.get(len..)? {
                    [op::MEMOIZE, ref rest @ ..] if !self.loader.gaps => ((tail, len), rest, true),
                    [opcode, ..] if is_memoizing(opcode) => return None,
                    ref rest => ((tail, len), rest, false),
                }
            }
            [op::BINGET, index, ref rest @ ..] => {
                (self.text_in_memo(u32::from(index))?, rest, false)
            }
            [op::LONG_BINGET, b0, b1, b2, b3, ref rest @ ..] => {
                (self.text_in_memo(u32::from_le_bytes([b0, b1, b2, b3]))?, rest, false)
            }
            _ => return None,
        };
        let text = make(tail, len)?;
        if is_memoized && !self.loader.replaying {
            self.loader.memo.push(Entry::Text(self.pos()));
        }
        self.rest = rest;
        Some(text)
    }

    #[inline]
    fn text_in_memo(&self, index: u32) -> Option<(&'de [u8], usize)> {
        if self.loader.replaying {
            return None;
        }
        let Entry::Text(start) = self.loader.memo.get(index)? else { return None };
        let tail = self.loader.input.get(start..)?;
        let [op::SHORT_BINUNICODE, len, ref tail @ ..] = *tail else { return None };
        let len = usize::from(len);
        (len <= SHORT).then_some((tail, len))
    }
}
