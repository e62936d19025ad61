//! The fast lane of writing, for values of which nothing has to be remembered.
//!
//! It is open where every value is its instructions and no more: from protocol 4 on, with no
//! registry that has a say, and not for what a shared pointer or a key announced. Then the place
//! in the block is a number in a register, and a value is a store and an addition. What the lane
//! cannot spell, such as the first instance of a class, leaves it for a moment
//! ([`spell`](LaneWriter::spell)).

use crate::class::Class;
use crate::error::{Error, Result};
use crate::opcode::op;
use crate::pickler::fixed::before_attributes;
use crate::pickler::saver::Saver;
use crate::reduce::{Reduce, Sequence};
use crate::wire::block::Block;
use crate::wire::integer::Integer;
use crate::wire::{number, record};

/// How many attributes a class may have for its instances to take the fast lane.
pub(super) const ATTRIBUTES: usize = 64;

/// The bytes from a name to the first attribute, and room for more.
const HEADER: usize = 16;

/// The longest name and number.
const ATTRIBUTE: usize = 13;

/// An attribute name that goes before a value: the two bytes of its `BINGET`, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    pub(super) bytes: [u8; 2],
    len: u8,
}

impl Name {
    /// No name.
    pub const NONE: Name = Name { bytes: [0; 2], len: 0 };

    #[inline(always)]
    pub(crate) fn new(bytes: [u8; 2]) -> Name {
        Name { bytes, len: 2 }
    }

    /// 0 or 2. The compiler does not know what the field holds, and so how far a store goes.
    #[inline(always)]
    pub(super) fn len(self) -> usize {
        usize::from(self.len & 2)
    }
}

/// How instances of a class with `N` attributes are spelled.
#[derive(Debug, Clone, Copy)]
struct LaneShape<const N: usize> {
    /// From the class up to the name of the first attribute.
    opening: [u8; 8],
    names: [[u8; 2]; N],
}

/// A saver in the fast lane.
pub struct LaneWriter<'l, 'a> {
    pub(super) saver: &'l mut Saver<'a>,
    /// The place in the block.
    pub(super) at: usize,
    /// How many levels more may nest.
    pub(super) levels: usize,
}

