//! The fast lane of writing: plain records, all of whose attributes are short, go out in one piece.
//!
//! An upper bound of the size is known beforehand, so room is made once, and every write is a
//! store at the end of a slice that lives in registers. It is open once the class and all its
//! attribute names are in the memo.

use crate::class::{Class, ClassTable};
use crate::opcode::op;
use crate::pickler::object::Shape;
use crate::pickler::saver::Saver;
use crate::wire::encode::long_len;

/// An attribute name that goes before a value: the two bytes of its `BINGET`, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    pub(crate) bytes: [u8; 2],
    pub(crate) len: usize,
}

impl Name {
    /// No name.
    pub const NONE: Name = Name { bytes: [0; 2], len: 0 };

    #[inline]
    pub(crate) fn new(bytes: [u8; 2]) -> Name {
        Name { bytes, len: 2 }
    }
}

/// The room for one record.
#[derive(Debug)]
pub struct LaneWriter<'a> {
    rest: &'a mut [u8],
    classes: &'a ClassTable,
    shapes: &'a [Shape],
    /// How many levels more may nest.
    levels: usize,
}

impl LaneWriter<'_> {
    /// The most that an instance takes besides its attributes: name, header and end.
    pub const INSTANCE: usize = 2 + 9 + 2;

    /// The most that a float takes with its name, and a constant.
    pub(crate) const FLOAT: usize = 11;
    pub(crate) const CONSTANT: usize = 3;

    /// How far a store may go beyond what it writes.
    const SLACK: usize = 16;

    /// The most that an integer of so many bits takes with its name.
    pub(crate) const fn int_size(bits: u32) -> usize {
        match bits {
            0..=8 => 4,
            9..=16 => 5,
            17..=31 => 7,
            _ => 12,
        }
    }

    /// Begins an instance of a class, and gives the names of its attributes.
    #[inline(always)]
    pub fn begin<const N: usize>(
        &mut self,
        class: &'static Class,
        name: Name,
    ) -> Option<[Name; N]> {
        let shape = self.shapes.get(self.classes.find(class)?)?;
        if !shape.lane {
            return None;
        }
        self.levels = self.levels.checked_sub(1)?;
        let begun = self.put(name.bytes, name.len) && self.put(shape.header, shape.header_len);
        if begun { shape.names.first_chunk().map(|names| names.map(Name::new)) } else { None }
    }

    /// Ends an instance.
    #[inline(always)]
    pub fn end(&mut self) -> bool {
        self.levels += 1;
        self.put([op::SETITEMS, op::BUILD], 2)
    }

    /// Writes all of these bytes, and goes on behind the first `len`.
    #[inline(always)]
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

    /// Writes an integer.
    #[inline(always)]
    pub(crate) fn int(&mut self, name: Name, value: i64) -> bool {
        let ([n0, n1], len) = (name.bytes, name.len);
        let [b0, b1, b2, b3, ..] = value.to_le_bytes();
        if len == 0 {
            return false;
        }
        if (0..=0xff).contains(&value) {
            self.put([n0, n1, op::BININT1, b0], 4)
        } else if (0..=0xffff).contains(&value) {
            self.put([n0, n1, op::BININT2, b0, b1], 5)
        } else if i32::try_from(value).is_ok() {
            self.put([n0, n1, op::BININT, b0, b1, b2, b3], 7)
        } else {
            let len = long_len(value);
            let [_, _, _, _, b4, b5, b6, b7] = value.to_le_bytes();
            #[expect(clippy::cast_possible_truncation, reason = "at most 8")]
            let bytes = [n0, n1, op::LONG1, len as u8, b0, b1, b2, b3, b4, b5, b6, b7];
            self.put(bytes, 4 + len)
        }
    }

    /// Writes a float.
    #[inline(always)]
    pub(crate) fn float(&mut self, name: Name, value: f64) -> bool {
        let ([n0, n1], [b0, b1, b2, b3, b4, b5, b6, b7]) = (name.bytes, value.to_be_bytes());
        name.len == 2 && self.put([n0, n1, op::BINFLOAT, b0, b1, b2, b3, b4, b5, b6, b7], 11)
    }

    /// Writes a bool.
    #[inline(always)]
    pub(crate) fn bool(&mut self, name: Name, value: bool) -> bool {
        self.constant(name, if value { op::NEWTRUE } else { op::NEWFALSE })
    }

    /// Writes `None`.
    #[inline(always)]
    pub(crate) fn none(&mut self, name: Name) -> bool {
        self.constant(name, op::NONE)
    }

    #[inline(always)]
    fn constant(&mut self, name: Name, opcode: u8) -> bool {
        let [n0, n1] = name.bytes;
        name.len == 2 && self.put([n0, n1, opcode], 3)
    }

    /// Writes a string of less than 256 bytes.
    #[inline(always)]
    pub(crate) fn str(&mut self, name: Name, text: &str) -> bool {
        let ([n0, n1], len) = (name.bytes, text.len());
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line below")]
        let head = [n0, n1, op::SHORT_BINUNICODE, len as u8];
        if len > 0xff || name.len != 2 || !self.put(head, 4) {
            return false;
        }
        match std::mem::take(&mut self.rest).split_at_mut_checked(text.len()) {
            Some((room, rest)) => {
                copy_short(room, text.as_bytes());
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// Copies a string, with two overlapping moves when it is short: less than a call takes.
#[inline(always)]
fn copy_short(room: &mut [u8], text: &[u8]) {
    if text.len() > 32 {
        room.copy_from_slice(text);
    } else if let (Some(head), Some(tail)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        copy_ends(room, head, tail);
    } else if let (Some(head), Some(tail)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        copy_ends(room, head, tail);
    } else if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        copy_ends(room, head, tail);
    } else {
        for (to, from) in room.iter_mut().zip(text) {
            *to = *from;
        }
    }
}

#[inline(always)]
fn copy_ends<const N: usize>(room: &mut [u8], head: &[u8; N], tail: &[u8; N]) {
    if let Some(begin) = room.first_chunk_mut() {
        *begin = *head;
    }
    if let Some(end) = room.last_chunk_mut() {
        *end = *tail;
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

    /// Writes a record of at most this size in the fast lane, or says that it is closed.
    #[doc(hidden)]
    #[inline(always)]
    pub fn lane(&mut self, size: usize, fill: impl FnOnce(&mut LaneWriter<'_>) -> bool) -> bool {
        if !self.has_lane || self.pending.is_some() {
            return false;
        }
        let levels = self.levels_left();
        let (classes, shapes) = (&self.memo.classes, &*self.memo.shapes);
        self.encoder.with_room(size + LaneWriter::SLACK, |rest| {
            let mut lane = LaneWriter { rest, classes, shapes, levels };
            fill(&mut lane).then_some(lane.rest.len())
        })
    }
}
