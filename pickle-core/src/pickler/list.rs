//! Lists and arrays in the fast lane.

use crate::error::Result;
use crate::opcode::op;
use crate::pickler::container::BATCH;
use crate::pickler::fixed::{Fixed, Stencil, copy};
use crate::pickler::lane::{LaneWriter, Name, end_of_tuple, flush, roll};
use crate::pickler::saver::Saver;
use crate::reduce::{Reduce, Sequence};
use crate::stack::deeper;
use crate::wire::block::{self, Block};
use crate::wire::integer::Integer;
use crate::wire::number::{self, RUN, RUN_BYTES};

/// How many bytes of a run go past the block at once, and how many there must be for it to be worth
/// while.
const LONG_RUN: usize = 2048;

/// How many integers go past the block at once.
const MANY: usize = 62 * RUN;

/// How many bytes the items of a short list may take.
const SHORT_LIST: usize = Block::PIECE;

/// So many integers of a short list are written whatever their number: those that are not there go
/// where the next value will be.
const UNFORESEEN: usize = 4;

impl LaneWriter<'_, '_> {
    /// Writes a slice of which the items are written by [`Reduce::reduce_items`].
    ///
    /// # Errors
    /// As [`Reduce::reduce_lane`] of the items, and when the limit of nesting is reached.
    #[inline]
    pub fn slice<T: Reduce>(&mut self, name: Name, items: &[T], form: Sequence) -> Result<()> {
        match form {
            Sequence::List => self.list(name, items),
            Sequence::Tuple => self.tuple(name, items),
        }
    }

    /// As [`slice`](LaneWriter::slice), for floats.
    #[inline(always)]
    pub(crate) fn float_slice<T: Copy + Reduce + Into<f64>>(
        &mut self,
        name: Name,
        items: &[T],
        form: Sequence,
    ) -> Result<()> {
        let write = |room: &mut [u8; SHORT_LIST]| {
            for (room, item) in room.as_chunks_mut().0.iter_mut().zip(items) {
                *room = number::float((*item).into());
            }
            items.len() * Fixed::FLOAT.len
        };
        self.slice_up_to(SHORT_LIST / Fixed::FLOAT.len, name, items, form, write)
    }

    /// As [`slice`](LaneWriter::slice), for bools.
    #[inline(always)]
    pub(crate) fn bool_slice(&mut self, name: Name, items: &[bool], form: Sequence) -> Result<()> {
        let write = |room: &mut [u8; SHORT_LIST]| {
            block::copy(room, items, |item| number::bool(item)[0]);
            items.len()
        };
        self.slice_up_to(Block::TEXT, name, items, form, write)
    }

    /// As [`slice`](LaneWriter::slice), for integers.
    #[inline(always)]
    pub(crate) fn int_slice<I: Integer + Reduce>(
        &mut self,
        name: Name,
        items: &[I],
        form: Sequence,
    ) -> Result<()> {
        let write = |room: &mut [u8; SHORT_LIST]| {
            let mut at = 0;
            let mut put = |item: I, counts: bool| {
                let room = room.get_mut(at % RUN_BYTES..).and_then(<[u8]>::first_chunk_mut);
                let len = room.map_or(0, |room| number::int(item, room));
                at += if counts { len } else { 0 };
            };
            let Some(last) = items.last() else { return 0 };
            // How many there are is hard to foresee.
            for place in 0..UNFORESEEN {
                put(*items.get(place).unwrap_or(last), place < items.len());
            }
            for item in items.iter().skip(UNFORESEEN) {
                put(*item, true);
            }
            at
        };
        if I::BITS >= 64 && items.iter().take(RUN).any(|item| item.to_i64().is_none()) {
            return self.slice(name, items, form);
        }
        self.slice_up_to(RUN - 1, name, items, form, write)
    }

    /// Writes up to so many items with one look at the room and at the frame: so many bytes as
    /// `write` tells.
    #[inline(always)]
    fn slice_up_to<T: Reduce>(
        &mut self,
        most: usize,
        name: Name,
        items: &[T],
        form: Sequence,
        write: impl FnOnce(&mut [u8; SHORT_LIST]) -> usize,
    ) -> Result<()> {
        let count = items.len();
        if count > most || self.levels == 0 || self.at + SHORT_LIST > self.saver.encoder.full {
            let mut lane = self.apart();
            lane.slice(name, items, form)?;
            self.at = lane.at;
            return Ok(());
        }
        if count == 0 {
            let empty = match form {
                Sequence::List => op::EMPTY_LIST,
                Sequence::Tuple => op::EMPTY_TUPLE,
            };
            self.put(name, [empty], 1);
            return Ok(());
        }
        let (begin, before, end) = match form {
            Sequence::List => {
                let end = if count == 1 { op::APPEND } else { op::APPENDS };
                ([op::EMPTY_LIST, op::MARK], 1 + usize::from(count > 1), end)
            }
            Sequence::Tuple => ([op::MARK; 2], usize::from(count > 3), end_of_tuple(count)),
        };
        self.put_before(SHORT_LIST + 1, name, begin, before);
        if let Some(room) = self.saver.encoder.block.piece(self.at) {
            self.at += write(room);
        }
        self.code_there([end], 1);
        Ok(())
    }