impl<'a> LaneWriter<'_, 'a> {
    /// How instances of a class are spelled; `None` when the lane cannot spell them.
    #[inline(always)]
    fn shape<const N: usize>(&mut self, class: &'static Class) -> Option<LaneShape<N>> {
        let memo = &mut self.saver.memo;
        let shape = memo.classes.get(class)?;
        if self.levels == 0 {
            return None;
        }
        let shape = if shape.lane { shape } else { memo.open_lane(class)? };
        Some(LaneShape { opening: shape.opening, names: *shape.names.first_chunk()? })
    }

    /// Begins to write instances of a class, which is `dict` or another one: the items of a list,
    /// or what is behind an attribute name.
    #[inline(always)]
    pub fn records<const N: usize, const IN_LIST: bool>(
        &mut self,
        name: Name,
        class: &'static Class,
        is_dict: bool,
    ) -> Records<'_, 'a, N, IN_LIST> {
        let name = if IN_LIST { Name::NONE } else { name };
        Records { lane: self.apart(), name, class, is_dict, shape: None }
    }

    /// Writes the value of an attribute.
    ///
    /// # Errors
    /// As its [`Reduce::reduce_lane`].
    #[inline(always)]
    pub fn attribute<T: Reduce>(&mut self, name: Name, value: &T) -> Result<()> {
        let mut lane = self.apart();
        value.reduce_lane(name, &mut lane)?;
        self.at = lane.at;
        Ok(())
    }

    /// A lane of its own for what comes next: one that no function takes the address of stays in
    /// registers.
    #[inline(always)]
    pub(super) fn apart(&mut self) -> LaneWriter<'_, 'a> {
        LaneWriter { saver: self.saver, at: self.at, levels: self.levels }
    }

    /// Ends an instance with `N` attributes, and tells how far it is.
    #[inline(always)]
    pub fn end<const N: usize>(mut self) -> usize {
        self.code([if N == 1 { op::SETITEM } else { op::SETITEMS }, op::BUILD], 2);
        self.at
    }

    /// Ends a dict with `N` entries, and tells how far it is.
    #[inline(always)]
    pub fn end_dict<const N: usize>(mut self) -> usize {
        self.code([if N == 1 { op::SETITEM } else { op::SETITEMS }], 1);
        self.at
    }

    /// Writes the call of a class with one small number, if the class was written before.
    #[inline(always)]
    pub(crate) fn call(&mut self, name: Name, class: &'static Class, argument: u8) -> bool {
        let shape = self.saver.memo.classes.get(class);
        let Some(shape) = shape.filter(|shape| shape.has_short_header(false)) else { return false };
        if self.levels == 0 {
            return false;
        }
        let [b0, b1, ..] = shape.header;
        // Eight bytes, of which two do not count, are one store.
        self.put(name, [b0, b1, op::BININT1, argument, op::TUPLE1, op::REDUCE, 0, 0], 6);
        true
    }

    /// Goes on where a record ended.
    #[inline(always)]
    pub fn resume(&mut self, at: usize) {
        self.at = at;
    }

    /// Makes room for so many bytes.
    #[inline(always)]
    pub(super) fn make_room_for(&mut self, len: usize) {
        if !Block::has_room_for(self.at, len) {
            flush(self.saver, self.at);
            self.at = 0;
        }
    }

    /// Goes one level deeper.
    #[inline(always)]
    pub(super) fn enter(&mut self) -> Result<()> {
        match self.levels.checked_sub(1) {
            Some(levels) => self.levels = levels,
            None => return Err(too_deep(self.saver)),
        }
        Ok(())
    }

    /// Makes room for a few bytes.
    #[inline(always)]
    fn make_room(&mut self) {
        if !Block::has_room(self.at) {
            flush(self.saver, self.at);
            self.at = 0;
        }
    }

    /// Writes the first `len` of these bytes behind a name.
    #[inline(always)]
    pub(super) fn put<const N: usize>(&mut self, name: Name, bytes: [u8; N], len: usize) {
        self.make_room();
        self.put_there(name, bytes, len);
    }

    /// As [`put`](LaneWriter::put), and leaves room for so many bytes behind them.
    #[inline(always)]
    pub(super) fn put_before<const N: usize>(
        &mut self,
        behind: usize,
        name: Name,
        bytes: [u8; N],
        len: usize,
    ) {
        self.make_room_for(2 + N + behind);
        self.put_there(name, bytes, len);
    }

    /// Writes the first `len` of these bytes.
    #[inline(always)]
    pub(super) fn code<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        self.make_room();
        self.code_there(bytes, len);
    }

    /// As [`code`](LaneWriter::code), where there is room.
    #[inline(always)]
    pub(super) fn code_there<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        self.saver.encoder.block.store(self.at, bytes);
        self.at += len;
    }

    #[inline(always)]
    fn put_there<const N: usize>(&mut self, name: Name, bytes: [u8; N], len: usize) {
        self.saver.encoder.block.store_behind(self.at, name.bytes, name.len(), bytes);
        self.at += name.len() + len;
    }

    /// Writes an integer.
    #[inline(always)]
    pub(crate) fn int<I: Integer>(&mut self, name: Name, value: I) -> Result<()> {
        if value.to_i64().is_none() {
            return self.spell(name, &Long(value));
        }
        self.make_room();
        let write = |room: &mut _| number::int(value, room);
        self.at += self.saver.encoder.block.write_behind(self.at, name.bytes, name.len(), write);
        Ok(())
    }

    /// Writes a float.
    #[inline(always)]
    pub(crate) fn float(&mut self, name: Name, value: f64) {
        self.put(name, number::float(value), 9);
    }

    /// Writes a bool.
    #[inline(always)]
    pub(crate) fn bool(&mut self, name: Name, value: bool) {
        self.put(name, number::bool(value), 1);
    }

    /// Writes `None`.
    #[inline(always)]
    pub(crate) fn none(&mut self, name: Name) {
        self.put(name, [op::NONE], 1);
    }

    /// Writes a string.
    #[inline(always)]
    pub(crate) fn str(&mut self, name: Name, text: &str) -> Result<()> {
        if self.short(name, op::SHORT_BINUNICODE, text.as_bytes(), Block::copy) {
            return Ok(());
        }
        self.spell(name, text)
    }

    /// Writes strings as items of a list, whose lengths are harder to foresee than those of one
    /// attribute of many records.
    ///
    /// # Errors
    /// As [`Reduce::reduce_lane`] of the strings.
    #[inline(always)]
    pub(crate) fn strs(&mut self, items: &[String]) -> Result<()> {
        let mut lane = self.apart();
        for item in items {
            lane.roll_when_full()?;
            lane.make_room_for(Block::ITEM);
            let text = item.as_bytes();
            if !lane.short(Name::NONE, op::SHORT_BINUNICODE, text, Block::copy_one_of_many) {
                lane.spell(Name::NONE, item)?;
            }
        }
        self.at = lane.at;
        Ok(())
    }

    /// Writes bytes.
    #[inline(always)]
    pub(crate) fn bytes(&mut self, name: Name, bytes: &[u8], form: Sequence) -> Result<()> {
        if self.short(name, op::SHORT_BINBYTES, bytes, Block::copy) {
            return Ok(());
        }
        self.spell_slice(name, bytes, form)
    }

    /// Writes text or bytes behind their length; `false` where that takes more than a byte.
    #[inline(always)]
    fn short(
        &mut self,
        name: Name,
        opcode: u8,
        bytes: &[u8],
        copy: impl FnOnce(&mut Block, usize, &[u8]) -> bool,
    ) -> bool {
        if !Block::has_room_for_text(self.at) {
            flush(self.saver, self.at);
            self.at = 0;
        }
        let block = &mut self.saver.encoder.block;
        // Of what is longer nothing counts in the end, so its length need not be right.
        let [len, ..] = bytes.len().to_le_bytes();
        block.store_behind(self.at, name.bytes, name.len(), [opcode, len]);
        let at = self.at + name.len() + 2;
        let is_short = copy(block, at, bytes);
        if is_short {
            self.at = at + bytes.len();
        }
        is_short
    }

    /// Writes so many entries of a dict, whose keys are atoms, in batches.
    #[inline]
    pub(super) fn entries<'k, K: Reduce + 'k, V: Reduce + 'k>(
        &mut self,
        entries: &mut impl Iterator<Item = (&'k K, &'k V)>,
        mut len: usize,
        batch: usize,
    ) -> Result<()> {
        let mut lane = LaneWriter { saver: self.saver, at: self.at, levels: self.levels };
        while len > 0 {
            let count = len.min(batch);
            lane.code([op::MARK], usize::from(count > 1));
            for (key, value) in entries.take(count) {
                if lane.at >= lane.saver.encoder.full {
                    lane.at = roll(lane.saver, lane.at)?;
                }
                key.reduce_lane(Name::NONE, &mut lane)?;
                value.reduce_lane(Name::NONE, &mut lane)?;
            }
            lane.code([if count > 1 { op::SETITEMS } else { op::SETITEM }], 1);
            len -= count;
        }
        self.at = lane.at;
        Ok(())
    }

    /// Begins a tuple of this length, and gives what goes before its first element.
    #[inline(always)]
    pub(crate) fn begin_tuple(&mut self, name: Name, len: usize) -> Result<Name> {
        self.enter()?;
        if (1..=3).contains(&len) {
            return Ok(name);
        }
        self.put(name, [op::MARK], usize::from(len > 0));
        Ok(Name::NONE)
    }

    /// Ends a tuple.
    #[inline(always)]
    pub(crate) fn end_tuple(&mut self, len: usize) {
        self.levels += 1;
        self.code([end_of_tuple(len)], 1);
    }

    /// Writes a value that the lane cannot spell.
    ///
    /// # Errors
    /// As its [`Reduce::reduce`].
    #[inline]
    pub fn spell<T: ?Sized + Reduce>(&mut self, name: Name, value: &T) -> Result<()> {
        self.leave();
        self.saver.name(name);
        let result = value.reduce(self.saver);
        self.at = self.saver.encoder.at;
        result
    }

    /// Leaves the lane.
    #[inline(always)]
    fn leave(&mut self) {
        self.saver.encoder.at = self.at;
        self.saver.depth = self.saver.settings.limits.depth - self.levels;
    }
}

