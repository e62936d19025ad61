//! The memo of the predictive route: not values, but where each value began.

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
    /// does.
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

/// The memo, four bytes an entry for pickles of less than 1 GiB.
#[derive(Debug)]
pub(super) enum Memo {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

const TAGS: usize = 4;

/// Stands in for indices that were passed over.
const HOLE: Entry = Entry::Opaque((u32::MAX as usize) >> 2);

/// How far an index may be ahead of the entries; Python 2 leaves gaps.
const GAP: usize = 1024;

impl Memo {
    pub(super) fn new(input: usize) -> Memo {
        if input < (u32::MAX as usize) / TAGS {
            Memo::Narrow(Vec::new())
        } else {
            Memo::Wide(Vec::new())
        }
    }

    /// Forgets the entries from an index on.
    pub(super) fn truncate(&mut self, len: usize) {
        match self {
            Memo::Narrow(entries) => entries.truncate(len),
            Memo::Wide(entries) => entries.truncate(len),
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        match self {
            Memo::Narrow(entries) => entries.len(),
            Memo::Wide(entries) => entries.len(),
        }
    }

    /// The index that `MEMOIZE` would store at.
    pub(super) fn next(&self) -> Option<u32> {
        u32::try_from(self.len()).ok()
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry) {
        let (offset, tag) = match entry {
            Entry::Text(start) => (start, 0),
            Entry::Value(start) => (start, 1),
            Entry::Global(number) => (number, 2),
            Entry::Opaque(start) => (start, 3),
        };
        let packed = offset * TAGS + tag;
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "the input is short enough")]
            Memo::Narrow(entries) => entries.push(packed as u32),
            Memo::Wide(entries) => entries.push(packed as u64),
        }
    }

    #[inline]
    pub(super) fn get(&self, index: u32) -> Option<Entry> {
        let packed = match self {
            Memo::Narrow(entries) => *entries.get(index as usize)? as usize,
            Memo::Wide(entries) => usize::try_from(*entries.get(index as usize)?).ok()?,
        };
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
