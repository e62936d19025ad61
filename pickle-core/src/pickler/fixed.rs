//! Values whose bytes differ in a few places only.
//!
//! A float is nine bytes, a record of floats always has the same number of them, and once its class
//! is in the memo all but the floats are the same bytes each time. So such values are a copy of the
//! one before, a *stencil*, into which the numbers are filled.

use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;
use crate::pickler::lane::{LaneWriter, Name};
use crate::reduce::Reduce;
use crate::wire::block::Block;
use crate::wire::{number, record};

/// The bytes of an instance before its first attribute; a single one has no mark.
#[inline(always)]
pub(super) const fn before_attributes(is_dict: bool, attributes: usize) -> usize {
    let begin = record::begin(is_dict, false);
    if attributes == 1 { begin - 1 } else { begin }
}

/// What all values of a type have in common in the fast lane.
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    /// How many bytes each takes; 0 if that varies.
    pub(super) len: usize,
    /// How many levels are nested in it.
    pub(super) depth: usize,
    /// The instruction of one that is no more than that and a number.
    pub(super) opcode: u8,
    /// Whether a slice of them is bytes.
    is_byte: bool,
}

impl Fixed {
    /// The length varies.
    pub const NONE: Fixed = Fixed::atom(0, 0);
    /// A float.
    pub(crate) const FLOAT: Fixed = Fixed::atom(9, op::BINFLOAT);
    /// A bool.
    pub(crate) const BOOL: Fixed = Fixed::atom(1, 0);
    /// An integer of one byte.
    pub(crate) const BYTE: Fixed = Fixed { is_byte: true, ..Fixed::atom(2, op::BININT1) };

    const fn atom(len: usize, opcode: u8) -> Fixed {
        Fixed { len, depth: 0, opcode, is_byte: false }
    }

    /// An instance with attributes, which follow by [`attribute`](Fixed::attribute).
    #[must_use]
    pub const fn instance(is_dict: bool, attributes: usize) -> Fixed {
        let len = before_attributes(is_dict, attributes) + record::end(is_dict);
        Fixed { depth: 1, ..Fixed::atom(len, 0) }
    }

    /// Adds an attribute to an instance.
    #[inline(always)]
    #[must_use]
    pub fn attribute<S, T: Reduce>(self, _field: impl Fn(&S) -> &T) -> Fixed {
        self.with(T::fixed(), record::NAME)
    }

    /// What a type that is another one has.
    #[inline(always)]
    #[must_use]
    pub fn of<S, T: Reduce>(_field: impl Fn(&S) -> &T) -> Fixed {
        T::fixed()
    }

    /// A tuple of this length, whose elements follow by [`element`](Fixed::element).
    pub(crate) const fn tuple(len: usize) -> Fixed {
        Fixed { depth: 1, ..Fixed::atom(mark(len) + 1, 0) }
    }

    /// Adds an element to a tuple.
    #[inline(always)]
    pub(crate) fn element<T: Reduce>(self) -> Fixed {
        self.with(T::fixed(), 0)
    }

    /// A slice of this length, as a tuple.
    #[inline(always)]
    pub(crate) fn array<T: Reduce>(len: usize) -> Fixed {
        let item = T::fixed();
        if item.len == 0 || item.is_byte {
            return Fixed::NONE;
        }
        let len = Fixed::tuple(len).len + len * item.len;
        Fixed { depth: 1 + item.depth, ..Fixed::atom(len, 0) }
    }

    #[inline(always)]
    fn with(self, part: Fixed, before: usize) -> Fixed {
        if self.len == 0 || part.len == 0 {
            return Fixed::NONE;
        }
        let depth = if self.depth > part.depth { self.depth } else { 1 + part.depth };
        Fixed { depth, ..Fixed::atom(self.len + before + part.len, 0) }
    }

    /// Whether there is such a length.
    #[inline(always)]
    pub(crate) fn is_some(self) -> bool {
        self.len > 0
    }

    /// Whether a stencil holds such a value.
    #[inline(always)]
    pub(super) fn has_stencil(self) -> bool {
        (1..=Stencil::LEN).contains(&self.len)
    }
}

/// The bytes before the first element of a tuple.
const fn mark(len: usize) -> usize {
    if len >= 1 && len <= 3 { 0 } else { 1 }
}

/// A place for a value of a fixed length, where all but its numbers has been written.
#[derive(Debug)]
pub struct Stencil<'r>(&'r mut [u8]);

impl<'r> Stencil<'r> {
    /// The longest value.
    pub(super) const LEN: usize = Block::PIECE;

    #[inline(always)]
    pub(super) fn new(room: &'r mut [u8]) -> Stencil<'r> {
        Stencil(room)
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        if let Some(room) = self.0.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *room = bytes;
        }
    }

    /// Fills in a float.
    #[inline(always)]
    pub(crate) fn float(&mut self, at: usize, value: f64) {
        self.put(at + 1, value.to_be_bytes());
    }

    /// Fills in a bool.
    #[inline(always)]
    pub(crate) fn bool(&mut self, at: usize, value: bool) {
        self.put(at, number::bool(value));
    }

