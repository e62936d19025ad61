//! Instances whose attributes are all numbers: written in one go, into room made once.

use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;
use crate::pickler::saver::Saver;
use crate::protocol::Protocol;
use crate::reduce::Reduce;

/// An attribute name that goes before a value: the two bytes of its `BINGET`, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    pub(crate) bytes: [u8; 2],
    pub(crate) len: usize,
}

impl Name {
    /// No name.
    pub const NONE: Name = Name { bytes: [0; 2], len: 0 };
}

/// Room for the attributes of one instance.
#[derive(Debug)]
pub struct FlatWriter<'a> {
    rest: &'a mut [u8],
    keys: &'a [[u8; 2]],
}

impl FlatWriter<'_> {
    /// Writes the attribute with this index, and tells whether it could.
    #[inline]
    pub fn attribute<T: Reduce>(&mut self, index: usize, value: &T) -> bool {
        match self.keys.get(index) {
            Some(name) => value.reduce_flat(*name, self),
            None => false,
        }
    }

    /// Writes all of these bytes, and goes on behind the first `len`.
    #[inline]
    pub(crate) fn put<const N: usize>(&mut self, bytes: [u8; N], len: usize) -> bool {
        let rest = std::mem::take(&mut self.rest);
        let Some(room) = rest.first_chunk_mut() else { return false };
        *room = bytes;
        match rest.get_mut(len..) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Writes an attribute that is an integer of up to four bytes.
    #[inline]
    pub(crate) fn int(&mut self, [n0, n1]: [u8; 2], value: i64) -> bool {
        let [b0, b1, b2, b3, ..] = value.to_le_bytes();
        if (0..=0xff).contains(&value) {
            self.put([n0, n1, op::BININT1, b0], 4)
        } else if (0..=0xffff).contains(&value) {
            self.put([n0, n1, op::BININT2, b0, b1], 5)
        } else if i32::try_from(value).is_ok() {
            self.put([n0, n1, op::BININT, b0, b1, b2, b3], 7)
        } else {
            false
        }
    }

    /// Writes an attribute that is a float.
    #[inline]
    pub(crate) fn float(&mut self, [n0, n1]: [u8; 2], value: f64) -> bool {
        let [b0, b1, b2, b3, b4, b5, b6, b7] = value.to_be_bytes();
        self.put([n0, n1, op::BINFLOAT, b0, b1, b2, b3, b4, b5, b6, b7], 11)
    }

    /// Writes an attribute that is a bool.
    #[inline]
    pub(crate) fn bool(&mut self, [n0, n1]: [u8; 2], value: bool) -> bool {
        self.put([n0, n1, if value { op::NEWTRUE } else { op::NEWFALSE }], 3)
    }
}

impl Saver<'_> {
    /// Writes an attribute name.
    #[doc(hidden)]
    #[inline]
    pub fn name(&mut self, name: Name) {
        if name.len != 0 {
            self.encoder.raw(&name.bytes);
        }
    }

    /// Writes a float behind an attribute name.
    #[inline]
    pub(crate) fn named_float(&mut self, name: Name, value: f64) {
        if name.len == 0 || !self.encoder.is_binary() {
            self.name(name);
            return self.encoder.float(value);
        }
        let [n0, n1] = name.bytes;
        let [b0, b1, b2, b3, b4, b5, b6, b7] = value.to_be_bytes();
        self.encoder.raw(&[n0, n1, op::BINFLOAT, b0, b1, b2, b3, b4, b5, b6, b7]);
    }

    /// Writes a string behind an attribute name.
    ///
    /// # Errors
    /// When it is longer than the protocol allows.
    #[inline]
    pub(crate) fn named_str(&mut self, name: Name, text: &str) -> Result<()> {
        match u8::try_from(text.len()) {
            Ok(len) if name.len == 2 && self.protocol() >= Protocol::V4 => {
                let [n0, n1] = name.bytes;
                self.encoder.headed(&[n0, n1, op::SHORT_BINUNICODE, len], text.as_bytes());
                Ok(())
            }
            _ => {
                self.name(name);
                self.encoder.unicode(text)
            }
        }
    }

    /// Writes an instance behind an attribute name, in at most `ROOM` bytes, if class and names are
    /// in the memo already and all values are numbers; otherwise writes nothing and says so.
    #[inline]
    pub fn flat<const ROOM: usize>(
        &mut self,
        class: &'static Class,
        name: Name,
        fill: impl FnOnce(&mut FlatWriter<'_>) -> bool,
    ) -> bool {
        let Some(shape) = self.classes.find(class).and_then(|number| self.shapes.get(number)) else {
            return false;
        };
        if !shape.flat || self.pending.is_some() || !self.has_room_below() {
            return false;
        }
        let Some(keys) = self.short_keys.get(shape.keys..) else { return false };
        self.encoder.with_room::<ROOM>(|rest| {
            let mut writer = FlatWriter { rest, keys };
            let filled = writer.put(name.bytes, name.len)
                && writer.put(shape.header, shape.header_len)
                && fill(&mut writer)
                && writer.put([op::SETITEMS, op::BUILD], 2);
            filled.then_some(writer.rest.len())
        })
    }
}
