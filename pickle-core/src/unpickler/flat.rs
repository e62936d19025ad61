//! Instances whose attributes are all numbers: read in one go, with nothing stored in between.

use crate::opcode::op;
use crate::reconstruct::Reconstruct;

/// The attributes of one instance, in the order and spelling of the last one.
///
/// Nothing is taken from the pickle until the whole instance was read, so giving up costs nothing.
#[derive(Debug)]
pub struct FlatReader<'a, 'de> {
    pub(super) rest: &'de [u8],
    pub(super) keys: &'a [[u8; 2]],
}

impl<'de> FlatReader<'_, 'de> {
    /// Takes the attribute with this index.
    #[inline]
    pub fn attribute<T: Reconstruct<'de>>(&mut self, index: usize) -> Option<T> {
        let ([b0, b1, rest @ ..], Some(key)) = (self.rest, self.keys.get(index)) else {
            return None;
        };
        if [*b0, *b1] != *key {
            return None;
        }
        self.rest = rest;
        T::reconstruct_flat(self)
    }

    /// Takes an integer of up to four bytes.
    #[inline]
    pub fn int(&mut self) -> Option<i64> {
        match *self.rest {
            [op::BININT1, b0, ref rest @ ..] => {
                self.rest = rest;
                Some(i64::from(b0))
            }
            [op::BININT2, b0, b1, ref rest @ ..] => {
                self.rest = rest;
                Some(i64::from(u16::from_le_bytes([b0, b1])))
            }
            [op::BININT, b0, b1, b2, b3, ref rest @ ..] => {
                self.rest = rest;
                Some(i64::from(i32::from_le_bytes([b0, b1, b2, b3])))
            }
            _ => None,
        }
    }

    /// Takes a float.
    #[inline]
    pub fn float(&mut self) -> Option<f64> {
        let [op::BINFLOAT, tail @ ..] = self.rest else { return None };
        let (bytes, rest) = tail.split_first_chunk()?;
        self.rest = rest;
        Some(f64::from_be_bytes(*bytes))
    }

    /// Takes a bool.
    #[inline]
    pub fn bool(&mut self) -> Option<bool> {
        let (value, rest) = match self.rest {
            [op::NEWTRUE, rest @ ..] => (true, rest),
            [op::NEWFALSE, rest @ ..] => (false, rest),
            _ => return None,
        };
        self.rest = rest;
        Some(value)
    }
}
