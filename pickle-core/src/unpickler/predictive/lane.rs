//! The fast lane of reading: plain records whose instances are spelled like the ones before.
//!
//! What is left of the input lives in registers until a whole record was read; giving up on the way
//! costs nothing but the time, since nothing is taken before the end.

use super::prediction::Shape;
use super::replay::{Entry, Memo};
use crate::class::{Class, ClassTable};
use crate::opcode::op;
use crate::wire::integer::Integer;

/// Strings in the memo are copied in the lane up to this length; longer ones have to be paid for.
const SHORT: usize = 64;

/// A record that is being read.
#[derive(Debug)]
pub struct LaneReader<'a, 'de> {
    pub(super) input: &'de [u8],
    pub(super) rest: &'de [u8],
    pub(super) classes: &'a ClassTable,
    pub(super) shapes: &'a [Shape],
    pub(super) memo: &'a mut Memo,
    /// Whether the record is read for a second time, so that the memo has its entries.
    pub(super) replaying: bool,
    /// How many levels more may nest.
    pub(super) levels: usize,
}

impl<'a, 'de> LaneReader<'a, 'de> {
    #[inline(always)]
    fn pos(&self) -> usize {
        self.input.len() - self.rest.len()
    }

    /// Takes the beginning of an instance, and gives the names of its attributes.
    #[inline(always)]
    pub fn begin<const N: usize>(&mut self, class: &'static Class) -> Option<&'a [[u8; 2]; N]> {
        let shape = self.shapes.get(self.classes.find(class)?)?;
        if !shape.lane {
            return None;
        }
        self.levels = self.levels.checked_sub(1)?;
        let rest = shape.after_header(self.rest)?;
        if !self.replaying {
            shape.memoize_header(self.pos(), self.memo);
        }
        self.rest = rest;
        shape.names.first_chunk()
    }

    /// Takes the name of an attribute; its value follows.
    #[inline(always)]
    pub fn name(&mut self, name: [u8; 2]) -> Option<()> {
        let [b0, b1, rest @ ..] = self.rest else { return None };
        if [*b0, *b1] != name {
            return None;
        }
        self.rest = rest;
        Some(())
    }

    /// Takes the end of an instance.
    #[inline(always)]
    pub fn end(&mut self) -> Option<()> {
        let [op::SETITEMS, op::BUILD, rest @ ..] = self.rest else { return None };
        self.rest = rest;
        self.levels += 1;
        Some(())
    }

    /// Takes an integer.
    #[inline(always)]
    pub(crate) fn int<I: Integer>(&mut self) -> Option<I> {
        match *self.rest {
            [op::BININT1, b0, ref rest @ ..] => {
                self.rest = rest;
                I::from_i64(i64::from(b0))
            }
            [op::BININT2, b0, b1, ref rest @ ..] => {
                self.rest = rest;
                I::from_i64(i64::from(u16::from_le_bytes([b0, b1])))
            }
            [op::BININT, b0, b1, b2, b3, ref rest @ ..] => {
                self.rest = rest;
                I::from_i64(i64::from(i32::from_le_bytes([b0, b1, b2, b3])))
            }
            [op::LONG1, len, ref tail @ ..] => {
                let (bytes, rest) = tail.split_at_checked(usize::from(len))?;
                self.rest = rest;
                I::from_long(bytes)
            }
            _ => None,
        }
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
        if self.constant(op::NEWTRUE) {
            return Some(true);
        }
        self.constant(op::NEWFALSE).then_some(false)
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

    /// Takes a string, spelled out or from the memo.
    #[inline(always)]
    pub(crate) fn str(&mut self) -> Option<&'de str> {
        let start = self.pos();
        match self.rest {
            [op::SHORT_BINUNICODE, len, tail @ ..] => {
                let (bytes, rest) = tail.split_at_checked(usize::from(*len))?;
                let text = std::str::from_utf8(bytes).ok()?;
                self.rest = rest;
                if self.constant(op::MEMOIZE) && !self.replaying {
                    self.memo.push(Entry::Text(start));
                }
                Some(text)
            }
            [op::BINGET, index, rest @ ..] if !self.replaying => {
                let text = str_from_memo(self.input, self.memo, u32::from(*index))?;
                self.rest = rest;
                Some(text)
            }
            [op::LONG_BINGET, b0, b1, b2, b3, rest @ ..] if !self.replaying => {
                let index = u32::from_le_bytes([*b0, *b1, *b2, *b3]);
                let text = str_from_memo(self.input, self.memo, index)?;
                self.rest = rest;
                Some(text)
            }
            _ => None,
        }
    }
}

#[inline]
fn str_from_memo<'de>(input: &'de [u8], memo: &Memo, index: u32) -> Option<&'de str> {
    let Entry::Text(start) = memo.get(index)? else { return None };
    let [op::SHORT_BINUNICODE, len, tail @ ..] = input.get(start..)? else { return None };
    let bytes = tail.get(..usize::from(*len))?;
    if bytes.len() > SHORT { None } else { std::str::from_utf8(bytes).ok() }
}