    /// Fills in an integer of one byte.
    #[inline(always)]
    pub(crate) fn byte(&mut self, at: usize, value: u8) {
        self.put(at + 1, [value]);
    }

    /// Begins an instance with so many attributes, and tells where the first is.
    #[inline(always)]
    #[must_use]
    pub fn begin(&self, at: usize, is_dict: bool, attributes: usize) -> usize {
        at + before_attributes(is_dict, attributes)
    }

    /// Fills in an attribute, and tells where the next is.
    #[inline(always)]
    #[must_use]
    pub fn attribute<T: Reduce>(&mut self, at: usize, value: &T) -> usize {
        value.reduce_fixed(at + record::NAME, self);
        at + record::NAME + T::fixed().len
    }

    /// Begins a tuple of this length, and tells where its first element is.
    #[inline(always)]
    pub(crate) fn begin_tuple(&self, at: usize, len: usize) -> usize {
        at + mark(len)
    }

    /// Fills in an element, and tells where the next is.
    #[inline(always)]
    pub(crate) fn element<T: Reduce>(&mut self, at: usize, value: &T) -> usize {
        value.reduce_fixed(at, self);
        at + T::fixed().len
    }
}

/// Copies a stencil: in two pieces, each of which is short enough to be no call of a function.
#[inline(always)]
pub(super) fn copy(room: &mut [u8], stencil: &[u8; Stencil::LEN], len: usize) {
    const PIECE: usize = 128;
    let (head, tail) = stencil.split_at(PIECE);
    if len <= PIECE {
        if let (Some(room), Some(head)) = (room.get_mut(..len), head.get(..len)) {
            room.copy_from_slice(head);
        }
    } else if let (Some((to, rest)), Some(tail)) =
        (room.split_at_mut_checked(PIECE), tail.get(..len - PIECE))
        && let Some(rest) = rest.get_mut(..len - PIECE)
    {
        to.copy_from_slice(head);
        rest.copy_from_slice(tail);
    }
}

impl<'a> LaneWriter<'_, 'a> {
    /// Writes an instance of a class: by its stencil, if it has one, and by this function otherwise.
    ///
    /// # Errors
    /// Those of the function.
    #[inline(always)]
    pub fn record<T: Reduce>(
        &mut self,
        name: Name,
        class: &'static Class,
        value: &T,
        write: impl FnOnce(&mut LaneWriter<'_, 'a>) -> Result<()>,
    ) -> Result<()> {
        if !T::fixed().has_stencil() {
            return write(self);
        }
        if self.stencil(name, class, value) {
            return Ok(());
        }
        let mut lane = self.apart();
        lane.learn(name, class, T::fixed().len, write)?;
        self.at = lane.at;
        Ok(())
    }

    /// Writes an instance by the stencil of its class, if there is one.
    #[inline(always)]
    fn stencil<T: Reduce>(&mut self, name: Name, class: &'static Class, value: &T) -> bool {
        let Fixed { len, depth, .. } = T::fixed();
        self.make_room_for(record::NAME + len);
        let memo = &self.saver.memo;
        let Some(stencil) = memo.classes.get(class).and_then(|shape| shape.stencil.as_deref())
        else {
            return false;
        };
        let (from, end) = (self.at + name.len(), self.at + name.len() + len);
        // A frame may end at an array in the value.
        if self.levels < depth || end > self.saver.encoder.full {
            return false;
        }
        let block = &mut self.saver.encoder.block;
        block.store(self.at, name.bytes);
        let Some(room) = block.place(from, len) else { return false };
        copy(room, stencil, len);
        value.reduce_fixed(0, &mut Stencil::new(room));
        self.at = end;
        true
    }

    /// Writes an instance, which is the stencil for the next if all of it could be.
    #[cold]
    #[inline(never)]
    fn learn(
        &mut self,
        name: Name,
        class: &'static Class,
        len: usize,
        write: impl FnOnce(&mut LaneWriter<'_, 'a>) -> Result<()>,
    ) -> Result<()> {
        let stencil = self.observe(name, len, write)?;
        let memo = &mut self.saver.memo;
        if let Some(shape) = memo.classes.get_mut(class) {
            shape.stencil = shape.stencil.take().or_else(|| stencil.map(Box::new));
        }
        Ok(())
    }

    /// Writes a value, and gives its bytes if they are so many.
    ///
    /// Whatever the lane has to spell takes more: a class and a name that come for the first time,
    /// and a reference of more than two bytes.
    #[inline]
    pub(super) fn observe(
        &mut self,
        name: Name,
        len: usize,
        write: impl FnOnce(&mut LaneWriter<'_, 'a>) -> Result<()>,
    ) -> Result<Option<[u8; Stencil::LEN]>> {
        self.make_room_for(record::NAME + Stencil::LEN);
        let (from, sent) = (self.at + name.len(), self.saver.encoder.sent());
        write(self)?;
        if self.at != from + len || self.saver.encoder.sent() != sent {
            return Ok(None);
        }
        Ok(self.saver.encoder.block.piece(from).map(|bytes| *bytes))
    }
}
