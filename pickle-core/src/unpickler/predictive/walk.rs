//! Walks through lists, tuples, sets and dicts.

use super::object::{Object, Phase};
use super::replay::Entry;
use super::{Predictive, Replay, miss};
use crate::error::Result;
use crate::opcode::op;
use crate::reconstruct::Starts;

/// A list, set, dict or long tuple that is being read.
pub(crate) struct Walk {
    pub(super) state: State,
    pub(super) starts: Starts,
    pub(super) count: usize,
    pub(super) start: usize,
    /// How many items there is room for because lists like this had so many; 0 if that is not known.
    pub(super) expected: usize,
    /// The instructions that add one item, and a batch of them.
    pub(super) closes: (u8, u8),
    pub(super) replay: Replay,
}

impl Walk {
    /// A list that began at `start`, in its first batch.
    pub(super) fn of_batch(start: usize, starts: Starts) -> Walk {
        let closes = (op::APPEND, op::APPENDS);
        Walk {
            state: State::Batch,
            starts,
            count: 0,
            start,
            expected: 0,
            closes,
            replay: Replay::NONE,
        }
    }

    /// Picklers fill batches of 1000 and never follow a smaller one by another.
    #[inline]
    pub(super) fn end_batch(&mut self) {
        let is_full = self.count.is_multiple_of(1000);
        self.state = if is_full { State::Fresh } else { State::Done };
    }
}

/// A tuple that is being read.
pub(crate) struct Elements {
    pub(super) len: usize,
    pub(super) watched: bool,
    pub(super) start: usize,
}

/// Where in a container the walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Behind the container or a full batch: more may follow.
    Fresh,
    /// Between a mark and the instruction that adds the batch.
    Batch,
    /// At an item that an instruction of its own must add.
    Single,
    /// Between a mark and the instruction that makes the whole container.
    Marked,
    /// At the end.
    Done,
}

impl Predictive<'_, '_> {
    /// Moves a list, set or dict to its next item; `false` after the last one.
    #[inline]
    pub(super) fn advance(&mut self, walk: &mut Walk) -> Result<bool> {
        let (one, many) = walk.closes;
        loop {
            match walk.state {
                State::Batch => {
                    if self.opcode()? != many {
                        walk.count += 1;
                        return Ok(true);
                    }
                    self.pass(1);
                    walk.end_batch();
                }
                State::Fresh => {
                    let opcode = self.opcode()?;
                    if opcode == op::MARK {
                        self.pass(1);
                        walk.state = State::Batch;
                    } else if self.single_follows(opcode, one, self.starts_of(walk))? {
                        walk.state = State::Single;
                        return Ok(true);
                    } else {
                        walk.state = State::Done;
                    }
                }
                State::Single => {
                    self.expect(one)?;
                    walk.state = State::Done;
                }
                State::Marked => {
                    if self.opcode()? != many {
                        return Ok(true);
                    }
                    self.pass(1);
                    self.memoize(Entry::Value(walk.start))?;
                    walk.state = State::Done;
                }
                State::Done => return Ok(false),
            }
        }
    }

    /// How an item can begin. When the type asks for another one than is there, nothing behind the
    /// container shows that if it is read again, so it must be found here.
    fn starts_of(&self, walk: &Walk) -> Starts {
        if self.replaying { Starts::ANY } else { walk.starts }
    }

    /// The walk through the container that begins here.
    #[inline]
    pub(super) fn walk(
        &mut self,
        open: u8,
        closes: (u8, u8),
        marked: u8,
        starts: Starts,
    ) -> Result<Walk> {
        let mut replay = Replay::NONE;
        let mut opcode = self.opcode()?;
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            replay = self.replay()?;
            opcode = self.opcode()?;
        }
        self.enter()?;
        let start = self.pos();
        let (state, closes) = if opcode == open {
            if self.in_key {
                return miss();
            }
            self.pass(1);
            self.memoize(Entry::Value(start))?;
            (State::Fresh, closes)
        } else if opcode == op::MARK && marked != 0 {
            self.pass(1);
            (State::Marked, (0, marked))
        } else if opcode == op::EMPTY_TUPLE && open == op::EMPTY_LIST {
            self.pass(1);
            (State::Done, closes)
        } else {
            return miss();
        };
        Ok(Walk { state, starts, count: 0, start, expected: 0, closes, replay })
    }

    /// The walk through the items that follow an object.
    pub(super) fn items_of(
        &mut self,
        object: &Object,
        closes: (u8, u8),
        starts: Starts,
    ) -> Result<Walk> {
        let state = match object.phase {
            Phase::Called => State::Fresh,
            // The beginning of the state was taken with that of the object.
            Phase::Batch if object.next == 0 => State::Done,
            _ => return miss(),
        };
        self.enter()?;
        let start = self.pos();
        Ok(Walk { state, starts, count: 0, start, expected: 0, closes, replay: Replay::NONE })
    }
}
