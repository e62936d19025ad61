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
use crate::pickler::global::Known;
use crate::pickler::saver::Saver;
use crate::reduce::Reduce;
use crate::wire::block::Block;
use crate::wire::integer::Integer;
use crate::wire::number;

/// How many attributes a class may have for its instances to take the fast lane.
pub(super) const ATTRIBUTES: usize = 32;

/// An attribute name that goes before a value: the two bytes of its `BINGET`, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    bytes: [u8; 2],
    /// 0 or 2.
    len: usize,
}

impl Name {
    /// No name.
    pub const NONE: Name = Name { bytes: [0; 2], len: 0 };

    #[inline(always)]
    pub(crate) fn new(bytes: [u8; 2]) -> Name {
        Name { bytes, len: 2 }
    }
}

/// A saver in the fast lane.
pub struct LaneWriter<'l, 'a> {
    saver: &'l mut Saver<'a>,
    /// The place in the block.
    at: usize,
    /// How many levels more may nest.
    levels: usize,
}

impl<'a> LaneWriter<'_, 'a> {
    /// Begins an instance of a class, and gives the lane and the names for its attributes; `None`
    /// when the lane cannot spell it, and nothing was written.
    #[inline(always)]
    pub fn begin<const N: usize>(
        &mut self,
        name: Name,
        class: &'static Class,
    ) -> Option<(LaneWriter<'_, 'a>, [Name; N])> {
        self.make_room();
        let levels = self.levels.checked_sub(1)?;
        let memo = &self.saver.memo;
        let shape = memo.shapes.get(memo.classes.find(class)?)?;
        if !shape.lane {
            return None;
        }
        let (header, len) = (shape.header, shape.header_len);
        let names = shape.names.first_chunk().map(|names| names.map(Name::new))?;
        self.saver.encoder.block.store_behind(self.at, name.bytes, name.len, header);
        // A single attribute has no mark.
        let at = self.at + name.len + len - usize::from(N == 1);
        Some((LaneWriter { saver: self.saver, at, levels }, names))
    }

    /// Ends an instance with `N` attributes, and tells how far it is.
    #[inline(always)]
    pub fn end<const N: usize>(mut self) -> usize {
        self.put(Name::NONE, [if N == 1 { op::SETITEM } else { op::SETITEMS }, op::BUILD], 2);
        self.at
    }

    /// Goes on where an instance ended.
    #[inline(always)]
    pub fn resume(&mut self, at: usize) {
        self.at = at;
    }

    /// Writes the call of a class with one small number, if the class was written before.
    #[inline(always)]
    pub(crate) fn call(&mut self, name: Name, class: &'static Class, argument: i64) -> bool {
        let memo = &self.saver.memo;
        let Some(shape) = memo.classes.find(class).and_then(|n| memo.shapes.get(n)) else {
            return false;
        };
        let (Known::Memoized(index), Ok(argument)) = (shape.class, u8::try_from(argument)) else {
            return false;
        };
        let Ok(index) = u8::try_from(index) else { return false };
        let call = [op::BINGET, index, op::BININT1, argument, op::TUPLE1, op::REDUCE];
        if self.levels > 0 {
            self.put(name, call, 6);
        }
        self.levels > 0
    }

    /// Goes one level deeper.
    #[inline(always)]
    fn enter(&mut self) -> Result<()> {
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
    fn put<const N: usize>(&mut self, name: Name, bytes: [u8; N], len: usize) {
        self.make_room();
        self.saver.encoder.block.store_behind(self.at, name.bytes, name.len, bytes);
        self.at += name.len + len;
    }

    /// Writes an integer.
    #[inline(always)]
    pub(crate) fn int<I: Integer>(&mut self, name: Name, value: I) -> Result<()> {
        match value.to_i64() {
            Some(value) if I::BITS <= 32 || i32::try_from(value).is_ok() => {
                let (bytes, len) = number::short_int(value);
                self.put(name, bytes, len);
            }
            Some(value) => {
                let (bytes, len) = number::long_int(value);
                self.put(name, bytes, len);
            }
            None => return self.spell(name, &Long(value)),
        }
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
        self.put(name, [if value { op::NEWTRUE } else { op::NEWFALSE }], 1);
    }

    /// Writes `None`.
    #[inline(always)]
    pub(crate) fn none(&mut self, name: Name) {
        self.put(name, [op::NONE], 1);
    }

    /// Writes a string.
    #[inline(always)]
    pub(crate) fn str(&mut self, name: Name, text: &str) -> Result<()> {
        let Ok(len) = u8::try_from(text.len()) else { return self.spell(name, text) };
        if !Block::has_room_for_text(self.at) {
            flush(self.saver, self.at);
            self.at = 0;
        }
        let block = &mut self.saver.encoder.block;
        block.store_behind(self.at, name.bytes, name.len, [op::SHORT_BINUNICODE, len]);
        let at = self.at + name.len;
        block.copy(at + 2, text.as_bytes());
        self.at = at + 2 + usize::from(len);
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
        let opcode = match len {
            0 => op::EMPTY_TUPLE,
            1 => op::TUPLE1,
            2 => op::TUPLE2,
            3 => op::TUPLE3,
            _ => op::TUPLE,
        };
        self.put(Name::NONE, [opcode], 1);
    }

    /// Writes items of a list in batches, of which the last is the end of the list.
    #[inline]
    pub(super) fn items<T: Reduce>(&mut self, items: &[T], batch: usize) -> Result<()> {
        // A lane of its own stays in registers.
        let mut lane = LaneWriter { saver: self.saver, at: self.at, levels: self.levels };
        for items in items.chunks(batch) {
            let is_alone = items.len() == 1;
            lane.put(Name::NONE, [op::MARK], usize::from(!is_alone));
            for item in items {
                if lane.at >= lane.saver.encoder.full {
                    lane.at = roll(lane.saver, lane.at)?;
                }
                item.reduce_lane(Name::NONE, &mut lane)?;
            }
            lane.put(Name::NONE, [if is_alone { op::APPEND } else { op::APPENDS }], 1);
        }
        self.at = lane.at;
        Ok(())
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
fn flush(saver: &mut Saver<'_>, at: usize) {
    saver.encoder.at = at;
    saver.encoder.flush();
}

#[cold]
#[inline(never)]
fn roll(saver: &mut Saver<'_>, at: usize) -> Result<usize> {
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
        self.encoder.prefix(name.bytes, name.len);
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