    #[inline]
    fn list<T: Reduce>(&mut self, name: Name, items: &[T]) -> Result<()> {
        self.enter()?;
        let name = self.roll_behind(name)?;
        self.put(name, [op::EMPTY_LIST, op::MARK], 1 + usize::from(items.len() > 1));
        self.batches(items)?;
        self.levels += 1;
        Ok(())
    }

    /// Writes the items of a list in batches, of which the first is begun and the last is the end
    /// of the list.
    #[inline(always)]
    fn batches<T: Reduce>(&mut self, items: &[T]) -> Result<()> {
        let mut rest = items;
        while !rest.is_empty() {
            let (batch, more) = rest.split_at(rest.len().min(BATCH));
            T::reduce_items(batch, self)?;
            let close = if batch.len() == 1 { op::APPEND } else { op::APPENDS };
            self.code([close, op::MARK], 1 + usize::from(more.len() > 1));
            rest = more;
        }
        Ok(())
    }

    /// Writes the items of a list that was begun.
    #[inline]
    pub(super) fn items<T: Reduce>(&mut self, items: &[T]) -> Result<()> {
        self.code([op::MARK], usize::from(items.len() > 1));
        self.batches(items)
    }

    #[inline]
    fn tuple<T: Reduce>(&mut self, name: Name, items: &[T]) -> Result<()> {
        // A frame ends before a tuple, but not in it.
        if self.at + name.len() >= self.saver.encoder.full {
            return self.spell_slice(name, items, Sequence::Tuple);
        }
        let mut name = self.begin_tuple(name, items.len())?;
        for item in items {
            item.reduce_lane(std::mem::replace(&mut name, Name::NONE), self)?;
        }
        self.end_tuple(items.len());
        Ok(())
    }

    /// Writes a slice that the lane cannot spell.
    ///
    /// # Errors
    /// As [`Reduce::reduce_slice`].
    #[inline]
    pub(crate) fn spell_slice<T: Reduce>(
        &mut self,
        name: Name,
        items: &[T],
        form: Sequence,
    ) -> Result<()> {
        self.spell(name, &Spelled(items, form))
    }

    /// Closes the frame behind a name if it is full, and gives the name if it is still to be written.
    #[inline(always)]
    fn roll_behind(&mut self, name: Name) -> Result<Name> {
        if self.at + name.len() < self.saver.encoder.full {
            return Ok(name);
        }
        self.put(name, [], 0);
        self.at = roll(self.saver, self.at)?;
        Ok(Name::NONE)
    }

    /// Closes the frame if it is full.
    #[inline(always)]
    pub(super) fn roll_when_full(&mut self) -> Result<()> {
        if self.at >= self.saver.encoder.full {
            self.at = roll(self.saver, self.at)?;
        }
        Ok(())
    }

    /// Writes instances as items of a list.
    ///
    /// # Errors
    /// As [`Reduce::reduce_records`].
    #[inline(always)]
    pub fn instances<T: Reduce>(&mut self, items: &[T]) -> Result<()> {
        if T::fixed().is_some() {
            return self.each(items);
        }
        deeper(|| T::reduce_records::<true>(items, Name::NONE, self))
    }

    /// Writes items one by one, or as a run if all are of one length.
    ///
    /// # Errors
    /// As [`Reduce::reduce_lane`] of the items.
    #[inline(always)]
    pub(crate) fn each<T: Reduce>(&mut self, items: &[T]) -> Result<()> {
        // A lane of its own stays in registers.
        let mut lane = self.apart();
        if T::fixed().has_stencil() {
            lane.run(items)?;
        } else {
            for item in items {
                lane.roll_when_full()?;
                lane.make_room_for(Block::ITEM);
                item.reduce_lane(Name::NONE, &mut lane)?;
            }
        }
        self.at = lane.at;
        Ok(())
    }

