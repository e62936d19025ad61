//! Tuples in the lane.

use super::{LaneReader, is_memoizing};
use crate::error::Result;
use crate::loader::Loader;
use crate::opcode::op;
use crate::reconstruct::Reconstruct;
use crate::unpickler::predictive::Predictive;
use crate::unpickler::predictive::replay::Entry;
use crate::unpickler::predictive::walk::Elements;

impl Predictive<'_, '_> {
    #[cold]
    #[inline(never)]
    fn begin_tuple_slowly(&mut self, len: usize) -> Result<Elements> {
        self.begin_tuple(len)
    }

    #[cold]
    #[inline(never)]
    fn end_tuple_slowly(&mut self, elements: Elements) -> Result<()> {
        self.end_tuple(elements)
    }
}

impl<'de> LaneReader<'_, '_, 'de> {
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
        self.outside(|loader| loader.begin_tuple_slowly(len))
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
            _ => return self.outside(|loader| loader.end_tuple_slowly(elements)),
        };
        if elements.watched {
            return self.outside(|loader| loader.end_tuple_slowly(elements));
        }
        if is_memoized && !self.loader.replaying {
            self.loader.memo.push(Entry::Opaque(elements.start));
        }
        self.rest = rest;
        self.levels += 1;
        Ok(())
    }
}
