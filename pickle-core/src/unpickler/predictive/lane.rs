//! The fast lane of reading: what is left of the input in a register instead of in the loader.
//!
//! Records whose instances are spelled like the ones before, and the items of a batch, are read
//! here. What the lane does not know itself, the loader reads for it. What is seldom called is a method
//! of the loader, that gets what is left: a lane of which a function has the address is in memory.

mod atom;
mod list;
mod record;
mod tuple;

use std::rc::Rc;

use super::Predictive;
use crate::error::Result;
use crate::opcode::op;
use crate::reconstruct::Reconstruct;

pub use record::LaneRecord;

/// Whether the instruction puts what is on the stack into the memo.
#[inline(always)]
fn is_memoizing(opcode: u8) -> bool {
    matches!(opcode, op::MEMOIZE | op::BINPUT | op::LONG_BINPUT)
}

/// A loader of the predictive route with what it has not read yet at hand.
pub struct LaneReader<'l, 'a, 'de> {
    pub(super) rest: &'de [u8],
    /// How many levels more may nest; here, not in the loader, so that records do not wait for each
    /// other to count them.
    pub(super) levels: usize,
    pub(super) loader: &'l mut Predictive<'a, 'de>,
}

impl<'a, 'de> Predictive<'a, 'de> {
    #[inline(always)]
    pub(super) fn open_lane(&mut self) -> LaneReader<'_, 'a, 'de> {
        LaneReader { rest: self.rest, levels: self.levels, loader: self }
    }

    /// Cold, as all that the lane leaves to the loader, so that it lies behind what the lane does.
    #[cold]
    #[inline(never)]
    fn slowly<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        T::reconstruct(self)
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

    /// Whether a frame begins here, which the lane leaves to the loader.
    #[inline(always)]
    pub(crate) fn is_at_frame(&self) -> bool {
        self.rest.first() == Some(&op::FRAME)
    }
}
