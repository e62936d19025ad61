//! The memo of the predictive route: not values, but where each value began.

use std::rc::Rc;

use crate::graph::packed::{Packed, TAG, TAGS};

/// What a later `GET` needs to know of a memoized value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A string, spelled out by the one instruction at this offset.
    Text(usize),
    /// Bytes, a container or an object. No other value of these kinds begins at its offset, so
    /// reading again from there gives this very value.
    Value(usize),
    /// A class or function, by its number.
    Global(usize),
    /// A value that is not read again, such as a short tuple, which begins where its first element
    /// does. The memo forgets where that was.
    Opaque(usize),
}

impl Entry {
    /// The offset of a value that a shared pointer can point to.
    #[inline]
    pub(super) fn start(self) -> Option<usize> {
        match self {
            Entry::Text(start) | Entry::Value(start) | Entry::Opaque(start) => Some(start),
            Entry::Global(_) => None,
        }
    }
}

/// The memo, about a byte an entry.
#[derive(Debug)]
pub(super) struct Memo {
    /// The entries that are in no run.
    single: Packed,
    /// The entries of values in a row that are as long as each other, in the order of the memo.
    runs: Vec<Run>,
    /// How many entries the runs have.
    in_runs: usize,
    /// How long the pickle is.
    input: usize,
}

/// What several values in a row memoize, each the same at the same places.
#[derive(Debug)]
struct Run {
    /// The index of the first entry.
    first: usize,
    /// How many entries there are.
    count: usize,
    /// How many entries the runs before it have.
    before: usize,
    /// Where the first value begins, and how long each is.
    start: usize,
    len: usize,
    /// Where in each value that begins which is memoized.
    at: Rc<[u32]>,
}

impl Run {
    fn get(&self, index: usize) -> Option<Entry> {
        let (number, place) = (index / self.at.len(), index % self.at.len());
        Some(Entry::Value(self.start + number * self.len + *self.at.get(place)? as usize))
    }
}

/// From how many entries on a run takes less room than they do.
const LONG_RUN: usize = 32;

/// The tag of [`Entry::Value`].
const VALUE: usize = 1;

/// Stands in for indices that were passed over.
const HOLE: Entry = Entry::Opaque(usize::MAX);

/// How far an index may be ahead of the entries; Python 2 leaves gaps.
const GAP: usize = 1024;

impl Memo {
    pub(super) fn new(input: usize) -> Memo {
        Memo { single: Packed::with_room(input / 16), runs: Vec::new(), in_runs: 0, input }
    }

    /// Forgets the entries from an index on.
    pub(super) fn truncate(&mut self, len: usize) {
        self.runs.truncate(self.runs.partition_point(|run| run.first < len));
        if let Some(run) = self.runs.last_mut() {
            run.count = run.count.min(len - run.first);
        }
        self.in_runs = self.runs.last().map_or(0, |run| run.before + run.count);
        let len = len - self.in_runs;
        self.single.truncate(len);
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.single.len() + self.in_runs
    }

    /// Stores what `count` values in a row memoize, of which the first begins at `start`; each is
    /// `len` bytes long and has entries for what begins in it at these places.
    pub(super) fn push_run(&mut self, start: usize, len: usize, count: usize, at: &Rc<[u32]>) {
        let (first, entries) = (self.len(), count * at.len());
        if entries < LONG_RUN {
            return (0..count).for_each(|value| self.push_at(start + value * len, at));
        }
        let (before, at) = (self.in_runs, Rc::clone(at));
        self.runs.push(Run { first, count: entries, before, start, len, at });
        self.in_runs += entries;
    }

    /// Stores what a value memoizes that begins at `start`: what begins in it at these places.
    #[inline]
    pub(super) fn push_at(&mut self, start: usize, at: &[u32]) {
        if let [0, state] = *at
            && let Some(behind) = Memo::behind(state as usize)
        {
            return self.push_values(start, behind);
        }
        for place in at {
            self.push(Entry::Value(start + *place as usize));
        }
    }

    /// The entry of a run at this index, or where among the single entries it is.
    #[cold]
    #[inline(never)]
    fn get_behind_runs(&self, index: usize) -> Result<usize, Option<Entry>> {
        let number = self.runs.partition_point(|run| run.first <= index);
        let Some(run) = number.checked_sub(1).and_then(|number| self.runs.get(number)) else {
            return Ok(index);
        };
        match index - run.first {
            place if place < run.count => Err(run.get(place)),
            _ => Ok(index - run.before - run.count),
        }
    }

    /// The index that `MEMOIZE` would store at.
    pub(super) fn next(&self) -> Option<u32> {
        u32::try_from(self.len()).ok()
    }

    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry) {
        let (offset, tag) = match entry {
            Entry::Text(start) => (start, 0),
            Entry::Value(start) => (start, VALUE),
            Entry::Global(number) => (number, 2),
            Entry::Opaque(_) => return self.single.push_near(TAG, self.input),
        };
        self.single.push((offset * TAGS + tag) as u64, self.input);
    }

    /// What [`Memo::push_values`] takes for a value that begins so far behind another.
    pub(super) fn behind(bytes: usize) -> Option<u8> {
        Packed::code((bytes * TAGS + VALUE) as u64)
    }

    /// Stores the entries of two values, of which the second begins some bytes behind the first; see
    /// [`Memo::behind`].
    #[inline(always)]
    pub(super) fn push_values(&mut self, start: usize, behind: u8) {
        self.single.push_pair((start * TAGS + VALUE) as u64, behind, self.input);
    }

    #[inline]
    pub(super) fn get(&self, index: u32) -> Option<Entry> {
        let mut index = index as usize;
        if self.runs.first().is_some_and(|run| run.first <= index) {
            match self.get_behind_runs(index) {
                Ok(single) => index = single,
                Err(entry) => return entry,
            }
        }
        let packed = usize::try_from(self.single.get(index)?).ok()?;
        let offset = packed / TAGS;
        Some(match packed % TAGS {
            0 => Entry::Text(offset),
            1 => Entry::Value(offset),
            2 => Entry::Global(offset),
            _ => Entry::Opaque(offset),
        })
    }

    /// Stores an entry at the next index (`MEMOIZE`), or at the one given (`PUT`), and tells where;
    /// `None` for one that the predictive route leaves to the general one.
    #[inline]
    pub(super) fn store(&mut self, index: Option<u32>, entry: Entry) -> Option<u32> {
        let len = self.len();
        if let Some(index) = index {
            let gap = (index as usize).checked_sub(len).filter(|gap| *gap <= GAP)?;
            for _ in 0..gap {
                self.push(HOLE);
            }
            self.push(entry);
            return Some(index);
        }
        let index = self.next()?;
        self.push(entry);
        Some(index)
    }
}
