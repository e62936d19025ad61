//! The fast lane of reading: what is left of the input in a register instead of in the loader.
//!
//! Records whose instances are spelled like the ones before, and the items of a batch, are read
//! here. What the lane does not know itself, the loader reads for it.

use std::rc::Rc;

use super::place::{End, Place};
use super::prediction::{self, NameRef};
use super::replay::Entry;
use super::walk::{Elements, State, Walk};
use super::{Predictive, miss};
use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::opcode::op;
use crate::reconstruct::{Reconstruct, Starts, collect_more, give_back};
use crate::stack::deeper;
use crate::wire::integer::{self, Integer};
use crate::wire::length;
use crate::wire::text::{checked, copy_of_text};

/// Strings in the memo are copied in the lane up to this length; longer ones have to be paid for.
const SHORT: usize = 64;

/// Whether the instruction puts what is on the stack into the memo.
#[inline(always)]
fn is_memoizing(opcode: u8) -> bool {
    matches!(opcode, op::MEMOIZE | op::BINPUT | op::LONG_BINPUT)
}

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

/// A loader of the predictive route with what it has not read yet at hand.
pub struct LaneReader<'l, 'a, 'de> {
    pub(super) rest: &'de [u8],
    /// How many levels more may nest; here, not in the loader, so that records do not wait for each
    /// other to count them.
    pub(super) levels: usize,
    pub(super) loader: &'l mut Predictive<'a, 'de>,
}

/// A record that is being read in a lane of its own.
pub struct LaneRecord<'l, 'a, 'de> {
    lane: LaneReader<'l, 'a, 'de>,
    /// The number of its shape.
    number: usize,
    /// What the lane around it has not read yet.
    outer: &'l mut &'de [u8],
    /// How long the memo was before.
    memo: usize,
}

impl<'a, 'de> Predictive<'a, 'de> {
    #[inline(always)]
    pub(super) fn open_lane(&mut self) -> LaneReader<'_, 'a, 'de> {
        LaneReader { rest: self.rest, levels: self.levels, loader: self }
    }

    /// Takes the items of a list as far as they come in batches.
    pub(super) fn batches<T: Reconstruct<'de>>(
        &mut self,
        walk: &mut Walk,
        vec: &mut Vec<T>,
    ) -> Result<()> {
        if self.has_lane {
            let mut lane = self.open_lane();
            lane.batches(walk, vec)?;
            lane.close();
        }
        Ok(())
    }

    // What is seldom called is no method of the lane, which would be in memory then.

    #[inline(never)]
    fn slowly<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        T::reconstruct(self)
    }

    /// Adds an item of a list that the lane does not take, and tells what follows.
    #[inline(never)]
    fn slow_item<T: Reconstruct<'de>>(
        &mut self,
        rest: &'de [u8],
        levels: usize,
        walk: &Walk,
        vec: &mut Vec<T>,
    ) -> Result<&'de [u8]> {
        self.rest = rest;
        self.levels = levels;
        let item = self.slowly()?;
        let mut lane = self.open_lane();
        End { walk, vec }.put(&mut lane, || item);
        Ok(lane.rest)
    }

    /// Begins the first record of a class, whose names are spelled out: the number of its shape, and
    /// what follows.
    #[cold]
    #[inline(never)]
    fn begin_first(
        &mut self,
        rest: &'de [u8],
        class: &'static Class,
    ) -> Option<(usize, &'de [u8])> {
        if !self.has_lane {
            return None;
        }
        let memo = self.memo.len();
        self.rest = rest;
        let number = self.first_header(class).ok().flatten();
        let after = self.rest;
        let Some(number) = number else {
            self.go_back(after, rest, memo);
            return None;
        };
        Some((number, after))
    }

    /// Makes room for more items of a list, of which one was just read.
    #[cold]
    #[inline(never)]
    pub(super) fn reserve<T: Reconstruct<'de>>(
        &mut self,
        rest: &'de [u8],
        walk: &Walk,
        vec: &mut Vec<T>,
    ) {
        self.rest = rest;
        vec.reserve_exact(self.more_items::<T>(walk, vec.len()));
    }
}