/// Instances of a class that are being written.
#[derive(Debug)]
pub struct Records<'l, 'a, const N: usize, const IN_LIST: bool> {
    lane: LaneWriter<'l, 'a>,
    name: Name,
    class: &'static Class,
    is_dict: bool,
    shape: Option<LaneShape<N>>,
}

impl<'a, const N: usize, const IN_LIST: bool> Records<'_, 'a, N, IN_LIST> {
    /// Spells out those that come before it is known how they are spelled.
    ///
    /// # Errors
    /// As their [`Reduce::reduce`].
    #[inline(always)]
    pub fn spell_first<T: Reduce>(&mut self, records: &mut std::slice::Iter<'_, T>) -> Result<()> {
        let Records { lane, name, class, shape, .. } = self;
        while !records.as_slice().is_empty() {
            *shape = lane.shape(class);
            if shape.is_some() {
                break;
            }
            let mut apart = lane.apart();
            if IN_LIST {
                apart.roll_when_full()?;
            }
            if let Some(record) = records.next() {
                apart.spell(*name, record)?;
            }
            lane.at = apart.at;
        }
        Ok(())
    }

    /// Begins the next, and gives the lane and the names for its attributes; `None` if it is not known how
    /// it is spelled.
    ///
    /// # Errors
    /// Those of the stream.
    #[inline(always)]
    pub fn begin(&mut self) -> Result<Option<(LaneWriter<'_, 'a>, [Name; N])>> {
        let Records { lane, name, is_dict, shape, .. } = self;
        let Some(LaneShape { opening, names }) = *shape else { return Ok(None) };
        if IN_LIST {
            lane.roll_when_full()?;
        }
        // Room for all names and numbers at once, so that no other check of them is left.
        lane.make_room_for(const { HEADER + N * ATTRIBUTE + 2 });
        let block = &mut lane.saver.encoder.block;
        block.store_behind(lane.at, name.bytes, name.len(), opening);
        let at = lane.at + name.len() + before_attributes(*is_dict, N) + record::NAME;
        let record = LaneWriter { saver: lane.saver, at, levels: lane.levels - 1 };
        let mut names = names.map(Name::new);
        if let Some(first) = names.first_mut() {
            *first = Name::NONE;
        }
        Ok(Some((record, names)))
    }

    /// Goes on where an instance ended.
    #[inline(always)]
    pub fn resume(&mut self, at: usize) {
        self.lane.at = at;
    }

    /// Tells how far all of them are.
    #[inline(always)]
    #[must_use]
    pub fn end(self) -> usize {
        self.lane.at
    }
}