    /// Writes items that all have the same length.
    #[inline(always)]
    fn run<T: Reduce>(&mut self, items: &[T]) -> Result<()> {
        let Fixed { len, depth, opcode, .. } = T::fixed();
        let mut rest = items;
        if depth == 0 {
            let begin = |room: &mut [u8]| {
                if let Some(first) = room.first_mut() {
                    *first = opcode;
                }
            };
            while !rest.is_empty() {
                self.roll_when_full()?;
                rest = self.fill(rest, begin);
            }
            return Ok(());
        }
        let mut stencil: Option<[u8; Stencil::LEN]> = None;
        while let Some((item, more)) = rest.split_first() {
            self.roll_when_full()?;
            if let Some(stencil) = &stencil {
                let left = self.fill(rest, |room| copy(room, stencil, len));
                if left.len() < rest.len() {
                    rest = left;
                    continue;
                }
            }
            let seen = self.observe(Name::NONE, len, |lane| item.reduce_lane(Name::NONE, lane))?;
            stencil = stencil.or(seen);
            rest = more;
        }
        Ok(())
    }

    /// Fills in as many items as the frame holds, and gives the others.
    #[inline(always)]
    fn fill<'i, T: Reduce>(&mut self, items: &'i [T], begin: impl Fn(&mut [u8])) -> &'i [T] {
        let Fixed { len, depth, .. } = T::fixed();
        // The frame ends before an item, or in it at an array.
        let left = self.saver.encoder.full.saturating_sub(self.at);
        let whole = if depth == 0 { left.div_ceil(len) } else { left / len };
        let count = items.len().min(whole);
        let (mut now, later) = items.split_at(count);
        if count * len >= LONG_RUN {
            flush(self.saver, self.at);
            self.at = 0;
            for items in now.chunks(LONG_RUN / len) {
                self.saver.encoder.fill(items.len() * len, |room| fill(items, room, &begin));
            }
            return later;
        }
        while !now.is_empty() {
            self.make_room_for(len);
            let room = self.saver.encoder.block.rest(self.at);
            let (items, more) = now.split_at(now.len().min(room.len() / len));
            fill(items, room, &begin);
            self.at += items.len() * len;
            now = more;
        }
        later
    }

    /// Writes integers, which are runs of the same width as a rule.
    ///
    /// # Errors
    /// As [`Reduce::reduce_lane`] of the integers.
    #[inline(always)]
    pub(crate) fn ints<I: Integer + Reduce>(&mut self, items: &[I]) -> Result<()> {
        let mut lane = self.apart();
        for items in items.chunks(MANY) {
            if items.len() == MANY && lane.many(items) {
                continue;
            }
            let (runs, rest) = items.as_chunks();
            for items in runs {
                if !lane.few(items) {
                    lane.one_by_one(items)?;
                }
            }
            lane.one_by_one(rest)?;
        }
        self.at = lane.at;
        Ok(())
    }

    /// Writes many integers past the block, if none is longer than an `i64` and the frame holds them.
    #[inline(always)]
    fn many<I: Integer>(&mut self, items: &[I]) -> bool {
        let most = items.len() / RUN * RUN_BYTES;
        if self.at + most > self.saver.encoder.full
            || items.iter().any(|item| item.to_i64().is_none())
        {
            return false;
        }
        flush(self.saver, self.at);
        self.at = 0;
        self.saver.encoder.fill_up_to(most, |room| {
            let mut at = 0;
            for items in items.as_chunks::<RUN>().0 {
                let values = items.map(|item| item.to_i64().unwrap_or_default());
                if let Some(room) = room.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
                    at += number::ints(&values, room);
                }
            }
            at
        });
        true
    }

    /// Writes a few integers, if none is longer than an `i64` and the frame holds them.
    #[inline(always)]
    fn few<I: Integer>(&mut self, items: &[I; RUN]) -> bool {
        let values = items.map(I::to_i64);
        self.make_room_for(RUN_BYTES);
        if values.contains(&None) || self.at + RUN_BYTES > self.saver.encoder.full {
            return false;
        }
        let room = self.saver.encoder.block.place(self.at, RUN_BYTES);
        let Some(room) = room.and_then(<[u8]>::first_chunk_mut) else { return false };
        self.at += number::ints(&values.map(Option::unwrap_or_default), room);
        true
    }

    #[inline(always)]
    fn one_by_one<I: Integer>(&mut self, items: &[I]) -> Result<()> {
        for item in items {
            self.roll_when_full()?;
            self.int(Name::NONE, *item)?;
        }
        Ok(())
    }
}

/// Fills in items, each behind what is the same for all.
#[inline(always)]
fn fill<T: Reduce>(items: &[T], room: &mut [u8], begin: impl Fn(&mut [u8])) {
    for (item, room) in items.iter().zip(room.chunks_exact_mut(T::fixed().len)) {
        begin(room);
        item.reduce_fixed(0, &mut Stencil::new(room));
    }
}

/// A slice in a form.
struct Spelled<'i, T>(&'i [T], Sequence);

impl<T: Reduce> Reduce for Spelled<'_, T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        T::reduce_slice(self.0, self.1, saver)
    }
}