impl<'a, 'de> LaneReader<'_, 'a, 'de> {
    /// Hands what is not read yet back to the loader.
    #[inline(always)]
    pub(super) fn close(self) {
        self.loader.rest = self.rest;
        self.loader.levels = self.levels;
    }

    /// How many bytes were read.
    #[inline(always)]
    pub(super) fn pos(&self) -> usize {
        self.loader.input.len() - self.rest.len()
    }

    /// The loader, if records that nest so deep may be taken by a template.
    #[inline]
    pub(super) fn loader_for_template(
        &mut self,
        levels: usize,
    ) -> Option<&mut Predictive<'a, 'de>> {
        let is_open = self.loader.has_lane && !self.loader.in_key && self.levels >= levels;
        is_open.then_some(&mut *self.loader)
    }

    /// Memoizes what each of several values in a row does, which are as long as each other.
    pub(super) fn memoize_run(&mut self, start: usize, len: usize, count: usize, at: &Rc<[u32]>) {
        if !self.loader.replaying {
            self.loader.memo.push_run(start, len, count, at);
        }
    }

    /// Has the loader read something.
    #[inline(always)]
    pub(super) fn outside<T>(
        &mut self,
        read: impl FnOnce(&mut Predictive<'a, 'de>) -> Result<T>,
    ) -> Result<T> {
        self.loader.rest = self.rest;
        self.loader.levels = self.levels;
        let value = read(self.loader);
        self.rest = self.loader.rest;
        self.levels = self.loader.levels;
        value
    }

    /// Takes a value of any type.
    ///
    /// # Errors
    /// When it is not what was predicted.
    #[inline(always)]
    pub fn value<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        if let Some(fixed) = T::FIXED
            && fixed.is_record()
            && let Some((value, rest)) = self.loader.take_fixed(fixed, self.rest, self.levels)
        {
            self.rest = rest;
            return Ok(value);
        }
        // A lane of its own, for what is not inlined may have it in memory.
        let levels = self.levels;
        let mut lane = LaneReader { rest: self.rest, levels, loader: &mut *self.loader };
        let value = T::reconstruct_lane(&mut lane)?;
        self.rest = lane.rest;
        match value {
            Some(value) => Ok(value),
            None => self.outside(Predictive::slowly),
        }
    }

    /// Begins a record that is spelled as the last one, and tells what the names of its attributes
    /// are; `None` if it is spelled otherwise.
    #[inline(always)]
    pub fn begin<const N: usize>(
        &mut self,
        class: &'static Class,
    ) -> Option<(LaneRecord<'_, 'a, 'de>, [NameRef; N])> {
        if class.is_dict && self.loader.in_key {
            return None;
        }
        let levels = self.levels.checked_sub(1)?;
        let memo = self.loader.memo.len();
        let Some(number) = self.loader.classes.find(class) else {
            let (number, rest) = self.loader.begin_first(self.rest, class)?;
            let lane = LaneReader { rest, levels, loader: &mut *self.loader };
            let names = std::array::from_fn(NameRef::spelled_out);
            return Some((LaneRecord { lane, number, outer: &mut self.rest, memo }, names));
        };
        let loader = &mut *self.loader;
        let shape = loader.shapes.get(number)?;
        let names = *shape.names.first_chunk()?;
        let rest = shape.after_header(self.rest)?;
        if !loader.replaying {
            shape.memoize_header(loader.input.len() - self.rest.len(), &mut loader.memo);
        }
        let lane = LaneReader { rest, levels, loader };
        Some((LaneRecord { lane, number, outer: &mut self.rest, memo }, names))
    }

    /// Takes a list whose items come in batches, or an empty one; `None`, with nothing taken, if it
    /// may be another.
    #[inline(never)]
    pub(crate) fn list<T: Reconstruct<'de>>(&mut self) -> Result<Option<Vec<T>>> {
        let (is_memoized, rest) = match *self.rest {
            [op::EMPTY_LIST, op::MEMOIZE, ref rest @ ..] => (true, rest),
            [op::EMPTY_LIST, ref rest @ ..] => (false, rest),
            _ => return Ok(None),
        };
        let (is_empty, rest) = match rest {
            [op::MARK, rest @ ..] => (false, rest),
            _ if self.no_item_follows::<T>(rest) => (true, rest),
            _ => return Ok(None),
        };
        let loader = &mut *self.loader;
        if loader.in_key || loader.gaps {
            return Ok(None);
        }
        let Some(levels) = self.levels.checked_sub(1) else { return miss() };
        let start = loader.input.len() - self.rest.len();
        if is_memoized && !loader.replaying {
            loader.memo.push(Entry::Value(start));
        }
        self.rest = rest;
        if is_empty {
            return Ok(Some(Vec::new()));
        }
        self.levels = levels;
        let mut walk = Walk::of_batch(start, T::STARTS);
        let mut vec = Vec::new();
        if T::STARTS.is_atom() {
            self.atoms(&mut walk, &mut vec)?;
        } else {
            walk.expected = self.loader.lengths.expected::<T>(levels).min(rest.len());
            vec.reserve_exact(walk.expected);
            deeper(|| self.batches(&mut walk, &mut vec))?;
            self.loader.lengths.learn::<T>(levels, vec.len());
        }
        if walk.state != State::Done {
            return self.outside(|loader| collect_more(loader, walk, vec)).map(Some);
        }
        self.levels += 1;
        give_back(&mut vec);
        Ok(Some(vec))
    }

    /// Takes a batch of atoms, which are counted first, and the batches behind it.
    #[inline(always)]
    fn atoms<T: Reconstruct<'de>>(&mut self, walk: &mut Walk, vec: &mut Vec<T>) -> Result<()> {
        let is_text = T::STARTS == Starts::STR.atom();
        let count = if is_text { length::texts } else { length::items };
        vec.reserve_exact(count(self.rest));
        let levels = self.levels;
        let mut lane = LaneReader { rest: self.rest, levels, loader: &mut *self.loader };
        while vec.len() < vec.capacity()
            && let Some(item) = T::reconstruct_lane(&mut lane)?
        {
            vec.push(item);
        }
        self.rest = lane.rest;
        walk.count = vec.len();
        match self.rest {
            [op::APPENDS, rest @ ..] if !walk.count.is_multiple_of(1000) => {
                self.rest = rest;
                walk.state = State::Done;
                Ok(())
            }
            _ => self.batches(walk, vec),
        }
    }

    /// Whether what follows a list without a mark can be no item of it: the end of what the list is
    /// in, or the name of the next attribute.
    #[inline]
    fn no_item_follows<T: Reconstruct<'de>>(&self, rest: &[u8]) -> bool {
        let is_text =
            |index: u8| matches!(self.loader.memo.get(index.into()), Some(Entry::Text(_)));
        match *rest {
            [op::SETITEMS | op::APPENDS, ..] => true,
            [op::BINGET, index, ref after @ ..] if is_text(index) => match *after {
                _ if !T::STARTS.meets(Starts::STR) => true,
                [first, ..] if T::STARTS.is_atom() => first != op::APPEND,
                // A class that is named by a string is named by two.
                [op::BINGET, index, ..] if T::STARTS == Starts::OBJECT => !is_text(index),
                [first, ..] if T::STARTS == Starts::OBJECT => !prediction::may_be_text(first),
                _ => false,
            },
            _ => false,
        }
    }

    /// Takes the items of a list as far as they come in batches.
    #[inline(never)]
    fn batches<T: Reconstruct<'de>>(&mut self, walk: &mut Walk, vec: &mut Vec<T>) -> Result<()> {
        // A lane and a count of its own, which can be in registers.
        let levels = self.levels;
        let mut lane = LaneReader { rest: self.rest, levels, loader: &mut *self.loader };
        loop {
            match (walk.state, lane.rest) {
                (State::Fresh, [op::MARK, rest @ ..]) => {
                    lane.rest = rest;
                    walk.state = State::Batch;
                }
                (State::Batch | State::Marked, _) => {}
                _ => break,
            }
            let before = vec.len();
            lane.templated(walk, vec);
            while lane.more(walk.closes.1) {
                lane.item(walk, vec)?;
                lane.templated(walk, vec);
            }
            walk.count += vec.len() - before;
            match lane.rest {
                [byte, rest @ ..] if *byte == walk.closes.1 && walk.state == State::Batch => {
                    lane.rest = rest;
                    walk.end_batch();
                }
                _ => break,
            }
        }
        self.rest = lane.rest;
        Ok(())
    }

    /// Takes an item of a batch.
    #[inline(always)]
    fn item<T: Reconstruct<'de>>(&mut self, walk: &Walk, vec: &mut Vec<T>) -> Result<()> {
        let levels = self.levels;
        let mut lane = LaneReader { rest: self.rest, levels, loader: &mut *self.loader };
        let taken = T::reconstruct_lane_in(&mut lane, &mut End { walk, vec });
        self.rest = lane.rest;
        if !taken? {
            self.rest = self.loader.slow_item(self.rest, levels, walk, vec)?;
        }
        Ok(())
    }

    /// Whether a frame begins here, which the lane leaves to the loader.
    #[inline(always)]
    pub(crate) fn is_at_frame(&self) -> bool {
        self.rest.first() == Some(&op::FRAME)
    }

    /// Whether a batch goes on here.
    #[inline(always)]
    fn more(&self, end: u8) -> bool {
        match self.rest.first() {
            Some(&byte) => byte != end && byte != op::FRAME,
            None => false,
        }
    }

    /// Takes a tuple as an array.
    pub(crate) fn array<const N: usize, T: Reconstruct<'de>>(&mut self) -> Result<Option<[T; N]>> {
        let elements = self.begin_tuple(N)?;
        let mut vec = Vec::with_capacity(N);
        for _ in 0..N {
            vec.push(self.value()?);
        }
        self.end_tuple(elements)?;
        Ok(vec.try_into().ok())
    }

    /// As [`array`](LaneReader::array), for numbers, of which the array can be full before they come.
    #[inline]
    pub(crate) fn numbers<const N: usize, T: Reconstruct<'de> + Copy + Default>(
        &mut self,
    ) -> Result<Option<[T; N]>> {
        let elements = self.begin_tuple(N)?;
        let mut numbers = [T::default(); N];
        for number in &mut numbers {
            *number = self.value()?;
        }
        self.end_tuple(elements)?;
        Ok(Some(numbers))
    }

    /// Goes into a tuple of this length.
    #[inline(always)]
    pub(crate) fn begin_tuple(&mut self, len: usize) -> Result<Elements> {
        let start = self.pos();
        let rest = match *self.rest {
            [op::MARK, ref rest @ ..] if len > 3 => Some(rest),
            [opcode, ..] if (1..=3).contains(&len) && opcode != op::FRAME => Some(self.rest),
            _ => None,
        };
        if let Some(rest) = rest
            && self.loader.watch.0 != start
            && let Some(levels) = self.levels.checked_sub(1)
        {
            self.rest = rest;
            self.levels = levels;
            return Ok(Elements { len, watched: false, start });
        }
        self.outside(|loader| loader.begin_tuple(len))
    }

    /// Leaves the tuple.
    #[inline(always)]
    pub(crate) fn end_tuple(&mut self, elements: Elements) -> Result<()> {
        let rest = match (elements.len, self.rest) {
            (1, [op::TUPLE1, rest @ ..])
            | (2, [op::TUPLE2, rest @ ..])
            | (3, [op::TUPLE3, rest @ ..])
            | (4.., [op::TUPLE, rest @ ..]) => Some(rest),
            _ => None,
        };
        let (is_memoized, rest) = match rest {
            Some([op::MEMOIZE, rest @ ..]) if !self.loader.gaps => (true, rest),
            Some(rest @ [first, ..]) if !is_memoizing(*first) => (false, rest),
            _ => return self.outside(|loader| loader.end_tuple(elements)),
        };
        if elements.watched {
            return self.outside(|loader| loader.end_tuple(elements));
        }
        if is_memoized && !self.loader.replaying {
            self.loader.memo.push(Entry::Opaque(elements.start));
        }
        self.rest = rest;
        self.levels += 1;
        Ok(())
    }

    /// Takes an integer.
    #[inline(always)]
    pub(crate) fn int<I: Integer>(&mut self) -> Option<I> {
        let (value, rest) = match *self.rest {
            [op::BININT1, b0, ref rest @ ..] => (i64::from(b0), rest),
            [op::BININT2, b0, b1, ref rest @ ..] => (i64::from(u16::from_le_bytes([b0, b1])), rest),
            [op::BININT, b0, b1, b2, b3, ref rest @ ..] => {
                (i64::from(i32::from_le_bytes([b0, b1, b2, b3])), rest)
            }
            _ => {
                let (value, rest) = long(self.rest)?;
                self.rest = rest;
                return Some(value);
            }
        };
        let value = I::from_i64(value)?;
        self.rest = rest;
        Some(value)
    }

    /// As [`int`](LaneReader::int), for numbers that are hard to foresee.
    #[inline(always)]
    fn mixed_int<I: Integer>(&mut self) -> Option<I> {
        let (bytes, _) = self.rest.split_first_chunk()?;
        let (value, len) = integer::mixed::<I>(*bytes)?;
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
        let [byte, rest @ ..] = self.rest else { return None };
        if !matches!(*byte, op::NEWTRUE | op::NEWFALSE) {
            return None;
        }
        self.rest = rest;
        Some(*byte == op::NEWTRUE)
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

impl<'de> LaneRecord<'_, '_, 'de> {
    /// Takes the reference to a name; the value of the attribute follows. `false` if there is
    /// something else.
    ///
    /// # Errors
    /// When a frame begins here that cannot.
    #[inline(always)]
    pub fn name(&mut self, name: NameRef) -> Result<bool> {
        if let Some((spelled, rest)) = self.lane.rest.split_first_chunk()
            && name.is_spelled(*spelled)
        {
            self.lane.rest = rest;
            return Ok(true);
        }
        let number = self.number;
        self.lane.outside(|loader| loader.other_name(number, name))
    }

    /// Takes the value of an attribute.
    ///
    /// # Errors
    /// When it is not what was predicted.
    #[inline(always)]
    pub(crate) fn value<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        self.lane.value()
    }

    /// Takes the integer that is an attribute.
    ///
    /// # Errors
    /// When it is not what was predicted.
    #[inline(always)]
    pub(crate) fn int<I: Integer + Reconstruct<'de>>(&mut self) -> Result<I> {
        match self.lane.mixed_int() {
            Some(value) => Ok(value),
            None => self.lane.value(),
        }
    }

    /// Takes the end of the record, and puts what `make` makes of it in its place; `false` if it is not
    /// spelled as the last one.
    ///
    /// # Errors
    /// Never.
    #[inline(always)]
    pub fn end<T>(self, place: &mut impl Place<'de, T>, make: impl FnOnce() -> T) -> Result<bool> {
        match *self.lane.rest {
            [op::SETITEMS, op::BUILD, ref rest @ ..] => self.put(rest, place, make),
            _ => self.give_up(),
        }
    }

    /// As [`end`](LaneRecord::end), for a dict.
    ///
    /// # Errors
    /// Never.
    #[inline(always)]
    pub fn end_dict<T>(
        self,
        place: &mut impl Place<'de, T>,
        make: impl FnOnce() -> T,
    ) -> Result<bool> {
        match *self.lane.rest {
            [op::SETITEMS, ref rest @ ..] => self.put(rest, place, make),
            _ => self.give_up(),
        }
    }

    #[inline(always)]
    fn put<T>(
        mut self,
        rest: &'de [u8],
        place: &mut impl Place<'de, T>,
        make: impl FnOnce() -> T,
    ) -> Result<bool> {
        self.lane.rest = rest;
        *self.outer = rest;
        place.put(&mut self.lane, make);
        Ok(true)
    }

    /// Goes back to the beginning of the record, which is not spelled as the last one after all.
    ///
    /// # Errors
    /// Never.
    #[inline(always)]
    pub fn give_up(self) -> Result<bool> {
        self.lane.loader.go_back(self.lane.rest, self.outer, self.memo);
        Ok(false)
    }
}
