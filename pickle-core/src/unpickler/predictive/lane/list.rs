//! Lists in the lane, and what they are made room for.

use super::LaneReader;
use crate::error::Result;
use crate::loader::Loader;
use crate::opcode::op;
use crate::reconstruct::{Reconstruct, Starts, collect_more, give_back};
use crate::stack::deeper;
use crate::unpickler::predictive::place::{End, Place};
use crate::unpickler::predictive::replay::Entry;
use crate::unpickler::predictive::walk::{State, Walk};
use crate::unpickler::predictive::{Predictive, miss, prediction};
use crate::wire::length;

impl<'de> Predictive<'_, 'de> {
    /// Takes the items of a list as far as they come in batches.
    pub(in crate::unpickler::predictive) fn batches<T: Reconstruct<'de>>(
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

    /// Adds an item of a list that the lane does not take, and tells what follows.
    #[cold]
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

    /// Makes room for more items of a list, of which one was just read.
    #[cold]
    #[inline(never)]
    pub(in crate::unpickler::predictive) fn reserve<T: Reconstruct<'de>>(
        &mut self,
        rest: &'de [u8],
        walk: &Walk,
        vec: &mut Vec<T>,
    ) {
        self.rest = rest;
        vec.reserve_exact(self.more_items::<T>(walk, vec.len()));
    }
}

impl<'de> LaneReader<'_, '_, 'de> {
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

    /// Whether a batch goes on here.
    #[inline(always)]
    fn more(&self, end: u8) -> bool {
        match self.rest.first() {
            Some(&byte) => byte != end && byte != op::FRAME,
            None => false,
        }
    }
}