/// What makes a tuple of so many elements, before which there is a mark if they are more than three.
#[inline(always)]
pub(super) fn end_of_tuple(len: usize) -> u8 {
    match len {
        0 => op::EMPTY_TUPLE,
        1 => op::TUPLE1,
        2 => op::TUPLE2,
        3 => op::TUPLE3,
        _ => op::TUPLE,
    }
}

/// An integer that is larger than an `i64`.
struct Long<I>(I);

impl<I: Integer> Reduce for Long<I> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.integer(self.0)
    }
}

impl std::fmt::Debug for LaneWriter<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LaneWriter").field("levels", &self.levels).finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
pub(super) fn flush(saver: &mut Saver<'_>, at: usize) {
    saver.encoder.at = at;
    saver.encoder.flush();
}

#[cold]
#[inline(never)]
pub(super) fn roll(saver: &mut Saver<'_>, at: usize) -> Result<usize> {
    saver.encoder.at = at;
    saver.encoder.roll()?;
    Ok(saver.encoder.at)
}

#[cold]
#[inline(never)]
fn too_deep(saver: &Saver<'_>) -> Error {
    let limit = saver.settings.limits.depth;
    Error::limit("levels of nesting", limit.saturating_add(1), limit, "depth")
}

impl<'a> Saver<'a> {
    /// Writes an attribute name.
    #[inline]
    pub(super) fn name(&mut self, name: Name) {
        self.encoder.prefix(name.bytes, name.len());
    }

    /// The fast lane, where it is open.
    #[inline(always)]
    pub(super) fn lane<T>(
        &mut self,
        write: impl FnOnce(&mut LaneWriter<'_, 'a>) -> Result<T>,
    ) -> Option<Result<T>> {
        if !self.has_lane || self.in_key || self.pending.is_some() {
            return None;
        }
        let at = self.encoder.at;
        let levels = self.settings.limits.depth.saturating_sub(self.depth);
        let depth = self.depth;
        let mut lane = LaneWriter { saver: self, at, levels };
        let result = write(&mut lane);
        lane.leave();
        self.depth = depth;
        Some(result)
    }

    /// Writes a value behind its attribute name, in the fast lane where it is open.
    #[doc(hidden)]
    #[inline]
    pub fn named<T: ?Sized + Reduce>(&mut self, name: Name, value: &T) -> Result<()> {
        match self.lane(|lane| value.reduce_lane(name, lane)) {
            Some(result) => result,
            None => {
                self.name(name);
                value.reduce(self)
            }
        }
    }
}
